"""Slot values read from a message: amounts, quantities, moments, names (corpus/README.md 1.3)."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from handlers.language.moments import At, Between, Clock, Day, Every, Found, Open, Part, Stretch, Value
from handlers.language.moments.reading import first_day
from handlers.language.names import Kind
from handlers.language.numbers import Number
from handlers.language.understanding.message import Message

Slots = dict[str, Any]
MEASURE = re.compile(
    r" ?(?:多)?(?:台|个(?!月|点|小时|工作日|人天|星期|礼拜|百分|亿|万)|套|件(?!事)|只|条(?!件)|块(?!钱)|把|份|"
    r"箱|部(?!门)|"
    r"支|根|张|卷|瓶|批|双|组|盒|辆|颗|片|枚|米|吨|公斤|kg|pcs|桶|袋|架|本(?![月周次来年人])|副|包(?![括含])|单位)"
)
_NO_AMOUNT_AFTER = re.compile(
    r"(?:多)?(?:台|个(?!亿|万)|套|件(?!事)|只|条(?!件)|把|份|箱|部(?![门分署])|支(?![付票持出])|根|张|卷|瓶|"
    r"批|双|组|盒|辆|颗|片|枚|米|吨|公斤|点|"
    r"折|成|%|天|年|月|日|号|人|家|次|路|期|楼|层|间|门|号楼|位|周|小时|分钟|访|轮|版(?!本)|级|倍|g(?![a-z])|英寸|"
    r"寸|度|项(?!目)|页|口|栋|车|晚|岁|届|等|股|步|方(?![便案面式向])|包(?![括含])|家店|门店|楼|分|千?瓦|"
    r"w(?![a-z])|公里|遍|种|类|代|道|句|班|"
    r"所|室|科|院)"
)
_MONEY_BEFORE = re.compile(
    r"(?:预算|金额|总?合计|总价|总额|总共|一共|共计?|花了?|报价|价格|费用?|单价|货款|尾款|首付款?|定金|订金|"
    r"余款|款|回款|到账|打了|付了|转了|收到|应该是|改成|改为|调到|变成|涨到|降到|砍到|减到|大概|大约|约|"
    r"差不多|预估|估计|能切的|额|标的|¥|钱|是|到|销|销了|成|元|合同|一笔|单子|为|近|至少|起码|最多|不超过|"
    r"给了?)(?:[的是在:: ,到了约有才也要就]|大概|大约|差不多|共|为|控制|含税|不含税|左右)*$"
)
_BIG_UNIT = re.compile(r"(?:万|亿|k|w|千|百)$|[kw]\d$|万\S{1,6}$")
_SMALL_CLUE = re.compile(
    r"(?:投资|营收|原价|注册|市场价|面积|产值|年产|利润|规模|总投|罚|欠|差|成本)[\u4e00-\u9fff]{0,4}(?:约|是|"
    r":|大概)?$|从$"
)


def amounts(message: Message) -> list[tuple[float, Number]]:
    """Numbers that may be money with what speaks for them."""
    spans = [(m.start, m.end) for m in message.moneys]
    percents = [(p.start, p.end) for p in message.percents]
    found = []
    for number in message.numbers:
        if any(a <= number.start < b for a, b in percents) or number.value <= 0:
            continue
        if message.text[number.start : number.end] == "一":
            continue
        money = next((m for m in message.moneys if m.start <= number.start < m.end), None)
        after = message.shape[number.end : number.end + 6]
        if _NO_AMOUNT_AFTER.match(after) and not (money and not re.match(r"块", after)):
            continue
        if money and not any(a <= number.start < b for a, b in spans):
            continue
        value = money.value if money else number.value
        found.append((_money_score(message, number, money is not None), Number(number.start, number.end, value)))
    return found


def _money_score(message: Message, number: Number, currency: bool) -> float:
    before = message.shape[max(0, number.start - 14) : number.start]
    typed = message.named[number.start : number.end]
    score = 3.0 if currency else 0.0
    if _BIG_UNIT.search(typed):
        score += 3.0
    if _MONEY_BEFORE.search(before):
        score += 3.0
    if _SMALL_CLUE.search(before):
        score -= 4.0
    if re.search(r"[SIW#第]\s?$|每$", before):
        score -= 2.0
    if number.value < 10:
        score -= 2.0
    return score


def amount(message: Message, *, least: float = 3.0) -> str | None:
    """The amount that is asked for, budgeted, paid or quoted: the likeliest, of equals the last."""
    ranked = [(score, number.start, number) for score, number in amounts(message) if score >= least]
    if not ranked:
        return None
    best = max(min(score, 6.0) for score, _, _ in ranked)
    chosen = [number for score, _, number in ranked if min(score, 6.0) >= best][-1]
    return plain(chosen.value)


def plain(value: Decimal) -> str:
    """A decimal without exponent and trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantities(message: Message, *, bare: bool = False) -> list[Number]:
    """Counted goods, those counted together (`一共48个`) alone where there are such; `bare` also without a measure."""
    taken = [(m.start, m.end) for m in message.moneys] + [(p.start, p.end) for p in message.percents]
    measured, together, naked = [], [], []
    for number in message.numbers:
        in_blocks = message.named[number.end : number.end + 1] == "块" and message.of_kind("product")
        if any(a <= number.start < b for a, b in taken) and not in_blocks:
            continue
        if number.value != number.value.to_integral_value() or not 0 <= number.value < 10**9:
            continue
        before = message.shape[max(0, number.start - 4) : number.start]
        if re.search(r"每|第|最多.?$", before):
            continue
        if MEASURE.match(message.named, number.end):
            measured.append(number)
            if number.value == 1 and message.named[number.end : number.end + 1] in "批些":
                measured.pop()
            if re.search(r"共计?|合计|总数?|总计|实盘|实际", before):
                together.append(number)
        elif bare or re.search(r"[x*×乘]\s?$", before) or re.search(r"数量[:为是]?\s?$", before):
            naked.append(number)
    return together or measured or naked


def quantity(message: Message, *, bare: bool = False) -> int | None:
    found = quantities(message, bare=bare)
    return int(found[0].value) if found else None


def slot_time(value: Value) -> str | None:
    """A day, moment, week or month as precise as it was said; None for what fixes none of them."""
    match value:
        case Day(day):
            return day.isoformat()
        case At(at):
            return at.strftime("%Y-%m-%dT%H:%M")
        case Part(day, _, hour) if day:
            return datetime.combine(day, hour).strftime("%Y-%m-%dT%H:%M")
        case Stretch(first, _, "week"):
            year, week, _ = first.isocalendar()
            return f"{year:04d}-W{week:02d}"
        case Stretch(first, _, "month"):
            return first.strftime("%Y-%m")
        case Stretch(first, _, "weekend" | "days"):
            return first.isoformat()
        case Open(bound, _):
            return slot_time(bound)
        case Between(first, _) if isinstance(first, datetime):
            return first.strftime("%Y-%m-%dT%H:%M")
    return None


def day_of(value: Value) -> date | None:
    """The day a value begins on."""
    match value:
        case Open(bound, _):
            return day_of(bound)
        case Between(first, _) if isinstance(first, datetime):
            return first.date()
    return first_day(value)


def ends_of(found: Found) -> tuple[str | None, str | None]:
    """Beginning and end of a span of days or hours as slots; the end only where one is named."""
    match found.value:
        case Stretch(first, last, "days"):
            return first.isoformat(), last.isoformat()
        case Between(first, last) if isinstance(first, datetime) and isinstance(last, datetime):
            return first.strftime("%Y-%m-%dT%H:%M"), last.strftime("%Y-%m-%dT%H:%M")
    return slot_time(found.value), None


def moment(message: Message, among: Sequence[Found] | None = None) -> tuple[str, list[Found]] | None:
    """The moment a task or reminder is for, a day and a later time of day taken together, and what said so."""
    usable = [f for f in (message.times if among is None else among) if slot_time(f.value) and not is_past(message, f)]
    if not usable:
        return None
    first = usable[0]
    clock = next((f for f in usable[1:] if f.bare and isinstance(f.value, At) and _only_clock(message, f)), None)
    if clock and isinstance(first.value, Day | Part) and isinstance(clock.value, At):
        day = day_of(first.value)
        if day:
            at = datetime.combine(day, clock.value.at.time())
            return at.strftime("%Y-%m-%dT%H:%M"), [first, clock]
    text = slot_time(first.value)
    return (text, [first]) if text else None


def _only_clock(message: Message, found: Found) -> bool:
    return not re.search(r"周|星期|礼拜|号|日|月|天|年", message.text[found.start : found.end])


def is_past(message: Message, found: Found) -> bool:
    """Before the message's moment."""
    day = day_of(found.value)
    if day is None:
        return False
    if isinstance(found.value, At):
        return found.value.at < message.now
    if isinstance(found.value, Part):
        return datetime.combine(day, found.value.hour) < message.now
    if isinstance(found.value, Stretch):
        return found.value.last < message.now.date()
    return day < message.now.date()


def customers(message: Message) -> Slots:
    """The first customer, and whether it has to be asked which one is meant."""
    found = message.of_kind("customer")
    if not found:
        return {}
    name = found[0]
    if name.shared:
        return {"customer": message.typed(name.start, name.end), "clarify": "customer"}
    return {"customer": name.key}


def mentioned(message: Message) -> Slots:
    """Colleagues addressed with `@`, each once."""
    if not message.mentions:
        return {}
    slots: Slots = {}
    names: list[str] = []
    for mention in message.mentions:
        if mention.shared:
            slots["clarify"] = "mention"
        name = mention.keys[0] if len(mention.keys) == 1 else mention.name
        if name and name not in names:
            names.append(name)
    return {"mention": names, **slots}


def addressed(message: Message) -> Slots:
    """Mentions, or else a colleague called by name."""
    slots = mentioned(message)
    if slots:
        return slots
    for name in message.of_kind("colleague"):
        if name.shared:
            return {"mention": [message.typed(name.start, name.end)], "clarify": "mention"}
        return {"mention": [name.key]}
    return {}


def first_key(message: Message, kind: Kind, *, weak: bool = False) -> Slots:
    """The first product or warehouse as its slot; `weak` lets a code's letters alone count."""
    slot = {"product": "sku", "warehouse": "warehouse"}.get(kind, kind)
    for name in message.of_kind(kind):
        if weak or not name.weak:
            return {slot: name.key}
    return {}


def contacts(message: Message, *, start: int = 0) -> list[str]:
    """Persons of the customer's side as typed, each once; a colleague's full name is none."""
    names: list[str] = []
    full = message.of_kind("colleague")
    for person in message.persons:
        typed = message.typed(person.start, person.end)
        colleague = next((n for n in full if n.start <= person.start < n.end), None)
        if colleague and (not re.search(r"(?:总|工|经理|主任|会计)$", typed) or typed == colleague.key):
            continue
        if person.start >= start and typed not in names:
            names.append(typed)
    return names


def code(message: Message) -> Slots:
    """The first number of a record."""
    return {"target_id": message.codes[0].value} if message.codes else {}


def repeat_slots(every: Every) -> Slots:
    """`repeat` and `at` of a recurrence, as far as they are sayable in the corpus's words."""
    slots: Slots = {}
    if every.byday == ("MO", "TU", "WE", "TH", "FR"):
        slots["repeat"] = "WORKDAY"
    elif every.freq == "WEEKLY" and every.byday:
        slots["repeat"] = f"WEEKLY:{every.byday[0]}"
    elif every.freq == "MONTHLY" and every.monthday:
        slots["repeat"] = "MONTHLY:LAST" if every.monthday == -1 else f"MONTHLY:{every.monthday}"
    elif every.freq == "DAILY":
        slots["repeat"] = "DAILY"
    elif every.freq == "WEEKLY":
        slots["repeat"] = "WEEKLY:MO"
    elif every.freq == "MONTHLY":
        slots["repeat"] = "MONTHLY:1"
    if slots and every.clock:
        slots["at"] = every.clock.strftime("%H:%M")
    return slots


def clocks(found: Iterable[Found]) -> Iterable[Clock]:
    return (f.value for f in found if isinstance(f.value, Clock))
