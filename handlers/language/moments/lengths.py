"""Lengths of time, and days and moments counted from now: `3天`, `半小时后`, `两周内`, `最近30天`, `3个工作日后`."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from handlers.language.moments.arithmetic import add_days, add_months, add_seconds
from handlers.language.moments.values import At, Day, Lasting, Stretch, Vague, Value
from handlers.language.numbers import numeral

_Q = r"(?:\d{1,5}(?:\.\d{1,2})?|[〇零一二两俩三四五六七八九十百]{1,6}(?:点[零一二三四五六七八九]{1,2})?|半|几|数)"
_UNIT = (
    r"(?:个?工作日|秒钟?|分钟|刻钟|个?小时|个?钟头|个?钟(?!点|表)|天|日|个?周(?![一二三四五六日末年边围到报总])"
    r"|个?(?:星期|礼拜)(?![一二三四五六日天])|个月|(?<=个半)月|个季度|年(?![级代会度货底初末中报龄])|周年|h(?![a-z])|min(?![a-z]))"
)
LENGTH = re.compile(
    rf"(?P<n>{_Q})(?:个)?(?P<half>半)?(?P<u>{_UNIT})(?P<tail>零?半|又?(?P<n2>{_Q})(?P<u2>{_UNIT}|时|分|秒))?"
)
AFTER = re.compile(r"(?:以|之|过)?后(?!天|面|续|年(?!底)|期|台|端|勤|者|来|半|市)")
BEFORE = re.compile(r"(?:以|之)?前(?!天|面|年|期|台|端|者|后|提|沿|三|五|十)")
WITHIN = re.compile(r"(?:之|以)?内(?!部|容|存|测|网|控|审|部)|里(?!程|面|头|边)")
PASSING = re.compile(r"(?:再|约)?过(?:了)?")
VAGUE = re.compile(
    r"(?:过|等|这|前|后|隔)(?:(?:几|些|阵)(?:天|日|周|个?月|个?星期|个?礼拜|年|阵)|一?两三?[天日])(?:子)?|(?:过|"
    r"等)(?:一|两)?阵(?:子)?|改天|改日|回头|尽快|"
    r"[近]期|(?:上|中|下)旬|农历|阴历"
)
ROLLING = re.compile(
    rf"(?P<w>最近的?|近|过去的?|未来的?|接下来的?|今后的?|往后|前|后|(?<!一)[上下](?=[二两三四五六七八九十]|\d{{1,2}}(?!\d))|"
    rf"最后)(?:这)?(?:一)?(?P<n>{_Q})(?:个)?(?P<u>天|日|周|星期|礼拜|个?月|个?季度|年|个?小时|分钟)(?!前|后|以|"
    rf"之)"
)
_SECONDS = {"秒": 1, "分": 60, "刻": 900, "小": 3600, "钟": 3600, "h": 3600, "m": 60, "时": 3600}
_DAYS = {"天": 1, "日": 1, "周": 7, "星": 7, "礼": 7}
_MONTHS = {"月": 1, "季": 3, "年": 12}
_BACK = ("最近", "近", "过去", "前", "上")


@dataclass(frozen=True, slots=True)
class Length:
    """A length, with its exact count of working days where it was said in those."""

    start: int
    end: int
    lasting: Lasting
    by_clock: bool
    workdays: int = 0


def length(match: re.Match[str]) -> Length | None:
    """`三年半`, `1个半小时`, `两个半月`, `8天20时`, `半年`."""
    unit = match["u"].removeprefix("个")
    number = _quantity(match["n"])
    if number is None:
        return None
    if unit == "工作日":
        return Length(match.start(), match.end(), Lasting(seconds=int(number) * 86400), False, int(number))
    if match["half"]:
        number += Decimal("0.5")
    months, seconds = _measured(number, unit)
    groups = match.groupdict()
    if groups.get("n2") and match["u2"]:
        more = _quantity(match["n2"])
        extra = _measured(more, match["u2"].removeprefix("个")) if more is not None else (0, 0)
        months, seconds = months + extra[0], seconds + extra[1]
    elif groups.get("tail"):
        extra = _measured(Decimal("0.5"), unit)
        months, seconds = months + extra[0], seconds + extra[1]
    if not months and not seconds:
        return None
    return Length(match.start(), match.end(), Lasting(months, seconds), unit[0] in _SECONDS)


def _quantity(text: str) -> Decimal | None:
    if text in ("几", "数"):
        return None
    return Decimal("0.5") if text == "半" else numeral(text)


def _measured(number: Decimal, unit: str) -> tuple[int, int]:
    """Months and seconds; half a month is 15 days (corpus/README.md 1.3)."""
    first = unit[0]
    if first in _MONTHS:
        months = number * _MONTHS[first]
        whole = int(months)
        return whole, int((months - whole) * 30 * 86400)
    return 0, int(number * (_DAYS[first] * 86400 if first in _DAYS else _SECONDS[first]))


def counted(found: Length, now: datetime, direction: int) -> Value | None:
    """The day or moment so far from now; days where the unit is a day or longer."""
    months, seconds = direction * found.lasting.months, direction * found.lasting.seconds
    if found.by_clock:
        moment = add_seconds(now, seconds)
        return At(moment) if moment else None
    day = add_months(now.date(), months)
    day = add_days(day, seconds // 86400 if seconds >= 0 else -(-seconds // 86400)) if day else None
    return Day(day) if day else None


def rolling(match: re.Match[str], today: date) -> Value | None:
    """`最近30天` ends today, `未来两周` begins today; `前几天` fixes nothing."""
    number = _quantity(match["n"])
    if number is None:
        return Vague()
    unit = match["u"].removeprefix("个")
    if unit in ("小时", "分钟"):
        return None
    months, seconds = _measured(number, unit)
    back = match["w"].removesuffix("的") in _BACK
    sign = -1 if back else 1
    far = add_months(today, sign * months)
    far = add_days(far, sign * (seconds // 86400 - (1 if seconds else 0))) if far else None
    if far is None:
        return None
    first, last = (far, today) if back else (today, far)
    return Stretch(first, last, "rolling") if first <= last else None
