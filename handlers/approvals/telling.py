"""Who hears what when a request changes, and the timer that brings it back to mind."""

from datetime import timedelta

from domain.approvals import Approval, State
from handlers.approvals.cards import asking_card, card_for, told_card
from handlers.approvals.picture import Picture, picture_of
from handlers.dialogue.card import Card
from handlers.dialogue.reply import Notice, Reply, Update
from handlers.dialogue.request import Situation

NUDGE_AFTER = timedelta(hours=4)
"""Working time a step may wait before its approvers are reminded."""

NUDGE = "approval.nudge"


async def remind_later(approval: Approval, situation: Situation) -> None:
    """Have the approvers of the present step reminded, once, if it still waits then."""
    step = approval.step
    if step is not None and step.started_at is not None:
        due_at = situation.calendar.add_working(step.started_at, NUDGE_AFTER)
        await situation.work.timers.set(f"approval:{approval.id}:nudge", NUDGE, due_at, approval=approval.id)


async def changed(before: Approval, after: Approval, situation: Situation) -> Reply:
    """Everything that is to be said because `before` has become `after`, but for the answer to who did it."""
    picture = await picture_of(after, situation)
    moved = after.position != before.position
    if after.state is State.WAITING and moved:
        await remind_later(after, situation)
    asked = after.waiting if moved else ()
    notices = [Notice(member=member, card=asking_card(picture, member)) for member in asked]
    notices += _told_requester(before, picture) + _told_others(before, picture)
    return Reply(notices=tuple(notices), updates=updates_of(picture))


def updates_of(picture: Picture) -> tuple[Update, ...]:
    """Every open card of it as it is to be now; those who can decide keep theirs."""
    approval = picture.approval
    others = sorted(approval.concerned - set(approval.waiting))
    updates = [Update(subject=approval.subject, card=card_for(member, picture), member=member) for member in others]
    if approval.state is not State.WAITING:
        updates.append(Update(subject=approval.subject, card=told_card(picture)))
    return tuple(updates)


def _told_requester(before: Approval, picture: Picture) -> list[Notice]:
    approval = picture.approval
    fresh = approval.decisions[len(before.decisions) :]
    if not fresh:
        return []
    decision = fresh[-1]
    name, reason = picture.name(decision.by), f": {decision.reason}" if decision.reason else ""
    what = f"{approval.number} {approval.title}"
    if approval.state is State.REJECTED:
        text = f"{what} 被{name}驳回{reason}。修改后可以重新提交。"
    elif approval.state is State.APPROVED:
        text = f"{what} 已通过, {name}同意{reason}。"
    else:
        text = f"{what}: {name}已同意{reason}。现在等待 {picture.everyone(approval.waiting)}。"
    return [Notice(member=approval.applicant, text=text)]


def _told_others(before: Approval, picture: Picture) -> list[Notice]:
    """Those who hear of the end; and of a withdrawal, those it waited for."""
    approval = picture.approval
    if approval.state is State.WITHDRAWN:
        name = picture.name(approval.applicant)
        text = f"{name}撤回了 {approval.number} {approval.title}, 不用再处理。"
        return [Notice(member=member, text=text, patient=True) for member in before.waiting]
    if approval.state is State.WAITING:
        return []
    told = [member for member in approval.cc if member != approval.applicant and member not in approval.asked]
    card = _copied_card(picture)
    return [Notice(member=member, card=card, patient=True) for member in told]


def _copied_card(picture: Picture) -> Card:
    """The card for those who only hear of the end."""
    return told_card(picture).model_copy(update={"title": f"抄送您: {picture.approval.title}"})
