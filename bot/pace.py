"""How fast we let ourselves talk to a destination."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of sending, kept below the platform's own.

    Attributes:
        per_address: messages a minute to one address.
        burst: how many may go at once to one address.
        at_once: calls under way at the same time over the whole channel.
    """

    per_address: int = 20
    burst: int = 5
    at_once: int = 16
