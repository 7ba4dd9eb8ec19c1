"""What happened at 远山科技: follow-ups, tasks, approvals, questions. Plain values; moments are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A follow-up as its writer typed it.

    Attributes:
        by: 工号 of the writer.
        customer: short name.
        contact: name of the contact spoken to.
        amount: in fen, where the text names one.
        next_step, next_on: what comes next and the working day for it, if said.
    """

    at: datetime
    by: str
    customer: str
    contact: str
    content: str
    amount: int | None = None
    next_step: str = ""
    next_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do.

    Attributes:
        by, assignee: 工号.
        due: None for a recurring one, which has `repeat` (`WORKDAY`, `WEEKLY:FR`, `MONTHLY:25`) and `clock` (`16:30`).
    """

    at: datetime
    by: str
    assignee: str
    content: str
    customer: str = ""
    due: datetime | None = None
    repeat: str = ""
    clock: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one approver decided."""

    by: str
    approved: bool
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request.

    Attributes:
        type: `expense`, `leave`, `discount` or `generic`.
        fields: by type, as in corpus/README.md 1.2: decimal strings, days as `2026-03-02`.
        waits_for: 工号 of those whose decision is missing; empty once it is over.
        withdrawn_at: when the applicant took it back.
    """

    at: datetime
    applicant: str
    type: Literal["expense", "leave", "discount", "generic"]
    fields: Mapping[str, str]
    customer: str = ""
    reason: str = ""
    decisions: tuple[Decision, ...] = ()
    waits_for: tuple[str, ...] = ()
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to an expert; `answer` is "" while it is open."""

    at: datetime
    asker: str
    expert: str
    content: str
    customer: str = ""
    sku: str = ""
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All of it, each in the order it happened."""

    follow_ups: tuple[FollowUp, ...] = ()
    tasks: tuple[Task, ...] = ()
    approvals: tuple[Approval, ...] = ()
    questions: tuple[Question, ...] = ()
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    """When each customer (by short name) was created."""
