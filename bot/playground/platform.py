"""What both emulated platforms share: people, what they see, the wire, faults, and the clock they live by."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

Now: TypeAlias = Callable[[], datetime]
"""The moment it is, aware, UTC; the demo and the tests move it."""


@dataclass(slots=True, kw_only=True)
class Department:
    """A department of the directory; the root is 1, `parent` 0 marks the root."""

    id: int
    name: str
    parent: int = 1


@dataclass(slots=True, kw_only=True)
class Person:
    """An account on one platform. `account` is the userid (WeCom) or staffId (DingTalk)."""

    account: str
    name: str
    mobile: str = ""
    title: str = ""
    departments: tuple[int, ...] = (1,)
    leads: tuple[int, ...] = ()
    superior: str | None = None
    active: bool = True
    external: bool = False


@dataclass(slots=True, kw_only=True)
class Group:
    """A group chat; `members` are accounts. The service's robot is always in it."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)


BubbleKind: TypeAlias = Literal[
    "text", "markdown", "card", "image", "voice", "video", "file", "location", "link", "notice"
]


@dataclass(slots=True, kw_only=True)
class Bubble:
    """One message on a person's screen.

    Attributes:
        id: unique on the platform.
        chat: account of the 1:1 conversation's person, or the group's id.
        sender: account of the writer; "" is the service's bot.
        kind: what it is; `card` bodies are the platform's own card JSON as it stands now.
        body: text and markdown: {"text"}; card: the platform's JSON; file, image, voice: {"name", "media_id", "size"}.
        seen_by: accounts whose screen shows it.
        overrides: per account a replacement of `body` (a card updated for one person only).
        closed_for: accounts for whom the card's buttons are greyed, with the words shown instead.
        quote: id of the bubble it answers.
    """

    id: str
    chat: str
    sender: str
    at: datetime
    kind: BubbleKind
    body: dict[str, Any]
    seen_by: tuple[str, ...]
    overrides: dict[str, dict[str, Any]] = field(default_factory=dict)
    closed_for: dict[str, str] = field(default_factory=dict)
    quote: str | None = None
    revision: int = 0

    def body_for(self, account: str) -> dict[str, Any]:
        """The body as this person's device shows it."""
        return self.overrides.get(account, self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer on the wire, for the inspector and for assertions.

    Attributes:
        direction: `callback` is platform -> service, `call` is service -> platform, `frame` a Stream frame.
        plain: what was inside the envelope, decrypted; "" where there is no envelope.
    """

    at: datetime
    platform: str
    direction: Literal["callback", "call", "frame"]
    method: str
    target: str
    headers: Mapping[str, str]
    body: str
    plain: str
    status: int
    answer: str
    answer_plain: str = ""
    took_ms: float = 0.0


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault to be served on calls whose path starts with `path`, `times` times (-1: until removed).

    Kinds: `delay` (seconds in `value`), `status` (HTTP status in `value`, HTML body), `errcode` (platform code in
    `value`), `reset` (connection closed before the effect), `reset_after` (closed after the effect has happened),
    `garbage` (HTML instead of JSON).
    """

    path: str
    kind: Literal["delay", "status", "errcode", "reset", "reset_after", "garbage"]
    value: float | int | str = 0
    times: int = 1


class Screens:
    """What everybody sees: bubbles by platform, and a feed of changes for pages and waiting tests."""

    def __init__(self) -> None:
        self.bubbles: list[Bubble] = []
        self._changed = asyncio.Condition()
        self._listeners: list[Callable[[Bubble], None]] = []

    def listen(self, listener: Callable[[Bubble], None]) -> None:
        """Call `listener` with each bubble that is new or changed."""
        self._listeners.append(listener)

    def show(self, bubble: Bubble) -> None:
        """A new bubble appears."""
        self.bubbles.append(bubble)
        self.changed(bubble)

    def changed(self, bubble: Bubble) -> None:
        """A bubble looks different now."""
        bubble.revision += 1
        for listener in self._listeners:
            listener(bubble)
        asyncio.get_running_loop().create_task(self._wake())

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def seen(self, account: str, chat: str | None = None) -> list[Bubble]:
        """What `account` sees, oldest first, in all conversations or in `chat`."""
        return [b for b in self.bubbles if account in b.seen_by and (chat is None or b.chat == chat)]

    def find(self, bubble_id: str) -> Bubble:
        """The bubble with this id.

        Raises:
            KeyError: there is none.
        """
        for bubble in reversed(self.bubbles):
            if bubble.id == bubble_id:
                return bubble
        raise KeyError(bubble_id)

    async def wait_for(self, condition: Callable[[], bool], *, seconds: float = 5.0) -> None:
        """Return as soon as `condition()` holds.

        Raises:
            TimeoutError: it did not within `seconds` of real time.
        """
        async with asyncio.timeout(seconds):
            async with self._changed:
                await self._changed.wait_for(condition)


class Platform(Protocol):
    """What a person can do on an emulated platform; the page and the tests use nothing else.

    Every method that makes the platform call the service returns after the service has acknowledged (or after the
    platform has given up); the service's answers appear on `screens` later.
    """

    name: str
    people: dict[str, Person]
    departments: dict[int, Department]
    groups: dict[str, Group]
    screens: Screens
    wire: deque[Exchange]
    faults: list[Fault]

    async def say(
        self, account: str, text: str, *, chat: str | None = None, at: Sequence[str] = (), quote: str | None = None
    ) -> str:
        """`account` writes to the bot (1:1), or @-mentions it and the accounts in `at` in the group `chat`.

        Returns the platform's message id.
        """

    async def press(
        self, account: str, bubble: str, button: str, choices: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """`account` presses the button with this key (or text) of a card, with what is selected in its choices."""

    async def send(self, account: str, kind: BubbleKind, body: Mapping[str, Any], *, chat: str | None = None) -> str:
        """`account` sends a picture, voice, video, location, link or file; the body's keys are those of the kind."""

    async def enter(self, account: str) -> None:
        """`account` opens the bot's conversation."""

    async def change(self, change: str, **facts: Any) -> None:
        """The directory changes and the platform tells: `person_joined`, `person_changed`, `person_left`,
        `department_added`, `department_changed`, `department_removed`."""
