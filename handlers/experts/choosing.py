"""Who is to answer: who was named, else who is likely to know."""

from collections.abc import Sequence

from domain.errors import NotFound
from domain.members import Member, Role
from domain.questions import NobodyKnows, fitting
from handlers.dialogue.card import Option
from handlers.dialogue.command import Command
from handlers.dialogue.finding import colleagues_called
from handlers.dialogue.question import Question
from handlers.dialogue.request import Request, Situation
from handlers.experts.commands import AskExpert

MOST = 3
"""Colleagues who are asked the same at once."""


async def experts(situation: Situation, *, but: Sequence[int] = ()) -> Sequence[Member]:
    """Active experts, those with the fewest open questions first."""
    busy = await situation.work.questions.busy()
    found = [
        m for m in await situation.work.members.active() if (m.skills or Role.EXPERT in m.roles) and m.id not in but
    ]
    return sorted(found, key=lambda member: (busy.get(member.id, 0), member.id))


async def chosen(command: AskExpert, request: Request) -> Sequence[Member]:
    """Those who are asked.

    Raises:
        Question: a name means several, nobody is called so, or several may know and none is named.
        NobodyKnows: there is no expert to choose from.
    """
    named = await _named(command, request)
    if named:
        return named[:MOST]
    known = await experts(request, but=(request.sender.id,))
    words = " ".join((command.content, command.sku, *await _product_words(command.sku, request)))
    likely = fitting(words, known, await request.work.questions.busy())
    if len(likely) == 1:
        return likely
    if not known:
        raise NobodyKnows
    says = "问哪一位?" if likely else "问哪位专家?"
    raise Question(command, "mention", says, options_of(likely or known), "也可以直接输入同事的名字")


def options_of(members: Sequence[Member]) -> tuple[Option, ...]:
    """Members to choose from, with what they know."""
    return tuple(Option(id=m.number, text=f"{m.name} {'、'.join(m.skills) or m.department}".strip()) for m in members)


async def _named(command: AskExpert, request: Request) -> list[Member]:
    found: list[Member] = []
    for place, name in enumerate(command.mention):
        rest = command.mention[place + 1 :]
        found.append(await one_called(name, command, "mention", request, (*(m.number for m in found), *rest)))
    if not command.mention and request.said.mentions:
        people = await request.work.members.by_ids(request.said.mentions)
        found = [people[member] for member in request.said.mentions if member in people]
    return [member for member in dict.fromkeys(found) if member.id != request.sender.id]


async def one_called(name: str, command: Command, field: str, request: Request, others: tuple[str, ...] = ()) -> Member:
    """The colleague of this name; `others` are kept in the field when it has to be asked.

    Raises:
        Question: several are called so, or nobody is.
    """
    try:
        people = await colleagues_called(request, name)
    except NotFound:
        people = ()
    really = [member for member in people if member.id in request.said.mentions] or people
    if len(really) == 1:
        return really[0]
    says = f"「{name}」是哪一位?" if really else f"没有找到同事「{name}」, 问哪位专家?"
    offered = really or await experts(request, but=(request.sender.id,))
    rest = "".join(f"、{other}" for other in others)
    options = tuple(Option(id=option.id + rest, text=option.text) for option in options_of(offered))
    raise Question(command, field, says, options)


async def _product_words(sku: str, request: Request) -> list[str]:
    """Names and kinds of the product, which experts may have among their skills."""
    product = await request.work.products.by_code(sku) if sku else None
    return [product.name, product.spec, *product.aliases] if product else []
