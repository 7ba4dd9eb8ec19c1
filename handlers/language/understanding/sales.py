"""Slots of customers, leads, deals, orders and payments."""

import re

from handlers.language.moments import Found, Stretch
from handlers.language.tables import Hit
from handlers.language.understanding.free_text import between
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import (
    Slots,
    amount,
    code,
    contacts,
    customers,
    day_of,
    is_past,
    plain,
    slot_time,
)


def view(message: Message) -> Slots:
    found = customers(message)
    names = contacts(message)
    if not found:
        name = "" if names else _view_unknown(message)
        found = {"customer": name} if name else {}
    return found | ({"contact": names} if names else {})


_VIEW_LEAD = re.compile(r"(?:查|看|打开|调出|调取|了解|显示|搜|找|想)*(?:看|一?下|查|了解)*(?:客户)?[\s:：]*")
_VIEW_TAIL = re.compile(
    r"(?:这个|那个|这家|的|那边|\s)*(?:客户)?(?:的)?(?:资料|档案|详情|信息|情况|联系人|电话|是谁在跟|谁在跟|"
    r"啥情况|什么情况|怎么样|历史|最近).*$",
    re.DOTALL,
)


def _view_unknown(message: Message) -> str:
    """A customer that is not known, as typed."""
    lead = _VIEW_LEAD.match(message.shape, message.core)
    start = lead.end() if lead else message.core
    tail = _VIEW_TAIL.search(message.shape, start)
    return between(message, start, tail.start() if tail and tail.start() > start else len(message.shape))


_DEAL_CUSTOMER = re.compile(r"(?:商机|单子|这单|那单|项目)")


def deal(message: Message) -> Slots:
    found: Slots = {**customers(message), **code(message)}
    stages = message.lexicon.tables.stages.find(_stage_text(message))
    if stages:
        moved = [
            s
            for s in stages
            if re.search(r"(?:到|为|成|入|→|>|:)了?\s*$", message.shape[max(0, s.start - 4) : s.start])
        ]
        found["stage"] = (moved or _plain_stages(message, stages) or stages)[-1].value
        if not moved and not _plain_stages(message, stages):
            del found["stage"]
    sum_of = amount(message, least=2.0)
    if sum_of:
        found["amount"] = sum_of
    likely = probability(message)
    if likely:
        found["probability"] = likely
    closing = _closing(message)
    if closing:
        found["close_date"] = closing
    return found


def _stage_text(message: Message) -> str:
    """Dates of signing and its probability are no stage: 签约日期改到7月15号."""
    return re.sub(
        r"(?:签约|签单|成交|赢单|签)(?=日期|时间|概率|率|可能)|"
        r"(?<=[预估计划取备算年月日号底初中末前能以会定])(?:T|的|前|可以|能|会|要)*(?:签约|签单|成交|签合同|"
        r"签)(?!了|阶段)",
        lambda m: "_" * len(m[0]),
        message.named,
    )


def _plain_stages(message: Message, stages: list[Hit]) -> list[Hit]:
    """Stages that stand for an outcome, or beside the word 阶段."""
    strong = re.compile(r"赢|输|成交|中标|签|拿下|搞定|丢|黄|没中|流失|没戏|凉|泡汤|落标|失单|到手|飞了|没成|成单")
    return [
        s for s in stages if strong.search(message.named[s.start : s.end]) or re.search(r"阶段|商机", message.named)
    ]


def probability(message: Message) -> str | None:
    for even in re.finditer(r"五五开|一半一半|对半", message.text):
        return "0.5" if even else None
    for share in message.percents:
        if share.way in ("%", "成", "点") and share.value <= 100:
            return plain((share.value / 100).normalize())
    return None


def _closing(message: Message) -> str | None:
    """The day of signing: a month's last day where only the month is said."""
    coming = [f for f in message.times if slot_time(f.value) and not is_past(message, f)]
    if not coming:
        return None
    found: Found = coming[-1]
    return slot_time(found.value)


def order(message: Message) -> Slots:
    return code(message) | customers(message)


def payment(message: Message) -> Slots:
    found: Slots = {**customers(message), **code(message)}
    sum_of = amount(message, least=-5.0)
    if sum_of:
        found["amount"] = sum_of
    paid = _paid_at(message)
    if paid:
        found["paid_at"] = paid
    hits = message.lexicon.tables.methods.find(message.named)
    strong = [h for h in hits if h.value in ("微信", "支付宝", "现金", "支票", "承兑")]
    if hits:
        found["method"] = (strong or hits)[0].value
    return found


def _paid_at(message: Message) -> str | None:
    """The day the money came: of days that could be meant the last one before."""
    for found in message.times:
        if isinstance(found.value, Stretch) and found.value.grain not in ("days", "weekend"):
            continue
        day = day_of(found.back) if found.bare and found.back else day_of(found.value)
        if day and day <= message.now.date():
            return day.isoformat()
    return None
