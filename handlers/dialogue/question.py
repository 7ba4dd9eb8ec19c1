"""Asking for what a command still lacks, or which of several is meant: one question at a time."""

from dataclasses import dataclass

from domain.errors import Refusal
from handlers.dialogue.card import Button, Card, Option, Style, Tone
from handlers.dialogue.command import Command

MOST = 5
"""Options on one card; a person types what is not among them."""

SHORT = 10
"""Characters that fit on a button; an option with more is tapped by its number."""


class Answer(Command, name="answer", typed="{option}"):
    """A tap on an option of question `question`; `option` is its id (what to type is its number)."""

    question: str
    option: str


class Cancel(Command, name="cancel", typed="取消"):
    """A question (the open one, when it does not say which) is not to be answered."""

    question: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """A question that has been answered with `label`, or dropped; its card says so."""

    key: str
    says: str
    label: str

    @property
    def subject(self) -> str:
        """What the question's cards are about."""
        return f"question:{self.key}"

    def card(self) -> Card:
        """The question as it looks when there is nothing left to answer."""
        return Card(title=self.says, subtitle=self.label, tone=Tone.MUTED, subject=self.subject, closed=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is being asked, as it is kept in the conversation."""

    command: str
    field: str
    says: str
    options: tuple[tuple[str, str], ...]
    verbatim: bool = False
    closed: bool = False


class Question(Exception):
    """Raised by a handler: before `command` can be done, `field` has to be known.

    Everything the handler did so far is rolled back; the command runs again from the top when the answer has come.

    Args:
        command: what is to be done.
        field: the field that the answer fills.
        says: the question, one sentence.
        options: what can be tapped; an option's id becomes the field's value. Without any the next text is the value.
        subtitle: a hint below the question.
        verbatim: the next text is the value whatever else it might mean, such as the answer to a colleague.
        closed: the options are all there is; any other text is a message of its own.

    Attributes:
        after: the question whose answer led to this one.
    """

    def __init__(
        self,
        command: Command,
        field: str,
        says: str,
        options: tuple[Option, ...] = (),
        subtitle: str = "",
        *,
        verbatim: bool = False,
        closed: bool = False,
    ) -> None:
        super().__init__(says)
        self.command = command
        self.field = field
        self.says = says
        self.options = options[:MOST]
        self.subtitle = subtitle
        self.verbatim = verbatim
        self.closed = closed
        self.after: Settled | None = None

    def asked(self) -> Asked:
        """What to keep until the answer comes."""
        options = tuple((option.id, option.text) for option in self.options)
        return Asked(self.command.encode(), self.field, self.says, options, self.verbatim, self.closed)

    def card(self, key: str) -> Card:
        """The question as a card; `key` names it in the answers."""
        buttons = tuple(
            Button(
                text=option.text if len(option.text) <= SHORT else f"第{place}个",
                command=Answer(question=key, option=option.id).encode(),
                says=str(place),
            )
            for place, option in enumerate(self.options, 1)
        )
        cancel = Button.to("取消", Cancel(question=key), Style.NORMAL)
        typed = "点选, 或回复序号" if self.closed else "点选、回复序号, 或直接输入"
        hint = typed if self.options else "请直接回复, 或发送「取消」"
        text = "\n".join(f"{place}. {option.text}" for place, option in enumerate(self.options, 1))
        return Card(
            title=self.says,
            subtitle=self.subtitle or hint,
            tone=Tone.WARNING,
            text=text,
            buttons=(*buttons, cancel),
            subject=f"question:{key}",
        )


class QuestionGone(Refusal):
    """An answer to a question that was answered, cancelled or has run out."""

    code = "question_gone"
    says = "这个问题已经结束了。需要的话请重新发送一次。"
