"""Delivers what is due; slows down when told; gives up in the open."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.bell import Bell
from bot.channels.channel import Channel, Hook
from bot.delivery import Delivery, Failed, Outgoing, Rejected, Sent, Throttled
from bot.metrics import Metrics
from storage.outbox import OutboxMessage
from storage.work import Database, Work

log = structlog.get_logger()

HOLD = timedelta(seconds=30)
LONGEST = 20.0
"""Seconds one call may take."""

PATIENCE = 8.0
"""Seconds a message may wait for its call; with `LONGEST` it stays below `HOLD`, or it would go out twice."""

BATCH = 32
POLL = 1.0
ATTEMPTS = 8
MINUTE = timedelta(seconds=61)
"""The span in which calls are counted; a second longer than the platforms' own."""

FIRST_RETRY = timedelta(seconds=3)
LONGEST_RETRY = timedelta(minutes=30)


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after the attempt of this number (1 is the first): 3 s, 9 s, 27 s … at most 30 minutes."""
    return min(FIRST_RETRY * int(3 ** (attempts - 1)), LONGEST_RETRY)


@dataclass(frozen=True, slots=True)
class Passive:
    """The answer to a callback, and the messages that travel in it."""

    body: bytes
    content_type: str
    messages: tuple[OutboxMessage, ...]


class OutboxSender:
    """Leases what is due and hands it to the channels, one call at a time for each address."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        now: Callable[[], datetime],
        bell: Bell,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._channels = channels
        self._now = now
        self._bell = bell
        self._metrics = metrics
        self._places = {name: asyncio.Semaphore(channel.pace.at_once) for name, channel in channels.items()}
        self.longest = LONGEST
        self._resting: dict[str, datetime] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver until cancelled; calls under way are finished first."""
        try:
            while True:
                room = BATCH - len(self._sending)
                taken = await self._lease(room) if room > 0 else ()
                for message in taken:
                    task = asyncio.create_task(self._deliver(message))
                    self._sending.add(task)
                    task.add_done_callback(self._done)
                if not taken:
                    await self._bell.wait(POLL)
        finally:
            if self._sending:
                await asyncio.wait(self._sending, timeout=5)

    async def deliver_due(self) -> int:
        """Deliver what is due now; the number of messages tried (for tests and one-off runs)."""
        taken = await self._lease(BATCH)
        await asyncio.gather(*(self._deliver(message) for message in taken))
        return len(taken)

    async def passive(self, channel: Channel, hook: Hook, window: str) -> Passive | None:
        """The answer to a callback that carries what was to be said in it; None when there is nothing.

        What it carries stays ours until `carried` says what became of the answer.
        """
        now = self._now()
        async with self._database.begin(now) as work:
            taken = await work.outbox.lease(now + timedelta(minutes=1), limit=BATCH, hold=HOLD, window=window)
            if not taken:
                return None
            outgoing = {message.key: Outgoing.model_validate(message.payload) for message in taken}
            body, content_type, carried = channel.passive(hook, list(outgoing.values()))
            for message in taken:
                if message.key not in carried:
                    await work.outbox.postpone(message, now, "", counts=False)
        self._bell.ring()
        return Passive(body, content_type, tuple(message for message in taken if message.key in carried))

    async def carried(self, answer: Passive, *, arrived: bool) -> None:
        """Settle what an answer carried; when it did not arrive, the ordinary way is taken."""
        now = self._now()
        async with self._database.begin(now) as work:
            for message in answer.messages:
                if arrived:
                    await work.outbox.mark_sent(message, now)
                else:
                    await work.outbox.postpone(message, now, "the callback was hung up before its answer")
                self._metrics.deliveries.labels(message.channel, "passive" if arrived else "failed").inc()
        self._bell.ring()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._bell.ring()

    async def _lease(self, limit: int) -> Sequence[OutboxMessage]:
        now = self._now()
        self._resting = {name: until for name, until in self._resting.items() if until > now}
        full = {name for name, place in self._places.items() if place.locked()}
        try:
            async with self._database.begin(now) as work:
                return await work.outbox.lease(now, limit=limit, hold=HOLD, resting=tuple({*self._resting, *full}))
        except Exception as trouble:
            log.error("cannot read the outbox", trouble=repr(trouble))
            await asyncio.sleep(POLL)
            return ()

    async def _deliver(self, message: OutboxMessage) -> None:
        structlog.contextvars.bind_contextvars(message=message.cause, outgoing=message.key)
        channel = self._channels.get(message.channel)
        try:
            outgoing, wait = await self._prepared(message, channel)
        except ValueError:
            await self._hopeless(message, "it cannot be read (any more)")
            return
        except Exception as trouble:
            log.error("message left for later", trouble=repr(trouble))
            return
        if channel is None:
            delivery: Delivery = Rejected("its channel is no longer configured")
        elif wait > timedelta(0):
            delivery = Throttled(wait)
        else:
            delivery = await self._call(channel, outgoing)
        try:
            await self._settle(message, outgoing, delivery)
        except Exception as trouble:
            log.error("sent but not settled", outgoing=message.key, trouble=repr(trouble))

    async def _hopeless(self, message: OutboxMessage, trouble: str) -> None:
        log.error("message abandoned", channel=message.channel, trouble=trouble)
        self._metrics.deliveries.labels(message.channel, "rejected").inc()
        async with self._database.begin(self._now()) as work:
            await work.outbox.abandon(message, self._now(), trouble)

    async def _prepared(self, message: OutboxMessage, channel: Channel | None) -> tuple[Outgoing, timedelta]:
        """The call with what is known for it now, and how long its address has to be left alone."""
        outgoing, now = Outgoing.model_validate(message.payload), self._now()
        async with self._database.read(now) as work:
            card = await work.cards.find(outgoing.task) if outgoing.kind == "update" else None
            calls, oldest = await work.outbox.recent(message.lane, now - MINUTE)
        calls += message.attempts - 1
        busy = channel is not None and calls >= channel.pace.per_minute
        wait = oldest + MINUTE - now if oldest and busy else timedelta(0)
        return outgoing.model_copy(update={"receipt": card.receipt}) if card else outgoing, wait

    async def _call(self, channel: Channel, outgoing: Outgoing) -> Delivery:
        place = self._places[channel.name]
        try:
            await asyncio.wait_for(place.acquire(), PATIENCE)
        except TimeoutError:
            return Throttled(timedelta(seconds=1), "too many calls are under way")
        try:
            async with asyncio.timeout(self.longest):
                return await channel.send(outgoing)
        except TimeoutError:
            return Failed(f"no answer within {self.longest:g} s")
        except Exception as trouble:
            log.exception("a channel raised", channel=channel.name)
            return Failed(f"{type(trouble).__name__} in the channel")
        finally:
            place.release()

    async def _settle(self, message: OutboxMessage, outgoing: Outgoing, delivery: Delivery) -> None:
        now = self._now()
        outcome = type(delivery).__name__.lower()
        self._metrics.deliveries.labels(message.channel, outcome).inc()
        async with self._database.begin(now) as work:
            match delivery:
                case Sent():
                    await self._sent(work, message, outgoing, delivery)
                case Throttled(wait, trouble, everything):
                    if everything:
                        log.error("channel has to wait", channel=message.channel, seconds=wait.seconds, trouble=trouble)
                        self._resting[message.channel] = now + wait
                    await work.outbox.postpone(message, now + wait, trouble, counts=False)
                case Failed(trouble) if message.attempts < ATTEMPTS:
                    log.warning("delivery failed", trouble=trouble, attempt=message.attempts)
                    await work.outbox.postpone(message, now + retry_delay(message.attempts), trouble)
                case Failed(trouble) | Rejected(trouble):
                    log.error("message abandoned", outgoing=message.key, channel=message.channel, trouble=trouble)
                    await work.outbox.abandon(message, now, trouble)

    async def _sent(self, work: Work, message: OutboxMessage, outgoing: Outgoing, sent: Sent) -> None:
        if not await work.outbox.mark_sent(message, self._now()):
            return
        log.info("message sent", channel=message.channel, kind=outgoing.kind, attempt=message.attempts)
        match outgoing.kind:
            case "card":
                await work.cards.learn(outgoing.key, sent.receipt)
            case "update":
                await work.cards.spend(outgoing.task, outgoing.receipt, sent.receipt)
            case "fetch":
                await work.files.fill(outgoing.file, sent.content)
