"""The Stream connection: frames in, acknowledged once they are kept; replaced before it is given up.

Source: protocols/dingtalk.md 3.2-3.9.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import aiohttp
from yarl import URL

from bot.channels.channel import Keep
from bot.channels.dingtalk import wire
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.connection import Connection, Over
from bot.channels.dingtalk.events import Home
from bot.channels.dingtalk.frames import CARD, ROBOT
from bot.channels.dingtalk.troubles import Kind, Trouble, says
from bot.config import DingTalkConfig

log = logging.getLogger(__name__)

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

OPEN = "/v1.0/gateway/connections/open"
TICKET_LIFE = 60.0
HEALTHY = 60.0
IDLE = 150.0
"""Seconds without a frame after which a connection is replaced; the platform's pings are frames."""
LONGEST_FRAME = 4 * 1024 * 1024
ALARM = 3


class Mishap(Enum):
    """Why there is no connection (any more), which decides how long to wait before the next."""

    ANNOUNCED = "announced"
    BROKEN = "broken"
    BUSY = "busy"
    REFUSED = "refused"


class Backoff:
    """Seconds to wait before opening again (3.9)."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self._chance = chance or random.Random()
        self._step = 0
        self.refusals = 0

    def wait(self, mishap: Mishap) -> float:
        """The next wait: up to half a second, 60 seconds, or 1 (busy: 3) seconds doubling to 60, each ±20 %."""
        if mishap is Mishap.ANNOUNCED:
            return self._chance.uniform(0, 0.5)
        if mishap is Mishap.REFUSED:
            self.refusals += 1
            return 60.0
        first = 3.0 if mishap is Mishap.BUSY else 1.0
        seconds: float = min(first * 2**self._step, 60.0)
        self._step = min(self._step + 1, 10)
        return seconds * self._chance.uniform(0.8, 1.2)

    def healthy(self) -> None:
        """A connection has held for a minute."""
        self._step = 0

    def opened(self) -> None:
        """The platform has let us in."""
        self.refusals = 0


@dataclass(frozen=True, slots=True)
class Door:
    """Where to connect; the ticket is a credential, for one connection within 90 seconds."""

    endpoint: str
    ticket: str

    def __repr__(self) -> str:
        return f"Door({self.endpoint})"

    @property
    def url(self) -> URL:
        """The address with the ticket."""
        return URL(self.endpoint).update_query(ticket=self.ticket)


class Stream:
    """One connection at a time, and for a moment two: the new one is up before the old one is let go.

    `connected`: whether messages can arrive just now.
    """

    def __init__(
        self,
        config: DingTalkConfig,
        api: Api,
        session: aiohttp.ClientSession,
        *,
        idle: float = IDLE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._config = config
        self._api = api
        self._session = session
        self._home = Home(config.corp_id, config.oapi_base)
        self._idle = idle
        self._sleep = sleep
        self._backoff = Backoff()
        self.connected = False

    async def run(self, keep: Keep) -> None:
        """Serve until cancelled; a frame is acknowledged after `keep` has returned."""
        old: Connection | None = None
        async with asyncio.TaskGroup() as tasks:
            try:
                while True:
                    connection = await self._connect(keep)
                    serving = tasks.create_task(connection.serve())
                    if old is not None:
                        tasks.create_task(old.retire())
                    self.connected = True
                    over = await connection.over
                    self.connected = False
                    old = connection if not serving.done() else None
                    await self._pause(over, connection.age)
            finally:
                self.connected = False

    async def _pause(self, over: Over, age: float) -> None:
        if age >= HEALTHY:
            self._backoff.healthy()
        announced = over is Over.ANNOUNCED or (over is Over.CLOSED and age >= 1) or over is Over.IDLE
        log.info("stream connection %s after %.0f s", over.value, age)
        await self._sleep(self._backoff.wait(Mishap.ANNOUNCED if announced else Mishap.BROKEN))

    async def _connect(self, keep: Keep) -> Connection:
        while True:
            try:
                connection = await self._try(keep)
            except Trouble as trouble:
                mishap = Mishap.REFUSED if _refused(trouble) else Mishap.BUSY
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("stream connection failed: %s", type(error).__name__)
                mishap = Mishap.BROKEN
            else:
                self._backoff.opened()
                return connection
            await self._sleep(self._backoff.wait(mishap))
            if mishap is Mishap.REFUSED:
                self._alarm()

    def _alarm(self) -> None:
        if self._backoff.refusals == ALARM:
            log.error("the stream connection is refused every time: check client_id, client_secret and Stream mode")

    async def _try(self, keep: Keep) -> Connection:
        loop = asyncio.get_running_loop()
        began = loop.time()
        door = await self.open()
        if loop.time() - began > TICKET_LIFE:
            raise TimeoutError
        socket = await self._session.ws_connect(
            door.url,
            heartbeat=20,
            max_msg_size=LONGEST_FRAME,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
        )
        return Connection(socket, self._home, keep, idle=self._idle)

    async def open(self) -> Door:
        """Ask for a ticket.

        Raises:
            Trouble: refused, or the answer names no endpoint.
        """
        body = {
            "clientId": self._config.client_id,
            "clientSecret": self._config.client_secret.get_secret_value(),
            "subscriptions": [
                {"type": "EVENT", "topic": "*"},
                {"type": "CALLBACK", "topic": ROBOT},
                {"type": "CALLBACK", "topic": CARD},
            ],
            "ua": "gendan/1.0",
        }
        try:
            answer = await self._api.open(OPEN, body)
        except Trouble as trouble:
            log.warning("stream: %s", says(trouble))
            raise
        door = Door(wire.text(answer.get("endpoint")), wire.text(answer.get("ticket")))
        if not door.endpoint.startswith(("wss://", "ws://" if self._config.api_base.startswith("http:") else "wss://")):
            raise Trouble("gateway/connections/open", "no endpoint", Kind.UNSURE)
        return door


def _refused(trouble: Trouble) -> bool:
    return trouble.status // 100 == 4 and trouble.status != 429
