"""Days and months counted on, never past the calendar's ends."""

import calendar
from datetime import date, datetime, timedelta

MONDAY_FIRST = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def safe_day(year: int, month: int, day: int) -> date | None:
    """The day, or None when there is no such one."""
    if not 1 <= year <= 9998 or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    if day > calendar.monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date | None:
    """The same day of a later month, or its last day when the month is shorter; None outside the calendar."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9998:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def add_seconds(at: datetime, seconds: int) -> datetime | None:
    try:
        return at + timedelta(seconds=seconds)
    except OverflowError:
        return None


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday()) if day.toordinal() > 7 else day


def quarter(year: int, number: int) -> tuple[date, date]:
    """First and last day of quarter 1 to 4."""
    return date(year, number * 3 - 2, 1), last_of_month(date(year, number * 3, 1))
