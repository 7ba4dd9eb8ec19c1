"""How often something may happen: windows that slide with the injected clock (protocol 7.1)."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.playground.platform import Now

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
OFFICE: Final = ZoneInfo("Asia/Shanghai")


class Windows:
    """Counts what happened per key within sliding spans."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._happened: dict[object, deque[tuple[datetime, int]]] = defaultdict(deque)
        self._sums: dict[object, int] = defaultdict(int)

    def count(self, key: object, span: timedelta) -> int:
        """What was counted for `key` within the last `span`; one key is always asked with one span."""
        kept = self._happened[key]
        oldest = self._now() - span
        while kept and kept[0][0] <= oldest:
            self._sums[key] -= kept.popleft()[1]
        return self._sums[key]

    def take(self, key: object, *limits: tuple[timedelta, int], amount: int = 1) -> bool:
        """Count `amount` more unless one of the (span, limit) pairs forbids it; whether it was counted."""
        keys = [((key, span), span, limit) for span, limit in limits]
        if any(self.count(each, span) + amount > limit for each, span, limit in keys):
            return False
        for each, _, _ in keys:
            self._happened[each].append((self._now(), amount))
            self._sums[each] += amount
        return True


class Days:
    """Counts what happened per key and calendar day (or month) of the office."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._counts: dict[tuple[object, str], int] = defaultdict(int)

    def take(self, key: object, limit: int, *, amount: int = 1, form: str = "%Y-%m-%d") -> bool:
        """Count `amount` more unless the day's `limit` forbids it; whether it was counted."""
        day = (key, self._now().astimezone(OFFICE).strftime(form))
        if self._counts[day] + amount > limit:
            return False
        self._counts[day] += amount
        return True
