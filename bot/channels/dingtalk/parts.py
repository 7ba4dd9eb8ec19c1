"""Messages cut to what one call can carry; nothing is left out.

Source: protocols/dingtalk.md 5.3, 5.7, 6.5 (sizes in bytes).
"""

import hashlib
import json
import re
from collections.abc import Callable

from bot.channels.dingtalk.cards import BODY_LIMIT, template_body
from bot.delivery import Outgoing
from handlers.dialogue.card import Card

CHARACTERS = 3_500
BYTES = 14_000
"""Bytes of a text inside JSON; `msgParam` may have 15,000, a reply 20,000 with its mentions."""
MOST_PARTS = 20
"""A text that needs more is sent as a file."""
NUMBER_ROOM = 10
NOTE_ROOM = 100
"""Bytes on a card for the words about what follows."""
LONGEST_KEY = 64

_ENDS = (re.compile(r"\n"), re.compile(r"[。！？；!?;]"), re.compile(r"[\s，、,]"))


def fits(text: str, *, room: int = 0) -> bool:
    """Whether a text, and `room` more characters of ASCII, go into one message."""
    size = len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace"))
    return len(text) + room <= CHARACTERS and size + room <= BYTES


def _fits_numbered(text: str) -> bool:
    return fits(text, room=NUMBER_ROOM)


def split(message: Outgoing) -> tuple[Outgoing, ...]:
    """The message as several: texts are numbered "(1/3)", what does not fit on a card follows it as text.

    A text of more than `MOST_PARTS` stays one message; it is sent as a file.
    """
    if message.kind == "text" and not fits(message.text):
        parts = cut(message.text, _fits_numbered)
        return (message,) if len(parts) > MOST_PARTS else _texts(message, parts)
    if message.card is not None and _body_size(message.card) > BODY_LIMIT:
        return _card_parts(message, message.card)
    return (message,)


def _texts(message: Outgoing, parts: list[str]) -> tuple[Outgoing, ...]:
    total = len(parts)
    return tuple(
        message.model_copy(
            update={
                "key": _key(message.key, number),
                "text": f"({number}/{total}) {part}",
                "mentions": message.mentions if number == 1 else (),
            }
        )
        for number, part in enumerate(parts, 1)
    )


def _card_parts(message: Outgoing, card: Card) -> tuple[Outgoing, ...]:
    """The card with as many lines and as much text as it takes, and the rest as texts."""
    kept, first, rest = _fitted(card)
    parts = cut(rest, _fits_numbered)
    total = len(parts) + 1
    text = message.model_copy(
        update={"kind": "text", "card": None, "task": "", "receipt": {}, "mentions": (), "filename": ""}
    )
    if len(parts) > MOST_PARTS:
        note = f"{first}\n（其余内容见下一个文件）".strip()
        following = [text.model_copy(update={"key": _key(message.key, 2), "text": rest})]
    else:
        note = f"(1/{total}) {first}".strip()
        following = [
            text.model_copy(update={"key": _key(message.key, number), "text": f"({number}/{total}) {part}"})
            for number, part in enumerate(parts, 2)
        ]
    return (message.model_copy(update={"card": kept.model_copy(update={"text": note})}), *following)


def _fitted(card: Card) -> tuple[Card, str, str]:
    """The card without its text and with the lines that fit, the beginning of the text that fits, and all the rest."""
    kept = card.model_copy(update={"text": ""})
    while kept.lines and _body_size(kept) > BODY_LIMIT - NOTE_ROOM:
        kept = kept.model_copy(update={"lines": kept.lines[:-1]})
    left = [f"{line.label}: {line.text}" for line in card.lines[len(kept.lines) :]]
    first = "" if left else cut(card.text, lambda piece: _leaves_room(kept, piece))[0]
    return kept, first, "\n".join([*left, card.text[len(first) :]]).strip("\n")


def _leaves_room(card: Card, text: str) -> bool:
    return _body_size(card.model_copy(update={"text": text})) <= BODY_LIMIT - NOTE_ROOM


def _body_size(card: Card) -> int:
    return len(template_body(card).encode("utf-8", "replace"))


def _key(key: str, number: int) -> str:
    """A key derived from `key`; the first part keeps it."""
    if number == 1:
        return key
    ending = f"-{number}"
    if len(key) + len(ending) > LONGEST_KEY:
        key = hashlib.sha256(key.encode()).hexdigest()[:40]
    return key + ending


def cut(text: str, good: Callable[[str], bool]) -> list[str]:
    """`text` in pieces that are all `good`, cut at the end of a line, else of a sentence, else of a word.

    `good` holds for every beginning of what it holds for; a single character is taken in any case. Nothing but white
    space where a piece ends is left out.
    """
    pieces = []
    while text and not good(text):
        low, high = 1, len(text)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if good(text[:middle]) else (low, middle)
        end = _end(text, low)
        pieces.append(text[:end].rstrip("\n"))
        text = text[end:].lstrip("\n")
    return [*pieces, text] if text or not pieces else pieces


def _end(text: str, longest: int) -> int:
    """Where to cut: the last good end in the second half of what fits."""
    for pattern in _ENDS:
        ends = [found.end() for found in pattern.finditer(text, longest // 2, longest)]
        if ends:
            return ends[-1]
    return longest
