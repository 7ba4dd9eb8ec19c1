"""What can be asked about questions to experts."""

import re
from typing import Any

from pydantic import field_validator

from handlers.dialogue.command import Command


class AskExpert(Command, name="expert.ask"):
    """A question for those in `mention` (names or numbers), or for whoever knows."""

    content: str = ""
    mention: tuple[str, ...] = ()
    customer: str = ""
    sku: str = ""

    @field_validator("mention", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return tuple(part for part in re.split(r"[、,，\s]+", value) if part) if isinstance(value, str) else value


class AnswerQuestion(Command, name="expert.answer", typed="答复 {number}"):
    """The expert answers."""

    number: str
    text: str = ""


class PerhapsAnswer(Command, name="expert.perhaps"):
    """Words that may be the answer to a question that is open for the sender; asked before they are sent."""

    number: str = ""
    text: str
    sure: str = ""


class AskFurther(Command, name="expert.further", typed="追问 {number}"):
    """The asker wants to know more."""

    number: str
    text: str = ""


class Helpful(Command, name="expert.helpful", typed="有用 {number}"):
    """The answer helped."""

    number: str


class HandOn(Command, name="expert.hand_on", typed="转给别人 {number}"):
    """Somebody else is to answer; `to` is a name or number."""

    number: str
    to: str = ""


class ShowQuestion(Command, name="expert.view", typed="提问 {number}"):
    """A question with everything that was said."""

    number: str


class MyQuestions(Command, name="expert.mine", typed="我的提问"):
    """What the sender has asked."""


class WaitingQuestions(Command, name="expert.waiting", typed="待我回答"):
    """What the sender has to answer."""
