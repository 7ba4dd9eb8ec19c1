"""Days and moments in the words of receipts; everything is on the company's clock."""

from datetime import date, datetime

WEEKDAYS = "一二三四五六日"

HEAD = 40
"""Characters of a text that stand for it in an option or a sentence."""


def told_head(text: str, longest: int = HEAD) -> str:
    """The text in one line, ending in … when it is longer than this."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


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


def told_slot(value: str, today: date) -> str:
    """A slot value (corpus/README.md 1.3) in words: a day, a moment, a week 「6月16日那周」 or a month 「7月」."""
    if "W" in value:
        monday = date.fromisocalendar(int(value[:4]), int(value[6:8]), 1)
        return f"{monday.month}月{monday.day}日那周"
    if len(value) == len("2025-07"):
        year = "" if value[:4] == str(today.year) else f"{value[:4]}年"
        return f"{year}{int(value[5:])}月"
    if "T" in value:
        return told_moment(datetime.fromisoformat(value), today)
    return told_day(date.fromisoformat(value), today)
