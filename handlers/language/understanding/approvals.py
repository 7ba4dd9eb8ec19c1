"""Slots of `approval.request` and `approval.decide` (corpus/README.md 1.2)."""

import re
from decimal import Decimal

from handlers.language.moments import Day, Found, Lasting, Part, Stretch
from handlers.language.numbers import numeral
from handlers.language.understanding.free_text import Span, between, tidy
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import (
    MEASURE,
    Slots,
    amount,
    code,
    customers,
    ends_of,
    first_key,
    mentioned,
    plain,
    quantities,
    quantity,
    slot_time,
)

_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("expense", re.compile(r"报(?:个|一下|一笔|笔|点)?销|报(?:一下|掉|了吧)|垫付|(?:费|钱).{0,6}报")),
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
_DECIDED_TYPES = (("generic", re.compile(r"用章|盖章|用车|出差|加班|借")), *_TYPES)
_ASK = re.compile(
    r"(?:申请|请批准?一?下?|请批|报批|审批|评审|特批|麻烦|批一?下|走个?(?:审批|流程)|走|过一?下|发起|"
    r"提交?(?:个|一个)?|想|我要|我|帮我|帮|要求|能不能|可不可以|可以吗|可以|能否|给|请|一下|下|吧|吗|"
    r"[!！。?？,，]|新的?|要|个|单子?|那单|的)+"
)
_CATEGORY_WORDS = re.compile(r"(?:费用?|钱|发票|票)?")
_LEAVE_DAYS = re.compile(
    r"(?:(?P<n>[\d.]+|[一二两三四五六七八九十]+)个?(?P<half>半)?(?:天|日)(?P<tail>半)?|(?P<halfday>半天|半日)|"
    r"(?P<weeks>[\d一二两三四五六七八九十]+)个?(?:周|星期|礼拜)|(?P<allday>一整天|全天))(?!前|后|内|之|以)"
)
_PURPOSE = re.compile(r"(?:事由|原因|理由|因为|用途|备注|说明)[:：是为\s]*(?P<r>[^\n]+)")


def request(message: Message) -> Slots:
    kind = kind_of(message)
    found: Slots = {"approval_type": kind, **customers(message)}
    found |= {k: v for k, v in mentioned(message).items() if k == "mention" or "clarify" not in found}
    match kind:
        case "expense":
            return _expense(message, found)
        case "leave":
            return _leave(message, found)
        case "discount" | "quote" | "contract":
            return _deal(message, found, kind)
        case "purchase":
            return _purchase(message, found)
    return _generic(message, found)


def kind_of(message: Message) -> str:
    """The type of what is asked for; a discount before a quote, a leave before a seal."""
    shape = message.shape[message.core :]
    for kind, pattern in _TYPES:
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
    reason = _reason(message, used, "expense")
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


_MONEY_NOISE = "花了?|共计?|总共|一共|合计|总价|单价|含税|预算|大概|大约|约|差不多|来回|左右|出头|整|元|块钱?|N晚|N趟|N张|N次|N瓶|N人|左右|金额|用了?"
_ASK_NOISE = "申请|请批准?一?下?|请批|报批|审批|评审|特批|麻烦|批一?下|走个?(?:审批|流程)?|发起|提交|提一?个?|我要|我想|我们?(?=申请|报)|想|给|请|一下|一笔|一张|一次|下|吧|吗|新的?|帮我|帮|补一?个?|小助手|能不能|可不可以|可以|能否|能|也|过(?:一下)?|谢谢|要(?=U|N|C|S)"
_NOISE = {
    "expense": "报(?:个|一下|一笔|笔|点)?销|报|费用?|钱|发票|票|垫付|总|类别|掉|了|的",
    "discount": "折扣|特价|打|降|让|优惠|要求(?=打?[UN])|按|价|量大|量有?|数量|那单|这单|单子|个?点|给到?|做",
    "quote": "报价单?|单子|的|做",
    "contract": "合同|签|协议|补充|那个|年度|框架|那份|这份|的|单子",
}
_LABEL = re.compile(
    r"^(?:类别|金额|客户|事由|合计|总价|折扣|数量|产品|型号|审批|申请|类型|原因|理由|商品|说明|备注|名称|单号)$"
)
_ENDING = re.compile(r"(?:花了?|共|总共|一共|用了?|付了?|合计|大概|约|[\s,])*N+(?:元|块钱?|整)*(?:钱)?$")


_EXPENSE_LEAD = re.compile(
    rf"(?:{_ASK_NOISE}|报(?:个|一下|一笔|笔|点)?销|U(?=费|钱|票|N|\s)|费用?|钱|票|[NM]|元|块|[\s,])+"
)


def _reason(message: Message, used: list[Span], kind: str) -> str:
    """The purpose as typed: what was named as such, else the clauses that say more than the values."""
    named = _PURPOSE.search(message.named)
    if named:
        return tidy(message.typed(*named.span("r")))
    marked = _blank_out(message.shape, used)
    noise = re.compile(rf"(?:{_ASK_NOISE}|{_MONEY_NOISE}|{_NOISE.get(kind, '')}|[UNM%]|[\s()×x*、,.])+")
    kept: list[Span] = []
    for start, end in _clauses(message):
        clause = marked[start:end]
        if _LABEL.match(clause.strip()) or not _tells(noise.sub("", clause), clause, kind):
            continue
        lead = (_EXPENSE_LEAD if kind == "expense" else noise).match(clause)
        if lead and lead.end() < len(clause):
            start += _whole_lead(clause, lead.end())
        tail = _ENDING.search(marked[start:end])
        kept.append((start, start + tail.start() if tail and tail.start() > 1 else end))
    return between(message, kept[0][0], kept[-1][1]) if kept else ""


def _whole_lead(clause: str, end: int) -> int:
    """A lead of noise is cut off only where it ends in a value or a blank; 打车 keeps its 打."""
    while end and clause[end - 1] not in "UNM ,申请批折销费钱":
        end -= 1
    return end


def _tells(rest: str, clause: str, kind: str) -> bool:
    """Whether a clause says something beyond values: words, or in an expense a word with whom or where."""
    words = re.sub(r"[^\u4e00-\u9fffa-z]", "", rest)
    if len(words) >= 2:
        return True
    company = bool(re.search(r"[CPW]", clause))
    if kind == "expense":
        return company and (len(words) >= 1 or bool(re.search(r"U(?!费|用|钱).*[CP]|[CP].*U(?!费|用|钱)", clause)))
    return False


def _blank_out(shape: str, used: list[Span]) -> str:
    characters = list(shape)
    for left, right in used:
        characters[left:right] = "U" * (right - left)
    return "".join(characters)


def _clauses(message: Message) -> list[Span]:
    """Parts of the message between punctuation, line breaks and blanks after Chinese."""
    spans, at = [], message.core
    for mark in re.finditer(r"[,，。;；!！\n:：]|(?<![a-z0-9]) (?!N?[a-z])| (?=[\u4e00-\u9fffTCPSK])", message.shape):
        if mark.start() >= at:
            spans.append((at, mark.start()))
            at = mark.end()
    spans.append((at, len(message.shape)))
    return [(start, end) for start, end in spans if end > start]


def _leave(message: Message, found: Slots) -> Slots:
    hits = message.lexicon.tables.leave_types.find(message.named)
    named = [h for h in hits if h.value == message.named[h.start : h.end]] or hits
    if named:
        found["leave_type"] = named[0].value
    days = _days(message)
    if days:
        found["days"] = days
    dated = [f for f in message.times if isinstance(f.value, Day | Part | Stretch) or slot_time(f.value)]
    start, end = _leave_span(message, dated)
    if start:
        found["start"] = start
    if end:
        found["end"] = end
    reason = _leave_reason(message)
    if reason:
        found["reason"] = reason
    return found


def _leave_span(message: Message, dated: list[Found]) -> tuple[str | None, str | None]:
    days = [f for f in dated if slot_time(f.value)]
    if not days:
        return None, None
    start, end = ends_of(days[0])
    if len(days) > 1 and isinstance(days[0].value, Day) and isinstance(days[1].value, Day):
        between_them = message.shape[days[0].end : days[1].start]
        if re.fullmatch(r"[\s,、和跟及与]*", between_them) and days[1].value.day > days[0].value.day:
            return start, days[1].value.day.isoformat()
    if len(days) > 1 and isinstance(days[0].value, Day) and isinstance(days[1].value, Part):
        same = days[1].value.day == message.now.date() and "T" in (slot_time(days[1].value) or "")
        if same:
            return f"{days[0].value.day.isoformat()}T{days[1].value.hour:%H:%M}", None
    return start, end


def _days(message: Message) -> str | None:
    match = _LEAVE_DAYS.search(message.named)
    if not match:
        return None
    if match["halfday"]:
        return "0.5"
    if match["allday"]:
        return "1"
    if match["weeks"]:
        value = numeral(match["weeks"])
        return plain(value * 7) if value is not None else None
    value = numeral(match["n"])
    if value is None:
        return None
    return plain(value + (Decimal("0.5") if match["half"] or match["tail"] else 0))


_LEAVE_WORDS = re.compile(
    r"(?:申请|请|想|要|休|共|一共|我|个|的|从|开始|起|到|至|一下|下|了|假期?|天|半天|半|年休?假|事假|病假|"
    r"婚假|产假|陪产假|丧假|调休|补休|倒休|打算|准备|准|批|麻烦|领导|老板|[TNMW\d.]|[\s,，。:：!！~、🙏])+"
)


def _leave_reason(message: Message) -> str:
    """What is not leave, days or dates; with the whole message where the illness itself is the leave's name."""
    clauses = _clauses(message)
    kept: list[Span] = []
    for start, end in clauses:
        if len(_LEAVE_WORDS.sub("", message.shape[start:end])) >= 2:
            kept.append((start, end))
    if not kept:
        return ""
    start, end = kept[0][0], kept[-1][1]
    if start == clauses[0][0] and len(clauses) > 1 and not message.shape[start].startswith(("T", "请", "申", "想")):
        return between(message, start, len(message.shape))
    if kept[-1] == clauses[-1] or message.shape[end:].strip().startswith("M"):
        end = len(message.shape)
    lead = _LEAVE_WORDS.match(message.shape, start, end)
    return between(message, lead.end() if lead else start, end)


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
    reason = _reason(message, used, kind)
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
    r"审批)?[\s,，:：]*(?:一批|一些|点|个新的?|新的?|[N一](?:台|个|套|件|只|条|块|把|份|箱|部|支|根|张|卷|瓶|"
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
    rf"(?:{_ASK_NOISE}|{_MONEY_NOISE}|台|个|套|件|只|条|块|把|份|箱|部|支|根|张|卷|瓶|批|组|盒|辆|片|左右|[NTMSCF\s])+"
)


def _rest_after(message: Message, at: int) -> str:
    kept = []
    for start, end in _clauses(message):
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


_APPROVE = re.compile(r"同意|批准|准了|准奏|通过|批了|可以|没问题|ok|行|yes|approve|批吧|我批|^批|准|pass")
_REJECT = re.compile(
    r"不同意|不批|不予|不通过|不准|不行|不可以|不能批|驳回|拒绝|打回|退回|否决|否了|否掉|拒了|reject|先不|"
    r"没通过|别批|不能同意|不合适|^no"
)


def decide(message: Message) -> Slots:
    shape = message.shape
    rejected = _REJECT.search(shape)
    found: Slots = {"decision": "reject" if rejected else "approve", **code(message)}
    mark = rejected or _APPROVE.search(shape)
    applicant = next((n for n in message.of_kind("colleague") if n.start < (mark.end() + 8 if mark else 99)), None)
    if applicant:
        found["applicant"] = applicant.key
    elif message.mentions and message.mentions[0].keys:
        found["applicant"] = message.mentions[0].keys[0]
    kind = _decided_kind(shape, mark.end() if mark else 0)
    if kind:
        found["approval_type"] = kind
    reason = _why(message, mark.end() if mark else 0) if rejected else ""
    if reason:
        found["reason"] = reason
    return found


def _decided_kind(shape: str, decided: int) -> str | None:
    """The type that is named first, in the clause of the decision or before it; what follows is its reason."""
    clause_end = re.compile(r"[\s,，。:：!]|$").search(shape, decided)
    end = clause_end.start() if clause_end else len(shape)
    named = [(match.start(), kind) for kind, pattern in _DECIDED_TYPES if (match := pattern.search(shape, 0, end))]
    return min(named)[1] if named else None


def _why(message: Message, at: int) -> str:
    """What follows the refusal: behind punctuation, a blank or the record's number."""
    shape = message.shape
    lead = re.compile(
        r"(?:掉|去|了|吧|哈|啊|[KPM的]|那个|这个|(?<=[KPM的个])(?:申请|报销|请假|单子|合同|报价|采购|审批)|"
        r"[\s,，:：。I#!]|(?:理由|原因)(?:是|:)|因为)+"
    ).match(shape, at)
    start = lead.end() if lead else at
    return between(message, start, len(shape)) if start < len(shape) else ""


__all__ = ["MEASURE", "decide", "discount", "kind_of", "request"]
