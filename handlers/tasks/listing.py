"""What somebody has to do and will be reminded of, as lists in the chat and as pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.reminders import Reminder
from domain.tasks import Task
from handlers.dialogue.card import Button, Card, Style, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.reply import Reply, say
from handlers.dialogue.request import Request, Situation
from handlers.dialogue.routes import Routes
from handlers.language.telling import told_shortly
from handlers.tasks.showing import deadline, how_reminded, known, late_words, told
from handlers.tasks.words import Done, Move

routes = Routes()

ROWS = 10
"""Things shown in the chat; the page has them all."""


class MyTasks(Command, name="task.list", typed="我的待办"):
    """The sender's open tasks."""


class GivenTasks(Command, name="task.given", typed="我安排的任务"):
    """Open tasks that the sender gave to others."""


class MyReminders(Command, name="reminder.list", typed="我的提醒"):
    """The sender's reminders that are still to come."""


@routes.command(
    "我的待办",
    "待办",
    "待办列表",
    "我的任务",
    "任务列表",
    "有什么待办",
    examples={"我的待办": MyTasks()},
    title="看待办",
)
async def my_tasks(command: MyTasks, request: Request) -> Reply:
    """Open tasks, overdue ones first."""
    tasks = await request.work.tasks.open_of(request.sender.id)
    if not tasks:
        return say("没有未完成的待办。要记一条, 请发送例如: 待办 周五前给客户报价")
    late = sum(task.overdue(request.at) for task in tasks)
    title = f"您有 {len(tasks)} 件待办" + (f", {late} 件已过期" if late else "")
    return say(task_list_card(title, tasks, request))


@routes.command(
    "我安排的任务", "我安排的待办", "我交办的任务", examples={"我安排的任务": GivenTasks()}, title="看我安排的任务"
)
async def given_tasks(command: GivenTasks, request: Request) -> Reply:
    """Open tasks given to others, with who has them."""
    tasks = await request.work.tasks.given_by(request.sender.id)
    if not tasks:
        return say("您安排给同事的任务都完成了。要安排一件, 请发送例如: @同事 明天下午3点前把合同发我")
    people = await request.work.members.by_ids([task.owner for task in tasks])
    owners = {id_: member.name for id_, member in people.items()}
    return say(task_list_card(f"您安排的 {len(tasks)} 件任务未完成", tasks, request, owners))


@routes.command("我的提醒", "提醒列表", "有哪些提醒", examples={"我的提醒": MyReminders()}, title="看提醒")
async def my_reminders(command: MyReminders, request: Request) -> Reply:
    """Reminders to come, the next first."""
    reminders = await request.work.reminders.to_come(request.sender.id)
    if not reminders:
        return say("没有等待中的提醒。要设一个, 请发送例如: 明天上午9点提醒我给王总打电话")
    rows = [_reminder_row(reminder, request) for reminder in reminders]
    return say(
        Card(
            title=f"您有 {len(rows)} 个提醒",
            subtitle="不要了请回复: 不做了 " + reminders[0].number,
            text=_shown(rows),
        )
    )


def task_list_card(
    title: str, tasks: Sequence[Task], situation: Situation, owners: Mapping[int, str] | None = None
) -> Card:
    """Tasks as a list with their numbers; the first can be finished or moved at once."""
    rows = [_task_row(task, situation, owners) for task in tasks]
    first = tasks[0]
    late = any(task.overdue(situation.at) for task in tasks)
    return Card(
        title=title,
        subtitle=f"办完请回复: {Done(target_id=first.number).typed()}",
        tone=Tone.WARNING if late else Tone.INFO,
        text=_shown(rows),
        buttons=(
            Button.to(f"完成 {first.letter}{first.id}", Done(target_id=first.number), Style.PRIMARY),
            Button.to(f"改期 {first.letter}{first.id}", Move(number=first.number)),
        ),
        page="/h5/tasks",
        page_text="全部待办",
    )


def _shown(rows: Sequence[str]) -> str:
    more = [f"……共 {len(rows)} 条"] if len(rows) > ROWS else []
    return "\n".join([*rows[:ROWS], *more])


def _task_row(task: Task, situation: Situation, owners: Mapping[int, str] | None) -> str:
    late = late_words(task, situation.calendar, situation.at)
    when = deadline(task, situation.calendar, situation.at)
    owner = f"{owners.get(task.owner, '')}: " if owners is not None else ""
    notes = ", ".join(note for note in (when, late) if note)
    return f"{task.number} {owner}{task.content[:40]}" + (f" ({notes})" if notes else "")


def _reminder_row(reminder: Reminder, situation: Situation) -> str:
    when = str(reminder.recurrence) if reminder.recurrence else ""
    if reminder.next_at is not None:
        next_at = told_shortly(situation.calendar.office_time(reminder.next_at), situation.today)
        when = f"{when}, 下次 {next_at}" if when else next_at
    return f"{reminder.number} {reminder.content[:40]} ({when})"


@routes.view("/tasks", "tasks/list.html")
async def tasks_page(request: Request) -> Mapping[str, Any]:
    """The sender's open tasks, those given to others, and reminders to come."""
    work, sender = request.work, request.sender
    mine, given = await work.tasks.open_of(sender.id), await work.tasks.given_by(sender.id)
    people = await work.members.by_ids([task.owner for task in given])
    reminders = await work.reminders.to_come(sender.id)
    return {
        "title": "待办和提醒",
        "tasks": [task_values(task, request) for task in mine],
        "given": [task_values(task, request) | {"owner": people[task.owner].name} for task in given],
        "reminders": [
            {"number": reminder.number, "text": _reminder_row(reminder, request).partition(" ")[2]}
            for reminder in reminders
        ],
    }


@routes.view("/tasks/{number}", "tasks/task.html")
async def task_page(request: Request, number: str) -> Mapping[str, Any]:
    """One task, for its owner, who gave it, and whoever sees the owner's records.

    Raises:
        NotFound: there is none that the sender may see.
    """
    task = (await request.work.tasks.by_number(number)).require_visible(await request.sight())
    names = await known(request, task)
    settled = told(task.settled_at, request.calendar, request.at) if task.settled_at else ""
    return task_values(task, request) | {
        "title": f"待办 {task.number}",
        "owner": names.members.get(task.owner, ""),
        "assigned_by": names.members.get(task.assigned_by, ""),
        "customer": names.customer,
        "reminder": how_reminded(task, request.calendar, request.at) if not settled else "",
        "source": task.source,
        "settled": settled,
    }


def task_values(task: Task, situation: Situation) -> dict[str, Any]:
    """A task as JSON values: number, content, state, due and late in words."""
    return {
        "number": task.number,
        "content": task.content,
        "state": str(task.state),
        "due": deadline(task, situation.calendar, situation.at),
        "late": late_words(task, situation.calendar, situation.at) if task.settled_at is None else "",
    }
