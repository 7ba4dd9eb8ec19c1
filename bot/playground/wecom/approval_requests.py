"""One request in the approval app: its steps, its state, and both forms in which the platform tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from bot.playground.wecom.xml import Markup, Value, elements, repeated


class Standing(IntEnum):
    """`sp_status` of a request (protocol 4.4)."""

    RUNNING = 1
    APPROVED = 2
    REJECTED = 3
    WITHDRAWN = 4
    WITHDRAWN_LATER = 6


class Happening(IntEnum):
    """`StatuChangeEvent`: what has just happened to a request."""

    SUBMITTED = 1
    AGREED = 2
    REJECTED = 3
    WITHDRAWN = 6
    WITHDRAWN_LATER = 8


@dataclass(slots=True, kw_only=True)
class Vote:
    """One approver of a step; `at` is 0 until the approver has answered."""

    account: str
    status: int = Standing.RUNNING
    speech: str = ""
    at: int = 0


@dataclass(slots=True, kw_only=True)
class Node:
    """One step; `everybody` has to agree, or the first answer decides."""

    votes: list[Vote]
    everybody: bool
    status: int = Standing.RUNNING


@dataclass(slots=True, kw_only=True)
class ApprovalRequest:
    """One request; times in Unix seconds."""

    number: str
    name: str
    template_id: str
    applicant: str
    department: int
    applied: int
    contents: list[dict[str, Any]]
    nodes: list[Node]
    notified: Sequence[str] = field(default_factory=tuple)
    status: Standing = Standing.RUNNING

    def decide(self, account: str, agree: bool, speech: str, at: int) -> Happening:
        """`account` answers at the current step.

        Raises:
            ValueError: the request is closed, or it is not this person's turn.
        """
        if self.status is not Standing.RUNNING:
            raise ValueError("这份审批已经结束")
        node = next(node for node in self.nodes if node.status == Standing.RUNNING)
        vote = next((vote for vote in node.votes if vote.account == account and not vote.at), None)
        if vote is None:
            raise ValueError("这份审批现在不由此人处理")
        vote.status = Standing.APPROVED if agree else Standing.REJECTED
        vote.speech, vote.at = speech, at
        if not agree:
            node.status, self.status = Standing.REJECTED, Standing.REJECTED
            return Happening.REJECTED
        if not node.everybody or all(vote.at for vote in node.votes):
            node.status = Standing.APPROVED
        if all(each.status == Standing.APPROVED for each in self.nodes):
            self.status = Standing.APPROVED
        return Happening.AGREED

    def withdraw(self, account: str) -> Happening:
        """The applicant takes the request back, also after it was approved.

        Raises:
            ValueError: it is somebody else's, or was rejected or withdrawn before.
        """
        if account != self.applicant:
            raise ValueError("只有申请人能撤销")
        if self.status is Standing.RUNNING:
            self.status = Standing.WITHDRAWN
            return Happening.WITHDRAWN
        if self.status is Standing.APPROVED:
            self.status = Standing.WITHDRAWN_LATER
            return Happening.WITHDRAWN_LATER
        raise ValueError("这份审批已经结束")

    def info(self) -> dict[str, Any]:
        """`info` of `oa/getapprovaldetail`."""
        return {
            "sp_no": self.number,
            "sp_name": self.name,
            "sp_status": int(self.status),
            "template_id": self.template_id,
            "apply_time": self.applied,
            "applyer": {"userid": self.applicant, "partyid": str(self.department)},
            "sp_record": [
                {
                    "sp_status": int(node.status),
                    "approverattr": 1 + node.everybody,
                    "details": [
                        {
                            "approver": {"userid": vote.account},
                            "speech": vote.speech,
                            "sp_status": int(vote.status),
                            "sptime": vote.at,
                            "media_id": [],
                        }
                        for vote in node.votes
                    ],
                }
                for node in self.nodes
            ],
            "notifyer": [{"userid": account} for account in self.notified],
            "apply_data": {"contents": self.contents},
            "comments": [],
        }

    def told(self, happening: Happening) -> dict[str, Value]:
        """The own elements of `sys_approval_change`, in the platform's spelling."""
        records = [
            Markup(
                elements({"SpStatus": int(node.status), "ApproverAttr": 1 + node.everybody})
                + repeated("Details", [_detail(vote) for vote in node.votes])
            )
            for node in self.nodes
        ]
        inside = [
            elements({"SpNo": int(self.number), "SpNoStr": self.number, "SpName": self.name}),
            elements({"SpStatus": int(self.status), "TemplateId": self.template_id, "ApplyTime": self.applied}),
            elements({"Applyer": elements({"UserId": self.applicant, "Party": str(self.department)})}),
            repeated("SpRecord", records),
            repeated("Notifyer", [elements({"UserId": account}) for account in self.notified]),
            elements({"StatuChangeEvent": int(happening)}),
        ]
        return {"ApprovalInfo": Markup("".join(inside))}


def _detail(vote: Vote) -> Markup:
    approver = elements({"UserId": vote.account})
    return elements({"Approver": approver, "Speech": vote.speech, "SpStatus": int(vote.status), "SpTime": vote.at})
