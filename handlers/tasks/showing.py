"""How a task and a reminder look on a card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.calendar import DAY, WorkCalendar
from domain.due import AFTERNOON, MORNING
from domain.reminders import Reminder
from domain.tasks import Task, TaskState
from handlers.dialogue.card import Button, Card, Line, Style, Tone
from handlers.dialogue.request import Situation
from handlers.language.telling import told_day, told_moment
from handlers.tasks.words import Done, Later, Move, Tomorrow

TITLE = 48
"""Characters of what is to be done that make a card's title; a longer text stands whole in the body."""


@dataclass(frozen=True, slots=True)
class Known:
    """Names of members and of the customer that a card speaks of."""

    members: Mapping[int, str] = field(default_factory=dict)
    customer: str = ""


async def known(situation: Situation, thing: Task | Reminder) -> Known:
    """The names that a card about this needs."""
    giver = thing.assigned_by if isinstance(thing, Task) else thing.set_by
    people = await situation.work.members.by_ids([thing.owner, giver])
    customer = await situation.work.customers.find(thing.customer) if thing.customer is not None else None
    return Known({id_: member.name for id_, member in people.items()}, customer.called if customer else "")


def told(at: datetime, calendar: WorkCalendar, now: datetime) -> str:
    """A UTC moment in the words of receipts."""
    return told_moment(calendar.office_time(at), calendar.today(now))


def deadline(task: Task, calendar: WorkCalendar, now: datetime) -> str:
    """A task's deadline in words: with its hour only when one was named. "" without a deadline."""
    if task.due_at is None:
        return ""
    if task.hour_named:
        return told(task.due_at, calendar, now)
    return f"{told_day(calendar.today(task.due_at), calendar.today(now))} 前"


def how_reminded(task: Task, calendar: WorkCalendar, now: datetime) -> str:
    """When and why then a task is brought to mind, in words."""
    if task.remind_at is None:
        return "没有定时间, 不提醒" if task.due_at is None else "到期未完成的话, 次日早上汇总提醒"
    when = told(task.remind_at, calendar, now)
    if task.due_at is None or task.hour_named:
        return when
    day = calendar.today(task.due_at)
    early = not calendar.is_workday(day) and calendar.today(task.remind_at) < day
    return f"{when} (到期日休息, 提前到前一个工作日)" if early else when


def task_card(
    task: Task,
    names: Known,
    situation: Situation,
    headline: str,
    *,
    tone: Tone = Tone.INFO,
    ringing: bool = False,
    undo: bool = False,
    reminder: bool = True,
) -> Card:
    """A task as it stands, with what can be done about it; closed when it is settled.

    Args:
        headline: what happened, shown with its number.
        ringing: it is due now: offer to put it off as well.
        undo: offer to take it back: it was just made.
        reminder: say when the reminder comes.
    """
    calendar, now = situation.calendar, situation.at
    lines = []
    if task.owner != task.assigned_by:
        lines.append(Line(label="负责人", text=names.members.get(task.owner, "")))
        lines.append(Line(label="安排人", text=names.members.get(task.assigned_by, "")))
    if names.customer:
        lines.append(Line(label="客户", text=names.customer))
    if task.due_at is not None:
        lines.append(Line(label="截止", text=deadline(task, calendar, now)))
    is_open = task.state is TaskState.OPEN
    if reminder and is_open and not ringing:
        lines.append(Line(label="提醒", text=how_reminded(task, calendar, now)))
    return Card(
        title=task.content[:TITLE],
        subtitle=f"{task.number} {headline}",
        tone=tone,
        lines=tuple(lines),
        text=task.content if len(task.content) > TITLE else "",
        buttons=_buttons(task.number, ringing=ringing, undo=undo) if is_open else (),
        page=f"/h5/tasks/{task.number}",
        subject=task.subject,
        closed=not is_open,
    )


def reminder_card(
    reminder: Reminder,
    names: Known,
    situation: Situation,
    headline: str,
    *,
    tone: Tone = Tone.INFO,
    ringing: bool = False,
    undo: bool = False,
    closed: bool = False,
) -> Card:
    """A reminder as it stands, with what can be done about it."""
    calendar, now = situation.calendar, situation.at
    lines = []
    if reminder.owner != reminder.set_by:
        lines.append(Line(label="提醒谁", text=names.members.get(reminder.owner, "")))
        lines.append(Line(label="设置人", text=names.members.get(reminder.set_by, "")))
    if names.customer:
        lines.append(Line(label="客户", text=names.customer))
    if reminder.recurrence is not None:
        lines.append(Line(label="重复", text=str(reminder.recurrence)))
    if reminder.next_at is not None:
        label = "下次" if reminder.repeat else "时间"
        lines.append(Line(label=label, text=told(reminder.next_at, calendar, now)))
    return Card(
        title=reminder.content[:TITLE],
        subtitle=f"{reminder.number} {headline}",
        tone=tone,
        lines=tuple(lines),
        text=reminder.content if len(reminder.content) > TITLE else "",
        buttons=() if closed else _buttons(reminder.number, ringing=ringing, undo=undo),
        subject=reminder.subject,
        closed=closed,
    )


def _buttons(number: str, *, ringing: bool, undo: bool) -> tuple[Button, ...]:
    done = Button.to("完成", Done(target_id=number), Style.PRIMARY)
    later = (Button.to("晚1小时", Later(number=number)), Button.to("明天", Tomorrow(number=number))) if ringing else ()
    return (done, *later, Button.to("改期", Move(number=number)), *((Button.undo(number),) if undo else ()))


def late_words(task: Task, calendar: WorkCalendar, now: datetime) -> str:
    """How late a task is: 「过期3天」, 「今天到期」 before that; "" when it is neither."""
    if task.due_at is None:
        return ""
    days = (calendar.today(now) - calendar.today(task.due_at)) // DAY
    if days > 0:
        return f"已过期{days}天"
    if task.overdue(now):
        return "已过期"
    return "今天到期" if days == 0 else ""


def chosen_hour(at: datetime, calendar: WorkCalendar) -> bool:
    """Whether this is a moment that we chose, not the person: it can wait for the end of the quiet hours."""
    return calendar.office_time(at).time() in (MORNING, AFTERNOON)
