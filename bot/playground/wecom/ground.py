"""What every part of the emulated platform stands on: the company, the clock, the screens, and what went wrong."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.playground.platform import Bubble, BubbleKind, Exchange, Fault, Group, Now, Screens
from bot.playground.wecom.corp import WeComApp, WeComBot, WeComCorp, WeComLimits
from bot.playground.wecom.directory import Directory
from bot.playground.wecom.results import ApiError


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncation:
    """A text the platform has cut in silence; sizes in bytes."""

    at: datetime
    path: str
    field: str
    size: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A message thrown away in silence because one member got too many; `source` is an agent id or a chat id."""

    at: datetime
    source: str
    account: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlong:
    """A card field longer than recommended: shown cut on small screens; lengths in characters."""

    card_type: str
    field: str
    length: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedReply:
    """A passive reply the platform could not use, and why."""

    at: datetime
    target: str
    reason: str
    plain: str


@dataclass(slots=True)
class Notes:
    """What a service should never cause, kept for assertions.

    Attributes:
        ignored: parts of cards that their type does not have, as `card_type.part`.
    """

    truncations: list[Truncation] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    overlong: list[Overlong] = field(default_factory=list)
    refused: list[RefusedReply] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


class Ground:
    """Shared by all parts of one `WeComPlatform`.

    Attributes:
        base_url: where this platform is mounted, such as `http://127.0.0.1:8600/platforms/wecom`.
    """

    def __init__(self, now: Now, corp: WeComCorp, limits: WeComLimits, directory: Directory) -> None:
        self.now = now
        self.corp = corp
        self.limits = limits
        self.directory = directory
        self.groups: dict[str, Group] = {}
        self.screens = Screens()
        self.wire: deque[Exchange] = deque(maxlen=2000)
        self.faults: list[Fault] = []
        self.notes = Notes()
        self.base_url = ""
        self._serial = 0

    def seconds(self) -> int:
        """Unix seconds of now."""
        return int(self.now().timestamp())

    def serial(self) -> int:
        """A number never given before."""
        self._serial += 1
        return self._serial

    def id(self, prefix: str) -> str:
        """An opaque id never given before."""
        return f"{prefix}{self.serial():06d}{secrets.token_urlsafe(12)}"

    def app(self, agent_id: object) -> WeComApp:
        """The app with this agent id.

        Raises:
            ApiError: 40056.
        """
        for app in self.corp.apps:
            if app.agent_id == agent_id:
                return app
        raise ApiError(40056)

    def bot(self, name: str) -> WeComBot:
        """The AI bot with this display name.

        Raises:
            KeyError: there is none.
        """
        for bot in self.corp.bots:
            if bot.name == name:
                return bot
        raise KeyError(name)

    def chat_of(self, app: WeComApp, account: str) -> str:
        """The conversation of one member with an app, as bubbles name it."""
        return account if app is self.corp.apps[0] else f"app:{app.agent_id}"

    def show(
        self,
        *,
        chat: str,
        kind: BubbleKind,
        body: dict[str, Any],
        seen_by: tuple[str, ...],
        sender: str = "",
        quote: str | None = None,
    ) -> Bubble:
        """A new bubble on the screens of `seen_by`."""
        bubble = Bubble(
            id=f"wecom-{self.serial()}",
            chat=chat,
            sender=sender,
            at=self.now(),
            kind=kind,
            body=body,
            seen_by=seen_by,
            quote=quote,
        )
        self.screens.show(bubble)
        return bubble

    def cut(self, value: str, limit: int, *, path: str, field: str) -> str:
        """`value` within `limit` bytes; a cut is made in silence and noted."""
        raw = value.encode()
        if len(raw) <= limit:
            return value
        self.notes.truncations.append(Truncation(at=self.now(), path=path, field=field, size=len(raw), limit=limit))
        return raw[:limit].decode(errors="ignore")
