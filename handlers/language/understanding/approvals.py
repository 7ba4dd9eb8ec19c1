"""Slots of `approval.request` and `approval.decide` (corpus/README.md 1.2)."""

import re

from handlers.language.moments import Lasting, Stretch
from handlers.language.understanding.free_text import Span, between, tidy
from handlers.language.understanding.leave import leave
from handlers.language.understanding.message import Message
from handlers.language.understanding.reasons import ASK_NOISE, MONEY_NOISE, clauses, reason_of
from handlers.language.understanding.values import (
    MEASURE,
    Slots,
    amount,
    customers,
    ends_of,
    first_key,
    mentioned,
    plain,
    quantities,
    quantity,
    slot_time,
)

TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "expense",
        re.compile(
            r"报(?:个|一下|一笔|笔|点)?销|报(?:一下|掉|了吧)|垫付|(?:费|钱).{0,6}报|报(?:个|一笔|笔|点)[^,，。\n]{0,6}费"
        ),
    ),
    (
        "leave",
        re.compile(
            r"请.{0,8}假|(?:年休?|事|病|婚|产|丧|陪产|育儿|探亲)假|调休|补休|倒休|(?:想|要|申请).{0,8}休|休N|休息"
        ),
    ),
    ("generic", re.compile(r"用章|盖.{0,3}章|用印|出差|用车|派车|加班|借|开通|权限|门禁|领用")),
    ("discount", re.compile(r"折(?!腾|叠|旧|线|算)|特价|优惠|让利|让N|让.{0,3}个?点|降N|半价|off|下浮")),
    ("quote", re.compile(r"报价")),
    ("contract", re.compile(r"合同|协议(?!价)")),
    ("purchase", re.compile(r"采购|请购|购买|购置|买")),
)


def request(message: Message) -> Slots:
    kind = kind_of(message)
    found: Slots = {"approval_type": kind, **customers(message)}
    found |= {k: v for k, v in mentioned(message).items() if k == "mention" or "clarify" not in found}
    match kind:
        case "expense":
            return _expense(message, found)
        case "leave":
            return found | leave(message)
        case "discount" | "quote" | "contract":
            return _deal(message, found, kind)
        case "purchase":
            return _purchase(message, found)
    return _generic(message, found)


def kind_of(message: Message) -> str:
    """The type of what is asked for; a discount before a quote, a leave before a seal."""
    shape = message.shape[message.core :]
    for kind, pattern in TYPES:
        if pattern.search(shape) and not (kind == "generic" and _is_other(shape)):
            return kind
    return "generic"


def _is_other(shape: str) -> bool:
    """A contract to be stamped by year's end is still a contract."""
    return bool(
        re.search(
            r"(?:合同|报价|采购|折扣).{0,3}(?:审批|申请|评审)|(?:审批|申请|评审).{0,2}(?:合同|报价|采购)|请购|^采购",
            shape,
        )
    )


def _expense(message: Message, found: Slots) -> Slots:
    hits = message.lexicon.tables.categories.find(message.named)
    used: list[Span] = []
    if hits:
        hit = _expense_head(message, [(h.start, h.end, h.value) for h in hits])
        found["category"] = hit[2]
        used.append((hit[0], hit[1]))
    sum_of = amount(message, least=-5.0)
    if sum_of:
        found["amount"] = sum_of
    reason = reason_of(message, used, "expense")
    if reason:
        found["reason"] = reason
    return found


def _expense_head(message: Message, hits: list[tuple[int, int, str]]) -> tuple[int, int, str]:
    """The head of the expense wins over its purpose: next to 报销, before 费, or the first."""
    for hit in hits:
        before, after = message.named[max(0, hit[0] - 5) : hit[0]], message.named[hit[1] : hit[1] + 4]
        if re.search(r"(?:报(?:个|一下|一笔|笔)?销|类别[:：]?)\s*$", before) or re.match(
            r"(?:费|钱|的)?(?:报|费)", after
        ):
            return hit
    return hits[0]


def _deal(message: Message, found: Slots, kind: str) -> Slots:
    if kind in ("discount", "quote"):
        found |= first_key(message, "product")
        count = quantity(message)
        if count:
            found["quantity"] = count
    if kind == "discount":
        remaining = discount(message)
        if remaining:
            found["discount"] = remaining
    sum_of = amount(message, least=3.0 if kind == "discount" else 0.0)
    if sum_of:
        found["amount"] = sum_of
    used = [(n.start, n.end) for n in message.names if n.kind in ("product", "customer")]
    used += [(p.start, p.end) for p in message.percents] + _counted(message)
    reason = reason_of(message, used, kind)
    if reason:
        found["reason"] = reason
    return found


def _counted(message: Message) -> list[Span]:
    """Quantities with their measure."""
    spans = []
    for number in quantities(message):
        measure = MEASURE.match(message.named, number.end)
        spans.append((number.start, measure.end() if measure else number.end))
    return spans


def discount(message: Message) -> str | None:
    """What remains to be paid as a fraction: 八折 0.8, 降两成 0.8, 让5个点 0.95, 15% off 0.85."""
    for share in message.percents:
        before = message.shape[max(0, share.start - 5) : share.start]
        after = message.named[share.end : share.end + 5]
        less = re.search(r"(?:降|让|下浮|优惠|便宜|减|少|返)[了价掉]?\s?$", before) or re.match(
            r"\s?off|的?(?:优惠|折扣)(?!后)", after
        )
        value = share.value / 100
        if share.way == "折" or not less:
            if share.way != "折" and share.way == "点":
                value = 1 - value
            return plain(value.normalize())
        return plain((1 - value).normalize())
    return None


def _purchase(message: Message, found: Slots) -> Slots:
    found |= first_key(message, "product")
    count = quantity(message)
    if count:
        found["quantity"] = count
    sum_of = amount(message, least=0.0)
    if sum_of:
        found["amount"] = sum_of
    what, end = _bought(message)
    if what:
        found["content"] = what
    reason = _rest_after(message, end)
    if reason:
        found["reason"] = reason
    return found


_BUY = re.compile(
    r"(?:我们?|部门|申请|请批?|麻烦|想|要|需要|打算|帮我|准备|再)*(?:采购|请购|购买|购置|添置|购|买)(?:申请|"
    r"审批)?[\s,，:：]*(?:一批|一些|点|个新的?|新的?|(?:N+|一)(?:台|个|套|件|只|条|块|把|份|箱|部|支|根|张|卷|瓶|"
    r"批|双|组|盒|辆|片)?)?\s*"
)


def _bought(message: Message) -> tuple[str, int]:
    """What is to be bought: what stands between the verb and count, amount or punctuation; and where that ends."""
    verb = _BUY.search(message.shape)
    start = verb.end() if verb else message.core
    stop = re.compile(r"[\s,，。;；\n]|N|M|大概|大约|预算|总共|一共|合计|用于|$").search(message.shape, start)
    end = stop.start() if stop else len(message.shape)
    return between(message, start, end), end


_BOUGHT_NOISE = re.compile(
    rf"(?:{ASK_NOISE}|{MONEY_NOISE}|(?<=[N一])(?:台|个|套|件|只|条|块|把|份|箱|部|支|根|张|卷|瓶|批|组|盒|辆|片|本)|左右|[一NTMSCF\s])+"
)


def _rest_after(message: Message, at: int) -> str:
    kept = []
    for start, end in clauses(message):
        if end <= at:
            continue
        start = max(start, at)
        words = _BOUGHT_NOISE.sub("", message.shape[start:end])
        if len(re.sub(r"[^\u4e00-\u9fffa-z]", "", words)) >= 2 and len(message.shape[start:end].strip()) >= 2:
            kept.append((start, end))
    return between(message, kept[0][0], kept[-1][1]) if kept else ""


_GENERIC_ASK = re.compile(
    r"(?:申请|请批准?一?下?|请批|报批|请审批|麻烦|批一?下|帮我|帮|发起|提交?(?:个|一个)?|走个?(?:审批|流程)|请领导)"
)


def _generic(message: Message, found: Slots) -> Slots:
    spans = [(m.start(), m.end()) for m in _GENERIC_ASK.finditer(message.shape)]
    spans += [(m.start, m.end) for m in message.mentions]
    dated = [f for f in message.times if slot_time(f.value) and not isinstance(f.value, Lasting)]
    if dated:
        chosen = next((f for f in dated if not isinstance(f.value, Stretch) or f.value.grain != "weekend"), dated[0])
        start, end = ends_of(chosen)
        found["start"] = start
        if end:
            found["end"] = end
        spans += [(f.start, f.end) for f in dated]
        spans += [(m.start(), m.end()) for m in re.finditer(r"(?<=T)\s*一天", message.shape)]
    count = quantities(message)
    if count:
        found["quantity"] = int(count[0].value)
    sum_of = amount(message, least=3.0)
    if sum_of:
        found["amount"] = sum_of
    found["content"] = between(message, message.core, len(message.shape), spans) or tidy(message.whole.original)
    return found
