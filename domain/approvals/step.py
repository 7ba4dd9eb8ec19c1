"""One step of a route: who is asked, and what they have said so far."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from domain.approvals.decision import Decision, Verdict


class Mode(StrEnum):
    """How many of a step's approvers must agree: one (或签) or each of them (会签)."""

    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step as it was decided for one request when it was made.

    Attributes:
        approvers: member ids, in the order they were found.
        why: the rule by which they were found, for people.
        started_at: when it became this step's turn, UTC; None before.
    """

    name: str
    approvers: tuple[int, ...]
    mode: Mode = Mode.ANY
    why: str = ""
    started_at: datetime | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def waiting(self) -> tuple[int, ...]:
        """Who has not decided yet; nobody once the step is settled."""
        if self.settled:
            return ()
        decided = {decision.by for decision in self.decisions}
        return tuple(member for member in self.approvers if member not in decided)

    @property
    def refused(self) -> bool:
        """Whether one of them said no: that ends it in either mode."""
        return any(decision.verdict is Verdict.REJECTED for decision in self.decisions)

    @property
    def granted(self) -> bool:
        """Whether as many agreed as the mode asks for."""
        agreed = {decision.by for decision in self.decisions if decision.verdict is Verdict.APPROVED}
        return bool(agreed) if self.mode is Mode.ANY else agreed >= set(self.approvers)

    @property
    def settled(self) -> bool:
        """Granted or refused."""
        return self.granted or self.refused

    def decision_of(self, member: int) -> Decision | None:
        """What this member decided in this step."""
        return next((decision for decision in self.decisions if decision.by == member), None)

    def deciding(self, decision: Decision) -> Self:
        """The same with one more decision."""
        return replace(self, decisions=(*self.decisions, decision))

    def started(self, at: datetime, earlier: Iterable[Decision] = ()) -> Self:
        """The same as its turn comes; who agreed in the step just before need not say so again."""
        carried = tuple(
            replace(decision, carried=True, reason="")
            for decision in earlier
            if decision.by in self.approvers and decision.verdict is Verdict.APPROVED
        )
        return replace(self, started_at=at, decisions=carried)
