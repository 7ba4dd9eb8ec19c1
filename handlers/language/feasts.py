"""The State Council's holidays: published years from chinesecalendar, later ones forecast by `holidays`.

Both libraries are large and are imported when first asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, tzinfo
from functools import lru_cache
from itertools import chain

from domain.calendar import CLOSES, DAY, OFFICE, OPENS, SUNDAY_AND_SATURDAY, WorkCalendar

NAMES = {
    "New Year's Day": ("元旦",),
    "Spring Festival": ("春节", "过年", "年"),
    "Tomb-sweeping Day": ("清明",),
    "Labour Day": ("五一", "劳动节"),
    "Dragon Boat Festival": ("端午",),
    "National Day": ("国庆", "十一"),
    "Mid-autumn Festival": ("中秋",),
}
"""What people call the feasts that chinesecalendar names in English."""

_FORECAST = (
    ("元旦", "New Year's Day"),
    ("春节", "Spring Festival"),
    ("农历除夕", "Spring Festival"),
    ("清明节", "Tomb-sweeping Day"),
    ("劳动节", "Labour Day"),
    ("端午节", "Dragon Boat Festival"),
    ("国庆节", "National Day"),
    ("中秋节", "Mid-autumn Festival"),
)


@dataclass(frozen=True, slots=True)
class Feast:
    """An official holiday block, both days included, and what people call it."""

    names: tuple[str, ...]
    first: date
    last: date


def state_calendar(
    years: Iterable[int], *, start: time = OPENS, end: time = CLOSES, zone: tzinfo = OFFICE
) -> WorkCalendar:
    """The working calendar of these years; a year that is not yet published has its holidays but no make-up days."""
    days = [_state_days(year) for year in sorted(set(years))]
    return WorkCalendar(
        holidays=frozenset(day for free, _ in days for day in free),
        workdays=frozenset(chain.from_iterable(worked for _, worked in days)),
        start=start,
        end=end,
        zone=zone,
    )


def state_feasts(years: Iterable[int]) -> tuple[Feast, ...]:
    """The holiday blocks of these years in order, one that holds two feasts (国庆 and 中秋) once with both names."""
    free: dict[date, str] = {}
    for year in sorted(set(years)):
        free.update(_state_days(year)[0])
    return tuple(_feast(block, free) for block in _blocks(sorted(free)))


def _feast(block: Sequence[date], free: dict[date, str]) -> Feast:
    names = dict.fromkeys(chain.from_iterable(NAMES.get(free[day], ()) for day in block))
    return Feast(tuple(names), block[0], block[-1])


def _blocks(days: Sequence[date]) -> list[list[date]]:
    blocks: list[list[date]] = []
    for day in days:
        if blocks and day - blocks[-1][-1] == DAY:
            blocks[-1].append(day)
        else:
            blocks.append([day])
    return blocks


@lru_cache(maxsize=64)
def _state_days(year: int) -> tuple[dict[date, str], frozenset[date]]:
    """The free days with the English name of their feast, and the make-up days."""
    import chinese_calendar

    try:
        chinese_calendar.is_workday(date(year, 1, 1))
        chinese_calendar.is_workday(date(year, 12, 31))
    except NotImplementedError:
        return _forecast(year), frozenset()
    free: dict[date, str] = {}
    worked = set()
    day = date(year, 1, 1)
    while day.year == year:
        off, name = chinese_calendar.get_holiday_detail(day)
        if off and name in NAMES:
            free[day] = name
        elif not off and day.weekday() in SUNDAY_AND_SATURDAY:
            worked.add(day)
        day += DAY
    return free, frozenset(worked)


def _forecast(year: int) -> dict[date, str]:
    """The days of the law without the year's shifting, for a year the State Council has not yet decided."""
    import holidays

    free: dict[date, str] = {}
    try:
        known = holidays.country_holidays("CN", years=year, language="zh_CN")
    except (NotImplementedError, ValueError, OverflowError, KeyError):
        return free
    for day, title in sorted(known.items()):
        for word, name in _FORECAST:
            if word in title and "休息日" not in title:
                free[day] = name
    return free
