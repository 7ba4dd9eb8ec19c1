"""Slots of a request for leave (corpus/README.md 1.2)."""

import re
from datetime import timedelta
from decimal import Decimal

from handlers.language.moments import Day, Found, Lasting, Part, Stretch
from handlers.language.numbers import numeral
from handlers.language.understanding.free_text import Span, between
from handlers.language.understanding.message import Message
from handlers.language.understanding.reasons import clauses
from handlers.language.understanding.values import Slots, ends_of, plain, slot_time

_FOR_OTHERS = re.compile(
    r"(?:孩子|小孩|儿子|女儿|老婆|老公|爱人|爸|妈|父亲|母亲|父母|老人|家人|家里人|陪|带|送).{0,6}$"
)
"""Whose illness it is; one's own leave is then of no type."""
_LEAVE_DAYS = re.compile(
    r"(?:(?P<n>[\d.]+|[一二两三四五六七八九十]+)个?(?P<half>半)?(?:天|日)(?P<tail>半)?|(?P<halfday>半天|半日)|"
    r"(?P<weeks>[\d一二两三四五六七八九十]+)个?(?:周|星期|礼拜)|(?P<allday>一整天|全天))(?!前|后|内|之|以)"
)


def leave(message: Message) -> Slots:
    """Type, days, dates and reason of a leave."""
    found: Slots = {}
    hits = message.lexicon.tables.leave_types.find(message.named)
    named = [h for h in hits if h.value == message.named[h.start : h.end]] or hits
    if named and not _FOR_OTHERS.search(message.named, 0, named[0].start):
        found["leave_type"] = named[0].value
    days = days_of(message)
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
        last = days[1].value.day
        if days[1].bare and last < days[0].value.day:
            last += timedelta(days=7 * (1 + (days[0].value.day - last).days // 7))
        if re.fullmatch(r"[\s,、和跟及与]*", between_them) and last > days[0].value.day:
            return start, last.isoformat()
    if len(days) > 1 and isinstance(days[0].value, Day) and isinstance(days[1].value, Part):
        same = days[1].value.day == message.now.date() and "T" in (slot_time(days[1].value) or "")
        if same:
            return f"{days[0].value.day.isoformat()}T{days[1].value.hour:%H:%M}", None
    return start, end


def _undated(message: Message) -> str:
    """The text without its dates, so that the 4 of 8月4日 is no number of days."""
    text = list(message.named)
    for found in message.times:
        if not isinstance(found.value, Lasting):
            text[found.start : found.end] = " " * (found.end - found.start)
    return "".join(text)


def days_of(message: Message) -> str | None:
    match = _LEAVE_DAYS.search(_undated(message))
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
    parts = clauses(message)
    kept: list[Span] = []
    for start, end in parts:
        if len(_LEAVE_WORDS.sub("", message.shape[start:end])) >= 2:
            kept.append((start, end))
    if not kept:
        return ""
    start, end = kept[0][0], kept[-1][1]
    if start == parts[0][0] and len(parts) > 1 and not message.shape[start].startswith(("T", "请", "申", "想")):
        return between(message, start, len(message.shape))
    if kept[-1] == parts[-1] or message.shape[end:].strip().startswith("M"):
        end = len(message.shape)
    lead = _LEAVE_WORDS.match(message.shape, start, end)
    return between(message, lead.end() if lead else start, end)
