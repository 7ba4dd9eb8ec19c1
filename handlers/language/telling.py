"""Days and moments in the words of receipts; everything is on the company's clock."""

from datetime import date, datetime

WEEKDAYS = "一二三四五六日"


def told_day(day: date, today: date) -> str:
    """A day as receipts name it: 「周三 6月18日」, with its year when that is not the present one."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"周{WEEKDAYS[day.weekday()]} {year}{day.month}月{day.day}日"


def told_moment(moment: datetime, today: date) -> str:
    """A moment as receipts name it: 「周三 6月18日 15:00」. `moment` is local."""
    return f"{told_day(moment.date(), today)} {moment:%H:%M}"


def told_shortly(moment: datetime, today: date) -> str:
    """A moment in a list: 「15:00」 today, else 「6月18日 15:00」."""
    if moment.date() == today:
        return f"{moment:%H:%M}"
    year = "" if moment.year == today.year else f"{moment.year}年"
    return f"{year}{moment.month}月{moment.day}日 {moment:%H:%M}"


def told_span(first: date, last: date, today: date) -> str:
    """Days from `first` to `last`, both included: 「6月11日」 or 「6月9日-6月15日」."""
    year = "" if first.year == today.year else f"{first.year}年"
    begun = f"{year}{first.month}月{first.day}日"
    return begun if first == last else f"{begun}-{last.month}月{last.day}日"
