"""Stream frames, what became of each push, and the faults a gateway can be made to have."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from aiohttp import web

from bot.playground.dingtalk.timers import Timer

ROBOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"
EVENTS = "*"

FrameType = Literal["SYSTEM", "EVENT", "CALLBACK"]


@dataclass(frozen=True, slots=True)
class Ack:
    """What a client answered to a frame; `data` is the parsed JSON text, `None` if it is none.

    Source: protocols/dingtalk.md 3.5.
    """

    code: int
    message: str
    data: Any
    connection: str

    @property
    def accepted(self) -> bool:
        """Whether nothing needs to be delivered again."""
        later = isinstance(self.data, dict) and self.data.get("status") == "LATER"
        return self.code == 200 and not later


@dataclass(eq=False, slots=True, kw_only=True)
class Connection:
    """A socket of a client and what it subscribed to; nothing is sent while it is `leaving`."""

    id: str
    client_id: str
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    topics: frozenset[tuple[str, str]]
    leaving: bool = False
    opaques: dict[str, asyncio.Future[None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a push: its messageId, the connection ("" when there was none), the moment, which round."""

    message_id: str
    connection: str
    at: datetime
    round: int


@dataclass(eq=False, slots=True, kw_only=True)
class Push:
    """Something the platform has to tell an app over Stream, until it is acknowledged or given up.

    Attributes:
        attempts: every sending; each has a messageId of its own.
        acks: every answer, also late and doubled ones.
        answered: the first answer of any code.
        deadline: how long an ACK may take before the sending counts as failed.
        again: waiting times before each further sending.
        give_up: awaited when the last sending was not accepted either.
        to_anyone: sent also to connections that did not subscribe to the topic.
    """

    client_id: str
    type: FrameType
    topic: str
    data: str
    headers: Mapping[str, str] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    acks: list[Ack] = field(default_factory=list)
    answered: asyncio.Future[Ack] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    deadline: timedelta = timedelta(0)
    again: Sequence[timedelta] = ()
    give_up: Callable[["Push"], Awaitable[None]] | None = None
    to_anyone: bool = False
    timer: Timer | None = None
    given_up: bool = False

    @classmethod
    def about(cls, client_id: str, topic: str, content: Mapping[str, Any], again: Sequence[timedelta] = ()) -> Self:
        """A callback to an app."""
        data = json.dumps(content, ensure_ascii=False)
        return cls(client_id=client_id, type="CALLBACK", topic=topic, data=data, again=again)

    @property
    def acknowledged(self) -> bool:
        """Whether an answer accepted it."""
        return any(ack.accepted for ack in self.acks)

    def frame(self, message_id: str, connection: str, app_id: str, ms: int) -> str:
        """The text frame of one sending.

        Source: protocols/dingtalk.md 3.4.
        """
        headers = {
            "appId": app_id,
            "connectionId": connection,
            "contentType": "application/json",
            "messageId": message_id,
            "time": str(ms),
            "topic": self.topic,
            **self.headers,
        }
        frame = {"specVersion": "1.0", "type": self.type, "headers": headers, "data": self.data}
        return json.dumps(frame, ensure_ascii=False)

    @property
    def next_wait(self) -> timedelta | None:
        """How long after the latest sending has failed it is sent again; `None`: not any more."""
        done = len({attempt.round for attempt in self.attempts})
        return self.again[done - 1] if 0 < done <= len(self.again) else None

    def answer(self, ack: Ack) -> None:
        """Note an answer."""
        self.acks.append(ack)
        if not self.answered.done():
            self.answered.set_result(ack)


@dataclass(slots=True, kw_only=True)
class GatewayFaults:
    """What goes wrong at the gateway; counters go down by one per use.

    Attributes:
        drop_acks: so many ACKs are lost on their way.
        duplicate: so many pushes are sent twice at once, with different messageIds.
        delay_seconds: real time before each frame.
        reorder: so many pushes are held back until another one was sent.
        broken_json: so many pushes are cut in the middle of their frame.
        deaf_to_pings: WebSocket pings of sockets opened from now on are not answered.
        refuse_open: HTTP status the open call is refused with, 0 for none, `refuse_open_times` times.
        slow_open_seconds: real time before the open call is answered.

    Source: protocols/dingtalk.md 3.10.7.
    """

    drop_acks: int = 0
    duplicate: int = 0
    delay_seconds: float = 0.0
    reorder: int = 0
    broken_json: int = 0
    deaf_to_pings: bool = False
    refuse_open: int = 0
    refuse_open_times: int = 0
    slow_open_seconds: float = 0.0

    def take(self, name: Literal["drop_acks", "duplicate", "reorder", "broken_json"]) -> bool:
        """Whether this fault strikes now."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0


def parsed(text: Any) -> Any:
    """JSON text as a value, `None` if it is none."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
