"""The last exchanges on the wire of all platforms, numbered, for the inspector."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from bot.playground.platform import Exchange, Platform

MOST_KEPT = 1000
LONGEST = 20_000


class Wire:
    """Copies what is new from the platforms' own records whenever it is asked."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        self._platforms = platforms
        self._kept: deque[tuple[int, Exchange]] = deque(maxlen=MOST_KEPT)
        self._newest: dict[str, Exchange] = {}
        self._last = 0

    def last(self) -> int:
        """The number of the newest exchange."""
        fresh = [exchange for platform in self._platforms.values() for exchange in self._fresh(platform)]
        for exchange in sorted(fresh, key=lambda each: each.at):
            self._last += 1
            self._kept.append((self._last, exchange))
        return self._last

    def _fresh(self, platform: Platform) -> list[Exchange]:
        known = self._newest.get(platform.name)
        fresh: list[Exchange] = []
        for exchange in reversed(platform.wire):
            if exchange is known:
                break
            fresh.append(exchange)
        if fresh:
            self._newest[platform.name] = fresh[0]
        return fresh[::-1]

    def listed(self, *, after: int = 0, platform: str = "", account: str = "", limit: int = 60) -> list[dict[str, Any]]:
        """The newest exchanges, newest first.

        Args:
            after: only those with a higher number.
            account: only those in which this account is named.
        """
        self.last()
        found = [
            _exchange_json(number, exchange)
            for number, exchange in reversed(self._kept)
            if number > after
            and (not platform or exchange.platform == platform)
            and (not account or _names(exchange, account))
        ]
        return found[:limit]


def _names(exchange: Exchange, account: str) -> bool:
    return any(account in part for part in (exchange.plain or exchange.body, exchange.target, exchange.answer_plain))


def _exchange_json(number: int, exchange: Exchange) -> dict[str, Any]:
    return {
        "number": number,
        "at": exchange.at.isoformat(),
        "platform": exchange.platform,
        "direction": exchange.direction,
        "method": exchange.method,
        "target": exchange.target,
        "headers": dict(exchange.headers),
        "body": exchange.body[:LONGEST],
        "plain": exchange.plain[:LONGEST],
        "status": exchange.status,
        "answer": exchange.answer[:LONGEST],
        "answer_plain": exchange.answer_plain[:LONGEST],
        "took_ms": round(exchange.took_ms, 1),
    }
