"""The cards of a question: to answer, to wait by, with the answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.customers import Customer
from domain.errors import NotFound
from domain.members import Member
from domain.questions import ExpertQuestion
from handlers.dialogue.card import Button, Card, Line, Style, Tone
from handlers.dialogue.request import Request, Situation
from handlers.experts.commands import AnswerQuestion, AskFurther, HandOn, Helpful, ShowQuestion
from handlers.language.telling import told_shortly

FOLLOW_UPS = 3
"""Of the customer's, on the expert's card."""
OFFERED = 3
"""Other experts offered on a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A question with the names of everybody in it and what is known of its customer."""

    question: ExpertQuestion
    names: Mapping[int, str]
    customer: Customer | None
    context: tuple[str, ...]
    situation: Situation

    def name(self, member: int) -> str:
        """What a member is called."""
        return self.names.get(member, "离职同事")

    @property
    def asker(self) -> str:
        """The name of who asks."""
        return self.name(self.question.asker)

    @property
    def expert(self) -> str:
        """The name of who has to answer, or has answered."""
        return self.name(self.question.expert)

    def time(self, moment: datetime) -> str:
        """A moment in short."""
        return told_shortly(self.situation.calendar.office_time(moment), self.situation.today)

    def thread(self) -> str:
        """The question and everything said since, a line each."""
        question = self.question
        lines = [f"{self.asker} {self.time(question.asked_at)}: {question.content}"]
        lines += [f"{self.name(turn.by)} {self.time(turn.at)}: {turn.text}" for turn in question.turns]
        return "\n".join(lines)


async def picture_of(question: ExpertQuestion, situation: Situation) -> Picture:
    """Load what is shown with a question."""
    work = situation.work
    ids = {question.asker, question.expert, *question.before, *(turn.by for turn in question.turns)}
    people = await work.members.by_ids(list(ids))
    customer = await work.customers.find(question.customer) if question.customer else None
    return Picture(
        question=question,
        names={member.id: member.name for member in people.values()},
        customer=customer,
        context=await _context(customer, situation) if customer else (),
        situation=situation,
    )


async def _context(customer: Customer, situation: Situation) -> tuple[str, ...]:
    """What helps an expert to answer: level, the last follow-ups, approvals that are open."""
    work = situation.work
    local = situation.calendar.office_time
    lines = [f"{customer.called}: {customer.level}级 {customer.industry} {customer.region}".strip()]
    for follow_up in await work.follow_ups.about_customer(customer.id, FOLLOW_UPS):
        lines.append(f"· {told_shortly(local(follow_up.at), situation.today)} {follow_up.content[:60]}")
    for approval in (await work.approvals.open_about(customer.id))[:FOLLOW_UPS]:
        lines.append(f"· 审批中 {approval.number} {approval.title}")
    return tuple(lines)


def page_of(question: ExpertQuestion) -> str:
    """Where the question has its page."""
    return f"/h5/questions/{question.number}"


def asking_card(picture: Picture, lead: str = "") -> Card:
    """What an expert answers. `lead` says why it comes again."""
    question = picture.question
    said = question.latest if not question.turns else picture.thread()
    return _card(
        picture,
        title=f"{picture.asker}的提问",
        subtitle=f"{lead}{question.number} 等您回答",
        tone=Tone.WARNING,
        text="\n".join((said, *picture.context, f"直接引用这条消息回复, 或发送: 答复 {question.number} 内容")),
        buttons=(
            Button.to("回答", AnswerQuestion(number=question.number), Style.PRIMARY),
            Button.to("转给别人", HandOn(number=question.number)),
        ),
    )


def waiting_card(picture: Picture) -> Card:
    """What the asker waits by."""
    question = picture.question
    return _card(
        picture,
        title=f"已问{picture.expert}",
        subtitle=f"{question.number} 等待回答",
        tone=Tone.INFO,
        text=question.latest,
        buttons=(Button.to("转给别人", HandOn(number=question.number)),),
    )


def answer_card(picture: Picture) -> Card:
    """The answer, for the asker."""
    question = picture.question
    return _card(
        picture,
        title=f"{picture.expert}回答了您",
        subtitle=f"{question.number} 已回答",
        tone=Tone.SUCCESS,
        text=f"问: {question.latest}\n答: {question.answers[-1].text}",
        buttons=(
            Button.to("有用", Helpful(number=question.number), Style.PRIMARY),
            Button.to("追问", AskFurther(number=question.number)),
            Button.to("转给别人", HandOn(number=question.number)),
        ),
    )


def late_card(picture: Picture, others: Sequence[Member]) -> Card:
    """The offer of other experts when one has not answered in time."""
    question = picture.question
    buttons = tuple(
        Button(
            text=f"转给{other.name}",
            command=HandOn(number=question.number, to=other.number).encode(),
            says=f"{question.number} 转给 {other.name}",
        )
        for other in others[:OFFERED]
    )
    return _card(
        picture,
        title=f"{picture.expert}还没有回答",
        subtitle=f"{question.number} 已提醒, 也可以换一位",
        tone=Tone.WARNING,
        text=question.latest,
        buttons=buttons,
    )


def told_card(picture: Picture, says: str) -> Card:
    """The question with nothing left to do; `says` why."""
    question = picture.question
    return _card(
        picture,
        title=f"{picture.asker}的提问",
        subtitle=f"{question.number} {says}",
        tone=Tone.MUTED,
        text=picture.thread(),
        closed=True,
    )


def card_for(member: int, picture: Picture) -> Card:
    """The question as this member is to see it now."""
    question = picture.question
    if question.is_open and member == question.expert:
        return asking_card(picture)
    if question.is_open and member == question.asker:
        return waiting_card(picture)
    if not question.is_open and member == question.asker and question.helpful is None:
        return answer_card(picture)
    return told_card(picture, f"等待{picture.expert}" if question.is_open else f"{picture.expert}已回答")


def row(question: ExpertQuestion, label: str, text: str) -> Line:
    """One of several questions; `label` is short, the number stands before the text."""
    says = ShowQuestion(number=question.number).typed()
    return Line(label=label, text=f"{question.number} {text}", page=page_of(question), says=says)


async def names_of(members: Collection[int], request: Request) -> dict[int, str]:
    """Names by id."""
    return {member.id: member.name for member in (await request.work.members.by_ids(list(members))).values()}


async def visible(number: str, request: Request) -> ExpertQuestion:
    """The question with this number, when the sender may see it.

    Raises:
        NotFound: there is none, or the sender has nothing to do with it.
    """
    question = await request.work.questions.by_number(number)
    sight = await request.sight()
    superiors = (request.sender.id,) if sight.everything or question.asker in sight.owners else ()
    if not question.visible_to(request.sender, superiors):
        raise NotFound(what="提问", name=number.upper())
    return question


def _card(
    picture: Picture,
    *,
    title: str,
    subtitle: str,
    tone: Tone,
    text: str,
    buttons: tuple[Button, ...] = (),
    closed: bool = False,
) -> Card:
    question = picture.question
    about = [("客户", picture.customer.called if picture.customer else ""), ("产品", question.product)]
    return Card(
        title=title,
        subtitle=subtitle,
        tone=tone,
        lines=tuple(Line(label=label, text=value) for label, value in about if value),
        text=text,
        buttons=buttons,
        page=page_of(question),
        page_text="全部对话",
        subject=question.subject,
        closed=closed,
    )
