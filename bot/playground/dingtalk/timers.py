"""Things that are due at a moment of the platform's clock, which the demo and the tests move."""

import asyncio
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.playground.platform import Now

log = logging.getLogger(__name__)

Deed = Callable[[], Awaitable[None]]


@dataclass(order=True, slots=True)
class Timer:
    """One thing that is due; `cancel()` forgets it. Timers are ordered by the moment, then by `number`."""

    due: datetime
    number: int
    deed: Deed = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """It will not happen."""
        self.cancelled = True


class Timers:
    """Timers on an injected clock, looked at every `every` seconds of real time while started."""

    def __init__(self, now: Now, every: float = 0.05) -> None:
        self._now = now
        self._every = every
        self._timers: list[Timer] = []
        self._numbers = itertools.count()
        self._loop: asyncio.Task[None] | None = None

    def after(self, span: timedelta, deed: Deed) -> Timer:
        """Do `deed` when `span` has passed on the clock."""
        timer = Timer(self._now() + span, next(self._numbers), deed)
        heapq.heappush(self._timers, timer)
        return timer

    async def tick(self) -> None:
        """Do everything that is due by now, earliest first, including what becomes due by doing it."""
        while self._timers and self._timers[0].due <= self._now():
            timer = heapq.heappop(self._timers)
            if not timer.cancelled:
                await timer.deed()

    async def start(self) -> None:
        """Begin to look at the clock."""
        if self._loop is None:
            self._loop = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop looking and forget what was due."""
        loop, self._loop = self._loop, None
        self._timers.clear()
        if loop is not None:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.tick()
            except Exception:
                log.exception("a timer of the playground failed")
