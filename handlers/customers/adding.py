"""Creating a customer; one that looks like a known one is asked back first."""

from collections.abc import Sequence
from dataclasses import replace

from domain.customers import Contact, Customer, CustomerAdded, CustomerTaken
from handlers.customers.showing import RECENT, ViewCustomer, card_of
from handlers.dialogue.card import Button, Card, Line, Option, Style, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.finding import NEW, TAKEN, added, customers_like, keep
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Reply, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.language.names import folded_name, formless_name

routes = Routes()


class NewCustomer(Command, name="customer.new"):
    """A customer is created. `sure` is set when a look-alike was shown and it is a new one all the same."""

    customer: str = ""
    contact: tuple[str, ...] = ()
    phone: str = ""
    region: str = ""
    industry: str = ""
    same: str = ""


@routes.command(
    examples={"新建客户 远山机械": NewCustomer(customer="远山机械")},
    title="新建客户",
)
async def new(command: NewCustomer, request: Request) -> Reply:
    """Create a customer; one with the same name but for legal form and region is asked back first."""
    name = command.customer.removeprefix(NEW).strip()
    if not name:
        raise Question(command, "customer", "新客户叫什么名字?")
    if command.same and not command.same.startswith(NEW):
        same = await request.work.customers.by_number(command.same)
        return say(await card_of(same.require_visible(await request.sight()), request), record=same.number)
    if alike := await customers_like(request, name):
        await _ask_whether_same(command, name, alike, request)
    fresh = await added(request, name)
    filled = _filled(fresh, command)
    saved = await keep(request, filled) if filled != fresh else fresh
    request.work.happened.append(CustomerAdded(customer=saved.id, owner=saved.owner, at=request.at))
    return say(_created(saved), record=saved.number)


async def _ask_whether_same(command: NewCustomer, name: str, alike: Sequence[Customer], request: Request) -> None:
    """Ask before a look-alike is created; the very name of a customer the sender may not see is not created at all."""
    sight = await request.sight()
    seen = [c for c in alike if c.visible_to(sight)]
    if not seen and any(formless_name(name) in (formless_name(c.name), folded_name(c.short)) for c in alike):
        raise CustomerTaken
    if command.same:
        return
    options = tuple(Option(id=c.number, text=f"就是{c.called}"[:20]) for c in seen[:RECENT])
    anew = Option(id=NEW, text="不是, 新建")
    hidden = f"{TAKEN}。" if not seen else ""
    says = f"{hidden}「{name}」可能已经有了, 是同一家吗?"
    raise Question(command.filled(customer=name), "same", says, (*options, anew), closed=True)


def _filled(fresh: Customer, command: NewCustomer) -> Customer:
    contacts = tuple(
        Contact(name=name, phone=command.phone if i == 0 else "") for i, name in enumerate(command.contact)
    )
    return replace(fresh, region=command.region, industry=command.industry, contacts=contacts)


def _created(saved: Customer) -> Card:
    lines = [Line(label="客户", text=saved.name), Line(label="负责人", text="您")]
    if saved.contacts:
        lines.append(Line(label="联系人", text="、".join(contact.name for contact in saved.contacts)))
    return Card(
        title=f"已新建客户 {saved.number}",
        tone=Tone.SUCCESS,
        lines=tuple(lines),
        text=f"接着记一条: 跟进 {saved.called} …",
        buttons=(
            Button.undo(saved.number),
            Button.to("查看", ViewCustomer(customer=saved.number), Style.PRIMARY),
        ),
        subject=saved.subject,
    )
