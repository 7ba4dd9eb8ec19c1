"""The office's days: its zone, and which days people work (State Council calendar, else Monday to Friday)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

ZONE = ZoneInfo("Asia/Shanghai")


def is_workday(day: date) -> bool:
    """Whether people work on `day`; beyond the published calendar Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def workday(day: date, offset: int) -> date:
    """The working day `offset` working days after (before, when negative) `day`; 0 is `day` itself."""
    step = timedelta(days=1 if offset > 0 else -1)
    while offset:
        day += step
        if is_workday(day):
            offset -= 1 if offset > 0 else -1
    return day


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """The moment of an office time, in UTC."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def office_day(at: datetime) -> date:
    """The day it is in the office."""
    return at.astimezone(ZONE).date()
