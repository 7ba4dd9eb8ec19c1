"""A decision: who said yes or no, when, why, how, and what was seen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What an approver says."""

    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def word(self) -> str:
        """What a person calls it."""
        return "同意" if self is Verdict.APPROVED else "驳回"


class Way(StrEnum):
    """How a decision was given."""

    CARD = "card"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One approver's decision.

    Attributes:
        by: member id.
        seen: SHA-256 of the card that was in front of the approver, hexadecimal; "" when there was none.
        carried: taken over from the step before, where the same person had agreed.
    """

    by: int
    verdict: Verdict
    at: datetime
    reason: str = ""
    seen: str = ""
    way: Way = Way.WORDS
    carried: bool = False
