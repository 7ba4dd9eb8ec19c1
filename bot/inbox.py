"""Keeps what arrives, then feeds it to the dispatcher."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.bell import Bell
from bot.channels.channel import Incoming
from bot.dispatcher import Dispatcher
from bot.metrics import Metrics
from storage.inbox import HANDLED, Arrival, InboxEntry
from storage.work import Database

log = structlog.get_logger()

HOLD = timedelta(seconds=30)
"""How long a message is ours; after that another replica takes it over."""

AT_ONCE = 16
"""Messages of different lanes being handled at the same time."""

POLL = 1.0
"""Seconds between looks at the table when no bell rings."""

BATCH = 256


def storable(value: Any) -> Any:
    """The JSON value without NUL, which PostgreSQL keeps in no text."""
    match value:
        case str():
            return value.replace("\0", "")
        case dict():
            return {storable(key): storable(part) for key, part in value.items()}
        case list():
            return [storable(part) for part in value]
    return value


class InboxKeeper:
    """Keeps arrivals: those that come together share one transaction, each returns after its commit."""

    def __init__(self, database: Database, now: Callable[[], datetime], bell: Bell, metrics: Metrics) -> None:
        self._database = database
        self._now = now
        self._bell = bell
        self._metrics = metrics
        self._waiting: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def keep(self, channel: str, incoming: Sequence[Incoming]) -> None:
        """Keep these; they are on disk when this returns.

        Raises:
            Exception: whatever the database raised; nothing of this call can be counted on as kept.
        """
        if not incoming:
            return
        loop = asyncio.get_running_loop()
        futures = []
        for one in incoming:
            payload = storable(one.model_dump(mode="json", exclude_defaults=True))
            arrival = Arrival(channel=channel, key=storable(one.key), lane=storable(one.lane), payload=payload)
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.append((arrival, future))
            futures.append(future)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._flush())
        await asyncio.gather(*futures)

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                await self._accept([arrival for arrival, _ in batch])
            except Exception as trouble:
                log.error("could not keep", count=len(batch), trouble=repr(trouble))
                for _, future in batch:
                    if not future.done():
                        future.set_exception(trouble)
                continue
            for _, future in batch:
                if not future.done():
                    future.set_result(None)

    async def _accept(self, arrivals: Sequence[Arrival]) -> None:
        unique = list({(a.channel, a.key): a for a in arrivals}.values())
        async with self._database.begin(self._now()) as work:
            new = await work.inbox.accept(unique, self._now())
        if new:
            self._bell.ring()
        for kept in new:
            self._metrics.kept.labels(kept.channel).inc()
            log.info("message kept", message=f"m:{kept.id}", channel=kept.channel)


class InboxReader:
    """Leases what waits and has it handled, in order within a lane, lanes side by side."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        now: Callable[[], datetime],
        bell: Bell,
        delivered: Bell,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._now = now
        self._bell = bell
        self._delivered = delivered
        self._metrics = metrics
        self._handling: set[asyncio.Task[None]] = set()
        self._handled: dict[tuple[str, str], asyncio.Event] = {}

    async def run(self) -> None:
        """Feed until cancelled; what is being handled is finished first."""
        try:
            while True:
                free = AT_ONCE - len(self._handling)
                taken = await self._lease(free) if free else ()
                for entry in taken:
                    task = asyncio.create_task(self._handle(entry))
                    self._handling.add(task)
                    task.add_done_callback(self._done)
                if not taken:
                    await self._bell.wait(POLL)
        finally:
            if self._handling:
                await asyncio.wait(self._handling, timeout=5)

    async def feed(self) -> int:
        """Handle what waits now; the number handled (for tests and one-off runs)."""
        entries = await self._lease(AT_ONCE)
        await asyncio.gather(*(self._handle(entry) for entry in entries))
        return len(entries)

    async def handled(self, channel: str, key: str, seconds: float) -> bool:
        """Whether this arrival is handled, waiting for it at most so long."""
        done = self._handled.setdefault((channel, key), asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                if not await self._settled(channel, key):
                    await done.wait()
        except TimeoutError:
            return await self._settled(channel, key)
        finally:
            self._handled.pop((channel, key), None)
        return True

    async def _settled(self, channel: str, key: str) -> bool:
        async with self._database.read(self._now()) as work:
            return await work.inbox.state_of(channel, key) == HANDLED

    async def _lease(self, limit: int) -> Sequence[InboxEntry]:
        try:
            async with self._database.begin(self._now()) as work:
                return await work.inbox.lease(self._now(), limit=limit, hold=HOLD)
        except Exception as trouble:
            log.error("cannot read the inbox", trouble=repr(trouble))
            await asyncio.sleep(POLL)
            return ()

    async def _handle(self, entry: InboxEntry) -> None:
        at = self._now()
        structlog.contextvars.bind_contextvars(message=f"m:{entry.id}")
        try:
            await self._dispatcher.handle(entry, at)
        except Exception as trouble:
            log.error("message left for later", entry=entry.id, trouble=repr(trouble))
        self._metrics.to_handled.labels(entry.channel).observe(max((self._now() - entry.arrived_at).total_seconds(), 0))
        waiting = self._handled.get((entry.channel, entry.key))
        if waiting is not None:
            waiting.set()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        self._bell.ring()
        self._delivered.ring()
