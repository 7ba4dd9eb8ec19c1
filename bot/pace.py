"""How fast we let ourselves talk to a destination."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of sending, kept below the platform's own.

    Attributes:
        per_minute: messages to one address within any minute. What was sent is counted in the outbox, so that the
            limit holds over restarts and over all replicas.
        at_once: calls under way at the same time over the whole channel.
    """

    per_minute: int = 24
    at_once: int = 16
