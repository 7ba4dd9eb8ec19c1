"""Ellipsis and correction: messages that only make sense after the previous one (corpus/README.md 1.5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.language.moments import At, Stretch
from handlers.language.understanding import approvals, reports, sales
from handlers.language.understanding.leave import days_of
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import (
    Slots,
    amount,
    amounts,
    code,
    contacts,
    customers,
    ends_of,
    first_key,
    mentioned,
    plain,
    quantity,
    slot_time,
)

_AMEND = re.compile(
    r"^(?:不对|错了|不是|说错了?|写错了?|打错了?|更正|纠正|修正|改一?下|等等|等下|哦不|啊不|噢不|搞错了?|"
    r"记错了?|应该是|应为|其实是|我是说)|(?:写|说|记|打|填|搞|弄|输)错了?.{0,4}(?:应该|是|改)|(?:金额|数量|"
    r"时间|日期|仓库|客户|地点|型号|单价|产品|阶段|天数|联系人|电话|[STWCN])(?:(?:写|填|记|说|搞|弄|打|输)?错了|不对)|"
    r"^(?:[^,。\n]{0,6})?(?:改成|改为|改到|换成|调成|推迟到|提前到|延到|挪到|推到|改|换到)(?=.)|"
    r"不是[^,。\n]{1,10}(?:,|，|\s)?(?:是|而是)|应该是"
)
_ELLIPSIS = re.compile(
    r"^(?:那|那么|还有|再看看?|换成?|然后)?[^\n]{1,16}(?:呢|有吗|有没有|呢吗|的呢)[\s?？!。]*$|^(?:那|还有|"
    r"再查|再看)[^\n]{1,14}$"
)
_OWN_WORDS = re.compile(
    r"跟进|申请|提醒|待办|任务|库存|入库|出库|调拨|盘点|订单|回款|线索|客户|漏斗|日报|周报|帮助|撤销|知识库|"
    r"报销|请假|怎么|为什么|支持"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What was understood from the same person's previous message."""

    intent: str
    slots: Mapping[str, Any]


def continued(message: Message, context: Context | None) -> tuple[Slots, str] | None:
    """The context's slots with the new values in place of the old, and which of the two it is; else None."""
    if context is None or context.intent in ("chitchat", "help", "undo", ""):
        return None
    shape = message.shape[message.core :].strip()
    if len(shape) > 40:
        return None
    amends = _AMEND.search(shape)
    elliptic = _ELLIPSIS.search(shape) or _only_values(shape)
    if _stands_alone(shape, context) if amends and amends.start() else amends is None and _OWN_WORDS.search(shape):
        return None
    if not amends and not elliptic:
        return None
    new = _new_values(_put_right(message), context)
    if not new:
        return None
    merged = {**context.slots, **new}
    if "customer" in new and "clarify" not in new:
        merged.pop("clarify", None)
    if amends:
        merged["amend"] = True
    else:
        merged.pop("amend", None)
    return merged, "amend" if amends else "ellipsis"


def _stands_alone(shape: str, context: Context) -> bool:
    """A change of its own, of another matter than the one before: 恒泰的商机阶段改成谈判."""
    deal = context.intent != "opportunity.update" and re.search(r"商机|阶段|单子|赢率|把握", shape)
    return bool(deal or _OWN_WORDS.search(shape))


_NOT_BUT = re.compile(r"不是[^,。\n]{1,12}?[,\s]*(?:而是|是|应该是)")


def _put_right(message: Message) -> Message:
    """Only what it should have been, of 不是九折是九五折."""
    wrong = _NOT_BUT.search(message.shape)
    if not wrong or wrong.end() >= len(message.shape):
        return message
    rest = message.typed(wrong.end(), len(message.shape))
    return Message.of(rest, message.now, message.lexicon, message.calendar)


def _only_values(shape: str) -> bool:
    """Nothing but values and the words that name them: 金额一百五十万."""
    rest = re.sub(
        r"金额|数量|时间|日期|仓库|客户|开始|起算|收到|到账|到的|付的|转的|从|是|的|个|台|套|件|条|只|元|块|万|天|那|改|成|[TNSWCMPKI]|[\s,，。?？!呢吧]",
        "",
        shape,
    )
    return not rest and bool(re.search(r"[TNSWCMPKI]", shape))


def _new_values(message: Message, context: Context) -> Slots:
    """What this message gives of the slots that intent can have."""
    intent, old = context.intent, context.slots
    new: Slots = {}
    if intent in ("stock.query", "stock.move"):
        new |= first_key(message, "product", weak=True) | _warehouse(message, old)
    if intent == "expert.ask" or (intent == "approval.request" and "sku" in old):
        new |= first_key(message, "product")
    if intent not in ("digest.get", "report.funnel", "stock.query", "kb.search", "kb.add"):
        new |= customers(message)
    if intent in ("digest.get", "report.funnel"):
        new |= reports.summary(message)
    if intent in ("task.add", "expert.ask", "reminder.set", "approval.request"):
        new |= mentioned(message)
    new |= _time(message, intent, old)
    new |= _number(message, intent, old, new)
    if intent == "opportunity.update":
        new |= {k: v for k, v in sales.deal(message).items() if k in ("stage", "probability")}
    if intent in ("order.query", "approval.decide", "task.done", "lead.claim", "payment.log"):
        new |= code(message)
    if intent in ("customer.new", "lead.new", "customer.view", "followup.log"):
        new |= {"contact": c} if (c := contacts(message)) else {}
        new |= {"phone": message.phones[0][2]} if message.phones and intent != "followup.log" else {}
    if intent == "approval.request":
        new |= _approval(message, old)
    if intent == "payment.log" and (hits := message.lexicon.tables.methods.find(message.named)):
        new["method"] = hits[0].value
    return new


def _approval(message: Message, old: Mapping[str, Any]) -> Slots:
    kind = old.get("approval_type")
    if kind == "discount" and (share := approvals.discount(message)):
        return {"discount": share}
    if kind == "leave":
        types = message.lexicon.tables.leave_types.find(message.named)
        return {"leave_type": types[0].value} if types else {}
    if kind == "expense":
        heads = message.lexicon.tables.categories.find(message.named)
        return {"category": heads[0].value} if heads else {}
    return {}


def _warehouse(message: Message, old: Mapping[str, Any]) -> Slots:
    found = message.of_kind("warehouse")
    if not found:
        return {}
    if "to_warehouse" in old or "from_warehouse" in old:
        from_there = re.search(r"从.{0,2}W", message.shape)
        return {"from_warehouse" if from_there else "to_warehouse": found[-1].key}
    return {"warehouse": found[-1].key}


_TIME_SLOTS = {
    "followup.log": "next_time",
    "task.add": "due",
    "reminder.set": "remind_at",
    "opportunity.update": "close_date",
    "payment.log": "paid_at",
}


def _time(message: Message, intent: str, old: Mapping[str, Any]) -> Slots:
    found = [f for f in message.times if slot_time(f.value)]
    if not found:
        return {}
    if intent == "approval.request":
        start, end = ends_of(found[-1])
        return {"start": start} | ({"end": end} if end else {})
    slot = _TIME_SLOTS.get(intent)
    if slot is None:
        return {}
    last = found[-1]
    value = slot_time(last.value)
    if slot == "paid_at":
        back = slot_time(last.back) if last.bare and last.back else value
        return {slot: (back or "")[:10]} if back else {}
    before = old.get(slot)
    if last.bare and isinstance(last.value, At) and isinstance(before, str) and not isinstance(last.value, Stretch):
        said_day = re.search(r"周|星期|礼拜|号|日|月|天", message.text[last.start : last.end])
        if not said_day:
            return {slot: f"{before[:10]}T{last.value.at:%H:%M}"} if len(before) >= 10 else {}
    if intent == "reminder.set" and "repeat" in old and isinstance(last.value, At):
        return {"at": last.value.at.strftime("%H:%M")}
    return {slot: value} if value else {}


def _number(message: Message, intent: str, old: Mapping[str, Any], new: Slots) -> Slots:
    """A count or an amount, by which of the two there was before and what is counted."""
    if intent == "stock.move":
        count = quantity(message, bare=True)
        return {"quantity": count} if count is not None else {}
    if intent == "approval.request" and old.get("approval_type") == "leave":
        days = days_of(message)
        return {"days": days} if days else {}
    if intent not in ("approval.request", "opportunity.update", "payment.log", "followup.log"):
        return {}
    count = quantity(message)
    if count is not None and "quantity" in old:
        return {"quantity": count}
    found = amounts(message)
    if not found:
        return {}
    if "amount" in old or "quantity" not in old:
        return {"amount": amount(message, least=-9.0) or plain(found[-1][1].value)}
    return {"quantity": int(found[-1][1].value)}
