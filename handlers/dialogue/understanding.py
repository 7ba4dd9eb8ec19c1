"""A free sentence -> the likeliest command, or nothing when it is not sure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from pydantic import ValidationError

from handlers.dialogue.command import Command, command_named
from handlers.dialogue.request import Request
from handlers.language.names import KINDS, Kind, Lexicon, NameEntry, candidates
from handlers.language.understanding import Context, Understood, understand
from handlers.language.understanding.message import LONGEST

CHITCHAT = "chitchat"

ALIKE = 20
"""Characters by which the end of what was read is recognised."""

GOES_ON = frozenset({"stock.query", "customer.view", "digest.get", "report.funnel", "order.query", "kb.search"})
"""Intents that a few words may go on with (「那上海仓呢」). What writes a record is never repeated by a bare value."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a sentence seems to mean: the command when there is one, and how it was arrived at."""

    text: str
    command: Command | None
    understood: Understood

    @property
    def sure(self) -> bool:
        """Whether to do it without asking."""
        return self.command is not None and self.understood.sure


async def meant(text: str, request: Request) -> Meant:
    """Understand a text with the names that the database knows and what this conversation was about."""
    lexicon = await _lexicon(text, request)
    last: Mapping[str, Any] = request.talk.get("last") or {}
    context = Context(intent=last["intent"], slots=last["slots"]) if last.get("intent") else None
    understood = understand(text, at=request.at, lexicon=lexicon, calendar=request.calendar, context=context)
    if context and _repeats(understood, context):
        understood = understand(text, at=request.at, lexicon=lexicon, calendar=request.calendar)
    understood = _whole(understood, text)
    return Meant(text, _command(understood), understood)


def _repeats(understood: Understood, context: Context) -> bool:
    """Whether a writing intent was only carried over from before, without being corrected."""
    carried = any(cue.why == "接着上一条" for cue in understood.cues)
    return carried and context.intent not in GOES_ON


def _whole(understood: Understood, text: str) -> Understood:
    """With the end of a text that is longer than what is read of it: what was told is kept whole."""
    content = understood.slots.get("content")
    if len(text) <= LONGEST or not isinstance(content, str) or not content:
        return understood
    read = text[:LONGEST].rstrip()
    told = content + text[len(read) :] if read.endswith(content[-ALIKE:]) else text
    return replace(understood, slots={**understood.slots, "content": told})


def _command(understood: Understood) -> Command | None:
    kind = command_named(understood.intent)
    if kind is None or understood.intent == CHITCHAT:
        return None
    try:
        return kind.model_validate(understood.slots)
    except ValidationError:
        return None


async def _lexicon(text: str, request: Request) -> Lexicon:
    found = await request.work.names.known(candidates(text))
    warehouses = await request.work.names.of_kind("warehouse")
    entries = dict.fromkeys((*found, *warehouses))
    return Lexicon.of(
        NameEntry(name.kind, name.label, name.folded, name.label) for name in entries if _is_kind(name.kind)
    )


def _is_kind(kind: str) -> TypeGuard[Kind]:
    return kind in KINDS


async def amended(change: str, intent: str, slots: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """The slots of a record after a correction in words, such as 「金额改成3.5万」 on {"amount": "500000"}."""
    lexicon = await _lexicon(change, request)
    context = Context(intent=intent, slots=dict(slots))
    understood = understand(change, at=request.at, lexicon=lexicon, calendar=request.calendar, context=context)
    return dict(understood.slots) if understood.intent == intent else {}
