"""What is due now: each reminder once, and overdue tasks in one summary a working day."""

from collections.abc import Sequence
from datetime import datetime, time

from domain.calendar import DAY
from domain.due import MORNING
from domain.reminders import Reminder
from domain.tasks import Task
from handlers.dialogue.card import Card, Tone
from handlers.dialogue.reply import Notice, Reply
from handlers.dialogue.request import Situation
from handlers.dialogue.routes import Routes
from handlers.language.telling import told_shortly
from handlers.tasks.listing import task_list_card
from handlers.tasks.showing import chosen_hour, known, reminder_card, task_card
from storage.timers import Timer

routes = Routes()

OVERDUE = "tasks.overdue"
LATE_MINUTES = 10
"""A reminder that comes later than this says when it should have come."""


async def arm(situation: Situation, thing: Task | Reminder) -> None:
    """Have it brought to mind at its moment, if it has one.

    Every moment has a timer of its own and none is ever stopped: when a change is undone, the timer of the moment
    before it still stands, and those whose moment is no longer wanted do nothing.
    """
    at = thing.remind_at if isinstance(thing, Task) else thing.next_at
    if at is not None:
        key = f"{thing.kind}:{thing.id}@{at:%Y%m%d%H%M}"
        await situation.work.timers.set(key, thing.kind, at, id=thing.id, at=at.isoformat())


@routes.timer("task")
async def task_due(timer: Timer, situation: Situation) -> Reply:
    """Bring a task to its owner's mind, if it still wants that."""
    at = datetime.fromisoformat(timer.payload["at"])
    task = await situation.work.tasks.find(timer.payload["id"])
    if task is None or not task.wants_reminder(at):
        return Reply()
    task = await situation.work.tasks.save(task.reminded(situation.at, situation.calendar))
    await arm(situation, task)
    names = await known(situation, task)
    headline = "待办到期" if task.overdue(situation.at) else "待办提醒"
    card = task_card(
        task, names, situation, headline + _planned(at, situation), tone=Tone.WARNING, ringing=True, reminder=False
    )
    patient = not task.hour_named and chosen_hour(at, situation.calendar)
    return await _to_whom_works_here(situation, (task.owner, task.assigned_by), card, patient=patient)


@routes.timer("reminder")
async def reminder_due(timer: Timer, situation: Situation) -> Reply:
    """Remind, if it is still wanted, and set the next run."""
    at = datetime.fromisoformat(timer.payload["at"])
    reminder = await situation.work.reminders.find(timer.payload["id"])
    if reminder is None or not reminder.wanted(at):
        return Reply()
    reminder = await situation.work.reminders.save(reminder.rung(situation.at, situation.calendar))
    await arm(situation, reminder)
    names = await known(situation, reminder)
    card = reminder_card(reminder, names, situation, "提醒" + _planned(at, situation), tone=Tone.WARNING, ringing=True)
    return await _to_whom_works_here(situation, (reminder.owner,), card, patient=not reminder.hour_named)


async def _to_whom_works_here(situation: Situation, members: Sequence[int], card: Card, *, patient: bool) -> Reply:
    """To the first of these who has not left: who gave a task hears of it when its owner is gone."""
    people = await situation.work.members.by_ids(members)
    there = [member for member in members if member in people and people[member].active]
    return Reply(notices=tuple(Notice(member=member, card=card, patient=patient) for member in there[:1]))


def _planned(at: datetime, situation: Situation) -> str:
    """When it should have come, if it comes late: the service was down, or the night was waited for."""
    if (situation.at - at).total_seconds() < LATE_MINUTES * 60:
        return ""
    return f" (原定 {told_shortly(situation.calendar.office_time(at), situation.today)})"


@routes.on_start
async def watch_overdue(situation: Situation) -> None:
    """Make sure that the daily summary is on its way."""
    calendar = situation.calendar
    due = calendar.moment(situation.today, MORNING)
    day = situation.today if due > situation.at else situation.today + DAY
    await situation.work.timers.offer(OVERDUE, OVERDUE, calendar.moment(calendar.workday_from(day), MORNING))


@routes.timer(OVERDUE)
async def overdue_summary(_timer: Timer, situation: Situation) -> Reply:
    """One card to everybody who has tasks that were due before today and are not put off.

    It sets itself anew for the next working day.
    """
    calendar, today = situation.calendar, situation.today
    following = calendar.moment(calendar.next_workday(today), MORNING)
    await situation.work.timers.set(OVERDUE, OVERDUE, following)
    if not calendar.is_workday(today):
        return Reply()
    by_owner: dict[int, list[Task]] = {}
    for task in await situation.work.tasks.overdue(calendar.moment(today, time.min)):
        if task.remind_at is None or task.remind_at <= situation.at:
            by_owner.setdefault(task.owner, []).append(task)
    people = await situation.work.members.by_ids(list(by_owner))
    return Reply(
        notices=tuple(
            Notice(member=owner, card=_summary(tasks, situation), patient=True)
            for owner, tasks in sorted(by_owner.items())
            if owner in people and people[owner].active
        )
    )


def _summary(tasks: list[Task], situation: Situation) -> Card:
    card = task_list_card(f"{len(tasks)} 件待办已过期", tasks, situation)
    return card.model_copy(update={"tone": Tone.DANGER})
