"""Finishing, putting off, moving and dropping a task or a reminder; its cards everywhere follow."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from domain.due import MORNING, Due
from domain.entity import PutBack
from domain.errors import NotFound
from domain.reminders import Reminder
from domain.tasks import NothingToDo, Task
from handlers.dialogue import finding
from handlers.dialogue.card import Card, Option, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.question import MOST, Question
from handlers.dialogue.reply import Notice, Reply, Update, say
from handlers.dialogue.request import Request, Situation
from handlers.dialogue.routes import Routes
from handlers.language.answers import moment_answer
from handlers.language.names import folded_name
from handlers.language.telling import told_head
from handlers.tasks.ringing import arm
from handlers.tasks.showing import known, reminder_card, task_card, told
from handlers.tasks.words import Done, Drop, Later, Move, Tomorrow

routes = Routes()

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALIKE = 62
"""From this likeness on (0 to 100) a task may be the one whose content was named."""

CLEARLY = 15
"""By how much the likeliest has to lead to be taken without asking."""


@routes.command(
    "完成 <number>",
    "<number> 完成",
    "<number> 完成了",
    "<number> 办完了",
    examples={"完成 T-000012": Done(number="T-000012")},
    title="完成待办",
)
async def done(command: Done, request: Request) -> Reply:
    """It is finished, named by number or by what it says.

    Raises:
        Question: several may be meant.
        NotFound: none is.
        TaskSettled, ReminderSettled: it was finished before.
    """
    number = command.number or command.target_id
    thing = await _thing(number, request) if number else await _called(command, request)
    if isinstance(thing, Reminder):
        return await _reminder_done(thing, request)
    task = await request.work.tasks.save(thing.done(request.sender, request.at))
    names = await known(request, task)
    when = told(task.settled_at or request.at, request.calendar, request.at)
    closed = task_card(task, names, request, f"{request.sender.name} {when} 完成", tone=Tone.SUCCESS)
    return _everywhere(task, closed, f"{task.number}「{told_head(task.content)}」已完成。", request) + _told(
        task, closed, request
    )


async def _reminder_done(reminder: Reminder, request: Request) -> Reply:
    saved = reminder.done(request.at)
    if saved != reminder:
        saved = await request.work.reminders.save(saved)
    names = await known(request, saved)
    card = reminder_card(
        saved, names, request, "本次已完成" if saved.repeat else "已完成", tone=Tone.SUCCESS, closed=True
    )
    text = f"{saved.number}「{told_head(saved.content)}」已完成。"
    if saved.next_at is not None:
        text += f"下次提醒: {told(saved.next_at, request.calendar, request.at)}。"
    return _everywhere(saved, card, text, request)


@routes.command("晚1小时 <number>", "晚一小时 <number>", "<number> 晚1小时", "推迟1小时 <number>")
async def later(command: Later, request: Request) -> Reply:
    """Brought to mind again in an hour."""
    return await _put_off(await _thing(command.number, request), request.at + HOUR, request)


@routes.command("明天再说 <number>", "<number> 明天再说", "推迟到明天 <number>")
async def tomorrow(command: Tomorrow, request: Request) -> Reply:
    """Brought to mind tomorrow at this hour, in the morning when this is one of rest."""
    until = request.at + DAY
    if request.company.quiet.quiet(until):
        until = request.calendar.moment(request.today + DAY, MORNING)
    return await _put_off(await _thing(command.number, request), until, request)


@routes.command(
    "改期 <number> <moment>",
    "改期 <number>",
    "<number> 改到 <moment>",
    "<number> 改期到 <moment>",
    examples={"改期 T-000012 周五": Move(number="T-000012", moment="周五")},
    title="改期",
)
async def move(command: Move, request: Request) -> Reply:
    """Another deadline for a task, another moment for a reminder.

    Raises:
        Question: it is not said when.
        BadValue, PastMoment: the moment cannot be one.
    """
    thing = await _thing(command.number, request)
    if not command.moment.strip():
        options = tuple(Option(id=word, text=word) for word in ("明天上午9点", "后天上午9点", "下周一上午9点"))
        raise Question(
            command, "moment", f"{thing.number} 改到什么时候?", options, "点选, 或直接回复, 例如: 周五下午3点"
        )
    due = Due.of(moment_answer(command.moment, request.at, request.calendar), request.calendar, request.at)
    if isinstance(thing, Reminder):
        return await _put_off(thing, due.remind_at or request.at + HOUR, request, hour_named=due.hour_named)
    task = await request.work.tasks.save(thing.due(due))
    await arm(request, task)
    names = await known(request, task)
    closed = task_card(task, names, request, f"{request.sender.name}已改期", tone=Tone.MUTED)
    receipt = task_card(task, names, request, "已改期", tone=Tone.SUCCESS)
    moved = say(receipt, record=task.number) + Reply(updates=(_closing(task, closed),))
    return moved + _told(task, task_card(task, names, request, f"{request.sender.name}改了截止时间"), request)


@routes.command(
    "不做了 <number>",
    "取消任务 <number>",
    "取消待办 <number>",
    "取消提醒 <number>",
    "删除任务 <number>",
    "删除提醒 <number>",
    examples={"不做了 R-000003": Drop(number="R-000003")},
    title="取消待办或提醒",
)
async def drop(command: Drop, request: Request) -> Reply:
    """It is not to be done any more, or never to come again.

    Raises:
        TaskSettled, ReminderSettled: it was finished or dropped before.
        TaskGiven: a colleague gave it, who alone takes it back.
    """
    thing = await _thing(command.number, request)
    text = f"{thing.number}「{told_head(thing.content)}」已取消。"
    if isinstance(thing, Reminder):
        reminder = await request.work.reminders.save(thing.dropped(request.at))
        names = await known(request, reminder)
        card = reminder_card(reminder, names, request, "已取消", tone=Tone.MUTED, closed=True)
        return _everywhere(reminder, card, text, request)
    task = await request.work.tasks.save(thing.dropped(request.at, by=request.sender))
    card = task_card(task, await known(request, task), request, f"{request.sender.name}取消了", tone=Tone.MUTED)
    return _everywhere(task, card, text, request) + _told(task, card, request)


@routes.on(PutBack)
async def stands_again(event: PutBack, situation: Situation) -> Reply:
    """A change was undone: every card shows it as it is again, and whoever heard of the change hears of that."""
    thing = event.now
    if not isinstance(thing, Task | Reminder):
        return Reply()
    await arm(situation, thing)
    names = await known(situation, thing)
    people = await situation.work.members.by_ids([event.by])
    headline = f"{people[event.by].name}撤销了刚才的改动"
    if isinstance(thing, Reminder):
        card = reminder_card(thing, names, situation, headline, closed=thing.settled_at is not None)
        return Reply(updates=(Update(subject=thing.subject, card=card, closed=True),))
    card = task_card(thing, names, situation, headline)
    others = sorted({thing.owner, thing.assigned_by} - {event.by})
    notices = tuple(Notice(member=member, card=card) for member in others)
    return Reply(notices=notices, updates=(Update(subject=thing.subject, card=card, closed=True),))


async def _put_off(thing: Task | Reminder, until: datetime, request: Request, *, hour_named: bool = True) -> Reply:
    """The same record, brought to mind at `until`; only the sender's cards change."""
    until = until.replace(second=0, microsecond=0)
    saved: Task | Reminder
    if isinstance(thing, Reminder):
        saved = await request.work.reminders.save(thing.snoozed(until, hour_named=hour_named))
        names = await known(request, saved)
        card = reminder_card(saved, names, request, "已推迟", tone=Tone.MUTED, closed=True)
    else:
        saved = await request.work.tasks.save(thing.snoozed(until))
        names = await known(request, saved)
        card = task_card(saved, names, request, "已推迟", tone=Tone.MUTED)
        card = card.model_copy(update={"buttons": (), "closed": True})
    await arm(request, saved)
    text = f"{saved.number} 已推迟, {told(until, request.calendar, request.at)} 再提醒您。"
    return _everywhere(saved, card, text, request, member=request.sender.id)


def _closing(task: Task, card: Card) -> Update:
    return Update(subject=task.subject, card=card.model_copy(update={"buttons": (), "closed": True}))


def _everywhere(thing: Task | Reminder, card: Card, text: str, request: Request, *, member: int | None = None) -> Reply:
    """The card on every device, and a sentence unless the card that was tapped says it already."""
    updates = (Update(subject=thing.subject, card=card, member=member),)
    says = () if request.shown == thing.subject else (text,)
    return Reply(says, updates=updates, record=thing.number)


def _told(task: Task, card: Card, request: Request) -> Reply:
    """Those whose task it is too hear of it."""
    others = {task.owner, task.assigned_by} - {request.sender.id}
    return Reply(notices=tuple(Notice(member=member, card=card, patient=True) for member in sorted(others)))


async def _thing(number: str, request: Request) -> Task | Reminder:
    """The task or reminder of this number; digits alone are a task's.

    Raises:
        NotFound: there is none that the sender may change.
    """
    plain = number.strip().lstrip("#＃")
    if plain[:1].upper() == Reminder.letter:
        reminder = await request.work.reminders.by_number(plain)
        return reminder.require_visible(await request.sight())
    task = await request.work.tasks.by_number(f"{Task.letter}-{plain}" if plain.isdigit() else plain)
    return task.require_visible(await request.sight())


async def _called(command: Done, request: Request) -> Task:
    """The open task that says about this or is about this customer, the sender's own or one that the sender gave.

    Raises:
        Question: several do.
        NotFound: none does.
    """
    tasks = {task.id: task for task in await request.work.tasks.open_of(request.sender.id)}
    said = command.content.strip()
    if said or command.customer:
        tasks |= {task.id: task for task in await request.work.tasks.given_by(request.sender.id)}
    about = {customer.id for customer in await finding.customers_called(request, command.customer)}
    theirs = {id_: task for id_, task in tasks.items() if task.customer in about}
    tasks = theirs or tasks
    if not said:
        if len(theirs) == 1:
            return next(iter(theirs.values()))
        raise _which(command, list(tasks.values()))
    wanted = folded_name(command.content)
    scores = {id_: _likeness(wanted, folded_name(task.content)) for id_, task in tasks.items()}
    likely = sorted((id_ for id_ in scores if scores[id_] >= ALIKE), key=lambda id_: (-scores[id_], id_))
    if not likely:
        raise NotFound(what="待办", name=told_head(command.content))
    if len(likely) == 1 or scores[likely[0]] - scores[likely[1]] >= CLEARLY:
        return tasks[likely[0]]
    raise _which(command, [tasks[id_] for id_ in likely])


def _likeness(one: str, other: str) -> float:
    return max(fuzz.ratio(one, other), 0.95 * fuzz.partial_ratio(one, other), 0.9 * fuzz.token_set_ratio(one, other))


def _which(command: Command, tasks: Sequence[Task]) -> Question | NothingToDo:
    """What to raise to learn which of these it is."""
    if not tasks:
        return NothingToDo()
    options = tuple(Option(id=task.number, text=told_head(f"{task.number} {task.content}")) for task in tasks[:MOST])
    return Question(command, "target_id", "完成的是哪一件?", options)
