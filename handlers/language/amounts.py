"""Money, percentages, discounts and counted goods in a folded and squeezed text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from handlers.language.numbers import BANKERS, DIGITS, RUN, Number, numeral

CURRENCIES = {
    "CNY": ("人民币", "rmb", "cny", "yuan", "kuai", "¥", "元", "块钱", "块", "圆", "软妹币"),
    "USD": ("美元", "美金", "美刀", "usd", "dollars", "dollar", "$", "us$", "刀"),
    "EUR": ("欧元", "euros", "euro", "eur", "€"),
    "GBP": ("英镑", "pounds", "gbp", "£"),
    "JPY": ("日元", "日币", "jpy", "円"),
    "HKD": ("港元", "港币", "港纸", "hkd", "hk$"),
    "TWD": ("台币", "新台币", "twd", "nt$"),
    "KRW": ("韩元", "韩币", "krw", "₩"),
    "AUD": ("澳元", "澳币", "aud"),
    "CAD": ("加元", "加币", "cad"),
    "SGD": ("新加坡元", "新元", "新币", "sgd"),
    "RUB": ("卢布", "rub"),
    "INR": ("卢比", "inr"),
    "THB": ("泰铢", "thb"),
    "CHF": ("瑞士法郎", "瑞郎", "chf"),
    "MOP": ("澳门元", "澳门币", "mop"),
}
_CURRENCY_OF = {word: code for code, words in CURRENCIES.items() for word in words}
_WORDS = "|".join(sorted((re.escape(word) for word in _CURRENCY_OF), key=len, reverse=True))
_BEFORE = re.compile(rf"(?:{_WORDS}) ?$")
_AFTER = re.compile(rf" ?(?:多|来|余|几)?(?:个)?({_WORDS})(?![a-z件])")
_VAGUE = re.compile(r"(?:多|来|余|几)(?=[万亿千百十元块个台套人天年份件条]|$|[^\w])")
_VAGUE_UNIT = re.compile(r"(?:(?:多|来|余|几)(?:个)?|个)([万亿千百])")
_SMALL = re.compile(
    r"(?:零)?(?:(?P<jiao>[一二三四五六七八九两\d])[角毛])?(?:零)?(?:(?P<fen>[一二三四五六七八九两\d])分)?(?P<last>[一二三四五六七八九两\d](?![\d一二三四五六七八九十百千万亿.台个套折成天月号点年份条件只]))?"
)
_SMALL_ONLY = re.compile(r"([角毛分])(?:钱)?")
_SHARE_OF = re.compile(rf"([百千万佰仟])分之 ?({RUN.pattern})")
_PERCENT_AFTER = re.compile(
    r" ?(?:(%|‰|个百分点|百分点|个点(?!子))|成(?!都|功|交|立|为|员|本|熟|果|绩|型|品|长|人|了)|折(?!扣|腾|叠|"
    r"旧|线|算|页|磨))"
)
_TENTH = re.compile(r"([一二三四五六七八九半\d])(?!\d|[台个套万年月])")
_WAYS = {"百": 1, "佰": 1, "千": 10, "仟": 10, "万": 100}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency word; `least` is the lower end where two are named (`100到200元`)."""

    start: int
    end: int
    value: Decimal
    currency: str = "CNY"
    least: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Percent:
    """A share in percent; `way` is the word that made it one: `%`, `点`, `成` or `折`."""

    start: int
    end: int
    value: Decimal
    way: str


def vague_end(text: str, number: Number) -> Number:
    """The number with the word that blurs it: `50来万`, `三百多`, `80几`; its value is the nominal one."""
    unit = _VAGUE_UNIT.match(text, number.end)
    if unit:
        factor = {"万": 10**4, "亿": 10**8, "千": 1000, "百": 100}[unit[1]]
        return Number(number.start, unit.end(), number.value * factor, vague=True)
    vague = _VAGUE.match(text, number.end)
    return Number(number.start, vague.end(), number.value, vague=True) if vague else number


def moneys(text: str, found: list[Number]) -> Iterator[Money]:
    """Amounts that carry a currency."""
    previous: Number | None = None
    done = 0
    for raw in found:
        if raw.start < done:
            continue
        number = vague_end(text, raw)
        money = _money(text, number)
        if money and previous and re.fullmatch(r" ?[到至\-~—] ?", text[previous.end : raw.start]):
            money = Money(previous.start, money.end, money.value, money.currency, previous.value)
        if money:
            yield money
            done = money.end
        previous = raw


def _money(text: str, number: Number) -> Money | None:
    before = _BEFORE.search(text, max(0, number.start - 6), number.start)
    after = _AFTER.match(text, number.end)
    if after:
        return _with_small(text, number, after)
    small = _SMALL_ONLY.match(text, number.end)
    if small and small[1] != "分" and number.value < 100:
        return Money(number.start, small.end(), number.value / 10)
    if before:
        return Money(before.start(), number.end, number.value, _CURRENCY_OF[before[0].strip()])
    return None


def _with_small(text: str, number: Number, after: re.Match[str]) -> Money:
    value, end = number.value, after.end()
    word = after[1]
    if word in ("元", "块", "圆"):
        small = _SMALL.match(text, end)
        if small and small.end() > end:
            value += Decimal(_digit(small["jiao"])) / 10 + Decimal(_digit(small["fen"])) / 100
            if small["last"]:
                value += Decimal(_digit(small["last"])) / (100 if small["jiao"] else 10)
            end = small.end()
    lead = _BEFORE.search(text, max(0, number.start - 6), number.start)
    start = lead.start() if lead else number.start
    return Money(start, end, value, _CURRENCY_OF[word])


def _digit(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdigit() else DIGITS[text]


def percents(text: str, found: list[Number]) -> Iterator[Percent]:
    """Shares in percent: `百分之五`, `5%`, `12k个百分点`, `七成六`, `八五折` (85), `对折` (50)."""
    for share in _SHARE_OF.finditer(text):
        value = numeral(share[2]) if len(share[2]) > 1 else _single(share[2])
        if value is not None:
            number = next((n for n in found if n.start <= share.start(2) < n.end), None)
            value, end = (number.value, number.end) if number else (value, share.end())
            negative = text[share.start() - 1 : share.start()] == "负"
            yield Percent(share.start(), end, (-value if negative else value) / _WAYS[share[1]], "%")
    for number in found:
        after = _PERCENT_AFTER.match(text, number.end)
        if after and text[number.start - 2 : number.start] != "分之":
            yield _percent(text, number, after)
    for whole in re.finditer(r"百分之?百", text):
        yield Percent(whole.start(), whole.end(), Decimal(100), "%")
    for half in re.finditer(r"对折|半折|半价", text):
        yield Percent(half.start(), half.end(), Decimal(50), "折")
    for digits in re.finditer(r"([一二三四五六七八九])([一二三四五六七八九])折", text):
        yield Percent(digits.start(), digits.end(), Decimal(DIGITS[digits[1]] * 10 + DIGITS[digits[2]]), "折")


def fractions(text: str, found: list[Number]) -> Iterator[Number]:
    """`三分之二`: the second number over the first."""
    for below, above in pairwise(found):
        if text[below.end : above.start] == "分之" and below.value > 0:
            yield Number(below.start, above.end, above.value / below.value)


def _single(text: str) -> Decimal | None:
    value = BANKERS.get(text, DIGITS.get(text, int(text) if text.isdigit() else None))
    return None if value is None else Decimal(value)


def _percent(text: str, number: Number, after: re.Match[str]) -> Percent:
    word = after[0].strip()
    if word == "‰":
        return Percent(number.start, after.end(), number.value / 10, "%")
    if word == "成":
        return _tenths(text, number, after.end())
    if word == "折":
        value = number.value
        while value > 100:
            value /= 10
        return Percent(number.start, after.end(), value if value > 10 else value * 10, "折")
    return Percent(number.start, after.end(), number.value, "点" if "点" in word else "%")


def _tenths(text: str, number: Number, end: int) -> Percent:
    value = number.value * 10
    more = _TENTH.match(text, end)
    if more:
        value += 5 if more[1] == "半" else _digit(more[1])
        end = more.end()
    return Percent(number.start, end, value, "成")
