"""After a request was made: taking it back, urging, reminding, looking where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.approvals import Approval, TurnMissed
from domain.entity import PutBack
from domain.errors import NotFound
from handlers.approvals.cards import asking_card, card_for, list_card, page_of, row, state_line, told_card
from handlers.approvals.commands import MyApprovals, ShowApproval, Urge, WaitingApprovals, Withdraw
from handlers.approvals.picture import Picture, picture_of, visible
from handlers.approvals.telling import NUDGE, NUDGE_AFTER, changed, remind_later
from handlers.dialogue.card import Card, Option
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Notice, Reply, Update
from handlers.dialogue.request import Request, Situation
from handlers.dialogue.routes import Routes
from handlers.language.telling import told_shortly
from storage.timers import Timer

routes = Routes()

LISTED = 6
"""Requests in a list in the chat; the page has more."""
PAGE = 100
"""Requests in a list on a page."""


@routes.command(
    "撤回 <number>",
    "撤回审批 <number>",
    "撤回审批",
    examples={"撤回 A-000123": Withdraw(number="a-000123")},
    title="撤回审批",
)
async def withdraw(command: Withdraw, request: Request) -> Reply:
    """Take an own request back; those it waited for are told."""
    approval = await _own(command, request)
    try:
        after = await request.work.approvals.save(approval.withdrawn(request.sender, request.at))
    except TurnMissed:
        return await _over(approval, request)
    says = () if _on_card(approval, request) else (f"已撤回 {after.number} {after.title}。",)
    reply = Reply(says, record=after.number, private=request.in_group)
    return reply + await changed(approval, after, request)


@routes.command(
    "催办 <number>",
    "催一下 <number>",
    "催办",
    examples={"催办 A-000123": Urge(number="a-000123")},
    title="催审批",
)
async def urge(command: Urge, request: Request) -> Reply:
    """Remind those it waits for, at most every four hours."""
    approval = await _own(command, request)
    try:
        after = await request.work.approvals.save(approval.urged(request.sender, request.at))
    except TurnMissed:
        return await _over(approval, request)
    picture = await picture_of(after, request)
    says = f"已催办 {after.number}, 提醒了 {picture.everyone(after.waiting)}。4小时后可以再催。"
    notices = _reminders(picture, f"{request.sender.name}催办 ")
    return Reply((says,), notices, record=after.number, private=request.in_group)


@routes.timer(NUDGE)
async def nudge(timer: Timer, situation: Situation) -> Reply:
    """Remind the approvers of a step that has waited its time; a step that began later gets its own time."""
    approval = await situation.work.approvals.find(int(timer.payload["approval"]))
    step = approval.step if approval is not None else None
    if approval is None or step is None or step.started_at is None:
        return Reply()
    due_at = situation.calendar.add_working(step.started_at, NUDGE_AFTER)
    if due_at > situation.at:
        await situation.work.timers.set(timer.key, NUDGE, due_at, approval=approval.id)
        return Reply()
    return Reply(notices=_reminders(await picture_of(approval, situation), "还在等您 "))


@routes.on(PutBack)
async def ask_again(event: PutBack, situation: Situation) -> Reply:
    """A decision was undone: whoever can decide again is asked again, everybody who knew of it is told."""
    was, now = event.was, event.now
    if not isinstance(was, Approval) or not isinstance(now, Approval) or now.step is None:
        return Reply()
    picture = await picture_of(now, situation)
    people = await situation.work.members.by_ids([event.by])
    lead = f"{now.number} 的决定已被{people[event.by].name}撤销, 重新等待审批"
    knew = {now.applicant, *was.waiting, *(was.cc if was.step is None else ())} - {event.by, *now.waiting}
    notices = _reminders(picture, "请重新审批 ")
    notices += tuple(Notice(member=member, card=_told_again(member, picture, lead)) for member in sorted(knew))
    await remind_later(now, situation)
    own = tuple(
        Update(subject=now.subject, card=card_for(member, picture), member=member, closed=True)
        for member in sorted({event.by, *now.waiting, *knew})
    )
    return Reply(notices=notices, updates=(*own, Update(subject=now.subject, card=told_card(picture))))


def _told_again(member: int, picture: Picture, lead: str) -> Card:
    return card_for(member, picture).model_copy(update={"subtitle": lead})


def _reminders(picture: Picture, lead: str) -> tuple[Notice, ...]:
    waiting = picture.approval.waiting
    return tuple(Notice(member=member, card=asking_card(picture, member, lead), patient=True) for member in waiting)


@routes.command("审批 <number>", "查审批 <number>", examples={"审批 A-000123": ShowApproval(number="a-000123")})
async def show(command: ShowApproval, request: Request) -> Reply:
    """Where a request stands, with what the reader can do."""
    approval = await visible(command.number, request)
    card = card_for(request.sender.id, await picture_of(approval, request))
    return Reply((card,), record=approval.number, private=request.in_group)


@routes.command("我的审批", "我的申请", "我提交的审批", examples={"我的审批": MyApprovals()}, title="我的审批")
async def mine(command: MyApprovals, request: Request) -> Reply:
    """What the sender has asked for, latest first."""
    made = await request.work.approvals.made_by(request.sender.id, limit=PAGE)
    if not made:
        return Reply(("您还没有提交过审批。提交示例: 报销 差旅 1280元",), private=request.in_group)
    rows = [row(approval, approval.label, f"{approval.title} {approval.state.word}") for approval in made[:LISTED]]
    return Reply((_list("我的审批", rows, len(made)),), private=request.in_group)


@routes.command("待我审批", "我的待批", "待审批", examples={"待我审批": WaitingApprovals()}, title="待我审批")
async def waiting(command: WaitingApprovals, request: Request) -> Reply:
    """What waits for the sender, longest waiting first; a single one comes as the card to decide on."""
    found = await request.work.approvals.waiting_for(request.sender.id)
    if not found:
        return Reply(("没有等您审批的单子。",), private=request.in_group)
    if len(found) == 1:
        card = asking_card(await picture_of(found[0], request), request.sender.id)
        return Reply((card,), record=found[0].number, private=request.in_group)
    names = await _names([approval.applicant for approval in found], request)
    rows = [row(a, names.get(a.applicant, ""), a.title) for a in found[:LISTED]]
    return Reply((_list(f"{len(found)}个审批等您处理", rows, len(found)),), private=request.in_group)


def _list(title: str, rows: list[Any], count: int) -> Card:
    more = f"共{count}个, 这里是前{LISTED}个, 点「全部」看其余。" if count > LISTED else ""
    return list_card(title, rows, f"{more}查看一个请发送: 审批 编号", "/h5/approvals")


async def _own(command: Withdraw | Urge, request: Request) -> Approval:
    """The request that is meant: by number, the one just spoken of, or the only one that is open.

    Raises:
        NotFound: there is none.
        Question: several are open.
    """
    number = command.number or request.last_record("A")
    if number:
        return await visible(number, request)
    made = await request.work.approvals.made_by(request.sender.id, limit=PAGE)
    open_ones = [approval for approval in made if approval.waiting]
    if not open_ones:
        raise NotFound(what="审批中的申请", name=request.sender.name)
    if len(open_ones) > 1:
        options = tuple(Option(id=approval.number, text=approval.title) for approval in open_ones)
        raise Question(command, "number", "是哪一个申请?", options)
    return open_ones[0]


async def _over(approval: Approval, request: Request) -> Reply:
    """What is answered when there is nothing left to take back or to urge."""
    picture = await picture_of(approval, request)
    card = card_for(request.sender.id, picture)
    text = f"{approval.number} {approval.title} {state_line(picture)}, 这次没有变化。"
    update = Update(subject=approval.subject, card=card, member=request.sender.id)
    return Reply((text,), updates=(update,), record=approval.number, private=request.in_group)


def _on_card(approval: Approval, request: Request) -> bool:
    return bool(request.card) and request.shown == approval.subject


async def _names(members: Sequence[int], request: Request) -> dict[int, str]:
    people = await request.work.members.by_ids(members)
    return {member.id: member.name for member in people.values()}


@routes.view("/approvals", "approvals/list.html")
async def list_page(request: Request) -> Mapping[str, Any]:
    """What waits for the reader, what the reader decided lately and asked for."""
    approvals = request.work.approvals
    waits = await approvals.waiting_for(request.sender.id)
    decided = await approvals.decided_by(request.sender.id, limit=PAGE)
    made = await approvals.made_by(request.sender.id, limit=PAGE)
    names = await _names([approval.applicant for approval in (*waits, *decided, *made)], request)
    parts = (("待我审批", waits), ("我处理过的", decided), ("我提交的", made))
    sections = [
        {"title": title, "rows": [_row(approval, names, request) for approval in found]} for title, found in parts
    ]
    return {"title": "审批", "sections": sections}


def _row(approval: Approval, names: Mapping[int, str], request: Request) -> dict[str, Any]:
    return {
        "number": approval.number,
        "title": approval.title,
        "applicant": names.get(approval.applicant, ""),
        "state": approval.state.value,
        "state_word": approval.state.word,
        "page": page_of(approval),
        "requested_at": told_shortly(request.calendar.office_time(approval.requested_at), request.today),
    }


@routes.view("/approvals/{number}", "approvals/show.html")
async def page(request: Request, number: str) -> Mapping[str, Any]:
    """A request with its facts and its whole route, so far and to come."""
    approval = await visible(number, request)
    picture = await picture_of(approval, request)
    return {
        **_row(approval, picture.names, request),
        "label": approval.label,
        "summary": state_line(picture).removeprefix(approval.state.word).lstrip(", "),
        "facts": [{"label": label, "text": text} for label, text in approval.facts],
        "context": list(picture.context),
        "steps": [_step(picture, place) for place in range(len(approval.steps))],
        "cc": [picture.name(member) for member in approval.cc],
        "typed": _typed(approval, request),
    }


def _step(picture: Picture, place: int) -> dict[str, Any]:
    approval, step = picture.approval, picture.approval.steps[place]
    current = approval.step is not None and place == approval.position
    people = []
    for member in step.approvers:
        decision = step.decision_of(member)
        people.append(
            {
                "name": picture.name(member),
                "verdict": decision.verdict.word if decision else "",
                "at": picture.time(decision.at) if decision else "",
                "reason": ("同上一步" if decision.carried else decision.reason) if decision else "",
            }
        )
    state = "current" if current else "done" if step.settled else "to come"
    why = "" if step.why == step.name else step.why
    return {"name": step.name, "mode": step.mode.value, "why": why, "state": state, "people": people}


def _typed(approval: Approval, request: Request) -> list[str]:
    """What the reader can type about it."""
    if request.sender.id in approval.waiting:
        return [f"同意 {approval.number}", f"驳回 {approval.number} 理由"]
    if approval.waiting and request.sender.id == approval.applicant:
        return [f"催办 {approval.number}", f"撤回 {approval.number}"]
    return []
