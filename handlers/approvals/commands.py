"""What can be asked about approvals."""

import re
from typing import Any

from pydantic import ConfigDict, field_validator

from handlers.dialogue.command import Command


class RequestApproval(Command, name="approval.request"):
    """A request of a type; every further field belongs to the type's definition and is kept as it came.

    `mention` are colleagues who are to hear of it, as they were named; `mentioned` those already found, by number.
    `amend`: it corrects the request made just before.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    approval_type: str = ""
    mention: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    amend: bool = False

    @field_validator("mention", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return tuple(part for part in re.split(r"[、,，\s]+", value) if part) if isinstance(value, str) else value

    def said(self, field: str) -> Any:
        """What was said about a field of the definition; None for nothing."""
        value = (self.model_extra or {}).get(field)
        return None if value in ("", [], ()) else value


class Decide(Command, name="approval.decide"):
    """A decision in words; which request is meant may have to be found out. `confirmed` answers a question back."""

    decision: str = ""
    target_id: str = ""
    applicant: str = ""
    approval_type: str = ""
    reason: str = ""
    confirmed: str = ""


class Approve(Command, name="approval.approve", typed="同意 {number}"):
    """Yes to this request."""

    number: str
    reason: str = ""
    confirmed: str = ""


class Reject(Command, name="approval.reject", typed="驳回 {number}"):
    """No to this request. `refusal` is one of the common reasons of its definition, `reason` what was written."""

    number: str
    reason: str = ""
    refusal: str = ""


class Withdraw(Command, name="approval.withdraw", typed="撤回 {number}"):
    """The requester takes it back."""

    number: str = ""


class Urge(Command, name="approval.urge", typed="催办 {number}"):
    """Those it waits for are reminded."""

    number: str = ""


class ShowApproval(Command, name="approval.view", typed="审批 {number}"):
    """Where a request stands."""

    number: str


class MyApprovals(Command, name="approval.mine", typed="我的审批"):
    """What the sender has asked for."""


class WaitingApprovals(Command, name="approval.waiting", typed="待我审批"):
    """What waits for the sender."""
