"""Saying yes or no: on the card, with the number, quoting the card, or in bare words when only one request waits."""

import re
from collections.abc import Sequence

from domain.approvals import Approval, Decision, TurnMissed, Verdict, Way
from handlers.approvals.cards import ASK, SKIP, card_for, fingerprint, state_line
from handlers.approvals.commands import Approve, Decide, Reject
from handlers.approvals.picture import definition_named, picture_of, visible
from handlers.approvals.telling import changed
from handlers.dialogue.card import Option
from handlers.dialogue.finding import colleague
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Reply, Update
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.dialogue.understanding import meant
from storage.collection import WRITTEN

routes = Routes()

YES = frozenset({"yes", "y", "ok", "是", "是的", "对", "好", "好的", "确认", "确认同意", "同意", "可以"})
LONGEST_REASON = 300
_NUMBER = re.compile(r"(?:A|AP|SP)?-?0*(\d{1,12})", re.IGNORECASE)


@routes.command()
async def decide(command: Decide, request: Request) -> Reply:
    """Find out which request is meant and what was decided; what is unclear is asked."""
    approval = await _meant(command, request)
    if approval is None:
        return Reply(("现在没有等您审批的单子。看自己提交的请发送: 我的审批",), private=request.in_group)
    pinned = command.filled(target_id=approval.number)
    if command.decision not in ("approve", "reject"):
        options = (Option(id="approve", text="同意"), Option(id="reject", text="驳回"))
        raise Question(pinned, "decision", f"{approval.number} {approval.title}, 同意还是驳回?", options, closed=True)
    if command.decision == "reject":
        return await _reject(Reject(number=approval.number, reason=command.reason), approval, request)
    yes = Approve(number=approval.number, reason=command.reason, confirmed=command.confirmed)
    return await _approve(yes, approval, request)


@routes.command(
    "同意 <number>",
    "同意 <number> <reason>",
    "批准 <number>",
    "通过 <number>",
    "<number> 同意",
    "<number> 通过",
    examples={"同意 A-000123": Approve(number="a-000123")},
    title="同意审批",
)
async def approve(command: Approve, request: Request) -> Reply:
    """Agree to a request."""
    return await _approve(command, await visible(command.number, request), request)


@routes.command(
    "驳回 <number>",
    "驳回 <number> <reason>",
    "拒绝 <number>",
    "拒绝 <number> <reason>",
    "不同意 <number>",
    "不同意 <number> <reason>",
    "<number> 驳回",
    examples={"驳回 A-000123 毛利太低": Reject(number="a-000123", reason="毛利太低")},
    title="驳回审批",
)
async def reject(command: Reject, request: Request) -> Reply:
    """Refuse a request; without a reason it is asked for once, and may be left out."""
    return await _reject(command, await visible(command.number, request), request)


@routes.on_quote("A")
async def quoting(number: str, text: str, request: Request) -> Decide | None:
    """Words that quote a request which waits for the sender and say neither yes nor no are asked back."""
    approval = await request.work.approvals.find(int(number.removeprefix("A-")))
    if approval is None or request.sender.id not in approval.waiting or (await meant(text, request)).sure:
        return None
    return Decide(target_id=number)


async def _approve(command: Approve, approval: Approval, request: Request) -> Reply:
    mine = request.sender.id in approval.waiting
    definition = definition_named(approval.type, request)
    if mine and definition and definition.needs_confirmation(approval.fields) and not _on_card(approval, request):
        if not command.confirmed:
            pinned = command.filled(number=approval.number)
            options = (Option(id="yes", text="同意"), Option(id="no", text="先不同意"))
            says = f"{approval.number} {approval.title}, 确认同意吗?"
            raise Question(pinned, "confirmed", says, options, closed=True)
        if command.confirmed.strip().lower() not in YES:
            says = f"好的, {approval.number} 没有变化, 仍在等您审批。"
            return Reply((says,), record=approval.number, private=request.in_group)
    return await _decided(approval, Verdict.APPROVED, command.reason, request)


async def _reject(command: Reject, approval: Approval, request: Request) -> Reply:
    chosen = "" if command.refusal == ASK else command.refusal
    reason = command.reason.strip() or chosen
    if not reason and request.sender.id in approval.waiting:
        definition = definition_named(approval.type, request)
        common = definition.refusals[:4] if definition else ()
        options = (*(Option(id=text, text=text) for text in common), Option(id=SKIP, text="不写理由"))
        pinned = Reject(number=approval.number)
        raise Question(pinned, "reason", f"驳回 {approval.number} {approval.title}, 理由是?", options)
    return await _decided(approval, Verdict.REJECTED, "" if reason == SKIP else reason, request)


async def _decided(approval: Approval, verdict: Verdict, reason: str, request: Request) -> Reply:
    decision = Decision(
        by=request.sender.id,
        verdict=verdict,
        at=request.at,
        reason=request.said.as_typed(reason.strip(" 。.!！~"))[:LONGEST_REASON],
        seen=await _seen(approval, request),
        way=Way.CARD if _on_card(approval, request) else Way.WORDS,
    )
    try:
        after = await request.work.approvals.save(approval.decided(decision))
    except TurnMissed:
        return await _true_state(approval, request)
    reply = await changed(approval, after, request)
    said = "" if _on_card(approval, request) else await _answer(after, request)
    return Reply((said,) if said else (), record=after.number, private=request.in_group) + reply


async def _answer(after: Approval, request: Request) -> str:
    picture = await picture_of(after, request)
    waits = f", 转 {picture.everyone(after.waiting)}" if after.waiting else ""
    return f"{after.number} {after.title}: {state_line(picture, request.sender.id)}{waits}。"


async def _true_state(approval: Approval, request: Request) -> Reply:
    """The answer to a decision that changes nothing: how things are, and the person's card showing it."""
    picture = await picture_of(approval, request)
    text = f"{approval.number} {approval.title} {state_line(picture, request.sender.id)}, 这次没有变化。"
    card = card_for(request.sender.id, picture)
    update = Update(subject=approval.subject, card=card, member=request.sender.id)
    return Reply((text,), updates=(update,), record=approval.number, private=request.in_group)


def _on_card(approval: Approval, request: Request) -> bool:
    return bool(request.card) and request.shown == approval.subject


async def _seen(approval: Approval, request: Request) -> str:
    """The fingerprint of the card that was pressed, else of the newest one this person has of the request."""
    pressed = await request.work.cards.find(request.card) if _on_card(approval, request) else None
    if pressed is not None:
        return fingerprint(pressed.card)
    shown = [c for c in await request.work.cards.about(approval.subject) if c.member == request.sender.id]
    return fingerprint(shown[-1].card) if shown else ""


async def _meant(command: Decide, request: Request) -> Approval | None:
    """The request that is meant; None when nothing waits for the sender.

    Raises:
        Question: several wait.
        NotFound: the number names none that the sender may see.
    """
    number = command.target_id or _quoted(request)
    if number:
        match = _NUMBER.fullmatch(number.strip())
        return await visible(f"A-{int(match[1]):06d}" if match else number, request)
    waiting = await request.work.approvals.waiting_for(request.sender.id)
    fitting = await _fitting(command, waiting, request)
    if waiting and not fitting:
        says = f"没有找到您说的那一个。有{len(waiting)}个审批等您, 是哪一个?"
        raise Question(command, "target_id", says, await _options(waiting, request))
    if len(fitting) > 1:
        raise Question(command, "target_id", f"有{len(fitting)}个审批等您, 是哪一个?", await _options(fitting, request))
    return fitting[0] if fitting else None


def _quoted(request: Request) -> str:
    numbers = (number for letter, number in WRITTEN.findall(request.said.quoted) if letter == Approval.letter)
    return next(numbers, "")


async def _fitting(command: Decide, waiting: Sequence[Approval], request: Request) -> Sequence[Approval]:
    """Of what waits, what fits the applicant and the type that were named."""
    found = list(waiting)
    if command.applicant:
        applicant = await colleague(request, command, "applicant", command.applicant)
        found = [approval for approval in found if approval.applicant == applicant.id]
    if command.approval_type:
        found = [approval for approval in found if approval.type == command.approval_type]
    return found


async def _options(waiting: Sequence[Approval], request: Request) -> tuple[Option, ...]:
    people = await request.work.members.by_ids([approval.applicant for approval in waiting])
    names = {member.id: member.name for member in people.values()}
    return tuple(
        Option(id=approval.number, text=f"{names.get(approval.applicant, '')} {approval.title}") for approval in waiting
    )
