"""Slots of `followup.log` (corpus/README.md 1.3, 1.4)."""

import re

from handlers.language.moments import At, Found, Part
from handlers.language.understanding.free_text import between, tidy
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import (
    Slots,
    amount,
    contacts,
    customers,
    day_of,
    is_past,
    mentioned,
    slot_time,
)

TRIGGER = re.compile(
    r"(?:再|又|给我|我)?(?:写|补|加|记|录|登记|新增|添加|新建|来|提交|更新)?(?:个|一?条|一?下|一?篇|一?笔|录|"
    r"上)*(?:T+的?)?(?:客户)?(?:跟进|拜访|随访|走访|回访)(?:记录|纪要|小结|日志)?(?:一?下|了|:)*"
    r"|(?:记录?|登记|补录|补记|小记|备注|速记|小结)(?:一?[下条笔]|个|上)*(?:T+的?(?:跟进|拜访)?)?"
)
_AFTER = re.compile(r"[\s,，。:：、]*(?:客户(?:是|为)?[:：\s]+)?")
_SEPARATOR = re.compile(r"[\s,，。:：、;；\n]")
_SAID = re.compile(
    r"^(?:跟你说一?下|和你说一?下|说一下|说下|汇报一下|同步一下|通报一下|报告一下|更新一下|汇报下)[\s,，:：]*"
)
_DONE = re.compile(r"(?:了(?!解)|过(?!去|来|两|几|完年|年|节)|刚|已)")
_COMING = re.compile(
    r"(?:再|要|约|打算|准备|计划|将|会(?!议)|得|安排|下次|下一步|预计|等|才|必须|争取|截止|交付?|进场)"
)
_UNKNOWN = re.compile(r"(?P<n>[\u4e00-\u9fffA-Za-z0-9()（）·&\-]{2,16}?)(?=[\s,，:：。、]|$)")
_NO_NAME = re.compile(
    r"[了的说我他她问去没不在有是把跟和已等来聊谈签到要今明昨]|报价|合同|电话|方案|样子|样机|付款|进展|情况|见面|沟通|开会|考虑|[TPNMKWSFI]"
)


def slots(message: Message) -> Slots:
    start, heading = _opening(message)
    found: Slots = customers(message) or heading
    names = contacts(message)
    if names:
        found["contact"] = names
    found |= {k: v for k, v in mentioned(message).items() if k == "mention" or "clarify" not in found}
    sum_of = amount(message)
    if sum_of:
        found["amount"] = sum_of
    coming = next_time(message)
    if coming:
        found["next_time"] = coming
    found["content"] = _content(message, start)
    return found


def _opening(message: Message) -> tuple[int, Slots]:
    """Where the content begins, behind trigger and heading, and an unknown customer that stood as heading."""
    at = message.core
    shape = message.shape
    trigger = TRIGGER.match(shape, at)
    if trigger:
        at = trigger.end()
    behind = _AFTER.match(shape, at)
    place = behind.end() if behind else at
    for name in message.of_kind("customer"):
        if name.start == place and (trigger or _SEPARATOR.match(shape, name.end) or name.end == len(shape)):
            end = name.end + (
                1 if shape[name.end : name.end + 1] == "的" and shape[name.end + 1 : name.end + 2] in "PK" else 0
            )
            return end, {}
    if not message.of_kind("customer"):
        unknown = _unknown(message, place, triggered=trigger is not None)
        if unknown:
            return unknown
    return (place if trigger else at), {}


def _unknown(message: Message, place: int, *, triggered: bool) -> tuple[int, Slots] | None:
    """A customer that is not known, as typed: the first word behind the trigger."""
    word = _UNKNOWN.match(message.shape, place) if triggered else None
    if word and not _NO_NAME.search(word["n"]) and word.end() < len(message.shape):
        return word.end(), {"customer": message.typed(word.start("n"), word.end("n"))}
    return None


def _content(message: Message, start: int) -> str:
    edge = [(m.start, m.end) for m in message.mentions if m.start <= start or m.end >= len(message.text.rstrip()) - 1]
    text = between(message, start, len(message.text), edge)
    text = tidy(_SAID.sub("", text)) or text
    return text or tidy(message.whole.original)


def next_time(message: Message) -> str | None:
    """The future moment the text names, of several the last."""
    coming = [f for f in message.times if slot_time(f.value) and not is_past(message, f) and not _told(message, f)]
    return slot_time(coming[-1].value) if coming else None


def _told(message: Message, found: Found) -> bool:
    """Today as such, and what is told in its clause as done though its hour or weekday could still come."""
    day = day_of(found.value)
    today = day == message.now.date()
    if today and not isinstance(found.value, At | Part):
        return True
    if not (today or found.bare):
        return False
    clause = re.split(r"[,，。;；\n!?]", message.shape[found.end :])[0]
    lead = re.split(r"[,，。;；\n!?]", message.shape[: found.start])[-1]
    if _COMING.search(clause) or _COMING.search(lead):
        return False
    if isinstance(found.value, Part) and today:
        return True
    return bool(_DONE.search(clause)) or bool(re.search(r"(?:刚|已经?)$", lead))
