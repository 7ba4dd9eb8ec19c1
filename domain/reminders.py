"""What is to be brought to mind at a moment, once or again and again."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import ClassVar, Self

from domain.calendar import DAY, WorkCalendar
from domain.due import LIKE, MORNING
from domain.entity import Entity
from domain.errors import BadValue, NotFound, Refusal
from domain.members import Member, Sight

LONGEST = 1000
"""Characters of what is to be remembered; the rest of a longer text is left out."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SEARCHED = 800
"""Days searched for the next run; every rule has one within a year."""

_RULE = re.compile(r"DAILY|WORKDAY|WEEKLY:(?:MO|TU|WE|TH|FR|SA|SU)|MONTHLY:(?:LAST|0?[1-9]|[12]\d|3[01])")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule of corpus/README.md 1.3 with its hour on the company's clock.

    `WORKDAY` follows the working calendar with its holidays and make-up days. `MONTHLY:31` is the last day of a shorter
    month.
    """

    rule: str
    clock: time = MORNING

    @classmethod
    def of(cls, rule: str, clock: str = "") -> Self:
        """The recurrence of the slots `repeat` and `at`; 09:00 when no hour is given.

        Raises:
            BadValue: there is no such rule or hour.
        """
        known = rule.strip().upper()
        if not _RULE.fullmatch(known):
            raise BadValue(what="重复规则", value=rule, like="「每天9点」「工作日9点」「每周一9点」或「每月5号9点」")
        hour = _CLOCK.fullmatch(clock.strip()) if clock.strip() else None
        if clock.strip() and hour is None:
            raise BadValue(what="时间", value=clock, like=LIKE)
        return cls(rule=known, clock=time(int(hour[1]), int(hour[2])) if hour else MORNING)

    def after(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """The first run after `at`, UTC; however many were missed, there is one next."""
        day = calendar.today(at)
        for _ in range(SEARCHED):
            if self._runs_on(day, calendar) and calendar.moment(day, self.clock) > at:
                return calendar.moment(day, self.clock)
            day += DAY
        raise BadValue(what="重复规则", value=self.rule, like="「每天9点」")

    def _runs_on(self, day: date, calendar: WorkCalendar) -> bool:
        kind, _, which = self.rule.partition(":")
        match kind:
            case "DAILY":
                return True
            case "WORKDAY":
                return calendar.is_workday(day)
            case "WEEKLY":
                return WEEKDAYS[day.weekday()] == which
        last = (day + DAY).day == 1
        return last if which == "LAST" else day.day == int(which) or (last and day.day < int(which))

    def __str__(self) -> str:
        """In words: 「每周一 09:00」."""
        kind, _, which = self.rule.partition(":")
        match kind:
            case "DAILY":
                words = "每天"
            case "WORKDAY":
                words = "每个工作日"
            case "WEEKLY":
                words = f"每周{'一二三四五六日'[WEEKDAYS.index(which)]}"
            case _:
                words = "每月最后一天" if which == "LAST" else f"每月{int(which)}号"
        return f"{words} {self.clock:%H:%M}"


class ReminderState(StrEnum):
    """Where a reminder stands."""

    ACTIVE = "active"
    DONE = "done"
    DROPPED = "dropped"


class ReminderSettled(Refusal):
    """The reminder was finished or dropped before."""

    code = "reminder_settled"
    says = "{number}「{content}」{how}, 不用再处理。发送「我的提醒」看其余提醒。"

    def __init__(self, reminder: "Reminder") -> None:
        how = "已经完成了" if reminder.state is ReminderState.DONE else "已经取消了"
        super().__init__(number=reminder.number, content=reminder.content[:30], how=how)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Entity):
    """Something to be brought to mind.

    Attributes:
        owner: whom to remind; `set_by`: the member who asked for it, often the same.
        next_at: when, UTC; None once it has rung for the last time.
        hour_named: whether the person named the hour; then it comes even in quiet hours.
        repeat: rule of corpus/README.md 1.3, "" for once; `clock`: its hour, `HH:MM`.
    """

    kind: ClassVar[str] = "reminder"
    letter: ClassVar[str] = "R"
    noun: ClassVar[str] = "提醒"

    content: str
    owner: int
    set_by: int
    customer: int | None = None
    next_at: datetime | None = None
    hour_named: bool = True
    repeat: str = ""
    clock: str = ""
    state: ReminderState = ReminderState.ACTIVE
    created_at: datetime
    settled_at: datetime | None = None

    @property
    def recurrence(self) -> Recurrence | None:
        """Its rule; None for a reminder that comes once."""
        return Recurrence.of(self.repeat, self.clock) if self.repeat else None

    def reworded(self, content: str, customer: int | None) -> Self:
        """The same with another text and customer, where they are given."""
        self._require_active()
        return replace(
            self,
            content=content.strip()[:LONGEST] or self.content,
            customer=self.customer if customer is None else customer,
        )

    def once(self, at: datetime, *, hour_named: bool) -> Self:
        """The same, coming once at `at`."""
        self._require_active()
        return replace(self, next_at=at, hour_named=hour_named, repeat="", clock="")

    def repeating(self, recurrence: Recurrence, now: datetime, calendar: WorkCalendar, *, hour_named: bool) -> Self:
        """The same, coming by this rule from the first run after `now`."""
        self._require_active()
        return replace(
            self,
            next_at=recurrence.after(now, calendar),
            hour_named=hour_named,
            repeat=recurrence.rule,
            clock=f"{recurrence.clock:%H:%M}",
        )

    def snoozed(self, until: datetime, *, hour_named: bool = True) -> Self:
        """The same, coming at `until` instead; a rule goes on from there."""
        self._require_active()
        return replace(self, next_at=until, hour_named=hour_named)

    def wanted(self, at: datetime) -> bool:
        """Whether it is still to come at exactly this moment."""
        return self.state is ReminderState.ACTIVE and self.next_at == at

    def rung(self, at: datetime, calendar: WorkCalendar) -> Self:
        """The same after it came at `at`: a rule's next run, what was missed meanwhile folded into this one."""
        recurrence = self.recurrence
        return replace(self, next_at=recurrence.after(at, calendar) if recurrence else None)

    def done(self, at: datetime) -> Self:
        """The same, finished; one with a rule stays, only this run is finished.

        Raises:
            ReminderSettled: it was finished or dropped before.
        """
        self._require_active()
        if self.repeat:
            return self
        return replace(self, state=ReminderState.DONE, next_at=None, settled_at=at)

    def dropped(self, at: datetime) -> Self:
        """The same, never to come again.

        Raises:
            ReminderSettled: it was finished or dropped before.
        """
        self._require_active()
        return replace(self, state=ReminderState.DROPPED, next_at=None, settled_at=at)

    def require_visible(self, sight: Sight) -> Self:
        """The reminder itself, for whom it reminds and who set it.

        Raises:
            NotFound: for anybody else; reminders are private.
        """
        if sight.member in (self.owner, self.set_by):
            return self
        raise NotFound(what="提醒", name=self.number)

    def _require_active(self) -> None:
        if self.state is not ReminderState.ACTIVE:
            raise ReminderSettled(self)


def new_reminder(content: str, *, owner: Member, by: Member, at: datetime, customer: int | None = None) -> Reminder:
    """A reminder that `by` sets for `owner`; its moment follows by `once` or `repeating`."""
    return Reminder(content=content.strip()[:LONGEST], owner=owner.id, set_by=by.id, customer=customer, created_at=at)
