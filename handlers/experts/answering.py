"""The expert's answer, however it is given, and what the asker makes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.questions import ExpertQuestion
from handlers.dialogue.card import Card, Option
from handlers.dialogue.command import Command
from handlers.dialogue.question import MOST, Question
from handlers.dialogue.reply import Notice, Reply, Update, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.experts.asking import LONGEST
from handlers.experts.cards import answer_card, card_for, names_of, picture_of, row, told_card, visible
from handlers.experts.commands import (
    AnswerQuestion,
    AskFurther,
    HandOn,
    Helpful,
    MyQuestions,
    PerhapsAnswer,
    ShowQuestion,
    WaitingQuestions,
)
from handlers.language.telling import told_head

routes = Routes()

LISTED = 6
NONE = "none"
"""Stands for the number when the words answer none of the questions."""

SHORTEST_ANSWER = 4
"""Characters; less than that is not taken for an answer unless it quotes the question."""


@routes.command(
    "答复 <number> <text>",
    "回答 <number> <text>",
    "补充 <number> <text>",
    "答复 <number>",
    "回答 <number>",
    examples={"答复 Q-000012 支持, 已有证书": AnswerQuestion(number="q-000012", text="支持, 已有证书")},
    title="回答提问",
)
async def answer(command: AnswerQuestion, request: Request) -> Reply:
    """Answer; the asker has it at once, in private."""
    question = await visible(command.number, request)
    if not command.text.strip() and question.expert == request.sender.id:
        pinned = command.filled(number=question.number)
        raise Question(pinned, "text", f"请输入对 {question.number} 的回答", verbatim=True)
    text = request.said.as_typed(command.text.strip())[:LONGEST]
    answered = await request.work.questions.save(question.answered(request.sender, text, request.at))
    await request.work.timers.stop(f"question:{answered.id}:nudge")
    picture = await picture_of(answered, request)
    updates = (
        Update(subject=answered.subject, card=told_card(picture, "您已回答"), member=answered.expert),
        Update(subject=answered.subject, card=told_card(picture, f"{picture.expert}已回答"), member=answered.asker),
    )
    notice = Notice(member=answered.asker, card=answer_card(picture))
    says = f"已转告{picture.asker} ({answered.number})。要补充请发送: 补充 {answered.number} 内容"
    return Reply((says,), (notice,), updates, record=answered.number)


@routes.command("有用 <number>", examples={"有用 Q-000012": Helpful(number="q-000012")})
async def helpful(command: Helpful, request: Request) -> Reply:
    """Note that the answer helped, and tell the expert."""
    question = await visible(command.number, request)
    rated = await request.work.questions.save(question.rated(request.sender, True))
    picture = await picture_of(rated, request)
    update = Update(subject=rated.subject, card=told_card(picture, "已标记有用"), member=rated.asker)
    text = f"{picture.asker}觉得您对 {rated.number} 的回答有用。"
    says = () if request.card else (f"{rated.number} 已标记有用, 也告诉了{picture.expert}。",)
    return Reply(says, (Notice(member=rated.expert, text=text, patient=True),), (update,), record=rated.number)


@routes.command()
async def perhaps(command: PerhapsAnswer, request: Request) -> Reply:
    """Ask before words that nobody asked for are sent as an answer, and which question they answer."""
    if not command.number:
        raise await _which(command, request)
    if command.number == NONE:
        return say("好的, 没有发送。看等您回答的提问请发送: 待我回答")
    question = await visible(command.number, request)
    picture = await picture_of(question, request)
    if not command.sure:
        says = f"这是对 {question.number} ({picture.asker}: {told_head(question.latest)}) 的回答吗?"
        options = (Option(id="yes", text="是"), Option(id="no", text="不是"))
        raise Question(command, "sure", says, options, closed=True)
    if command.sure != "yes":
        return say(f"好的, 没有发送。回答请发送: 答复 {question.number} 内容")
    return await answer(AnswerQuestion(number=question.number, text=command.text), request)


async def _which(command: PerhapsAnswer, request: Request) -> Question:
    found = (await request.work.questions.open_for(request.sender.id))[: MOST - 1]
    names = await names_of([question.asker for question in found], request)
    options = [Option(id=q.number, text=f"{q.number} {names.get(q.asker, '')} {q.latest}"[:30]) for q in found]
    says = f"「{command.text[:20]}」是回答哪个提问?"
    pinned = command.filled(sure="yes")
    return Question(pinned, "number", says, (*options, Option(id=NONE, text="都不是")), closed=True)


@routes.on_quote("Q")
async def quoting(number: str, text: str, request: Request) -> Command | None:
    """Words that quote a question: the expert's are the answer, the asker's ask further."""
    question = await request.work.questions.find(int(number.removeprefix("Q-")))
    plain = text.strip()
    if question is None or request.sender.id not in (question.expert, question.asker):
        return None
    if plain.startswith("转给"):
        return HandOn(number=number, to=plain.removeprefix("转给").strip())
    if request.sender.id == question.expert:
        return AnswerQuestion(number=number, text=plain)
    return Helpful(number=number) if plain == "有用" else AskFurther(number=number, text=plain)


@routes.on_words
async def unclaimed(text: str, request: Request) -> Command | None:
    """Words that nothing else understands may answer a question that is open for the sender."""
    if len(text.strip()) < SHORTEST_ANSWER or request.in_group:
        return None
    waiting = await request.work.questions.open_for(request.sender.id)
    if not waiting:
        return None
    return PerhapsAnswer(number=waiting[0].number if len(waiting) == 1 else "", text=text.strip())


@routes.command("提问 <number>", "查提问 <number>", examples={"提问 Q-000012": ShowQuestion(number="q-000012")})
async def show(command: ShowQuestion, request: Request) -> Reply:
    """A question as it stands, with what the reader can do."""
    question = await visible(command.number, request)
    card = card_for(request.sender.id, await picture_of(question, request))
    return Reply((card,), record=question.number, private=request.in_group)


@routes.command("我的提问", examples={"我的提问": MyQuestions()})
async def mine(command: MyQuestions, request: Request) -> Reply:
    """What the sender has asked, latest first."""
    asked = await request.work.questions.asked_by(request.sender.id, limit=LISTED)
    if not asked:
        return say("您还没有问过专家。提问示例: @张工 X100支持信创吗")
    return await _listed("我的提问", asked, request)


@routes.command("待我回答", examples={"待我回答": WaitingQuestions()})
async def waiting(command: WaitingQuestions, request: Request) -> Reply:
    """What waits for the sender's answer, longest waiting first."""
    found = await request.work.questions.open_for(request.sender.id)
    if not found:
        return say("没有等您回答的提问。")
    return await _listed(f"{len(found)}个提问等您回答", found[:LISTED], request)


async def _listed(title: str, found: Sequence[ExpertQuestion], request: Request) -> Reply:
    names = await names_of([member for q in found for member in (q.asker, q.expert)], request)
    rows = []
    for question in found:
        other = question.expert if question.asker == request.sender.id else question.asker
        state = "待回答" if question.is_open else "已回答"
        rows.append(row(question, names.get(other, ""), f"{state} {told_head(question.content)}"))
    card = Card(title=title, lines=tuple(rows), text="查看一个请发送: 提问 编号")
    return Reply((card,), private=request.in_group)


@routes.view("/questions/{number}", "questions/show.html")
async def page(request: Request, number: str) -> Mapping[str, Any]:
    """A question with everything that was said, and what is known of its customer."""
    question = await visible(number, request)
    picture = await picture_of(question, request)
    said = [(question.asker, question.asked_at, question.content)]
    said += [(turn.by, turn.at, turn.text) for turn in question.turns]
    return {
        "title": f"{picture.asker}的提问",
        "number": question.number,
        "state": question.state.value,
        "state_word": f"等待{picture.expert}" if question.is_open else "已回答",
        "customer": picture.customer.called if picture.customer else "",
        "product": question.product,
        "said": [{"who": picture.name(by), "at": picture.time(at), "text": text} for by, at, text in said],
        "context": list(picture.context),
        "helpful": question.helpful,
    }
