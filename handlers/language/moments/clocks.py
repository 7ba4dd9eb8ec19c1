"""Times of day: `下午3点半`, `15:00`, `差五分三点`, `今晚`, and the parts of a day."""

import re
from dataclasses import dataclass
from datetime import time

from handlers.language.moments.days import small

_PARTS = {
    "dawn": ((5, 0), ("凌晨", "拂晓", "黎明", "天亮")),
    "early": ((8, 0), ("大清早", "清早", "一大早", "一早", "清晨", "早晨")),
    "morning": ((9, 0), ("早上", "早间", "上午", "早", "晨", "一上午")),
    "noon": ((12, 0), ("中午", "正午", "午间", "晌午")),
    "afternoon": ((14, 0), ("下午", "午后", "后晌")),
    "dusk": ((18, 0), ("傍晚", "黄昏", "下班前", "下班之前", "下班以前", "下班", "收工前")),
    "evening": ((19, 0), ("晚上", "晚间", "夜晚", "夜间", "晚", "夜里", "夜")),
    "night": ((22, 0), ("深夜", "半夜", "午夜", "大半夜", "三更半夜")),
}
PART_OF = {word: (name, time(*hour)) for name, (hour, words) in _PARTS.items() for word in words}
_LONE = "早晨晚夜"
PART = re.compile(
    "|".join(sorted((w for w in PART_OF if w not in _LONE), key=len, reverse=True))
    + r"|(?<=[今明昨后当天日号一二三四五六末])[早晨晚夜](?!餐|饭|会|宴|报|点到|期)"
)
PLAIN_NAMES = {"early": "morning", "dusk": "evening"}
"""Names of the parts as time_zh has them."""

_H = r"(?:2[0-4]|1\d|0?\d|二十[一二三四]?|十[一二三四五六七八九]?|[零〇一二两俩三四五六七八九])"
_M = r"(?:[0-5]?\d|[零〇]?[一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?)"
_HALVES = {"am": "morning", "pm": "afternoon"}
DIGITAL = re.compile(
    r"(?<![\d:.])(?P<h>2[0-4]|[01]?\d):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![\d:])(?P<z>z)?(?: "
    r"?(?P<ap>[ap])\.?m\.?(?![a-z]))?"
)
SPOKEN = re.compile(
    rf"(?<![\d.第每])(?P<h>{_H})(?P<u>点钟?|时(?!候|间|长|段|代|常|效|尚|刻|不|区))(?!位|名|赞|儿?心|击|评|火|"
    rf"半数|[五\d]折)(?:整|过?(?P<half>半)|过?(?P<q>[一三])刻|"
    rf"过?(?P<m>{_M})(?:(?P<mu>分(?!之)(?:钟)?)(?:(?P<s>{_M})秒)?|(?![\d万千百亿%折成倍个台套年月分]|号|"
    rf"[一二三四五六七八九十])))?"
)
TO_HOUR = re.compile(rf"(?P<h1>{_H})点差(?P<m1>一刻|{_M})分?|差(?P<m2>一刻|{_M})分?钟?(?:到|就)?(?P<h2>{_H})点")
ENGLISH = re.compile(r"(?<![\d.:])(?P<h>1[0-2]|0?[1-9])(?P<m>)? ?(?P<ap>[ap])\.?m\.?(?![a-z])")
HOUR_ONLY = re.compile(rf"(?P<h>{_H})(?=(?:到|至|-|~|—)(?:{_H})(?:点|时))")


@dataclass(frozen=True, slots=True)
class DayPart:
    """A part of the day by its word."""

    start: int
    end: int
    name: str
    hour: time


@dataclass(frozen=True, slots=True)
class Hand:
    """A time as the words have it, before the part of the day turns it; `exact` needs no turning (`03:00`, `3 pm`)."""

    start: int
    end: int
    hour: int
    minute: int = 0
    second: int = 0
    exact: bool = False
    spoken: bool = True


def day_part(match: re.Match[str]) -> DayPart:
    name, hour = PART_OF[match[0]]
    return DayPart(match.start(), match.end(), name, hour)


def digital(match: re.Match[str]) -> Hand | None:
    hour = int(match["h"])
    exact = hour > 12 or match["h"].startswith("0") or hour == 0
    if match["ap"]:
        hour, exact = _half(hour, match["ap"]), True
    if hour > 23:
        return None
    return Hand(match.start(), match.end(), hour, int(match["m"]), int(match["s"] or 0), exact, spoken=False)


def spoken(match: re.Match[str]) -> Hand | None:
    hour = small(match["h"])
    if hour is None:
        return None
    minute = _minute(match)
    second = small(match["s"]) if match["s"] else 0
    if minute is None or second is None or hour > 24 or minute > 59:
        return None
    return Hand(match.start(), match.end(), hour % 24, minute, second, exact=hour == 0 or hour > 12)


def _minute(match: re.Match[str]) -> int | None:
    if match["half"]:
        return 30
    if match["q"]:
        return 15 if match["q"] == "一" else 45
    return small(match["m"]) if match["m"] else 0


def to_hour(match: re.Match[str]) -> Hand | None:
    """`差五分三点` and `三点差五分`: so many minutes before the hour."""
    before = match["m1"] or match["m2"]
    minutes = 15 if before == "一刻" else small(before)
    hour = small(match["h1"] or match["h2"])
    if minutes is None or hour is None or not 0 < minutes < 60:
        return None
    return Hand(match.start(), match.end(), (hour - 1) % 24, 60 - minutes, exact=hour > 13)


def english(match: re.Match[str]) -> Hand:
    return Hand(match.start(), match.end(), _half(int(match["h"]), match["ap"]), exact=True)


def hour_only(match: re.Match[str]) -> Hand | None:
    hour = small(match["h"])
    return None if hour is None else Hand(match.start(), match.end(), hour % 24, exact=hour == 0 or hour > 12)


def _half(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "p" else 0)


def turned(hand: Hand, part: str, *, office: bool) -> tuple[time, int]:
    """The time of day, and how many days later it falls (晚上12点 is the next day's midnight).

    Without a part of the day and in office manner 1 to 6 are the afternoon (corpus/README.md 1.3).
    """
    hour, later = hand.hour, 0
    if part in ("afternoon", "dusk") and hour < 12:
        hour += 12
    elif part in ("evening", "night"):
        hour, later = _at_night(hand, part)
    elif part == "noon" and 1 <= hour <= 3:
        hour += 12
    elif part in ("dawn", "early", "morning") and hour == 12:
        hour = 0 if part == "dawn" else 12
    elif not part and office and not hand.exact and 1 <= hour <= 6:
        hour += 12
    return time(hour, hand.minute, hand.second), later


def _at_night(hand: Hand, part: str) -> tuple[int, int]:
    if hand.hour == 12 or (hand.hour == 0 and hand.spoken):
        return 0, 1
    if hand.hour < 5 and part == "night":
        return hand.hour, 0
    if hand.hour < 4:
        return hand.hour, 1
    return (hand.hour + 12 if hand.hour < 12 else hand.hour), 0
