"""New tasks, for oneself or a colleague, and corrections of the one just given."""

from domain.due import Due
from domain.members import Member
from domain.tasks import Task
from handlers.dialogue.card import Tone
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Notice, Reply, Update, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.language.answers import moment_answer
from handlers.tasks.people import ForSomebody, addressed, customer_of
from handlers.tasks.ringing import arm
from handlers.tasks.showing import known, task_card

routes = Routes()


class AddTask(ForSomebody, name="task.add"):
    """Something to do; `due` is a slot value or a moment as people say it."""

    due: str = ""


@routes.command(
    examples={
        "待办 更新报价表": AddTask(content="更新报价表"),
        "新建任务：整理客户清单": AddTask(content="整理客户清单"),
    },
    title="记待办",
)
async def add(command: AddTask, request: Request) -> Reply:
    """Write it down, have it brought to mind, tell the colleague it is for.

    Raises:
        Question: it is not said what to do, or a name is that of several.
        BadValue, PastMoment: the deadline cannot be one.
    """
    number = request.last_record(Task.letter) if command.amend else ""
    if number:
        return await _corrected(command, number, request)
    if not command.content.strip():
        raise Question(command, "content", "要做什么?", subtitle="请直接回复, 例如: 给客户发报价")
    due = _due(command, request)
    customer = await customer_of(command, request)
    reply = Reply()
    for owner in await addressed(command, request):
        fresh = Task.new(
            command.content,
            owner=owner,
            by=request.sender,
            at=request.at,
            due=due,
            customer=customer.id if customer else None,
        )
        reply += await _given(await request.work.tasks.save(fresh), owner, request)
    return reply


def _due(command: AddTask, request: Request) -> Due | None:
    if not command.due.strip():
        return None
    return Due.of(moment_answer(command.due, request.at, request.calendar), request.calendar, request.at)


async def _given(task: Task, owner: Member, request: Request) -> Reply:
    await arm(request, task)
    names = await known(request, task)
    mine = owner.id == request.sender.id
    headline = "待办已记下" if mine else f"已交给{owner.name}"
    receipt = task_card(task, names, request, headline, tone=Tone.SUCCESS, undo=True)
    if mine:
        return say(receipt, record=task.number)
    card = task_card(task, names, request, f"{request.sender.name}安排给您的任务")
    return say(receipt, record=task.number) + Reply(notices=(Notice(member=owner.id, card=card, patient=True),))


async def _corrected(command: AddTask, number: str, request: Request) -> Reply:
    """The last task with what was said now; its cards everywhere show it."""
    task = (await request.work.tasks.by_number(number)).require_visible(await request.sight())
    customer = await customer_of(command, request)
    task = task.reworded(command.content, customer.id if customer else None)
    due = _due(command, request)
    saved = await request.work.tasks.save(task.due(due) if due else task)
    await arm(request, saved)
    names = await known(request, saved)
    changed = task_card(saved, names, request, "待办已修改", tone=Tone.SUCCESS)
    others = task_card(saved, names, request, f"{request.sender.name}修改了任务")
    reply = say(changed, record=saved.number) + Reply(updates=(Update(subject=saved.subject, card=others),))
    if saved.owner == request.sender.id:
        return reply
    return reply + Reply(notices=(Notice(member=saved.owner, card=others, patient=True),))
