"""How fast we let ourselves talk to a destination."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FORGET_ABOVE = 10_000
"""Addresses remembered at once; those whose time has come are forgotten first."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of sending, kept below the platform's own.

    Attributes:
        per_address: messages a minute to one address in the long run.
        burst: how many may go at once to one address; together with `per_address` it stays below what the platform
            takes within a minute, so that a quick exchange is never held up.
        at_once: calls under way at the same time over the whole channel.
    """

    per_address: int = 14
    burst: int = 15
    at_once: int = 16


class Throttle:
    """Keeps a pace per address (generic cell rate algorithm): says how long the next message has to wait."""

    def __init__(self, pace: Pace) -> None:
        self._gap = timedelta(minutes=1) / pace.per_address
        self._tolerance = self._gap * (pace.burst - 1)
        self._due: dict[str, datetime] = {}

    def wait(self, address: str, at: datetime) -> timedelta:
        """Zero when a message may go now, and it is counted; else how long to wait, and it is not."""
        due = max(self._due.get(address, at), at)
        early = due - at - self._tolerance
        if early > timedelta(0):
            return early
        self._due[address] = due + self._gap
        if len(self._due) > FORGET_ABOVE:
            self._due = {known: moment for known, moment in self._due.items() if moment > at}
        return timedelta(0)
