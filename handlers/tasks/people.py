"""Whom a task or reminder is for, and which customer it is about."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from domain.customers import Customer
from domain.errors import NotFound
from domain.members import Member
from handlers.dialogue import finding
from handlers.dialogue.card import Option
from handlers.dialogue.command import Command
from handlers.dialogue.question import Question
from handlers.dialogue.request import Request

SHOWN = 4


def _as_names(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_names)]
"""Names of colleagues; one alone may be given as text."""


class ForSomebody(Command):
    """What is for the sender or for colleagues.

    Attributes:
        mention: names or numbers of colleagues; none: the sender.
        meant: number of the colleague whom the first ambiguous name of `mention` means, once that was asked.
        amend: it corrects the record the conversation was about last, instead of making a new one.
    """

    content: str = ""
    customer: str = ""
    mention: Names = ()
    meant: str = ""
    amend: bool = False


async def addressed(command: ForSomebody, request: Request) -> Sequence[Member]:
    """The colleagues it is for, each once and in order; the sender when nobody is mentioned.

    Raises:
        Question: a name is that of several.
        NotFound: a name is nobody's.
    """
    found: dict[int, Member] = {}
    meant = command.meant
    for place, name in enumerate(command.mention):
        people = await finding.colleagues_called(request, name)
        tagged = [member for member in people if member.id in request.said.mentions]
        if len(people) > 1 and meant:
            people, meant = await finding.colleagues_called(request, meant), ""
        elif len(people) > 1 and len(tagged) == 1:
            people = tagged
        if not people:
            raise NotFound(what="同事", name=name)
        if len(people) > 1:
            settled = (*(member.number for member in found.values()), *command.mention[place:])
            options = tuple(Option(id=m.number, text=f"{m.name} {m.department}".strip()) for m in people[:SHOWN])
            raise Question(command.filled(mention=settled, meant=""), "meant", f"「{name}」是哪一位?", options)
        found[people[0].id] = people[0]
    return list(found.values()) or [request.sender]


async def customer_of(command: ForSomebody, request: Request) -> Customer | None:
    """The customer it is about; None when none is named, known, or visible to the sender.

    Raises:
        Question: several are meant.
    """
    if not command.customer:
        return None
    try:
        return await finding.customer(request, command, create=False)
    except NotFound:
        return None
