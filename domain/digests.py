"""What a day, week or month held: which lists make a summary, over which days, of whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self

from domain.calendar import DAY, WorkCalendar
from domain.errors import BadValue

LONGEST = 400
"""Days of the longest summary."""

SPREAD = 5
"""Minutes over which the daily summaries are spread, so that platforms are not asked for all of them at once."""

BUSY_MINUTES = frozenset({0, 30})
"""Minutes of the hour that a platform asks to keep free of mass messages."""


class Part(StrEnum):
    """The lists of a summary, in their order; the words are what people call them."""

    FOLLOW_UPS = "跟进"
    CUSTOMERS = "新客户"
    WAITING = "待审批"
    DECIDED = "已审批"
    DONE = "完成任务"
    OVERDUE = "逾期任务"
    NEXT = "下一步"


AS_OF_NOW = (Part.WAITING, Part.OVERDUE, Part.NEXT)
"""Lists of how things stand now; a summary of days that are over has none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days of the company, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: str, last: str) -> Self:
        """From two days as text (`2025-06-11`); the last may be left out.

        Raises:
            BadValue: they are no days, in the wrong order, or too far apart.
        """
        try:
            span = cls(first=date.fromisoformat(first), last=date.fromisoformat(last or first))
        except ValueError:
            raise BadValue(what="日期", value=first, like="2025-06-11") from None
        if span.first > span.last or span.last - span.first > DAY * LONGEST:
            raise BadValue(what="时间范围", value=f"{first}至{last}", like="一年以内的两个日期")
        return span

    @classmethod
    def day(cls, day: date) -> Self:
        """One day."""
        return cls(first=day, last=day)

    @classmethod
    def week(cls, day: date) -> Self:
        """Monday to Sunday around a day."""
        monday = day - DAY * day.weekday()
        return cls(first=monday, last=monday + 6 * DAY)

    @classmethod
    def month(cls, day: date) -> Self:
        """The month of a day."""
        first = day.replace(day=1)
        return cls(first=first, last=(first + 31 * DAY).replace(day=1) - DAY)

    @property
    def word(self) -> str:
        """日报, 周报, 月报, or 小结 for any other span."""
        if self.first == self.last:
            return "日报"
        if self == Span.week(self.first):
            return "周报"
        return "月报" if self == Span.month(self.first) else "小结"

    def following(self, calendar: WorkCalendar) -> Self:
        """The days whose next steps belong to this summary: to the next working day, or as long again for more days."""
        begun = self.last + DAY
        if self.first == self.last:
            return type(self)(first=begun, last=calendar.next_workday(self.last))
        return type(self)(first=begun, last=self.last + (self.last - self.first) + DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose: `owners` are member ids, None is everybody; `token` names it in addresses (me, team, all, P-000003)."""

    token: str
    label: str
    owners: frozenset[int] | None

    @property
    def many(self) -> bool:
        """Whether it may hold several people's records."""
        return self.owners is None or len(self.owners) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span as the moments `[start, end)`, `[end, next_end)` after it, and `now`, all UTC."""

    start: datetime
    end: datetime
    next_end: datetime
    now: datetime

    @classmethod
    def of(cls, span: Span, calendar: WorkCalendar, now: datetime) -> Self:
        """The moments of a span on the company's clock."""
        return cls(
            start=calendar.moment(span.first, time.min),
            end=calendar.moment(span.last + DAY, time.min),
            next_end=calendar.moment(span.following(calendar).last + DAY, time.min),
            now=now,
        )

    @property
    def present(self) -> bool:
        """Whether it is not over yet."""
        return self.end > self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a list: the record's number, whose it is, what it says; `at` is the moment that put it there."""

    number: str
    member: int | None
    customer: str
    text: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A summary: the lists themselves, so that every number in it is the length of one."""

    span: Span
    scope: Scope
    lists: Mapping[Part, Sequence[Item]]

    @property
    def empty(self) -> bool:
        """Nothing to say."""
        return not any(self.lists.values())

    def count(self, part: Part) -> int:
        """The number of a part."""
        return len(self.lists.get(part, ()))

    def by_member(self, part: Part) -> dict[int, int]:
        """How many of a part are whose, the most first."""
        counts: dict[int, int] = {}
        for item in self.lists.get(part, ()):
            if item.member is not None:
                counts[item.member] = counts.get(item.member, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def sending_moment(day: date, at: timedelta, member: int, calendar: WorkCalendar) -> datetime:
    """When a member's summary goes out, UTC: within minutes after `at`, spread by id, never on a busy minute."""
    planned = calendar.moment(day, time.min) + at
    minutes = [planned + timedelta(minutes=n) for n in range(1, SPREAD + 3)]
    calm = [minute for minute in minutes if calendar.office_time(minute).minute not in BUSY_MINUTES]
    return calm[member % SPREAD]
