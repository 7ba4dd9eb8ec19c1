"""Approvals: who must agree to what, in what order; decided once, kept with what was seen."""

from domain.approvals.conditions import Condition, Facts, always, facts_of
from domain.approvals.decision import Decision, Verdict, Way
from domain.approvals.definition import ApproverRule, Confirmation, Definition, Field, StepRule
from domain.approvals.request import (
    AlreadyDecided,
    AlreadyOver,
    Approval,
    ApprovalDecided,
    ApprovalRequested,
    ApprovalWithdrawn,
    NotYourRequest,
    NotYourTurn,
    State,
    TurnMissed,
    UrgedAlready,
)
from domain.approvals.route import NobodyToAsk, Organisation, copied_to, route_of
from domain.approvals.step import Mode, Step
from domain.approvals.values import Kind, Scalar, decimal_of, shown

__all__ = [
    "AlreadyDecided",
    "AlreadyOver",
    "Approval",
    "ApprovalDecided",
    "ApprovalRequested",
    "ApprovalWithdrawn",
    "ApproverRule",
    "Condition",
    "Confirmation",
    "Decision",
    "Definition",
    "Facts",
    "Field",
    "Kind",
    "Mode",
    "NobodyToAsk",
    "NotYourRequest",
    "NotYourTurn",
    "Organisation",
    "Scalar",
    "State",
    "Step",
    "StepRule",
    "TurnMissed",
    "UrgedAlready",
    "Verdict",
    "Way",
    "always",
    "copied_to",
    "decimal_of",
    "facts_of",
    "route_of",
    "shown",
]
