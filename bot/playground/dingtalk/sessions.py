"""sessionWebhooks: the address each robot message brings along, good for 90 minutes."""

from dataclasses import dataclass
from datetime import datetime

from bot.playground.dingtalk.corp import DingTalkApp
from bot.playground.dingtalk.ground import Ground


@dataclass(frozen=True, slots=True)
class Session:
    """Where a reply to the address goes."""

    app: DingTalkApp
    chat: str
    until: datetime


class Sessions:
    """One new address per message.

    Source: protocols/dingtalk.md 2.8.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._sessions: dict[str, Session] = {}

    def open(self, app: DingTalkApp, chat: str) -> tuple[str, int]:
        """A new reply address and the moment it expires, in ms."""
        self._forget_expired()
        key = self._ground.fresh("")
        until = self._ground.now() + self._ground.limits.session_life
        self._sessions[key] = Session(app, chat, until)
        url = self._ground.url(f"/oapi/robot/sendBySession?session={key}")
        return url, int(until.timestamp() * 1000)

    def _forget_expired(self) -> None:
        while self._sessions and next(iter(self._sessions.values())).until <= self._ground.now():
            del self._sessions[next(iter(self._sessions))]

    def find(self, key: str) -> Session | None:
        """The session of an address; `None` when unknown or expired."""
        session = self._sessions.get(key)
        return session if session is not None and self._ground.now() < session.until else None
