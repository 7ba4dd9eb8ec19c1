"""Numbers as written in Chinese: `三千五`, `3万4000`, `15k`, `百分之五`, `八五折`; texts are folded, squeezed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
BANKERS = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"参": 3, "弍": 2}
UNITS = {"兆": 10**12, "亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "十": 10}
_PLAIN = str.maketrans("拾佰仟壹贰叁参肆伍陆柒捌玖〇两俩仨", "十百千一二三三四五六七八九零二二三")
_BANKER_MARKS = frozenset("拾佰仟壹贰叁参肆伍陆柒捌玖")
_CN = "零〇一二三四五六七八九两俩仨壹贰叁参肆伍陆柒捌玖十百千万亿兆拾佰仟"
ASCII = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,20})(?:\.\d+)?"
RUN = re.compile(rf"(?:{ASCII}|\.\d+|[{_CN}])(?:{ASCII}|[{_CN}]|点(?=[{_CN}\d]))*")
_ASCII_ONLY = re.compile(ASCII)
_MULTIPLE = re.compile(r" ?(k|m|b|g|t|w)(\d(?!\d))?(?![a-z0-9])")
_BEFORE_SIGN = ("", " ", "\n", "(", ":", ",", "=", "<", ">", "、", "。", "是")
_DOZEN = re.compile(r"打(?![算电的车印包折球款开着个过上下出对到听包一二三四五六七八九])")
_APPROXIMATE = re.compile(r"[一二三四五六七八九两]{2}(?![一二三四五六七八九零])")
_MULTIPLES = {"k": 10**3, "w": 10**4, "m": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}
LONGEST = 40
"""Characters; a longer run of digits is a serial number or noise."""

_NO_NUMBER = re.compile(
    r"一(?:下|起|些|直|定|样|般|旦|切|向|会儿|边|共|律|并|旁|再)|万(?:一|里)|(?:统|唯|同|单)一|十(?:足|"
    r"分(?!钟|之))|千(?:万别|万不)"
    r"|三(?:方|包)|八卦|百(?:姓|货)|两(?:者|边)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it stands; `vague` for `50来万` and `三百多`, whose value is the nominal one."""

    start: int
    end: int
    value: Decimal
    vague: bool = False


def numeral(text: str) -> Decimal | None:
    """The value of a whole run such as `一万三`, `2千零30万`, `二点五`; None when it is not one number."""
    if not text or len(text) > LONGEST or "点两" in text:
        return None
    plain = text.translate(_PLAIN).replace(",", "")
    if plain.isascii():
        return Decimal(plain)
    if len(text) == 1 and text in _BANKER_MARKS:
        return None
    return _value(plain)


def _value(text: str) -> Decimal | None:
    point = text.find("点")
    if point >= 0:
        return _with_point(text[:point], text[point + 1 :])
    for unit in "兆亿万":
        place = text.rfind(unit)
        if place >= 0:
            return _by_unit(text[:place], UNITS[unit], text[place + 1 :])
    return _below_wan(text)


def _with_point(whole: str, rest: str) -> Decimal | None:
    digits = rest
    while digits and digits[-1] in UNITS:
        digits = digits[:-1]
    decimals = "".join(str(DIGITS[c]) if c in DIGITS else c for c in digits)
    if not decimals.isdigit() or not whole:
        return None
    before = _value(whole)
    if before is None:
        return None
    value = before + Decimal(f"0.{decimals}")
    for unit in rest[len(digits) :]:
        value *= UNITS[unit]
    return value


def _by_unit(left: str, unit: int, right: str) -> Decimal | None:
    times = _value(left) if left else None
    rest = _rest(right, unit)
    if times is None or rest is None or times == 0 or rest >= unit:
        return None
    return times * unit + rest


def _rest(text: str, unit: int) -> Decimal | None:
    """What follows a unit: a lone digit counts in tenths of it (`一万三`), after 零 in ones (`一千零五`)."""
    if not text:
        return Decimal(0)
    if len(text) == 1 and text != "零":
        digit = DIGITS.get(text, int(text) if text.isdigit() else None)
        return None if digit is None else Decimal(digit) * (unit // 10 if unit >= 100 else 1)
    return _value(text.lstrip("零")) if text.strip("零") else Decimal(0)


def _below_wan(text: str) -> Decimal | None:
    for unit in "千百十":
        place = text.find(unit)
        if place >= 0:
            return _small_unit(text[:place].lstrip("零"), unit, text[place + 1 :])
    return _digits(text)


def _small_unit(left: str, unit: str, right: str) -> Decimal | None:
    if not left and unit != "十" and not right:
        return None
    times = _digits(left) if left else Decimal(1)
    rest = _rest(right, UNITS[unit])
    if times is None or rest is None or times == 0 or rest >= UNITS[unit]:
        return None
    if times > 9 and left.isalnum() and not left.isascii():
        return None
    return times * UNITS[unit] + rest


def _digits(text: str) -> Decimal | None:
    """Digits side by side: ASCII of any length, Chinese ones alone or as a number read out (`二零零八`)."""
    if _ASCII_ONLY.fullmatch(text) or (text[:1] == "." and text[1:].isdigit()):
        return Decimal(text)
    values = [DIGITS.get(c) for c in text]
    if not text or None in values:
        return None
    if len(text) == 2 and "零" not in text:
        return None
    return Decimal("".join(str(v) for v in values))


def numbers(text: str) -> Iterator[Number]:
    """Every number in the text, left to right, `15k` and `-3` included."""
    done = 0
    for run in RUN.finditer(text):
        for number in _in_run(text, max(run.start(), done), run.end()):
            yield number
            done = number.end


def _in_run(text: str, start: int, end: int) -> Iterator[Number]:
    if end - start > LONGEST * 4:
        return
    while start < end:
        if _APPROXIMATE.match(text, start):
            start += 3
            continue
        found = _longest(text, start, min(end, start + LONGEST))
        if found is None:
            start += 1
            continue
        yield found
        start = max(found.end, start + 1)


def _longest(text: str, start: int, end: int) -> Number | None:
    skip = _NO_NUMBER.match(text, start) or (start and _NO_NUMBER.match(text, start - 1))
    if skip and skip.end() > start and end - start <= 2:
        return None
    for stop in range(end, max(start, end - 12), -1):
        value = numeral(text[start:stop])
        if value is not None:
            return _scaled(text, start, stop, value)
    return None


def _scaled(text: str, start: int, stop: int, value: Decimal) -> Number:
    """With its sign, and with `k`, `w`, `M` (one more digit after it counts in tenths: `1w5`), and by the dozen."""
    multiple = _MULTIPLE.match(text, stop)
    if multiple and text[stop - 1].isdigit():
        factor = _MULTIPLES[multiple[1]]
        tenth = int(multiple[2]) if multiple[2] else 0
        value, stop = value * factor + Decimal(tenth * factor) / 10, multiple.end()
    dozen = _DOZEN.match(text, stop)
    if dozen:
        value, stop = value * 12, dozen.end()
    sign = text[start - 1 : start]
    if sign == "负" or (sign in ("-", "+") and sign and text[start - 2 : start - 1] in _BEFORE_SIGN):
        return Number(start - 1, stop, value if sign == "+" else -value)
    return Number(start, stop, value)
