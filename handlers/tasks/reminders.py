"""Reminders at a moment or by a rule, for oneself or a colleague."""

from datetime import timedelta

from domain.due import Due
from domain.members import Member
from domain.reminders import Recurrence, Reminder, new_reminder
from handlers.dialogue.card import Option, Tone
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Notice, Reply, Update, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.language.answers import moment_answer
from handlers.tasks.people import ForSomebody, addressed, customer_of
from handlers.tasks.ringing import arm
from handlers.tasks.showing import known, reminder_card

routes = Routes()

HOUR = timedelta(hours=1)
SOON = (
    Option(id="1小时", text="1小时后"),
    Option(id="今天17:00", text="今天 17:00"),
    Option(id="明天9:00", text="明天 9:00"),
)


class SetReminder(ForSomebody, name="reminder.set"):
    """Bring something to mind at `remind_at` (a slot value or as people say it), or by `repeat` at `at` (`HH:MM`)."""

    remind_at: str = ""
    repeat: str = ""
    at: str = ""


@routes.command(
    examples={
        "每周一早上9点提醒我交周报": SetReminder(content="交周报", repeat="WEEKLY:MO", at="09:00"),
        "工作日早上八点四十提醒我打卡": SetReminder(content="打卡", repeat="WORKDAY", at="08:40"),
    },
    title="设提醒",
)
async def set_reminder(command: SetReminder, request: Request) -> Reply:
    """Set it, say when it comes, tell the colleague it is for.

    Raises:
        Question: it is not said what or when, or a name is that of several.
        BadValue, PastMoment: the moment or the rule cannot be one.
    """
    number = request.last_record(Reminder.letter) if command.amend else ""
    if number:
        return await _corrected(command, number, request)
    if not command.content.strip():
        raise Question(command, "content", "提醒什么事?", subtitle="请直接回复, 例如: 给王总打电话")
    if not command.remind_at and not command.repeat:
        raise Question(command, "remind_at", "什么时候提醒?", SOON)
    customer = await customer_of(command, request)
    reply = Reply()
    for owner in await addressed(command, request):
        fresh = new_reminder(
            command.content,
            owner=owner,
            by=request.sender,
            at=request.at,
            customer=customer.id if customer else None,
        )
        reply += await _set(await request.work.reminders.save(timed(fresh, command, request)), owner, request)
    return reply


def timed(reminder: Reminder, command: SetReminder, request: Request) -> Reminder:
    """The reminder with the moment or rule of the command; as it is when the command has neither."""
    calendar, now = request.calendar, request.at
    if command.repeat:
        recurrence = Recurrence.of(command.repeat, command.at)
        return reminder.repeating(recurrence, now, calendar, hour_named=bool(command.at))
    if not command.remind_at:
        return reminder
    due = Due.of(moment_answer(command.remind_at, now, calendar), calendar, now)
    in_an_hour = (now + HOUR).replace(second=0, microsecond=0)
    return reminder.once(due.remind_at or in_an_hour, hour_named=due.hour_named)


async def _set(reminder: Reminder, owner: Member, request: Request) -> Reply:
    await arm(request, reminder)
    names = await known(request, reminder)
    mine = owner.id == request.sender.id
    headline = "提醒已设好" if mine else f"到时提醒{owner.name}"
    receipt = say(
        reminder_card(reminder, names, request, headline, tone=Tone.SUCCESS, undo=True), record=reminder.number
    )
    if mine:
        return receipt
    card = reminder_card(reminder, names, request, f"{request.sender.name}给您设了提醒")
    return receipt + Reply(notices=(Notice(member=owner.id, card=card, patient=True),))


async def _corrected(command: SetReminder, number: str, request: Request) -> Reply:
    """The last reminder with what was said now."""
    reminder = (await request.work.reminders.by_number(number)).require_visible(await request.sight())
    customer = await customer_of(command, request)
    reminder = reminder.reworded(command.content, customer.id if customer else None)
    saved = await request.work.reminders.save(timed(reminder, command, request))
    await arm(request, saved)
    names = await known(request, saved)
    others = reminder_card(saved, names, request, f"{request.sender.name}修改了提醒")
    changed = reminder_card(saved, names, request, "提醒已修改", tone=Tone.SUCCESS)
    return say(changed, record=saved.number) + Reply(updates=(Update(subject=saved.subject, card=others),))
