"""When something is due: from the value of a slot (corpus/README.md 1.3) to a deadline and its reminder."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from domain.calendar import DAY, WorkCalendar
from domain.errors import BadValue, Refusal

MORNING = time(9)
"""When a day without an hour is brought to mind."""

AFTERNOON = time(17)
"""When it is brought to mind if its morning is over."""

LAST_MINUTE = time(23, 59)
LIKE = "「6月18日下午3点」或「2025-06-18 15:00」"
FURTHEST = timedelta(days=3660)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


class PastMoment(Refusal):
    """The moment is over."""

    code = "past_moment"
    says = "{when}已经过去了, 请换一个将来的时间, 例如: 明天下午3点"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline.

    Attributes:
        at: the last moment, UTC; closing time of the day when no hour was named.
        hour_named: whether the person named the hour; such a reminder comes even in quiet hours.
        remind_at: when it is first brought to mind, UTC; None when the last useful hour for that is over.
    """

    at: datetime
    hour_named: bool
    remind_at: datetime | None

    @classmethod
    def of(cls, value: str, calendar: WorkCalendar, now: datetime) -> Self:
        """The deadline of a slot value: a moment, a day, a week or a month, in company time.

        A day without an hour ends at closing time and is brought to mind at 09:00, a day off on the working day
        before, today at 17:00 when 09:00 is over. A week or month ends on its last working day and is brought to mind
        on its first.

        Raises:
            BadValue: it is none of these.
            PastMoment: it is over.
        """
        value = value.strip()
        if _MOMENT.fullmatch(value):
            return cls._moment(value, calendar, now)
        first, last = _days(value, calendar)
        today = calendar.today(now)
        if last < today:
            raise PastMoment(when=f"{last.month}月{last.day}日")
        if last - today > FURTHEST:
            raise BadValue(what="时间", value=value, like=LIKE)
        at = calendar.moment(last, calendar.end)
        at = at if at > now else calendar.moment(last, LAST_MINUTE)
        begun = first if first > today else last
        return cls(at=at, hour_named=False, remind_at=reminding(begun, calendar, now))

    @classmethod
    def _moment(cls, value: str, calendar: WorkCalendar, now: datetime) -> Self:
        try:
            local = datetime.fromisoformat(value)
        except ValueError:
            raise BadValue(what="时间", value=value, like=LIKE) from None
        at = calendar.moment(local.date(), local.time())
        if at <= now:
            raise PastMoment(when=f"{local.month}月{local.day}日 {local:%H:%M}")
        if at - now > FURTHEST:
            raise BadValue(what="时间", value=value, like=LIKE)
        return cls(at=at, hour_named=True, remind_at=at)


def reminding(day: date, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """When a day without an hour is brought to mind, UTC and after `now`; None when that is no longer possible.

    At 09:00 of the day, or of the working day before when it is off; else at 17:00 of it; else on the day off itself.
    """
    worked = day if calendar.is_workday(day) else calendar.previous_workday(day)
    moments = [calendar.moment(on, hour) for on in (worked, day) for hour in (MORNING, AFTERNOON)]
    return next((moment for moment in moments if moment > now), None)


def _days(value: str, calendar: WorkCalendar) -> tuple[date, date]:
    """First and last day that a value means."""
    try:
        if _DAY.fullmatch(value):
            day = date.fromisoformat(value)
            return day, day
        if week := _WEEK.fullmatch(value):
            monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return _working(monday, monday + 6 * DAY, calendar)
        if month := _MONTH.fullmatch(value):
            first = date(int(month[1]), int(month[2]), 1)
            last = (first + 31 * DAY).replace(day=1) - DAY
            return _working(first, last, calendar)
    except ValueError:
        pass
    raise BadValue(what="时间", value=value, like=LIKE)


def _working(first: date, last: date, calendar: WorkCalendar) -> tuple[date, date]:
    """The working days at both ends of a span; its own ends when it has none."""
    count = (last - first).days + 1
    worked = [day for day in (first + DAY * n for n in range(count)) if calendar.is_workday(day)]
    return (worked[0], worked[-1]) if worked else (first, last)
