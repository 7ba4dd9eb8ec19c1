"""Feasts that fall on a day of the solar calendar, and those on the n-th weekday of a month."""

from datetime import date, timedelta

_FIXED_NAMES = {
    (1, 1): "元旦 元旦节",
    (2, 14): "情人节",
    (3, 7): "女生节",
    (3, 8): "妇女节 三八节 女神节",
    (3, 12): "植树节 植树日",
    (3, 15): "消费者权益日",
    (4, 1): "愚人节",
    (4, 4): "清明节 清明",
    (5, 1): "劳动节 五一 五一节",
    (5, 4): "青年节 五四青年节",
    (5, 12): "护士节",
    (6, 1): "儿童节 六一儿童节 六一",
    (6, 18): "618",
    (7, 1): "建党节",
    (8, 1): "建军节",
    (9, 10): "教师节",
    (10, 1): "国庆 国庆节 十一国庆",
    (10, 31): "万圣节",
    (11, 11): "光棍节 双十一 双11",
    (12, 12): "双十二 双12",
    (12, 24): "平安夜",
    (12, 25): "圣诞节 圣诞",
    (12, 31): "跨年夜",
}
FIXED = {name: day for day, names in _FIXED_NAMES.items() for name in names.split()}
"""Month and day."""

NTH = {"母亲节": (5, 6, 2), "父亲节": (6, 6, 3), "感恩节": (11, 3, 4)}
"""Month, weekday (Monday 0) and which one of the month."""

_LUNAR_NAMES = {
    "春节": "春节 大年初一 过年 新年",
    "除夕": "除夕 大年三十",
    "元宵": "元宵节 元宵",
    "端午": "端午节 端午",
    "七夕": "七夕 七夕节",
    "中秋": "中秋节 中秋",
    "重阳": "重阳节 重阳",
    "腊八": "腊八节",
}
LUNAR = {name: feast for feast, names in _LUNAR_NAMES.items() for name in names.split()}

_LUNAR_DAYS = {
    "春节": "2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 "
    "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 "
    "2034-02-19 2035-02-08",
    "端午": "2015-06-20 2016-06-09 2017-05-30 2018-06-18 2019-06-07 2020-06-25 2021-06-14 2022-06-03 2023-06-22 "
    "2024-06-10 2025-05-31 2026-06-19 2027-06-09 2028-05-28 2029-06-16 2030-06-05 2031-06-24 2032-06-12 2033-06-01 "
    "2034-06-20 2035-06-10",
    "中秋": "2015-09-27 2016-09-15 2017-10-04 2018-09-24 2019-09-13 2020-10-01 2021-09-21 2022-09-10 2023-09-29 "
    "2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12 2031-10-01 2032-09-19 2033-09-08 "
    "2034-09-27 2035-09-16",
}
"""As the `holidays` library has them; 除夕 and 元宵 follow from the new year, the others are not read."""
_AFTER_NEW_YEAR = {"除夕": -1, "元宵": 14}

_LUNAR_BY_YEAR = {
    name: {int(day[:4]): date.fromisoformat(day) for day in days.split()} for name, days in _LUNAR_DAYS.items()
}

NAMES = sorted({*FIXED, *NTH, *LUNAR}, key=len, reverse=True)


def feast_day(name: str, year: int) -> date | None:
    """The feast's day in that solar year; None where it is not known."""
    if not 1 <= year <= 9998:
        return None
    if name in FIXED:
        return date(year, *FIXED[name])
    if name in NTH:
        month, weekday, which = NTH[name]
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    lunar = LUNAR.get(name, "")
    if lunar in _AFTER_NEW_YEAR:
        spring = _LUNAR_BY_YEAR["春节"].get(year)
        return spring + timedelta(days=_AFTER_NEW_YEAR[lunar]) if spring else None
    return _LUNAR_BY_YEAR.get(lunar, {}).get(year)
