"""An outgoing message, and the four things that can become of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from handlers.dialogue.card import Card


class Outgoing(BaseModel):
    """One call to a platform: a message, or the change of a card that was sent.

    Attributes:
        key: unique for ever, 1-64 characters of `[A-Za-z0-9_-]`; also the card's task id (WeCom) or outTrackId
            (DingTalk), and what makes a repeat harmless where the platform can tell.
        address: the conversation, in the channel's own terms; opaque to everybody else.
        kind: `card` and `text` are sent; `file` is sent with `file` as its content's id; `update` replaces the card
            whose key is `task` by `card`; `fetch` brings the attachment `text` (a reference) into our store.
        window: the channel's own note of how to answer right where the person wrote (a reply address and until when);
            "" to start a message of one's own.
        mentions: accounts to be @-mentioned, for groups.
        spare: `update`: the person hears of it in another way; where the card cannot be changed, nothing is sent.
        receipt: `update`: what sending (and pressing) the card has taught us, see `Sent.receipt`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    address: str
    kind: Literal["card", "text", "file", "update", "fetch"]
    card: Card | None = None
    text: str = ""
    file: int = 0
    filename: str = ""
    window: str = ""
    mentions: tuple[str, ...] = ()
    task: str = ""
    spare: bool = False
    receipt: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it.

    `receipt` is kept with a card and handed back with its updates; for an `update` it replaces the old receipt.
    `content` is what a `fetch` brought.
    """

    receipt: Mapping[str, Any] = field(default_factory=dict)
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Not now: send it again after `wait`; it does not count as an attempt.

    `everything`: the whole channel has to wait (quota, configuration that a human must mend), not this address alone.
    """

    wait: timedelta
    trouble: str = ""
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """It may work later: retried with growing waits, given up in the open after the last attempt."""

    trouble: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """It will never work for this recipient or this content: given up at once, in the open."""

    trouble: str


Delivery: TypeAlias = Sent | Throttled | Failed | Rejected
