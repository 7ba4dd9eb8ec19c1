"""Expressions that name a day or a stretch of days: `下周三`, `6月9号`, `明年三月`, `大后天`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.language.moments.arithmetic import add_days, add_months, last_of_month, monday, safe_day
from handlers.language.numbers import numeral

N = r"(?:\d{1,4}|[〇零一二两三四五六七八九十廿]{1,4})"
_YEAR_WORDS = {"今年": 0, "本年": 0, "这一年": 0, "当年": 0, "明年": 1, "来年": 1, "下一年": 1, "后年": 2, "大后年": 3,
               "去年": -1, "上一年": -1, "前年": -2, "大前年": -3}  # fmt: skip
YEAR = (
    r"(?:(?P<y>\d{4}|(?<!\d)\d{2}|[〇零一二三四五六七八九]{4}|"
    r"(?<![一二三四五六七八九十])[〇零一二][〇零一二三四五六七八九])年(?!来|多|级|代|龄|底前|里|间|前|后|内|"
    r"以|之|半|度)"
    rf"|(?P<yw>{'|'.join(sorted(_YEAR_WORDS, key=len, reverse=True))})(?!半|级))"
)
_MONTH = (
    r"(?:第(?P<nth>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])个月|(?P<m>1[0-2]|0?[1-9]|十[一二]?|"
    r"[一二三四五六七八九]|正)月份?"
    r"|(?P<mw>本月|当月|这个?月|同月|(?:上一?|下一?){1,4}个?月|次月))"
)
_DAY = rf"(?P<d>{N})(?:[日号](?!楼|机|仓|库|线|店|门|厅|会|码|柜|桌|房|馆|车|位|院|桥|路))"
DATE = re.compile(
    rf"(?:{YEAR}(?:的|,(?=\d{{1,2}}月|[一二三四五六七八九十]))?)?(?:{_MONTH}的?)?(?:{_DAY})?(?P<edge>(?<=[年月])(?:底|末|初|中旬|上旬|下旬|中(?!标|国|心|"
    rf"间|午|秋|层|选|和|继|介|科|旬)))?(?P<xun>(?<=月)[上中下]旬)?"
)
DAY_TO_DAY = re.compile(rf"(?:{YEAR}的?)?(?:{_MONTH})?(?P<d>{N})(?=(?:到|至|-|~|—){N}[日号])")
MONTH_TO_MONTH = re.compile(
    rf"(?:{YEAR}的?)?(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])(?P<nth>)(?P<mw>)(?P<d>)(?=(?:到|至|"
    rf"-|~|—)(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月)"
)
SOME_MONTHS = re.compile(
    rf"(?:{YEAR}的?)?(?P<which>最后|前|头|后)(?P<n>1[0-2]|[1-9]|十[一二]?|[一二两三四五六七八九])个?月"
)
NUMERIC = re.compile(
    r"(?<![\d.\-/])(?:(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d%])|(?P<y2>\d{4}) "
    r"(?P<m2>\d{2}) (?P<d2>\d{2})(?!\d)"
    r"|(?P<y3>(?:19|20)\d\d)(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?P<m4>1[0-2]|0?[1-9])/(?P<d4>[12]\d|3[01]|0?[1-9])(?![\d/%万亿千百.]|台|个)"
    r"|(?P<y5>\d{4})[-/](?P<m5>1[0-2]|0[1-9])(?![\d\-/]))"
)
_RELATIVE_WORDS = {
    -3: "大前天 大前日",
    -2: "前天 前日 前儿个 前儿",
    -1: "昨天 昨日 昨儿个 昨儿 昨",
    0: "今天 今日 今儿个 今儿 当天 今 当",
    1: "明天 明日 明儿个 明儿 明",
    2: "后天 后日 后儿个 后儿 后",
    3: "大后天 大后日",
}
_RELATIVE = {word: days for days, words in _RELATIVE_WORDS.items() for word in words.split()}
RELATIVE = re.compile(
    r"大前[天日]|大后[天日]|[前昨今明后][天日](?!的?话)|[前昨今明后]儿个?|当天|"
    r"(?:[今明昨后当])(?=[早晚晨夜](?!餐|饭|点(?!到)|期|报|会|宴|上好))"
)
_WEEK_WORD = r"(?:周|星期|礼拜)"
WEEKDAY = re.compile(
    rf"(?P<pre>(?:(?:上一?|下一?|这一?|本){{1,4}}(?:个)?)?)(?P<w>{_WEEK_WORD})(?:(?P<end>末)|"
    rf"(?P<day>[一二三四五六日天1-7](?![\d年期个次折千百万]))|(?!年|期|边|到|报|总|会|转|围|全|岁|氏|工|经|知|"
    rf"一?刊|日)(?P<whole>))"
)
COMING_DAYS = re.compile(r"(?P<from>今|明)(?P<to>明|后)(?:两|2)?[天日]")
WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6} | {str(i + 1): i for i in range(7)}


DAY_OF_IT = re.compile(
    rf"的?(?:(?P<last>最后一[天日])|第(?P<n>{N})[天日](?!内|后|前)|(?:(?P<lastly>最后)一?|第(?P<nth>[一二三四五1-5]))个?"
    rf"{_WEEK_WORD}(?P<weekday>[一二三四五六日天]))"
)


@dataclass(frozen=True, slots=True)
class Days:
    """A day (`first` == `last`, grain day) or a stretch of days.

    `bare`: which one is meant was inferred; `back` is then the one before. `later` is the next one after today where
    today itself counts only with a later clock time (`周三` on a Wednesday).
    """

    start: int
    end: int
    first: date
    last: date
    grain: str = "day"
    bare: bool = False
    back: date | None = None
    weekday: int | None = None
    month: int | None = None
    feast: str = ""


def small(text: str) -> int | None:
    """A small whole number, or None."""
    value = numeral(text)
    return int(value) if value is not None and value == value.to_integral_value() else None


def day_of_it(whole: Days, match: re.Match[str]) -> Days | None:
    """A day named by its place in a stretch: `本月最后一天`, `五月第二个星期日`, `今年第100天`."""
    day: date | None
    if match["last"]:
        day = whole.last
    elif match["n"]:
        number = small(match["n"])
        day = add_days(whole.first, number - 1) if number else None
    else:
        day = _nth_weekday(whole, WEEKDAYS[match["weekday"]], None if match["lastly"] else small(match["nth"]))
    if day is None or not whole.first <= day <= whole.last:
        return None
    return Days(whole.start, match.end(), day, day, bare=whole.bare)


def _nth_weekday(whole: Days, weekday: int, number: int | None) -> date | None:
    if number is None:
        return add_days(whole.last, -((whole.last.weekday() - weekday) % 7))
    return add_days(whole.first, (weekday - whole.first.weekday()) % 7 + 7 * (number - 1))


def year_of(match: re.Match[str], today: date) -> int | None:
    word, digits = match["yw"], match["y"]
    if word:
        named = today.year + _YEAR_WORDS[word]
        return named if 1 <= named <= 9998 else None
    if not digits:
        return None
    plain = "".join(
        str("零一二三四五六七八九".index(c)) if c in "零一二三四五六七八九" else c for c in digits.replace("〇", "零")
    )
    year = int(plain)
    if len(plain) == 2:
        year += 2000 if year < 70 else 1900
    return year if 1 <= year <= 9998 else None


def month_shift(words: str) -> int:
    """How many months (or weeks, quarters) `上上个`, `下`, `本` move."""
    return words.count("下") - words.count("上")


def calendar_date(match: re.Match[str], today: date, base: date | None = None) -> Days | None:
    """Year, month and day as far as they are said; `base` is the beginning of the range this one ends."""
    year, start, end = year_of(match, today), match.start(), match.end()
    if (match["y"] or match["yw"]) and year is None:
        return None
    month = _month(match, today)
    if month is not None:
        year, month = (year if year is not None else month[0]), (month[0], month[1])
    if match["d"]:
        day = small(match["d"])
        return None if day is None else _on_day(start, end, year, month[1] if month else None, day, today, base)
    if month:
        return _whole_month(match, year, month[1], today)
    if year is not None:
        return _whole_year(match, year)
    return None


def _month(match: re.Match[str], today: date) -> tuple[int | None, int] | None:
    said = match["m"] or match["nth"]
    if said:
        number = 1 if said == "正" else small(said)
        return (None, number) if number else None
    if match["mw"]:
        shift = 1 if match["mw"] == "次月" else month_shift(match["mw"])
        moved = add_months(today.replace(day=1), shift)
        return (moved.year, moved.month) if moved else None
    return None


def _on_day(
    start: int, end: int, year: int | None, month: int | None, day: int, today: date, base: date | None
) -> Days | None:
    if year is not None and month is not None:
        fixed = safe_day(year, month, day)
        return Days(start, end, fixed, fixed) if fixed else None
    if month is not None:
        around = base or today
        ahead = [safe_day(around.year + n, month, day) for n in range(9)]
        first = next((found for found in ahead if found and found >= around), None)
        behind = [safe_day(today.year - n, month, day) for n in range(9)]
        back = next((found for found in behind if found and found <= today), None)
        return Days(start, end, first, first, bare=True, back=back, month=month) if first else None
    if year is not None or not 1 <= day <= 31:
        return None
    return _day_of_month(start, end, day, base or today, today)


def _day_of_month(start: int, end: int, day: int, around: date, today: date) -> Days | None:
    months = [add_months(around.replace(day=1), n) for n in range(4)]
    ahead = [safe_day(m.year, m.month, day) for m in months if m]
    first = next((found for found in ahead if found and found >= around), None)
    months = [add_months(today.replace(day=1), -n) for n in range(4)]
    behind = [safe_day(m.year, m.month, day) for m in months if m]
    back = next((found for found in behind if found and found <= today), None)
    return Days(start, end, first, first, bare=True, back=back) if first else None


def _whole_month(match: re.Match[str], year: int | None, month: int, today: date) -> Days | None:
    bare = year is None
    if year is None:
        year = today.year if month >= today.month else today.year + 1
    first = safe_day(year, month, 1)
    if first is None:
        return None
    start, end = match.start(), match.end()
    groups = match.groupdict()
    edge = groups.get("edge") or groups.get("xun") or ""
    if "旬" in edge:
        return Days(start, end, first, last_of_month(first), "vague")
    if edge:
        day = {"底": last_of_month(first), "末": last_of_month(first), "初": first, "中": first.replace(day=15)}[edge]
        return Days(start, end, day, day, bare=bare)
    back = first if first <= today else safe_day(year - 1, month, 1)
    return Days(start, end, first, last_of_month(first), "month", bare=bare, back=back if bare else None)


def _whole_year(match: re.Match[str], year: int) -> Days | None:
    edge = match.groupdict().get("edge")
    if edge and "旬" not in edge:
        day = {"底": date(year, 12, 31), "末": date(year, 12, 31), "初": date(year, 1, 1), "中": date(year, 6, 30)}[
            edge
        ]
        return Days(match.start(), match.end(), day, day)
    return Days(match.start(), match.end(), date(year, 1, 1), date(year, 12, 31), "year")


def some_months(match: re.Match[str], today: date) -> Days | None:
    """`2021年的最后4个月`, `今年前三个月`; without a year it is not read here."""
    year, count = year_of(match, today), small(match["n"])
    if year is None or not count or count > 12:
        return None
    if match["which"] in ("前", "头"):
        first, last = date(year, 1, 1), last_of_month(date(year, count, 1))
    else:
        first, last = date(year, 13 - count, 1), date(year, 12, 31)
    return Days(match.start(), match.end(), first, last, "months")


def numeric_date(match: re.Match[str], today: date) -> Days | None:
    """`2025-06-11`, `20250611`, `2010 01 29`, `12/1` (month first), `2025-06`."""
    if match["m4"]:
        return _on_day(match.start(), match.end(), None, int(match["m4"]), int(match["d4"]), today, None)
    if match["y5"]:
        first = safe_day(int(match["y5"]), int(match["m5"]), 1)
        return Days(match.start(), match.end(), first, last_of_month(first), "month") if first else None
    for suffix in ("", "2", "3"):
        if match["y" + suffix]:
            day = safe_day(int(match["y" + suffix]), int(match["m" + suffix]), int(match["d" + suffix]))
            return Days(match.start(), match.end(), day, day) if day else None
    return None


def relative_day(match: re.Match[str], today: date) -> Days | None:
    day = add_days(today, _RELATIVE[match[0]])
    return Days(match.start(), match.end(), day, day) if day else None


def coming_days(match: re.Match[str], today: date) -> Days | None:
    """`明后两天`, `今明两天`."""
    first, last = (add_days(today, _RELATIVE[match[side]]) for side in ("from", "to"))
    if first is None or last is None or first >= last:
        return None
    return Days(match.start(), match.end(), first, last, "days")


def weekday(match: re.Match[str], today: date, base: date | None = None) -> Days | None:
    """`周三` is the next one after today (or on from `base`), `下周三` in next week, `这周`, `下下周末`."""
    shift, said = month_shift(match["pre"]), bool(match["pre"])
    start, end = match.start(), match.end()
    week = add_days(monday(today), 7 * shift)
    if week is None:
        return None
    if match["whole"] is not None:
        return Days(start, end, week, week + timedelta(days=6), "week") if said else None
    if match["end"]:
        saturday = week + timedelta(days=5)
        return Days(start, end, saturday, saturday + timedelta(days=1), "weekend", bare=not said)
    number = WEEKDAYS[match["day"]]
    if said:
        day = week + timedelta(days=number)
        return Days(start, end, day, day, weekday=number)
    around = base or today
    ahead = (number - around.weekday()) % 7 or (0 if base else 7)
    first, back = add_days(around, ahead), add_days(today, -((today.weekday() - number) % 7))
    return Days(start, end, first, first, bare=True, back=back, weekday=number) if first else None
