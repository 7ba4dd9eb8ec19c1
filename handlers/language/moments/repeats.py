"""Recurrences: `每周一`, `每天`, `工作日`, `每月5号`, `每隔两天`."""

import re

from handlers.language.moments.days import N, small
from handlers.language.moments.values import Every

_FREQUENCIES = {
    "DAILY": "天 日 早 晚 夜",
    "WEEKLY": "周 星期 礼拜",
    "MONTHLY": "月 季度 季",
    "YEARLY": "年",
    "HOURLY": "小时 钟头",
    "MINUTELY": "分钟",
}
_UNITS = {word: frequency for frequency, words in _FREQUENCIES.items() for word in words.split()}
_DAYS = dict(zip("一二三四五六日天", ("MO", "TU", "WE", "TH", "FR", "SA", "SU", "SU"), strict=True))
WORKDAYS = ("MO", "TU", "WE", "TH", "FR")
_WEEK = "(?:周|星期|礼拜)"
_WORKDAY = re.compile(
    rf"(?:每个?工作日|(?<![个\d])工作日(?!内|后|之|以|前|左)|(?:每)?{_WEEK}一(?:到|至|-|"
    rf"~){_WEEK}?五(?:(?:的)?每天|每日|天天)|每{_WEEK}一(?:到|至|-|~){_WEEK}?五)(?:的)?"
)
_WEEKLY = re.compile(
    rf"(?:每个?|逢){_WEEK}(?P<days>[一二三四五六日天](?:[、和,及跟]?{_WEEK}?[一二三四五六日天])*)(?!年)的?"
)
_WEEKEND = re.compile(rf"每个?{_WEEK}末的?")
_MONTHLY = re.compile(rf"每个?月的?(?:(?P<d>{N})[号日]|(?P<last>底|末|最后一[天日])|(?P<first>初|第一天))的?")
_YEARLY = re.compile(rf"每年的?(?P<m>{N})月(?:(?P<d>{N})[号日])?的?")
_INTERVAL = re.compile(
    r"每(?P<gap>隔)?(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)个?(?P<u>天|日|周|星期|礼拜|月|季度|年|"
    r"小时|钟头|分钟)(?:一次)?"
)
_PLAIN = re.compile(
    r"每个?(?P<u>天|日|周|星期|礼拜|月|季度?|年|小时|钟头|分钟)(?!报|刊|会|末)|(?P<all>天天)|"
    r"每(?P<part>[早晚])(?!餐|饭)"
)
_FORTNIGHT = re.compile(rf"(?:隔周|双周|每两周的?){_WEEK}?(?P<day>[一二三四五六日天])?")
STARTS = frozenset("每逢工天周星礼隔双")


def repeat(text: str, at: int) -> tuple[Every, int] | None:
    """The recurrence that begins here and where it ends; a time of day behind it is read by the caller."""
    for read in (_workday, _weekly, _weekend, _monthly, _yearly, _interval, _fortnight, _plain):
        found = read(text, at)
        if found:
            return found
    return None


def _workday(text: str, at: int) -> tuple[Every, int] | None:
    match = _WORKDAY.match(text, at)
    return (Every("WEEKLY", byday=WORKDAYS), match.end()) if match else None


def _weekly(text: str, at: int) -> tuple[Every, int] | None:
    match = _WEEKLY.match(text, at)
    if not match:
        return None
    days = dict.fromkeys(_DAYS[c] for c in match["days"] if c in _DAYS)
    return Every("WEEKLY", byday=tuple(days)), match.end()


def _weekend(text: str, at: int) -> tuple[Every, int] | None:
    match = _WEEKEND.match(text, at)
    return (Every("WEEKLY", byday=("SA", "SU")), match.end()) if match else None


def _monthly(text: str, at: int) -> tuple[Every, int] | None:
    match = _MONTHLY.match(text, at)
    if not match:
        return None
    day = -1 if match["last"] else 1 if match["first"] else small(match["d"])
    if day is None or not -1 <= day <= 31 or day == 0:
        return None
    return Every("MONTHLY", monthday=day), match.end()


def _yearly(text: str, at: int) -> tuple[Every, int] | None:
    match = _YEARLY.match(text, at)
    if not match:
        return None
    month, day = small(match["m"]), small(match["d"]) if match["d"] else None
    if month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return Every("YEARLY", month=month, monthday=day), match.end()


def _interval(text: str, at: int) -> tuple[Every, int] | None:
    match = _INTERVAL.match(text, at)
    if not match:
        return None
    number = small(match["n"]) if match["n"] != "半" else None
    if match["n"] == "半" and match["u"] in ("小时", "钟头"):
        return Every("MINUTELY", interval=30), match.end()
    if match["n"] == "半" and match["u"] == "年":
        return Every("MONTHLY", interval=6), match.end()
    if not number:
        return None
    interval = number + 1 if match["gap"] and match["u"] in ("天", "日") else number
    return Every(_UNITS[match["u"]], interval * (3 if match["u"][0] == "季" else 1)), match.end()


def _fortnight(text: str, at: int) -> tuple[Every, int] | None:
    match = _FORTNIGHT.match(text, at)
    if not match:
        return None
    return Every("WEEKLY", 2, byday=(_DAYS[match["day"]],) if match["day"] else ()), match.end()


def _plain(text: str, at: int) -> tuple[Every, int] | None:
    match = _PLAIN.match(text, at)
    if not match:
        return None
    if match["part"]:
        return Every("DAILY"), match.end() - 1
    unit = match["u"] or "天"
    return Every(_UNITS[unit], 3 if unit[0] == "季" else 1), match.end()
