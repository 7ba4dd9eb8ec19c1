"""Which customer, colleague or record is meant: found by name or number, asked back when several are."""

from collections.abc import Sequence

from domain.customers import Customer, UnknownCustomer
from domain.errors import NotFound
from domain.members import Member
from handlers.dialogue.card import Option
from handlers.dialogue.command import Command
from handlers.dialogue.question import Question
from handlers.dialogue.request import Request
from handlers.language.names import core_name, folded_name, formless_name
from storage.collection import NUMBER
from storage.customers import names_of

NEW = "+"
"""Begins the value of a field whose customer is to be created: `+远山机械`."""

TAKEN = "已有同名客户由同事负责, 请联系主管共享"
"""All that is told of a customer whom the sender may not see."""

SHOWN = 4


async def customer(request: Request, command: Command, field: str = "customer", *, create: bool = True) -> Customer:
    """The customer that `field` of the command names, as far as the sender may see it.

    Args:
        create: whether a name that nobody knows may become a new customer (asked first).

    Raises:
        Question: it is not said, several are meant, or nobody knows the name.
        UnknownCustomer: it cannot be found or seen.
    """
    value = str(getattr(command, field) or "").strip()
    if not value:
        raise Question(command, field, "是哪个客户?", await _recent(request))
    if value.startswith(NEW) and create:
        value = value.removeprefix(NEW)
        if not await customers_like(request, value):
            return await added(request, value)
    sight = await request.sight()
    if NUMBER.fullmatch(value):
        found = await request.work.customers.by_number(value)
        return found.require_visible(sight)
    alike = await customers_like(request, value)
    hits = [c for c in alike if c.visible_to(sight)]
    if len(hits) == 1:
        return hits[0]
    whole = [c for c in hits if formless_name(c.name) in folded_name(request.said.text)]
    if len(whole) == 1:
        return whole[0]
    if hits:
        raise Question(command, field, f"「{value}」是哪一个?", (*_options(hits[:SHOWN]),))
    if not create:
        raise UnknownCustomer(name=value)
    if alike:
        raise Question(command, field, f"「{value}」是您的哪个客户?", await _recent(request), subtitle=TAKEN)
    new = Option(id=NEW + value, text=f"新建「{value}」")
    raise Question(command, field, f"没有找到客户「{value}」, 是新客户吗?", (new, *await _recent(request, SHOWN - 2)))


async def customers_called(request: Request, name: str) -> Sequence[Customer]:
    """All customers known by this name, whoever owns them, in the order they were added."""
    wanted = {folded_name(name), folded_name(core_name(name))} - {""}
    known = await request.work.names.known(wanted)
    ids = [entry.ref for entry in known if entry.kind == "customer"]
    found = await request.work.customers.by_ids(list(dict.fromkeys(ids)))
    return sorted(found.values(), key=lambda customer: customer.id)


async def customers_like(request: Request, name: str) -> Sequence[Customer]:
    """All customers who may be the one of this name, whoever owns them: called so, or with the same core."""
    found = {customer.id: customer for customer in await customers_called(request, name)}
    found |= {customer.id: customer for customer in await request.work.customers.by_core(folded_name(core_name(name)))}
    return [customer for _, customer in sorted(found.items())]


async def added(request: Request, name: str, owner: int | None = None) -> Customer:
    """A new customer of this name, the sender's unless `owner` says otherwise, with its names made known."""
    fresh = Customer(
        name=name,
        core=folded_name(core_name(name)),
        owner=request.sender.id if owner is None else owner,
        created_at=request.at,
        touched_at=request.at,
    )
    return await keep(request, fresh)


async def keep(request: Request, customer: Customer) -> Customer:
    """Save a customer and make its names known."""
    saved = await request.work.customers.save(customer)
    await request.work.names.call("customer", saved.id, saved.called, names_of(saved, folded_name, core_name))
    return saved


async def colleague(request: Request, command: Command, field: str, name: str) -> Member:
    """The active member of this name, nickname or number.

    Raises:
        Question: several are meant.
        NotFound: nobody is.
    """
    people = await colleagues_called(request, name)
    if len(people) == 1:
        return people[0]
    if not people:
        raise NotFound(what="同事", name=name)
    options = tuple(Option(id=m.number, text=f"{m.name} {m.department}") for m in people[:SHOWN])
    raise Question(command, field, f"「{name}」是哪一位?", options)


async def colleagues_called(request: Request, name: str) -> Sequence[Member]:
    """Active members of this name, nickname or number, by id."""
    members = request.work.members
    if NUMBER.fullmatch(name.strip()):
        return [await members.by_number(name)]
    known = await request.work.names.known({folded_name(name.lstrip("@＠"))})
    ids = [entry.ref for entry in known if entry.kind == "colleague"]
    found = await members.by_ids(ids)
    return [member for _, member in sorted(found.items()) if member.active]


async def touch(request: Request, customer: Customer) -> Customer:
    """The customer, noted as dealt with just now."""
    return await request.work.customers.save(customer.touched(request.at))


def _options(customers: Sequence[Customer]) -> tuple[Option, ...]:
    return tuple(Option(id=c.number, text=f"{c.called} {c.region}".strip()) for c in customers)


async def _recent(request: Request, limit: int = SHOWN) -> tuple[Option, ...]:
    return _options(await request.work.customers.recent_of(request.sender.id, limit=limit))
