"""One socket to the Stream gateway: reads without waiting for anything, acknowledges what has been kept.

Source: protocols/dingtalk.md 3.4-3.7.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from enum import Enum

import aiohttp

from bot.channels.channel import Incoming, Keep
from bot.channels.dingtalk.events import Home
from bot.channels.dingtalk.frames import Frame, Unusable, ack

log = logging.getLogger(__name__)

BATCH = 100
LAST_ACKS = 10.0
"""Seconds an old connection may take for the ACKs it owes."""


class Over(Enum):
    """Why a connection is at its end."""

    ANNOUNCED = "announced its end"
    CLOSED = "was closed"
    BROKEN = "broke"
    IDLE = "fell silent"


class Connection:
    """A connected socket.

    Frames are kept in the order they came, those that wait together in one go; pings are answered meanwhile. Every ACK
    goes out on the socket its frame came from.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, home: Home, keep: Keep, *, idle: float) -> None:
        loop = asyncio.get_running_loop()
        self._socket = socket
        self._home = home
        self._keep = keep
        self._idle = idle
        self._clock = loop.time
        self._born = self._heard = loop.time()
        self._waiting: asyncio.Queue[tuple[Frame, tuple[Incoming, ...]]] = asyncio.Queue(maxsize=1000)
        self.over: asyncio.Future[Over] = loop.create_future()

    @property
    def age(self) -> float:
        """Seconds since it was opened."""
        return self._clock() - self._born

    async def serve(self) -> None:
        """Read until the socket is closed; `over` is set as soon as a successor is needed."""
        helpers = [asyncio.create_task(self._keep_in_order()), asyncio.create_task(self._watch())]
        try:
            await self._read()
            await self._waiting.join()
        except Exception:
            log.exception("stream connection failed")
        finally:
            self._end(Over.BROKEN)
            for task in helpers:
                task.cancel()
            await self._close()

    async def _read(self) -> None:
        async for message in self._socket:
            self._heard = self._clock()
            if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                await self._receive(message.data)
        self._end(Over.CLOSED if self._socket.close_code == aiohttp.WSCloseCode.OK else Over.BROKEN)

    async def _receive(self, text: str | bytes) -> None:
        message_id = ""
        try:
            frame = Frame.of(text)
            message_id = frame.message_id
            if frame.type == "SYSTEM":
                await self._system(frame)
            else:
                await self._waiting.put((frame, frame.incoming(self._home)))
        except Unusable as error:
            await self._answer(ack(message_id, error.code, error.message, "{}"))
        except Exception:
            log.exception("a stream frame could not be read")
            await self._answer(ack(message_id, 400, "bad frame", "{}"))

    async def _system(self, frame: Frame) -> None:
        if frame.topic == "ping":
            await self._answer(ack(frame.message_id, 200, "OK", frame.data))
        elif frame.topic == "disconnect":
            self._end(Over.ANNOUNCED)

    async def _keep_in_order(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await self._settle(batch)
            finally:
                for _ in batch:
                    self._waiting.task_done()

    async def _settle(self, batch: Sequence[tuple[Frame, tuple[Incoming, ...]]]) -> None:
        try:
            await self._keep(list({one.key: one for _, several in batch for one in several}.values()))
        except Exception as error:
            if len(batch) == 1:
                log.error("a message could not be kept: %s", type(error).__name__)
                await self._answer(batch[0][0].not_kept())
            else:
                for one in batch:
                    await self._settle([one])
        else:
            for frame, _ in batch:
                await self._answer(frame.kept())

    async def _answer(self, text: str) -> None:
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            await self._socket.send_str(text)

    async def _watch(self) -> None:
        left = self._idle
        while left > 0:
            await asyncio.sleep(left)
            left = self._heard + self._idle - self._clock()
        self._end(Over.IDLE)

    def _end(self, why: Over) -> None:
        if not self.over.done():
            self.over.set_result(why)

    async def retire(self) -> None:
        """Send the ACKs still owed, then close."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), LAST_ACKS)
        await self._close()

    async def _close(self) -> None:
        with contextlib.suppress(ConnectionError, aiohttp.ClientError, TimeoutError):
            await self._socket.close()
