"""Quarters, halves of a year, the ends of months and years, and feasts: `Q3`, `上半年`, `月底`, `国庆`."""

import re
from datetime import date

from handlers.language.moments.arithmetic import add_months, last_of_month, quarter, safe_day
from handlers.language.moments.days import YEAR, Days, month_shift, small, year_of
from handlers.language.moments.feast_days import NAMES, feast_day

QUARTER = re.compile(
    rf"(?:{YEAR}的?)?(?:第?(?P<q>[一二三四1-4])季度?|q(?P<q2>[1-4])(?![0-9a-z]))(?P<qe>末|底|初)?"
    r"|(?P<pq>本|这个?|上一?个?|下一?个?|当)季度?(?P<pqe>末|底|初)?|(?P<qend>季度?[末底])"
)
HALF = re.compile(rf"(?:{YEAR}的?)?(?P<half>[上下前后]半年)")
EDGE = re.compile(
    r"(?P<pre>(?:本|这个?|(?:上|下)个?)?)月(?P<m>底|末|初|中(?!旬|秋|标|国|间))|(?P<y>(?:今|明|去|后|"
    r"来)?年)(?P<e>底|末|初|中)(?!旬)"
)
_FEAST_NAMES = "|".join(NAMES)
FEAST = re.compile(
    rf"(?:{YEAR}的?)?(?P<f>{_FEAST_NAMES})(?<!(?<=[分之一二三四五六七八九十百千万\d])[五六]一)"
    r"(?<!双1[12](?=\d))(?!天|个|台|\d|件|套)"
)


def half(match: re.Match[str], today: date) -> Days:
    """Half a year: 上半年 and 前半年 are its first."""
    year = year_of(match, today)
    year = today.year if year is None else year
    early = match["half"][0] in "上前"
    ends = (date(year, 1, 1), date(year, 6, 30)) if early else (date(year, 7, 1), date(year, 12, 31))
    return Days(match.start(), match.end(), *ends, "half")


def quarter_of(match: re.Match[str], today: date) -> Days | None:
    """A quarter, or its last day (`季度末`)."""
    year = year_of(match, today)
    number = small(match["q"] or match["q2"] or "") if match["q"] or match["q2"] else None
    bare = year is None
    if number is None:
        moved = add_months(today.replace(day=1), 3 * month_shift(match["pq"] or ""))
        if moved is None:
            return None
        year, number = moved.year, (moved.month + 2) // 3
    first, last = quarter(today.year if year is None else year, number)
    edge = match["qe"] or match["pqe"] or (match["qend"] and "末")
    if edge:
        day = first if edge == "初" else last
        return Days(match.start(), match.end(), day, day)
    return Days(match.start(), match.end(), first, last, "quarter", bare=bare and bool(match["q"] or match["q2"]))


def edge_day(match: re.Match[str], today: date) -> Days | None:
    """`月底` the last day, `月中` the 15th, `月初` the 1st (next month's once past), `年底` 31 December."""
    start, end = match.start(), match.end()
    if match["y"]:
        year = today.year + {"今": 0, "明": 1, "去": -1, "后": 2, "来": 1}.get(match["y"][0], 0)
        days = {"底": (12, 31), "末": (12, 31), "初": (1, 1), "中": (6, 30)}
        day = safe_day(year, *days[match["e"]])
        if day and match["y"] == "年" and day < today:
            day = safe_day(year + 1, *days[match["e"]])
        return Days(start, end, day, day) if day else None
    month = add_months(today.replace(day=1), month_shift(match["pre"]))
    if month is None:
        return None
    chosen = _edge_of(month, match["m"])
    following = add_months(month, 1)
    if not match["pre"] and chosen < today and following:
        chosen = _edge_of(following, match["m"])
    return Days(start, end, chosen, chosen)


def _edge_of(month: date, edge: str) -> date:
    if edge in "底末":
        return last_of_month(month)
    return month.replace(day=1 if edge == "初" else 15)


def feast(match: re.Match[str], today: date) -> Days | None:
    """A feast's day: this year's, or the next one's once past."""
    year, name = year_of(match, today), match["f"]
    if year is not None:
        day = feast_day(name, year)
        return Days(match.start(), match.end(), day, day, feast=name) if day else None
    for around in (today.year, today.year + 1):
        day = feast_day(name, around) if around < 9998 else None
        if day and day >= today:
            back = feast_day(name, around - 1) if around > 1 else None
            return Days(match.start(), match.end(), day, day, bare=True, back=back, feast=name)
    return None
