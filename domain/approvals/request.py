"""A request for approval: its facts, its route, and what became of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Self

from domain.approvals.decision import Decision, Verdict
from domain.approvals.step import Step
from domain.approvals.values import Scalar
from domain.entity import Entity, Event
from domain.errors import Refusal
from domain.members import Member, Role

URGE_AGAIN = timedelta(hours=4)
"""How long after one 催办 the next is possible; on the clock, since it is the requester's patience."""


class State(StrEnum):
    """Where a request stands; all but WAITING are final."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def word(self) -> str:
        """What a person calls it."""
        return {"waiting": "审批中", "approved": "已同意", "rejected": "已驳回", "withdrawn": "已撤回"}[self.value]


class TurnMissed(Refusal):
    """Base of: this decision changes nothing. The answer is the true state."""

    code = "turn_missed"
    says = "{number} 没有变化: {state}。"


class AlreadyOver(TurnMissed):
    """The request has ended."""

    code = "already_over"


class AlreadyDecided(TurnMissed):
    """This member has decided in this step; a decision is given once."""

    code = "already_decided"


class NotYourTurn(TurnMissed):
    """The request waits, but not for this member."""

    code = "not_your_turn"


class NotYourRequest(Refusal):
    """Only who made the request may withdraw or urge it."""

    code = "not_your_request"
    says = "{number} 不是您提交的, 只有申请人可以{what}。查看进度请发送: 审批 {number}"


class UrgedAlready(Refusal):
    """The approvers were urged less than `URGE_AGAIN` ago; `next_at` is when it is possible again, UTC."""

    code = "urged_already"
    says = "{number} 刚催过, 4小时内只能催一次。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequested(Event):
    """A request was made. `approvers` are asked first; ids of members; `customer` an id."""

    approval: int
    type: str
    title: str
    applicant: int
    approvers: tuple[int, ...]
    customer: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDecided(Event):
    """An approver decided. `state` is what the request is now; it is over when that is not WAITING."""

    approval: int
    type: str
    title: str
    applicant: int
    by: int
    verdict: Verdict
    reason: str
    state: State
    customer: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWithdrawn(Event):
    """The requester took it back; `approvers` are those it waited for."""

    approval: int
    type: str
    title: str
    applicant: int
    approvers: tuple[int, ...]
    customer: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Entity):
    """A request for approval.

    Attributes:
        type, label: name of its definition, and what a person calls it.
        edition: the definition file it was made under; its route stays even when the file changes.
        applicant: id of the member who asks.
        fields: by name, see `Kind` for how each is kept.
        facts: label and value as they are shown.
        amount: fen of the money asked for, None without.
        steps: the whole route; `position` is the index of the step whose turn it is, `len(steps)` after the last.
        cc: ids of those who hear of the end.
        requested_at, ended_at, urged_at: UTC.
    """

    kind: ClassVar[str] = "approval"
    letter: ClassVar[str] = "A"
    noun: ClassVar[str] = "审批"

    type: str
    label: str
    edition: str = ""
    title: str
    applicant: int
    customer: int | None = None
    fields: Mapping[str, Scalar] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    amount: int | None = None
    steps: tuple[Step, ...]
    position: int = 0
    cc: tuple[int, ...] = ()
    state: State = State.WAITING
    requested_at: datetime
    ended_at: datetime | None = None
    urged_at: datetime | None = None

    @property
    def step(self) -> Step | None:
        """The step whose turn it is; None when the request is over."""
        return self.steps[self.position] if self.state is State.WAITING else None

    @property
    def waiting(self) -> tuple[int, ...]:
        """Ids of those who can decide now."""
        return self.step.waiting if self.step else ()

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision that was given, in order; those carried over from a step before are left out."""
        return tuple(decision for step in self.steps for decision in step.decisions if not decision.carried)

    @property
    def asked(self) -> frozenset[int]:
        """Ids of everybody who was asked so far, decided or not."""
        return frozenset(member for step in self.steps if step.started_at for member in step.approvers)

    @property
    def concerned(self) -> frozenset[int]:
        """Ids of the requester, everybody asked so far, and those who hear of the end."""
        return self.asked | {self.applicant, *self.cc}

    def submitted(self) -> Self:
        """The request as it is made: its first step begins."""
        begun = replace(self, steps=(self.steps[0].started(self.requested_at), *self.steps[1:]))
        asked = ApprovalRequested(
            approval=self.id,
            type=self.type,
            title=self.title,
            applicant=self.applicant,
            approvers=begun.waiting,
            customer=self.customer,
            at=self.requested_at,
        )
        return begun.recording(asked)

    def decided(self, decision: Decision) -> Self:
        """The request after this decision: refused, on to the next step, or granted.

        Raises:
            AlreadyOver, AlreadyDecided, NotYourTurn: the decision changes nothing.
        """
        step = self.step
        if step is None:
            raise AlreadyOver(number=self.number, state=self.state.word)
        if step.decision_of(decision.by) is not None:
            raise AlreadyDecided(number=self.number, state=self.state.word)
        if decision.by not in step.waiting:
            raise NotYourTurn(number=self.number, state=self.state.word)
        after = self._with_step(step.deciding(decision))._settled(decision.at)
        told = ApprovalDecided(
            approval=self.id,
            type=self.type,
            title=self.title,
            applicant=self.applicant,
            by=decision.by,
            verdict=decision.verdict,
            reason=decision.reason,
            state=after.state,
            customer=self.customer,
            at=decision.at,
        )
        return after.recording(told)

    def withdrawn(self, by: Member, at: datetime) -> Self:
        """The request taken back by who made it.

        Raises:
            NotYourRequest, AlreadyOver: it cannot be.
        """
        self._require_own(by, "撤回")
        gone = ApprovalWithdrawn(
            approval=self.id,
            type=self.type,
            title=self.title,
            applicant=self.applicant,
            approvers=self.waiting,
            customer=self.customer,
            at=at,
        )
        return replace(self, state=State.WITHDRAWN, ended_at=at).recording(gone)

    def urged(self, by: Member, at: datetime) -> Self:
        """The request after those it waits for were urged.

        Raises:
            NotYourRequest, AlreadyOver, UrgedAlready: they are not to be.
        """
        self._require_own(by, "催办")
        if self.urged_at is not None and at < self.urged_at + URGE_AGAIN:
            raise UrgedAlready(number=self.number, next_at=self.urged_at + URGE_AGAIN)
        return replace(self, urged_at=at)

    def visible_to(self, member: Member, superiors: Collection[int]) -> bool:
        """Whether a member may see it: whoever is concerned, the requester's `superiors`, administrators."""
        return member.id in self.concerned or member.id in superiors or Role.ADMIN in member.roles

    def coming(self, agreed: int | None = None) -> Step | None:
        """The step after this one, as it would be if `agreed` (a member id) now granted the present one."""
        step = self.step
        if step is None:
            return None
        earlier = step.decisions
        if agreed is not None:
            earlier = (*earlier, Decision(by=agreed, verdict=Verdict.APPROVED, at=self.requested_at))
        for later in self.steps[self.position + 1 :]:
            begun = later.started(self.requested_at, earlier)
            if not begun.granted:
                return later
            earlier = begun.decisions
        return None

    def _require_own(self, by: Member, what: str) -> None:
        if by.id != self.applicant:
            raise NotYourRequest(number=self.number, what=what)
        if self.state is not State.WAITING:
            raise AlreadyOver(number=self.number, state=self.state.word)

    def _with_step(self, step: Step) -> Self:
        return replace(self, steps=(*self.steps[: self.position], step, *self.steps[self.position + 1 :]))

    def _settled(self, at: datetime) -> Self:
        """The same, moved on as far as what was said allows."""
        after = self
        while after.position < len(after.steps):
            step = after.steps[after.position]
            if step.refused:
                return replace(after, state=State.REJECTED, ended_at=at)
            if not step.granted:
                return after
            after = replace(after, position=after.position + 1)
            if after.position < len(after.steps):
                after = after._with_step(after.steps[after.position].started(at, step.decisions))
        return replace(after, state=State.APPROVED, ended_at=at)
