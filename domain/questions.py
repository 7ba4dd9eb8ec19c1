"""Questions to colleagues who know: asked, answered, asked further, handed on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Self

from domain.entity import Entity, Event
from domain.errors import Refusal
from domain.members import Member, Role

NUDGE_AFTER = timedelta(minutes=30)
"""Working time after which an unanswered question is brought to mind."""


class QuestionState(StrEnum):
    """Whether somebody still has to answer."""

    OPEN = "open"
    ANSWERED = "answered"


class NotYourQuestion(Refusal):
    """Only the expert who is asked may answer, and only asker and expert may hand it on."""

    code = "not_your_question"
    says = "{number} 不是问您的, 没有变化。"


class NotAnswered(Refusal):
    """There is no answer yet to say anything about."""

    code = "not_answered"
    says = "{number} 还没有回答。"


class SameExpert(Refusal):
    """A question cannot go to the one who asks, nor to the one who is asked already."""

    code = "same_expert"
    says = "{number} 不能转给{name}, 请换一位同事。"


class NobodyKnows(Refusal):
    """There is no other expert in the company."""

    code = "nobody_knows"
    says = "现在没有可以回答的专家。请直接 @ 一位同事提问, 例如: @张工 你的问题"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertAsked(Event):
    """A question went to an expert: a new one, one asked further, or one handed on."""

    question: int
    asker: int
    expert: int
    customer: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertAnswered(Event):
    """An expert answered."""

    question: int
    asker: int
    expert: int
    customer: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something said after the question: an answer of the expert or a further question of the asker."""

    by: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertQuestion(Entity):
    """A question to an expert.

    Attributes:
        asker, expert: ids of members; `expert` is who has to answer now.
        customer: id of the customer it is about.
        product: code of the product it is about, "" for none.
        turns: what was said since, in order.
        before: ids of the experts it was handed on from.
        waiting_since: when the present expert was asked the present question, UTC.
        helpful: what the asker thought of the answer; None while nothing was said.
    """

    kind: ClassVar[str] = "question"
    letter: ClassVar[str] = "Q"
    noun: ClassVar[str] = "提问"

    asker: int
    expert: int
    content: str
    customer: int | None = None
    product: str = ""
    state: QuestionState = QuestionState.OPEN
    turns: tuple[Turn, ...] = ()
    before: tuple[int, ...] = ()
    asked_at: datetime
    waiting_since: datetime
    answered_at: datetime | None = None
    helpful: bool | None = None

    @property
    def is_open(self) -> bool:
        """Whether the expert still has to answer."""
        return self.state is QuestionState.OPEN

    @property
    def latest(self) -> str:
        """What the expert has to answer now: the question, or what was asked further."""
        further = [turn.text for turn in self.turns if turn.by == self.asker]
        return further[-1] if further else self.content

    @property
    def answers(self) -> tuple[Turn, ...]:
        """What experts have said, in order."""
        return tuple(turn for turn in self.turns if turn.by != self.asker)

    def asked(self) -> Self:
        """The same, the expert being told."""
        return self.recording(self._asked(self.waiting_since))

    def answered(self, by: Member, text: str, at: datetime) -> Self:
        """The question with an answer; a second one of the same expert completes the first.

        Raises:
            NotYourQuestion: `by` is not the one who is asked.
        """
        if by.id != self.expert:
            raise NotYourQuestion(number=self.number)
        said = Turn(by=by.id, text=text, at=at)
        told = ExpertAnswered(question=self.id, asker=self.asker, expert=by.id, customer=self.customer, at=at)
        closed = replace(self, state=QuestionState.ANSWERED, turns=(*self.turns, said), answered_at=at)
        return closed.recording(told)

    def asked_further(self, by: Member, text: str, at: datetime) -> Self:
        """The question open again, with what the asker wants to know beyond the answer.

        Raises:
            NotYourQuestion: somebody else asked it.
        """
        self._require_asker(by)
        said = Turn(by=by.id, text=text, at=at)
        again = replace(self, state=QuestionState.OPEN, turns=(*self.turns, said), waiting_since=at, helpful=None)
        return again.recording(again._asked(at))

    def rated(self, by: Member, helpful: bool) -> Self:
        """The question with what the asker thinks of the answer.

        Raises:
            NotYourQuestion, NotAnswered: there is nothing for `by` to rate.
        """
        self._require_asker(by)
        if self.is_open:
            raise NotAnswered(number=self.number)
        return replace(self, helpful=helpful)

    def handed_on(self, by: Member, to: Member, at: datetime) -> Self:
        """The question open, for another expert, by the asker or by the one who is asked.

        Raises:
            NotYourQuestion: `by` is neither.
            SameExpert: `to` asks or is asked already.
        """
        if by.id not in (self.asker, self.expert):
            raise NotYourQuestion(number=self.number)
        if to.id in (self.asker, self.expert):
            raise SameExpert(number=self.number, name=to.name)
        before = tuple(dict.fromkeys((*self.before, self.expert)))
        moved = replace(self, state=QuestionState.OPEN, expert=to.id, before=before, waiting_since=at)
        return moved.recording(moved._asked(at))

    def visible_to(self, member: Member, superiors: Iterable[int]) -> bool:
        """Whoever asks or was asked, the asker's superiors, administrators."""
        concerned = {self.asker, self.expert, *self.before, *superiors}
        return member.id in concerned or Role.ADMIN in member.roles

    def _require_asker(self, by: Member) -> None:
        if by.id != self.asker:
            raise NotYourQuestion(number=self.number)

    def _asked(self, at: datetime) -> ExpertAsked:
        return ExpertAsked(question=self.id, asker=self.asker, expert=self.expert, customer=self.customer, at=at)


def fitting(words: str, experts: Sequence[Member], busy: Mapping[int, int]) -> Sequence[Member]:
    """Who may know, the likeliest first: more of their skills among the words, then fewer open questions.

    Args:
        words: the question with what belongs to it (the product's name), in any case.
        busy: open questions by member id.

    Returns:
        Only those with the most matching skills and then the fewest open questions; several when they are alike,
        nobody when no skill matches.
    """
    text = words.casefold()
    marks = {m.id: sum(1 for skill in m.skills if skill and skill.casefold() in text) for m in experts}
    best = max(marks.values(), default=0)
    if best == 0:
        return ()
    likely = [m for m in experts if marks[m.id] == best]
    free = min(busy.get(m.id, 0) for m in likely)
    return [m for m in likely if busy.get(m.id, 0) == free]
