"""Two colleagues, a manager and a customer; what happens to them by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.customers import Customer
from domain.members import Member, Role
from handlers.dialogue.card import Card
from handlers.dialogue.command import Command
from handlers.dialogue.reply import Reply
from handlers.dialogue.request import Request
from handlers.language.names import core_name, folded_name
from handlers.tasks import routes
from storage.customers import names_of
from storage.timers import timers
from storage.work import Work
from tests.makers import NOW, a_member, asked, chore


@dataclass(frozen=True, slots=True)
class Scene:
    """周凯 and 李娜 work for 高静; 恒泰机电 is 周凯's customer."""

    work: Work
    gao: Member
    zhou: Member
    li: Member
    customer: Customer

    async def says(self, command: Command, who: Member | None = None, **more: object) -> Reply:
        """Do a command as the dispatcher would."""
        request: Request = asked(self.work, who or self.zhou, **more)  # type: ignore[arg-type]
        return await routes.commands[command.name].handler(command, request)

    async def at(self, moment: datetime) -> Reply:
        """Do everything that is due by then, and what that makes due."""
        reply = Reply()
        while due := await self.work.timers.lease(moment, limit=50, hold=moment - NOW):
            for timer in due:
                await self.work.timers.finish(timer)
                reply += await routes.timers[timer.kind](timer, chore(self.work, moment))
        return reply

    async def waiting(self) -> Sequence[str]:
        """Keys of the timers that are set."""
        return [row.key for row in await self.work.connection.all(timers.select())]


async def a_scene(work: Work) -> Scene:
    gao = await a_member(work, "高静", Role.MANAGER)
    zhou = await a_member(work, "周凯", superior=gao, nicknames=("凯哥",))
    li = await a_member(work, "李娜", superior=gao, department="销售部")
    fresh = Customer(name="恒泰机电", core="恒泰机电", owner=zhou.id, created_at=NOW, touched_at=NOW)
    customer = await work.customers.save(fresh)
    await work.names.call("customer", customer.id, customer.called, names_of(customer, folded_name, core_name))
    return Scene(work, gao, zhou, li, customer)


def card_of(reply: Reply, place: int = 0) -> Card:
    """The card among what is answered."""
    card = reply.says[place]
    assert isinstance(card, Card), card
    return card


def lines(card: Card) -> dict[str, str]:
    """A card's labelled values."""
    return {line.label: line.text for line in card.lines}


def notice(reply: Reply, place: int = 0) -> Card:
    """The card of a notice."""
    card = reply.notices[place].card
    assert card is not None
    return card


def buttons(card: Card) -> list[str]:
    """What a card's buttons mean, in words."""
    return [button.says for button in card.buttons]
