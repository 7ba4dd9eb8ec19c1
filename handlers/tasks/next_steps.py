"""The next step of a follow-up as a task with its reminder, and its changes when the follow-up is corrected."""

from collections.abc import Sequence

from domain.due import Due
from domain.errors import Refusal
from domain.follow_ups import FollowUp, FollowUpCorrected, FollowUpLogged
from domain.members import Member
from domain.tasks import Task
from handlers.dialogue.card import Tone
from handlers.dialogue.reply import Reply, Update, say
from handlers.dialogue.request import Situation
from handlers.dialogue.routes import Routes
from handlers.tasks.ringing import arm
from handlers.tasks.showing import known, task_card, told

routes = Routes()

SHOWN = 60
"""Characters of the follow-up that stand in the task."""


@routes.on(FollowUpLogged)
async def plan(event: FollowUpLogged, situation: Situation) -> Reply:
    """A task for the author when a next time was named that can still be kept."""
    due = _due(event.next_at, situation)
    if due is None:
        return Reply()
    author = await situation.work.members.by_id(event.member)
    return await _planned(event, author, due, situation)


@routes.on(FollowUpCorrected)
async def replan(event: FollowUpCorrected, situation: Situation) -> Reply:
    """The open task follows the corrected next time, customer and text; without a next time it is dropped."""
    tasks = await situation.work.tasks.open_from(_number(event))
    due = _due(event.next_at, situation)
    if not tasks and due is not None and event.next_at != event.next_before:
        author = await situation.work.members.by_id(event.member)
        return await _planned(event, author, due, situation)
    if not event.next_at:
        return await _dropped(tasks, situation)
    reply = Reply()
    for task in tasks:
        changed = task.reworded(_content(event), event.customer)
        if due is not None and event.next_at != event.next_before:
            changed = changed.due(due)
        saved = await situation.work.tasks.save(changed)
        await arm(situation, saved)
        card = task_card(saved, await known(situation, saved), situation, "随跟进更新")
        reply += Reply((_told(saved, situation),), updates=(Update(subject=saved.subject, card=card),))
    return reply


async def _planned(event: FollowUpLogged | FollowUpCorrected, author: Member, due: Due, situation: Situation) -> Reply:
    fresh = Task.new(
        _content(event),
        owner=author,
        by=author,
        at=situation.at,
        due=due,
        customer=event.customer,
        source=_number(event),
    )
    task = await situation.work.tasks.save(fresh)
    await arm(situation, task)
    return say(_told(task, situation))


async def _dropped(tasks: Sequence[Task], situation: Situation) -> Reply:
    reply = Reply()
    for task in tasks:
        saved = await situation.work.tasks.save(task.dropped(situation.at))
        card = task_card(saved, await known(situation, saved), situation, "随跟进取消", tone=Tone.MUTED)
        reply += Reply((f"{saved.number} 已取消。",), updates=(Update(subject=saved.subject, card=card),))
    return reply


def _due(next_at: str, situation: Situation) -> Due | None:
    """The deadline; None when there is none or it is over: a follow-up is never refused because of it."""
    try:
        return Due.of(next_at, situation.calendar, situation.at) if next_at else None
    except Refusal:
        return None


def _number(event: FollowUpLogged | FollowUpCorrected) -> str:
    return f"{FollowUp.letter}-{event.follow_up:06d}"


def _content(event: FollowUpLogged | FollowUpCorrected) -> str:
    text = event.content.replace("\n", " ").strip()
    short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return f"跟进{event.customer_name}: {short}"


def _told(task: Task, situation: Situation) -> str:
    when = f", {told(task.remind_at, situation.calendar, situation.at)} 提醒您" if task.remind_at else ""
    return f"下一步记为待办 {task.number}{when}。"
