"""The cards of a request: to decide on, to follow, and how they look when there is nothing left to do."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from domain.approvals import Approval, State, Verdict
from handlers.approvals.commands import Approve, Reject, ShowApproval, Urge, Withdraw
from handlers.approvals.picture import Picture
from handlers.dialogue.card import Button, Card, Choice, Input, Line, Option, Style, Tone

ASK, SKIP = "?", "-"
"""Choices of a refusal: to be asked for the reason, or to give none. Some platforms choose the first by themselves."""

TONES = {
    State.WAITING: Tone.INFO,
    State.APPROVED: Tone.SUCCESS,
    State.REJECTED: Tone.DANGER,
    State.WITHDRAWN: Tone.MUTED,
}


def page_of(approval: Approval) -> str:
    """Where the request has its page."""
    return f"/h5/approvals/{approval.number}"


def card_for(member: int, picture: Picture) -> Card:
    """The request as this member is to see it now."""
    approval = picture.approval
    if member in approval.waiting:
        return asking_card(picture, member)
    if member == approval.applicant:
        return state_card(picture)
    return told_card(picture, member)


def asking_card(picture: Picture, member: int, lead: str = "") -> Card:
    """What an approver decides on. `lead` says why it comes again."""
    approval = picture.approval
    context = [*picture.context, f"同意后: {picture.coming(member)}", f"数据时间 {picture.time(picture.situation.at)}"]
    return Card(
        title=f"{picture.name(approval.applicant)}: {approval.title}",
        subtitle=f"{lead}{approval.number} {approval.label} 等您审批",
        tone=Tone.WARNING,
        lines=(*_facts(approval), *_decided_before(picture)),
        text="\n".join(context),
        buttons=(
            Button.to("同意", Approve(number=approval.number), Style.PRIMARY),
            Button.to("驳回", Reject(number=approval.number), Style.DANGER),
        ),
        choices=_refusals(picture),
        input=Input(field="reason", label="意见", hint=f"例如: 驳回 {approval.number} 毛利太低"),
        page=page_of(approval),
        page_text="详情",
        subject=approval.subject,
    )


def state_card(picture: Picture) -> Card:
    """What the requester follows it by."""
    approval = picture.approval
    waits = approval.state is State.WAITING
    buttons = (
        Button.to("催办", Urge(number=approval.number), Style.PRIMARY),
        Button.to("撤回", Withdraw(number=approval.number)),
    )
    after = [f"之后: {picture.coming()}"] if waits else []
    return Card(
        title=approval.title,
        subtitle=f"{approval.number} {approval.label} {approval.state.word}",
        tone=TONES[approval.state],
        lines=_facts(approval),
        text="\n".join(part for part in (picture.progress(), *after) if part),
        buttons=buttons if waits else (),
        page=page_of(approval),
        page_text="详情",
        subject=approval.subject,
        closed=not waits,
    )


def told_card(picture: Picture, member: int | None = None) -> Card:
    """What is left for those who have nothing to decide: their own decision, or who decided."""
    approval = picture.approval
    return Card(
        title=f"{picture.name(approval.applicant)}: {approval.title}",
        subtitle=f"{approval.number} {state_line(picture, member)}"[:120],
        tone=TONES[approval.state],
        lines=_facts(approval),
        text=picture.progress(),
        page=page_of(approval),
        page_text="详情",
        subject=approval.subject,
        closed=True,
    )


def state_line(picture: Picture, member: int | None = None) -> str:
    """The true state in a few words: 「您已同意」, 「已由高翔驳回: 毛利太低」, 「已撤回」, 「审批中, 等待 陈静」."""
    approval = picture.approval
    own = next((decision for decision in reversed(approval.decisions) if decision.by == member), None)
    if own is not None:
        reason = f": {own.reason}" if own.reason else ""
        overturned = own.verdict is Verdict.APPROVED and approval.state in (State.REJECTED, State.WITHDRAWN)
        state = f", 后来{approval.state.word}" if overturned else ""
        return f"您已{own.verdict.word}{reason}{state}"
    if approval.state is State.WAITING:
        return f"审批中, 等待 {picture.everyone(approval.waiting)}"
    last = approval.decisions[-1] if approval.decisions and approval.state is not State.WITHDRAWN else None
    if last is None:
        return f"已由{picture.name(approval.applicant)}撤回"
    reason = f": {last.reason}" if last.reason else ""
    return f"已由{picture.name(last.by)}{last.verdict.word}{reason}"


def list_card(title: str, rows: list[Line], more: str, page: str) -> Card:
    """Several requests, a line each."""
    return Card(title=title, lines=tuple(rows), text=more, page=page, page_text="全部")


def row(approval: Approval, label: str, text: str) -> Line:
    """One of several requests; `label` is short, the number stands before the text."""
    says = ShowApproval(number=approval.number).typed()
    return Line(label=label, text=f"{approval.number} {text}", page=page_of(approval), says=says)


def fingerprint(card: Mapping[str, Any]) -> str:
    """SHA-256 of a card as it was kept, hexadecimal; the same for the same content."""
    text = json.dumps(card, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _facts(approval: Approval) -> tuple[Line, ...]:
    return tuple(Line(label=label, text=text) for label, text in approval.facts)


def _decided_before(picture: Picture) -> tuple[Line, ...]:
    given = [d for d in picture.approval.decisions if d.verdict is Verdict.APPROVED]
    return (Line(label="已同意", text="; ".join(picture.told(decision) for decision in given)),) if given else ()


def _refusals(picture: Picture) -> tuple[Choice, ...]:
    if not picture.refusals:
        return ()
    options = (
        Option(id=ASK, text="驳回时再写"),
        *(Option(id=text, text=text) for text in picture.refusals),
        Option(id=SKIP, text="不写理由"),
    )
    return (Choice(field="refusal", title="驳回理由", options=options, selected=ASK),)
