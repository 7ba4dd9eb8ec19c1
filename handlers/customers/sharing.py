"""Opening a customer to a colleague, and closing it again."""

from dataclasses import replace

from domain.customers import Customer
from domain.members import Member
from handlers.customers.showing import ViewCustomer
from handlers.dialogue.card import Button, Card
from handlers.dialogue.command import Command
from handlers.dialogue.finding import colleague, customer
from handlers.dialogue.reply import Notice, Reply, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes

routes = Routes()


class ShareCustomer(Command, name="customer.share"):
    """A colleague may see a customer and work on it too."""

    customer: str
    colleague: str


class UnshareCustomer(Command, name="customer.unshare"):
    """A colleague no longer sees a customer that was shared."""

    customer: str
    colleague: str


@routes.command(
    "共享 <customer> 给 <colleague>",
    examples={"共享 华为 给 张伟": ShareCustomer(customer="华为", colleague="张伟")},
    title="共享客户",
)
async def share(command: ShareCustomer, request: Request) -> Reply:
    """Let a colleague see a customer and work on it."""
    about = await customer(request, command, create=False)
    about.require_shareable(request.sender, await request.sight())
    other = await colleague(request, command, "colleague", command.colleague)
    saved = await request.work.customers.save(about.shared(other))
    told = Card(
        title=f"{request.sender.name}与您共享了客户 {saved.called}",
        buttons=(Button.to("查看", ViewCustomer(customer=saved.number)),),
    )
    reply = say(f"已把 {saved.called} 共享给{other.name}。", record=saved.number)
    owner = _told_owner(saved, other, f"把您的客户 {saved.called} 共享给{other.name}了", request)
    return replace(reply, notices=(Notice(member=other.id, card=told), *owner))


@routes.command(
    "取消共享 <customer> 给 <colleague>",
    examples={"取消共享 华为 给 张伟": UnshareCustomer(customer="华为", colleague="张伟")},
)
async def unshare(command: UnshareCustomer, request: Request) -> Reply:
    """A colleague no longer sees a customer and cannot work on it."""
    about = await customer(request, command, create=False)
    about.require_shareable(request.sender, await request.sight())
    other = await colleague(request, command, "colleague", command.colleague)
    if other.id not in about.shared_with:
        return say(f"{about.called} 没有共享给{other.name}, 不用取消。", record=about.number)
    saved = await request.work.customers.save(about.unshared(other))
    reply = say(f"已取消: {saved.called} 不再共享给{other.name}。", record=saved.number)
    return replace(
        reply, notices=_told_owner(saved, other, f"取消了您的客户 {saved.called} 对{other.name}的共享", request)
    )


def _told_owner(about: Customer, other: Member, what: str, request: Request) -> tuple[Notice, ...]:
    """The owner hears of what somebody else did with the customer."""
    if about.owner is None or about.owner in (request.sender.id, other.id):
        return ()
    return (Notice(member=about.owner, text=f"{request.sender.name}{what}。"),)
