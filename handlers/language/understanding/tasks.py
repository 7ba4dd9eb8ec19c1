"""Slots of `task.add`, `task.done` and `reminder.set`."""

import re

from handlers.language.moments import Every, Found
from handlers.language.understanding.free_text import Span, between, tidy
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import (
    Slots,
    addressed,
    code,
    customers,
    mentioned,
    moment,
    repeat_slots,
)

_TASK = re.compile(
    r"(?:请)?(?:新建|新增|加|添加|记|建|创建|派|安排|布置|来|再|增加|下|建立|生成|写|给(?:自己|"
    r"我))*(?:一?[个条项]|一下|下|个新)?(?:的)?(?:新)?(?:待办|任务|to-?do|todo|要做的事|要办的事|"
    r"活儿?)(?:事项|加一条|加个|一条|清单|指派|派|安排|交)*(?:给)?(?:\s*[MK]+)?[\s,，:：]*"
)
_ASSIGN = re.compile(
    r"(?:安排|派|让|叫|麻烦|请|指派|交给|指派给|派给|通知)(?:给)?\s?(?=M|K)|(?<=M)\s*(?:帮忙|帮我|麻烦(?:你)?|"
    r"请|帮|抽空|记得|有空|尽快|你)+|帮忙|麻烦"
)
_DEADLINE = re.compile(
    r"(?:截止(?:日期|时间)?|之前|以前|前|内|交付?(?=\s*$)|要|完成前|deadline|ddl|给我回话|回话|到期(?=\s*$)|是|:|为)*"
)
_DUE_LEAD = re.compile(r"(?:截止(?:到|日期|时间)?|deadline|ddl|期限|时间)[:：是]?\s*$")
_REMIND = re.compile(
    r"(?:到时候?|届时|到点)?(?:请|麻烦|记得|别忘了?|不要忘了?|别忘记|帮我|设个?|定个?|加个?|来个?|设置|给我|"
    r"务必|也)*(?:提醒事项|提醒|叫醒|叫|喊|通知|告诉|call|闹钟|remind)(?:一?下(?=我|M|K))?(?:我|一下|一声|自己|M+|K+|大家|me|"
    r"我们)*(?:一下|一声|哈|啊|吧|要|说)*|(?:别忘了?|记得|别忘记)(?:要)?"
)


def add(message: Message) -> Slots:
    found: Slots = {}
    chosen = moment(message)
    spans: list[Span] = [(m.start, m.end) for m in message.mentions]
    if chosen:
        found["due"] = chosen[0]
        spans += [_with_deadline(message, f) for f in chosen[1]]
    assigned = _assigned(message)
    found |= mentioned(message) or assigned
    if assigned:
        spans += [(n.start, n.end) for n in message.of_kind("colleague")[:1]]
    spans += [(m.start(), m.end()) for m in _ASSIGN.finditer(message.shape)]
    task = _TASK.match(message.shape, message.core)
    start = task.end() if task else message.core
    found["content"] = _what(message, start, spans)
    return found | {k: v for k, v in customers(message).items() if k == "customer" or "clarify" not in found}


def _assigned(message: Message) -> Slots:
    return addressed(message) if re.search(r"(?:安排|派|让|叫|指派给?|交给)K", message.shape) else {}


def _with_deadline(message: Message, found: Found) -> Span:
    """A moment with the word that makes it a deadline."""
    lead = _DUE_LEAD.search(message.shape, max(0, found.start - 8), found.start)
    tail = _DEADLINE.match(message.shape, found.end)
    return (lead.start() if lead else found.start, tail.end() if tail else found.end)


def _what(message: Message, start: int, spans: list[Span]) -> str:
    text = between(message, start, len(message.shape), spans)
    return text or tidy(message.whole.original)


_DONE_WORDS = re.compile(
    r"(?:已经?|都)?(?:标记(?:为|成)?(?:已)?完成|完成|做完|搞定|办完|办好|弄完|勾掉|勾选|划掉|关掉|结束|交|"
    r"done|搞完|弄好)(?:了|啦|吧|掉)*[✅\s。!]*$"
)
_DONE_LEAD = re.compile(
    r"(?:已经?|我)?(?:标记(?:为|成)?(?:已)?完成|完成|做完|搞定|办完|勾掉|结束|done|finished|finish|"
    r"close)(?:了|掉)?[\s:：,，]*(?:待办|任务)?[\s:：]*"
)
_THE_TASK = re.compile(
    r"(?:,|，|\s)*(?:把)?(?:那|这|的)?(?:个|条|项)?(?:的)?(?:待办|任务|todo)(?:事项)?\s*$|"
    r"[,，\s]*(?:把)?(?:那|这)(?:条|个|项)\s*$"
)


def done(message: Message) -> Slots:
    found: Slots = {**code(message), **customers(message)}
    if "target_id" in found:
        return found
    lead = _DONE_LEAD.match(message.shape, message.core)
    start, end = (lead.end() if lead else message.core), len(message.shape.rstrip())
    for pattern in (_DONE_WORDS, _THE_TASK, _DONE_WORDS):
        match = pattern.search(message.shape, start, end)
        if match and match.start() > start:
            end = match.start()
    text = re.sub(r"了$", "", between(message, start, end))
    if text:
        found["content"] = text
    return found


def remind(message: Message) -> Slots:
    repeats = [f for f in message.times if isinstance(f.value, Every)]
    found: Slots = {}
    spans: list[Span] = [(m.start(), m.end()) for m in _REMIND.finditer(message.shape)]
    spans += [(m.start, m.end) for m in message.mentions]
    every = repeats[0].value if repeats else None
    when = repeat_slots(every) if isinstance(every, Every) else {}
    if when:
        found |= when
        spans.append((repeats[0].start, repeats[0].end))
    else:
        chosen = moment(message)
        if chosen:
            found["remind_at"] = chosen[0]
            spans += [_with_deadline(message, f) for f in chosen[1]]
    others = mentioned(message) or _reminded(message)
    found |= others
    text = between(message, message.core, len(message.shape), spans)
    found["content"] = re.sub(r"^(?:我|一下|一声|的?时候|请|在)+\s*", "", text) or tidy(message.whole.original)
    return found | {k: v for k, v in customers(message).items() if k == "customer" or "clarify" not in found}


def _reminded(message: Message) -> Slots:
    return addressed(message) if re.search(r"(?:提醒|叫|喊|通知|告诉)(?:一下|下)?K", message.shape) else {}
