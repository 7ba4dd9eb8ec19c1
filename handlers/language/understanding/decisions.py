"""Slots of `approval.decide`."""

import re

from handlers.language.understanding.approvals import TYPES
from handlers.language.understanding.free_text import between
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import Slots, code

_TYPES = (("generic", re.compile(r"用章|盖章|用车|出差|加班|借")), *TYPES)
_APPROVE = re.compile(r"同意|批准|准了|准奏|通过|批了|可以|没问题|ok|行|yes|approve|批吧|我批|^批|准|pass")
_REJECT = re.compile(
    r"不同意|不批|不予(?:通过|批准|同意)?|不通过|不准|不行|不可以|不能批|驳回|拒绝|打回|退回|否决|否了|否掉|拒了|reject|先不(?:批|同意|通过)?|"
    r"没通过|别批|^否|I\s*否|不能同意|不合适|^no"
)


def decide(message: Message) -> Slots:
    shape = message.shape
    rejected = _REJECT.search(shape)
    found: Slots = {"decision": "reject" if rejected else "approve", **code(message)}
    mark = rejected or _APPROVE.search(shape)
    applicant = next((n for n in message.of_kind("colleague") if n.start < (mark.end() + 8 if mark else 99)), None)
    if applicant:
        shared = applicant.shared and message.typed(applicant.start, applicant.end)
        found["applicant"] = shared or applicant.key
    elif message.mentions and message.mentions[0].keys:
        found["applicant"] = message.mentions[0].keys[0]
    kind = _decided_kind(shape, mark.end() if mark else 0)
    if kind:
        found["approval_type"] = kind
    reason = _why(message, mark.end() if mark else 0) if rejected else ""
    if reason:
        found["reason"] = reason
    return found


def _decided_kind(shape: str, decided: int) -> str | None:
    """The type that is named first, in the clause of the decision or before it; what follows is its reason."""
    clause_end = re.compile(r"[\s,，。:：!]|$").search(shape, decided)
    end = clause_end.start() if clause_end else len(shape)
    named = [(match.start(), kind) for kind, pattern in _TYPES if (match := pattern.search(shape, 0, end))]
    return min(named)[1] if named else None


def _why(message: Message, at: int) -> str:
    """What follows the refusal: behind punctuation, a blank or the record's number."""
    shape = message.shape
    lead = re.compile(
        r"(?:掉|去|了|吧|哈|啊|[KPM的]|那个|这个|(?<=[KPM的个])(?:申请|报销|请假|单子|合同|报价|采购|审批|用车|用章|出差|加班|折扣|年假|事假|病假|调休|特价)|"
        r"[\s,，:：。I#!]|(?:理由|原因)(?:是|:)|因为)+"
    ).match(shape, at)
    start = lead.end() if lead else at
    return between(message, start, len(shape)) if start < len(shape) else ""
