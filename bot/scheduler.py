"""Chores at their hour, each once: APScheduler ticks, what is due lies in the table."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.bell import Bell
from bot.dispatcher import Dispatcher
from storage.timers import Timer
from storage.work import Database

log = structlog.get_logger()

TICK = 1.0
"""Seconds between two looks at the timers."""

BATCH = 100
TICKS = 8
"""Ticks at the same time: all but one wait for a platform."""

HOLD = timedelta(seconds=30)
HOLD_ABROAD = timedelta(minutes=10)
"""How long a chore that talks to a platform may take before another replica begins it again."""

KEEP_INBOX = timedelta(days=7)
"""How long handled messages are kept, so that late repeats are known."""

KEEP_OUTBOX = timedelta(days=30)
"""How long what was sent is kept, for whoever asks what became of a message."""

Outside = Callable[[Timer, datetime], Awaitable[None]]
"""A chore that has to talk to a platform before it writes: it begins its own unit of work."""


class Scheduler:
    """Ticks, claims what is due in batches, and has it done."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        now: Callable[[], datetime],
        delivered: Bell,
        outside: Mapping[str, Outside],
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._now = now
        self._delivered = delivered
        self._outside = outside
        self._clock = AsyncIOScheduler()
        self._busy = asyncio.Lock()
        self._abroad: set[asyncio.Task[None]] = set()
        self._jobs: set[asyncio.Task[None] | None] = set()
        self._ended = False

    def start(self) -> None:
        """Begin to tick."""
        options = {"coalesce": True, "misfire_grace_time": None}
        self._clock.add_job(self._job, "interval", [self.tick], seconds=TICK, max_instances=TICKS, **options)
        self._clock.add_job(self._job, "cron", [self.tidy], hour=3, minute=17, max_instances=1, **options)
        self._clock.start()

    async def stop(self) -> None:
        """Tick no more; what is being done is finished first."""
        self._ended = True
        if self._clock.running:
            self._clock.pause()
            await asyncio.sleep(0)  # a job that was handed out a moment ago begins, and is known
        async with self._busy:
            for task in self._abroad:
                task.cancel()
        await asyncio.gather(*self._abroad, *filter(None, self._jobs), return_exceptions=True)
        if self._clock.running:
            self._clock.shutdown(wait=False)  # cancels what is still running: nothing

    async def _job(self, work: Callable[[], Awaitable[object]]) -> None:
        task = asyncio.current_task()
        self._jobs.add(task)
        try:
            await work()
        finally:
            self._jobs.discard(task)

    async def tick(self) -> int:
        """Do everything that is due now; the number of chores done. Chores that talk to a platform hold up no other."""
        abroad: list[Timer] = []
        done = await self._tick(abroad)
        tasks = [asyncio.create_task(self._outdoors(timer)) for timer in abroad]
        self._abroad.update(tasks)
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self._abroad.difference_update(tasks)
        return done

    async def _tick(self, abroad: list[Timer]) -> int:
        async with self._busy:
            done = 0
            while not self._ended:
                try:
                    async with self._database.begin(self._now()) as work:
                        due = await work.timers.lease(self._now(), limit=BATCH, hold=HOLD)
                except Exception as trouble:
                    log.error("cannot read the timers", trouble=repr(trouble))
                    return done
                for timer in due:
                    if timer.kind in self._outside:
                        abroad.append(timer)
                    else:
                        await self._do(timer)
                done += len(due)
                if due:
                    self._delivered.ring()
                if len(due) < BATCH:
                    break
            return done

    async def _do(self, timer: Timer) -> None:
        structlog.contextvars.bind_contextvars(message=f"t:{timer.key}")
        try:
            await self._dispatcher.chore(timer, self._now())
        except Exception as trouble:
            log.error("chore left for later", timer=timer.key, trouble=repr(trouble))

    async def _outdoors(self, timer: Timer) -> None:
        structlog.contextvars.bind_contextvars(message=f"t:{timer.key}")
        try:
            async with self._database.begin(self._now()) as work:
                ours = await work.timers.hold(timer, self._now() + HOLD_ABROAD)
            if ours:
                await self._outside[timer.kind](timer, self._now())
        except Exception as trouble:
            log.error("chore left for later", timer=timer.key, trouble=repr(trouble))

    async def tidy(self) -> None:
        """Drop what no late repeat can ask for any more."""
        async with self._database.begin(self._now()) as work:
            heard = await work.inbox.forget(self._now() - KEEP_INBOX)
            said = await work.outbox.forget(self._now() - KEEP_OUTBOX)
        log.info("queues tidied", inbox=heard, outbox=said)
