"""Asking for an approval: the type, its fields one question at a time, and who is asked first."""

from collections.abc import Iterable
from datetime import timedelta

from domain.approvals import Approval, Definition, Field, Kind, Scalar, copied_to, facts_of, route_of
from domain.customers import Customer
from domain.errors import BadValue
from domain.members import Member
from handlers.approvals.cards import asking_card, state_card
from handlers.approvals.commands import RequestApproval
from handlers.approvals.definitions import definitions_of
from handlers.approvals.picture import organisation_of, picture_of
from handlers.approvals.reading import Reader
from handlers.approvals.telling import changed, remind_later
from handlers.dialogue.card import Option
from handlers.dialogue.finding import NEW, colleagues_called, customers_called
from handlers.dialogue.finding import customer as customer_meant
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Notice, Reply
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.language.names import folded_name
from storage.collection import NUMBER

routes = Routes()

GENERIC = "generic"
SHIPPED = frozenset({"expense", "leave", "discount", "quote", "contract", "purchase", GENERIC})
"""The types that understanding tells apart; a company's further ones are found by their words in a generic request."""

AMENDED_WITHIN = timedelta(minutes=30)


@routes.command(
    "发起审批",
    "提交审批",
    "我要审批",
    examples={
        "报销 差旅 1280元": RequestApproval.model_validate(
            {"approval_type": "expense", "category": "差旅", "amount": "1280"}
        ),
        "申请用章 投标文件": RequestApproval.model_validate({"approval_type": GENERIC, "content": "用章 投标文件"}),
    },
    title="提交审批",
)
async def request_approval(command: RequestApproval, request: Request) -> Reply:
    """Make a request and send it to its first approvers; what its type requires is asked for first."""
    definition = _definition(command, request)
    values, customer = await _values(definition, command, request)
    organisation = await organisation_of(request)
    copied = [member.id for member in await _mentioned(command, request)]
    facts = facts_of(definition.fields, values, request.sender, customer)
    fresh = Approval(
        type=definition.name,
        label=definition.label,
        edition=definition.edition,
        title=definition.titled(values)[:120] or definition.label,
        applicant=request.sender.id,
        customer=customer.id if customer else None,
        fields=values,
        facts=definition.facts_shown(values),
        amount=definition.money_in(values),
        steps=route_of(definition, facts, request.sender, organisation),
        cc=tuple(dict.fromkeys((*copied, *copied_to(definition, request.sender, organisation)))),
        requested_at=request.at,
    )
    replaced = await _replaced(command, request)
    saved = await request.work.approvals.save(fresh.submitted())
    await remind_later(saved, request)
    picture = await picture_of(saved, request)
    notices = tuple(Notice(member=member, card=asking_card(picture, member)) for member in saved.waiting)
    reply = Reply((state_card(picture),), notices, record=saved.number, private=request.in_group)
    return reply + replaced


def _definition(command: RequestApproval, request: Request) -> Definition:
    """The definition of the type that was named, by its name, label or words."""
    known = definitions_of(request.company.definitions)
    said = command.approval_type.strip()
    if said == GENERIC:
        content = str(command.said("content") or "")
        own = [d for d in known.values() if d.name not in SHIPPED and content.startswith(d.words)]
        return own[0] if own else known[GENERIC]
    named = known.get(said) or next((d for d in known.values() if said and said in (d.label, *d.words)), None)
    if named is None:
        options = tuple(
            Option(id=definition.name, text=definition.label) for definition in _common_first(known.values())
        )
        labels = "、".join(definition.label for definition in known.values())
        raise Question(command, "approval_type", "要提交哪种审批?", options, f"可以选: {labels}")
    return named


def _common_first(definitions: Iterable[Definition]) -> list[Definition]:
    order = ("expense", "leave", "discount", "contract", GENERIC)
    return sorted(definitions, key=lambda d: (order.index(d.name) if d.name in order else len(order), d.name))


async def _values(
    definition: Definition, command: RequestApproval, request: Request
) -> tuple[dict[str, Scalar], Customer | None]:
    """The fields of a request as they are kept, and the customer it is about.

    Raises:
        Question: a required field is missing, or one cannot be read.
    """
    reader = Reader(request.at, request.calendar)
    values: dict[str, Scalar] = {}
    customer: Customer | None = None
    for field in definition.fields:
        said = command.said(field.name)
        if field.kind is Kind.CUSTOMER:
            customer, name = await _customer(field, command, request)
            value: Scalar | None = name or None
        elif said is None:
            value = _counted(field, values, reader)
        elif field.kind is Kind.PRODUCT:
            value = await _product(field, command, str(said), request)
        else:
            value = _read(field, command, said, reader)
        if value is not None:
            values[field.name] = value
        elif field.required:
            raise Question(command, field.name, field.question, _choices(field))
    return values, customer


def _counted(field: Field, values: dict[str, Scalar], reader: Reader) -> Scalar | None:
    if not field.counts:
        return None
    start, end = field.counts
    return reader.counted(values.get(start), values.get(end))


def _read(field: Field, command: RequestApproval, said: object, reader: Reader) -> Scalar:
    try:
        return reader.read(field, said)
    except BadValue as bad:
        raise Question(command, field.name, str(bad), _choices(field)) from bad


def _choices(field: Field) -> tuple[Option, ...]:
    return tuple(Option(id=choice, text=choice) for choice in field.choices)


async def _customer(field: Field, command: RequestApproval, request: Request) -> tuple[Customer | None, str]:
    """The customer and what it is called; a name that nobody knows stays a name where none is required."""
    said = str(command.said(field.name) or "").strip()
    if not said and not field.required:
        return None, ""
    if not field.required and not said.startswith(NEW) and not NUMBER.fullmatch(said):
        sight = await request.sight()
        if not any(c.visible_to(sight) for c in await customers_called(request, said)):
            return None, said
    if not said:
        command = command.filled(**{field.name: ""})
    found = await customer_meant(request, command, field.name)
    return found, found.called


async def _product(field: Field, command: RequestApproval, said: str, request: Request) -> str:
    """The code of the product; what is no product of ours stays as it was typed."""
    known = await request.work.names.known({folded_name(said)})
    codes = list(dict.fromkeys(entry.label for entry in known if entry.kind == "product"))
    if len(codes) > 1 and said not in codes:
        options = tuple(Option(id=code, text=code) for code in codes)
        raise Question(command, field.name, f"「{said}」是哪个产品?", options)
    return said if said in codes or not codes else codes[0]


async def _mentioned(command: RequestApproval, request: Request) -> list[Member]:
    """The colleagues who were named: they hear of the end. A name that is nobody's is left out."""
    found = [await request.work.members.by_number(number) for number in command.mentioned]
    for place, name in enumerate(command.mention):
        people = await colleagues_called(request, name)
        really = [member for member in people if member.id in request.said.mentions] or people
        if len(really) > 1:
            rest = "、".join(("", *command.mention[place + 1 :]))
            options = tuple(Option(id=m.number + rest, text=f"{m.name} {m.department}") for m in really)
            pinned = command.filled(mentioned=tuple(member.number for member in found), mention=())
            raise Question(pinned, "mention", f"「{name}」是哪一位?", options)
        found += really
    return [member for member in found if member.id != request.sender.id]


async def _replaced(command: RequestApproval, request: Request) -> Reply:
    """What a correction takes back: the request before it, as long as nobody has decided on it."""
    number = request.last_record("A") if command.amend else ""
    if not number:
        return Reply()
    before = await request.work.approvals.by_number(number)
    recent = request.at - before.requested_at <= AMENDED_WITHIN
    if before.applicant != request.sender.id or not before.waiting or before.decisions or not recent:
        return Reply()
    gone = await request.work.approvals.save(before.withdrawn(request.sender, request.at))
    says = f"已按更正重新提交, 原来的 {gone.number} 已撤回。"
    return Reply((says,)) + await changed(before, gone, request)
