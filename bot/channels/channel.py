"""The Channel protocol, and its words: Hook, Received, Incoming, Untrusted."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict

from bot.delivery import Delivery, Outgoing
from bot.pace import Pace

Now: TypeAlias = Callable[[], datetime]


class Untrusted(Exception):
    """A request that did not come from the platform as it should; answered with 403 and nothing else.

    `str(error)` names the check that failed (such as `-40001`), never content or secrets.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A callback as it came in. `door` is what follows the channel's name in the path: "", "cards" or "events"."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    door: str = ""


class Value(BaseModel):
    """A value from a platform: frozen, JSON in the inbox."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Attachment(Value):
    """A picture, voice, video or file that came with a message.

    `reference` is the channel's own note of how to fetch it (an id, a code, an address), opaque to everybody else.
    """

    kind: Literal["image", "voice", "video", "file"]
    reference: str
    name: str = ""
    seconds: float = 0


class Place(Value):
    """A position in degrees (WGS-like as the platform gives it) with its address."""

    latitude: float
    longitude: float
    label: str = ""


class Mentioned(Value):
    """Somebody @-mentioned beside the bot: the account where the platform tells it, else the name as written."""

    account: str = ""
    name: str = ""


class Incoming(Value):
    """Something that happened on a platform, in neutral terms.

    Attributes:
        key: unique per channel for ever; the same for every repeat of the same happening.
        kind: `message` (text and/or attachments, place, link), `press` (a card's button), `enter` (the conversation was
            opened; greet at most once a day), `menu` (a menu item; `text` is its key), `directory` (the address book
            changed; `facts` says how), `other` (kept and ignored politely).
        account: who, in the platform's terms; "" for the system.
        address: where an answer to this goes (1:1 or the group).
        group: id of the group, "" in 1:1; `group_name` its title where known.
        window: see `Outgoing.window`.
        handle: `press`: the opaque handle of the button. `card`: key of the card that was pressed. `chosen`: what
            was selected or written on it, by field.
        receipt: `press`: what this press teaches us for later updates of the card.
        quoted: text of the message it answers by quoting, or "card:KEY" when that was a card of ours.
        passive: the platform waits for our answer (`Received.passive`), which can carry changes of the pressed card.
        same: `press`: the platform gives presses no id of their own: the same button on an unchanged card looks like a
            repeat, so the card is renewed when the press has not changed it.
        trouble: the platform delivered without content (quota used up); the reason.
        facts: `directory`: {"change": "member"|"member_left"|"department"|"department_removed"|"all", "account": …,
            "new_account": …, "department": …}.
    """

    key: str
    kind: Literal["message", "press", "enter", "menu", "directory", "other"]
    account: str = ""
    name: str = ""
    external: bool = False
    address: str = ""
    group: str = ""
    group_name: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    place: Place | None = None
    mentions: tuple[Mentioned, ...] = ()
    window: str = ""
    handle: str = ""
    card: str = ""
    chosen: dict[str, str] = {}
    receipt: dict[str, Any] = {}
    quoted: str = ""
    same: bool = False
    trouble: str = ""
    passive: bool = False
    facts: dict[str, str] = {}
    sent_at: datetime | None = None

    @property
    def lane(self) -> str:
        """What is handled strictly in order: one person in one conversation."""
        return f"{self.address}|{self.account}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a hook amounts to: what to keep, and what to answer once that is kept.

    `passive`: how long, in seconds, the answer may wait for the handling, so that what is to be said can be said in the
    answer itself (`Channel.passive`); 0: answer at once with `answer`.
    """

    incoming: tuple[Incoming, ...] = ()
    answer: bytes = b""
    content_type: str = "text/plain"
    passive: float = 0


class DirectoryMember(Value):
    """A person in a platform's address book."""

    account: str
    name: str
    mobile: str = ""
    title: str = ""
    departments: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    superior: str = ""
    active: bool = True


class DirectoryDepartment(Value):
    """A department in a platform's address book; ids are the platform's, as text."""

    id: str
    name: str
    parent: str = ""
    leaders: tuple[str, ...] = ()


class Directory(Value):
    """A platform's whole address book as far as we may see it."""

    members: tuple[DirectoryMember, ...] = ()
    departments: tuple[DirectoryDepartment, ...] = ()


Keep: TypeAlias = Callable[[Sequence[Incoming]], Awaitable[None]]
"""Keeps what arrived; returns after the commit. Raises when it could not be kept: then do not acknowledge."""


class Channel(Protocol):
    """A chat platform, one configured connection of it. Everything that is particular to it stays behind this.

    Attributes:
        name: its key in the configuration; `platform` groups channels whose accounts are the same people's.
        personal: whether it can start a 1:1 conversation with anybody (an AI bot cannot).
        pace: how fast we let ourselves talk.
    """

    name: str
    platform: str
    personal: bool
    pace: Pace

    def receive(self, hook: Hook) -> Received:
        """Verify, decrypt and read a callback; no network, no database.

        Raises:
            Untrusted: forged, damaged, too old, or for somebody else.
        """

    def passive(self, hook: Hook, messages: Sequence[Outgoing]) -> tuple[bytes, str, tuple[str, ...]]:
        """The answer to `hook` that carries as many of `messages` as it can: body, content type, keys it carries."""

    def address_of(self, account: str) -> str:
        """The address of the 1:1 conversation with an account."""

    def split(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """The message as calls that each fit the platform's limits; a text too long becomes several or a file.

        Pure. Keys of the parts derive from the message's key; the first part keeps it.
        """

    async def send(self, message: Outgoing) -> Delivery:
        """Make one call; trouble is a value, never an exception."""

    async def resolve(self, account: str) -> str:
        """The plain account behind an id that only this channel sees (encrypted ids), "" when it cannot be told."""

    async def directory(self) -> Directory:
        """The address book, read whole.

        Raises:
            PlatformTrouble: it cannot be read; the text says why.
        """

    async def check(self) -> str:
        """What is wrong with credentials or permissions in a Chinese sentence, "" when all is well."""

    async def run(self, keep: Keep) -> None:
        """Serve a standing connection until cancelled; returns at once where the platform has none."""

    async def close(self) -> None:
        """Let go of connections."""


class PlatformTrouble(Exception):
    """A platform call that has no delivery to report to failed; the text names call and code, no secrets."""
