"""Whether a typed text is the answer to the question that is open, or a message of its own."""

import re
from collections.abc import Mapping
from typing import Any

from handlers.dialogue.command import Command, decode
from handlers.dialogue.finding import customers_called
from handlers.dialogue.request import Request
from handlers.dialogue.understanding import CHITCHAT, Meant, meant
from handlers.language.answers import is_name
from handlers.language.folding import folded
from handlers.language.names import folded_name

NAMES = frozenset({"customer", "applicant", "mention", "meant", "to"})
"""Fields that hold a name."""

RECORDS = frozenset({"number", "target_id"})
"""Fields that hold the number of a record."""

MOMENTS = frozenset({"moment", "remind_at"})

NEVER_OWN = frozenset({CHITCHAT, "customer.view", "expert.ask"})
"""Intents that a short answer is often taken for."""

SHORT = 8
"""Characters; a free text of so few is an answer unless it tells of a visit."""

CLEARLY = 0.6
"""The margin from which a free text tells of a visit whatever was asked."""

_NUMBER = re.compile(r"[a-z]{0,2}-?\d{1,12}")
_DONE = re.compile(r"[了过]")
_YES = frozenset({"是", "是的", "对", "对的", "好", "好的", "嗯", "行", "可以", "确认", "yes", "ok"})
_NO = frozenset({"不是", "不", "不对", "否", "不行", "不要", "不用", "no"})


async def answer_to(asked: Mapping[str, Any], text: str, request: Request, *, phrase: bool) -> Command | None:
    """The question's command with its missing field; None when the text is something else.

    Args:
        phrase: the text is the exact phrase of a command.
    """
    value = _chosen(folded(text).strip(" 。.!~,，、"), asked)
    if value is None and not asked.get("closed"):
        if asked.get("verbatim"):
            value = text.strip()
        elif not phrase:
            value = await _written(asked, text.strip(), request)
    if value is None:
        return None
    try:
        return decode(asked["command"], **{asked["field"]: value})
    except ValueError:
        return None


def _chosen(plain: str, asked: Mapping[str, Any]) -> str | None:
    """The value of the option with this number or label; yes and no where one option says no and the other does not."""
    options = asked["options"]
    values = {folded(label): str(value) for value, label in options}
    values |= {str(place): str(value) for place, (value, _) in enumerate(options, 1)}
    if plain in values or not asked.get("closed") or len(options) != 2:
        return values.get(plain)
    negative = [label.startswith(("不", "先不")) for _, label in options]
    if sum(negative) != 1 or plain not in _YES | _NO:
        return None
    return str(options[negative.index(plain in _NO)][0])


async def _written(asked: Mapping[str, Any], text: str, request: Request) -> str | None:
    """The text as the value of the field, when it looks like one."""
    field, plain = asked["field"], folded(text)
    if await request.work.names.known({folded_name(plain)} - {""}):
        return text
    if field in RECORDS:
        return text if _NUMBER.fullmatch(plain) else None
    guess = await meant(text, request)
    if field in NAMES:
        return await _name(field, text, guess, request)
    if field in MOMENTS:
        return None if await _whole(guess, asked, request) else text
    brief = len(plain) <= SHORT and not asked["options"]
    if brief and guess.understood.intent != "followup.log":
        return text
    return None if await _whole(guess, asked, request, free=True) else text


async def _name(field: str, text: str, guess: Meant, request: Request) -> str | None:
    if guess.understood.intent == CHITCHAT and any(cue.words for cue in guess.understood.cues):
        return None
    if guess.sure and guess.understood.intent not in NEVER_OWN:
        return None
    named = str(guess.understood.slots.get("customer") or "")
    if field == "customer" and named and len(text) <= len(named) + 4 and await customers_called(request, named):
        return named
    return text if is_name(text) else None


async def _whole(guess: Meant, asked: Mapping[str, Any], request: Request, *, free: bool = False) -> bool:
    """Whether the text is a whole command of its own; `free`: it may as well be the free text that was asked for."""
    understood = guess.understood
    if not guess.sure or understood.intent in NEVER_OWN:
        return False
    if understood.intent != "followup.log":
        return True
    named = str(understood.slots.get("customer") or "")
    if not named or understood.slots.get("amend"):
        return False
    if free and (understood.margin < CLEARLY or not _DONE.search(guess.text)):
        return False
    known = {customer.number for customer in await customers_called(request, named)}
    return bool(known) and getattr(decode(asked["command"]), "customer", "") not in known
