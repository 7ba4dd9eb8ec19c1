"""A message as calls that each fit the platform's limits."""

import hashlib
from collections.abc import Callable

from bot.channels.wecom import texts
from bot.channels.wecom.cards import Shown
from bot.channels.wecom.layout import flat
from bot.delivery import Outgoing
from handlers.dialogue.card import Card

LONGEST_KEY = 64
TITLE = 30

Show = Callable[[Card, str], Shown]
"""Renders a card with this task id.

Raises:
    ValueError: it cannot be sent at all.
"""


def split(message: Outgoing, show: Show, *, limit: int = texts.TEXT_BYTES) -> tuple[Outgoing, ...]:
    """The message in parts; a card is followed by the text that does not fit on it.

    Args:
        limit: bytes of one text. A text of more than five parts becomes a file.
    """
    match message.kind:
        case "text":
            return _texts(message, limit)
        case "card" if message.card is not None:
            try:
                more = show(message.card, message.key).more
            except ValueError:
                return (message,)
            return (message, *_texts(_following(message, more), limit)) if more else (message,)
    return (message,)


def part_key(key: str, number: int) -> str:
    """The key of a further part of a message."""
    end = f"-{number}"
    if len(key) + len(end) <= LONGEST_KEY:
        return key + end
    return hashlib.sha256(key.encode()).hexdigest()[:40] + end


def _following(message: Outgoing, more: str) -> Outgoing:
    title = flat(message.card.title if message.card else "")
    text = f"{title[:TITLE]}(续)\n{more}"
    changes = {"key": part_key(message.key, 1), "kind": "text", "card": None, "text": text}
    return message.model_copy(update={**changes, "window": "", "receipt": {}})


def _texts(message: Outgoing, limit: int) -> tuple[Outgoing, ...]:
    parts = texts.numbered(texts.plain(message.text), limit)
    if not parts:
        name = message.filename or "全文.txt"
        return (message.model_copy(update={"kind": "file", "filename": name, "file": 0}),)
    if len(parts) == 1:
        return (message,)
    return tuple(
        message.model_copy(update={"key": part_key(message.key, number) if number else message.key, "text": text})
        for number, text in enumerate(parts)
    )
