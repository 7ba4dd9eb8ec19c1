"""What changes, for everybody who watches: bubbles, the clock, the wire."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bot.playground.clock import MovableClock
from bot.playground.desk.shown import MOST_BUBBLES, bubble_json, clock_json
from bot.playground.platform import Bubble, Platform

MOST_WAITING = 2000


class Feed:
    """Numbers all bubbles in the order they appear and tells watchers of each change."""

    def __init__(self, platforms: Mapping[str, Platform], clock: MovableClock) -> None:
        self._platforms = platforms
        self._clock = clock
        self._numbers: dict[tuple[str, str], int] = {}
        self._watchers: set[asyncio.Queue[dict[str, Any] | None]] = set()
        for platform in platforms.values():
            for bubble in platform.screens.bubbles:
                self._number(platform, bubble)
            self._follow(platform)
        clock.listen(self._moved)

    def _follow(self, platform: Platform) -> None:
        def tell(bubble: Bubble) -> None:
            self._tell({"type": "bubble", "bubble": bubble_json(platform, bubble, self._number(platform, bubble))})

        platform.screens.listen(tell)

    def _number(self, platform: Platform, bubble: Bubble) -> int:
        return self._numbers.setdefault((platform.name, bubble.id), len(self._numbers) + 1)

    def _moved(self, now: datetime) -> None:
        self._tell({"type": "clock", "clock": clock_json(self._clock)})

    def _tell(self, event: dict[str, Any]) -> None:
        for queue in list(self._watchers):
            if queue.qsize() >= MOST_WAITING:
                self._watchers.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    def bubbles(self) -> list[dict[str, Any]]:
        """The newest bubbles of all platforms, in the order they appeared."""
        listed = [
            bubble_json(platform, bubble, self._number(platform, bubble))
            for platform in self._platforms.values()
            for bubble in platform.screens.bubbles[-MOST_BUBBLES:]
        ]
        return sorted(listed, key=lambda bubble: int(bubble["seq"]))

    @contextmanager
    def watching(self) -> Iterator[asyncio.Queue[dict[str, Any] | None]]:
        """Events from now on; `None` when the watcher should stop (too slow, or the desk closes)."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def close(self) -> None:
        """Send every watcher home."""
        for queue in self._watchers:
            queue.put_nowait(None)
