"""Neutral cards: what a message with structure says, whatever the platform makes of it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from handlers.dialogue.command import Command


class Piece(BaseModel):
    """A part of a card; frozen, refuses unknown fields, JSON in the outbox."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tone(StrEnum):
    """How serious a card is; channels colour its source line by it."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"
    MUTED = "muted"


class Style(StrEnum):
    """How a button looks."""

    NORMAL = "normal"
    PRIMARY = "primary"
    DANGER = "danger"


class Line(Piece):
    """A labelled value.

    Attributes:
        page: path of a page behind it, such as `/h5/customers/C-000012`; becomes an address for one person when sent.
        command: an encoded command that opens what the value counts, for channels without links.
    """

    label: str
    text: str
    page: str = ""
    says: str = ""


class Button(Piece):
    """Something to tap.

    Attributes:
        command: the encoded command it stands for (`Command.encode`), at most 1,024 bytes.
        says: what to type instead, which does the same.
    """

    text: str
    command: str
    says: str
    style: Style = Style.NORMAL

    @classmethod
    def to(cls, text: str, command: Command, style: Style = Style.NORMAL) -> Self:
        """A button for `command`, with the typed words that mean the same."""
        return cls(text=text, command=command.encode(), says=command.typed(), style=style)

    @classmethod
    def undo(cls, number: str) -> Self:
        """撤销: takes back the act that made this record, whatever its kind (the command `undo.record`)."""
        return cls(text="撤销", command=f'undo.record {{"number":"{number}"}}', says=f"撤销 {number}")


class Option(Piece):
    """One of several things to choose. `says` is what to type instead."""

    id: str
    text: str
    says: str = ""


class Choice(Piece):
    """A drop-down; what is chosen becomes `field` of the command of the pressed button.

    `multiple`: several options may be chosen at once; ids are joined by commas, here and in what comes back.
    """

    field: str
    title: str
    options: tuple[Option, ...]
    selected: str = ""
    multiple: bool = False


class Input(Piece):
    """A line of free text; what is written becomes `field` of the command of the pressed button.

    Where a platform's cards have no input, `hint` says what to type into the chat.
    """

    field: str
    label: str
    hint: str = ""


class Card(Piece):
    """A message with structure.

    Attributes:
        subject: what it shows, such as `approval:12`; every open card of a subject is updated together. "" for cards
            that are never updated.
        text: body text, plain, line breaks allowed; channels escape it.
        page: path of the page behind the whole card.
        page_text: the words of that link.
        closed: nothing can be tapped any more; `text` or a line says why.
    """

    title: str
    subtitle: str = ""
    tone: Tone = Tone.INFO
    lines: tuple[Line, ...] = ()
    text: str = ""
    buttons: tuple[Button, ...] = ()
    choices: tuple[Choice, ...] = ()
    input: Input | None = None
    page: str = ""
    page_text: str = "查看详情"
    subject: str = ""
    closed: bool = False

    def with_pages(self, address: Callable[[str], str]) -> Self:
        """The same with every page path turned into an address by `address`."""
        lines = tuple(
            line.model_copy(update={"page": address(line.page)}) if line.page else line for line in self.lines
        )
        page = address(self.page) if self.page else ""
        return self.model_copy(update={"lines": lines, "page": page})

    def plain(self) -> str:
        """The card as text, for previews, logs of what was seen, and messages that carry no card."""
        parts = [self.title, self.subtitle, *(f"{line.label}: {line.text}" for line in self.lines), self.text]
        return "\n".join(part for part in parts if part)
