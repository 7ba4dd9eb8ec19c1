"""Asking an expert, asking further, handing a question on."""

from domain.customers import Customer
from domain.questions import NUDGE_AFTER, ExpertQuestion
from handlers.dialogue.finding import customer as customer_meant
from handlers.dialogue.finding import customers_called
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Notice, Reply, Update
from handlers.dialogue.request import Request, Situation
from handlers.dialogue.routes import Routes
from handlers.experts.cards import (
    Picture,
    asking_card,
    late_card,
    picture_of,
    told_card,
    visible,
    waiting_card,
)
from handlers.experts.choosing import chosen, experts, one_called, options_of
from handlers.experts.commands import AskExpert, AskFurther, HandOn
from storage.timers import Timer

routes = Routes()

NUDGE = "expert.nudge"
LONGEST = 2000
"""Characters of a question or an answer that are kept."""


async def remind_later(question: ExpertQuestion, situation: Situation) -> None:
    """Have the question brought to mind, once, if it is still open then."""
    due_at = situation.calendar.add_working(question.waiting_since, NUDGE_AFTER)
    await situation.work.timers.set(f"question:{question.id}:nudge", NUDGE, due_at, question=question.id)


@routes.command(
    "问专家",
    examples={"@张工 X100支持信创吗": AskExpert(mention=("张工",), content="X100支持信创吗")},
    title="问专家",
)
async def ask(command: AskExpert, request: Request) -> Reply:
    """Put a question to those who are named, or to the likeliest; each gets a card with what helps to answer."""
    if not command.content.strip():
        raise Question(command, "content", "想问什么? 一句话说清楚就行", verbatim=True)
    customer = await _customer(command, request)
    people = await chosen(command, request)
    reply = Reply()
    for expert in people:
        fresh = ExpertQuestion(
            asker=request.sender.id,
            expert=expert.id,
            content=command.content.strip()[:LONGEST],
            customer=customer.id if customer else None,
            product=command.sku,
            asked_at=request.at,
            waiting_since=request.at,
        )
        reply += await _put(fresh, request)
    return reply


async def _put(fresh: ExpertQuestion, request: Request) -> Reply:
    saved = await request.work.questions.save(fresh.asked())
    await remind_later(saved, request)
    picture = await picture_of(saved, request)
    notice = Notice(member=saved.expert, card=asking_card(picture))
    if request.in_group:
        text = f"已转给{picture.expert} ({saved.number}), 有回答会私信您。"
        return Reply((text,), (notice,), record=saved.number)
    return Reply((waiting_card(picture),), (notice,), record=saved.number)


async def _customer(command: AskExpert, request: Request) -> Customer | None:
    """The customer it is about, when there is one that the sender may see; a name that is none stays in the words."""
    if not command.customer:
        return None
    sight = await request.sight()
    if not any(c.visible_to(sight) for c in await customers_called(request, command.customer)):
        return None
    return await customer_meant(request, command, create=False)


@routes.command(
    "追问 <number> <text>",
    "追问 <number>",
    examples={"追问 Q-000012 X200呢": AskFurther(number="q-000012", text="x200呢")},
)
async def further(command: AskFurther, request: Request) -> Reply:
    """Ask the same expert further; the question is open again."""
    question = await visible(command.number, request)
    if not command.text.strip() and question.asker == request.sender.id:
        pinned = command.filled(number=question.number)
        raise Question(pinned, "text", f"想追问什么? ({question.number})", verbatim=True)
    again = await request.work.questions.save(
        question.asked_further(request.sender, command.text.strip()[:LONGEST], request.at)
    )
    await remind_later(again, request)
    picture = await picture_of(again, request)
    update = Update(subject=again.subject, card=told_card(picture, "已追问"), member=again.asker)
    notice = Notice(member=again.expert, card=asking_card(picture, "追问 "))
    says = f"已追问{picture.expert} ({again.number})。"
    return Reply((says,), (notice,), (update,), record=again.number)


@routes.command(
    "转给别人 <number>",
    "<number> 转给 <to>",
    "转 <number> 给 <to>",
    "把 <number> 转给 <to>",
    examples={"Q-000012 转给 张敏": HandOn(number="q-000012", to="张敏")},
    title="转给别的专家",
)
async def hand_on(command: HandOn, request: Request) -> Reply:
    """Have somebody else answer; asker and expert may both do so."""
    question = await visible(command.number, request)
    pinned = command.filled(number=question.number)
    if not command.to.strip():
        others = await experts(request, but=(question.asker, question.expert))
        raise Question(pinned, "to", f"{question.number} 转给谁?", options_of(others), "也可以直接输入同事的名字")
    other = await one_called(command.to.strip(), pinned, "to", request)
    before = question.expert
    moved = await request.work.questions.save(question.handed_on(request.sender, other, request.at))
    await remind_later(moved, request)
    picture = await picture_of(moved, request)
    return _moved(picture, before, request)


def _moved(picture: Picture, before: int, request: Request) -> Reply:
    question = picture.question
    updates = (
        Update(subject=question.subject, card=told_card(picture, f"已转给{picture.expert}"), member=before),
        Update(subject=question.subject, card=waiting_card(picture), member=question.asker),
    )
    notices = [Notice(member=question.expert, card=asking_card(picture))]
    text = f"{question.number} 已由{request.sender.name}转给{picture.expert}。"
    other = before if request.sender.id == question.asker else question.asker
    notices.append(Notice(member=other, text=text))
    return Reply((f"{question.number} 已转给{picture.expert}。",), tuple(notices), updates, record=question.number)


@routes.timer(NUDGE)
async def nudge(timer: Timer, situation: Situation) -> Reply:
    """After its time bring an open question to the expert's mind, and offer the asker somebody else."""
    question = await situation.work.questions.find(int(timer.payload["question"]))
    if question is None or not question.is_open:
        return Reply()
    if situation.calendar.add_working(question.waiting_since, NUDGE_AFTER) > situation.at:
        await remind_later(question, situation)
        return Reply()
    picture = await picture_of(question, situation)
    others = await experts(situation, but=(question.asker, question.expert, *question.before))
    notices = (
        Notice(member=question.expert, card=asking_card(picture, "还在等您 "), patient=True),
        Notice(member=question.asker, card=late_card(picture, others), patient=True),
    )
    return Reply(notices=notices)
