"""A sales department with its finance, in a database, to ask for approvals in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.customers import Customer, Level
from domain.members import Member, Role
from handlers.approvals import routes
from handlers.approvals.commands import RequestApproval
from handlers.dialogue.card import Card
from handlers.dialogue.command import Command
from handlers.dialogue.finding import keep
from handlers.dialogue.reply import Reply
from storage.timers import Timer
from storage.work import Work
from tests.makers import NOW, a_member, asked, chore


@dataclass(frozen=True)
class Office:
    """People by name; `does` runs a command as the dispatcher would."""

    work: Work
    shen: Member
    gao: Member
    zhou: Member
    jing: Member
    he: Member
    huawei: Customer

    async def does(self, sender: Member, command: Command, *, at: datetime = NOW, **more: Any) -> Reply:
        """The handler's reply."""
        self.work.author.actor = sender.id
        request = asked(self.work, sender, at=at, **more)
        reply: Reply = await routes.commands[command.name].handler(command, request)
        return reply

    async def requests(self, sender: Member | None = None, at: datetime = NOW, **slots: Any) -> Reply:
        """A request with these slots; an expense of 1,280 yuan without any."""
        said = slots or {"approval_type": "expense", "category": "差旅", "amount": "1280"}
        return await self.does(sender or self.zhou, RequestApproval.model_validate(said), at=at)

    async def shows(self, card: Card, member: Member, key: str) -> None:
        """The card is on the member's device."""
        await self.work.cards.add(key, "wecom", "gao", member.id, card.subject, card.model_dump(mode="json"), NOW)

    async def presses(self, member: Member, command: Command, key: str, subject: str, at: datetime = NOW) -> Reply:
        """The member taps on a card about `subject`."""
        return await self.does(member, command, at=at, card=key, shown=subject)

    async def due(self, timer: Timer, at: datetime) -> Reply:
        """The timer is due."""
        return await routes.timers[timer.kind](timer, chore(self.work, at))

    async def page(self, reader: Member, path: str, **parts: str) -> Mapping[str, Any]:
        """What a page shows."""
        view = next(view for view in routes.views if view.path == path)
        return await view.handler(asked(self.work, reader), **parts)

    async def timers(self, until: datetime) -> list[Timer]:
        """What is due until then."""
        return list(await self.work.timers.lease(until, limit=50, hold=timedelta(minutes=1)))


@pytest.fixture
async def office(work: Work) -> Office:
    """沈立群 above 高翔 above 周强; 陈静 in finance, 何雨欣 the administrator; 华为 is 周强's customer."""
    shen = await a_member(work, "沈立群", Role.MANAGER, department="综合部", leads_department=True)
    gao = await a_member(work, "高翔", Role.MANAGER, superior=shen, department="销售部", leads_department=True)
    zhou = await a_member(work, "周强", superior=gao, department="销售部", nicknames=("强哥",))
    jing = await a_member(work, "陈静", Role.FINANCE, superior=shen, department="综合部", nicknames=("陈会计",))
    he = await a_member(work, "何雨欣", Role.ADMIN, superior=shen, department="综合部")
    request = asked(work, zhou)
    fresh = Customer(
        name="华为技术有限公司",
        core="华为技术",
        short="华为",
        level=Level.A,
        owner=zhou.id,
        created_at=NOW,
        touched_at=NOW,
    )
    huawei = await keep(request, fresh)
    return Office(work, shen, gao, zhou, jing, he, huawei)


def card_in(reply: Reply) -> Card:
    """The first card of an answer."""
    return next(says for says in reply.says if isinstance(says, Card))


def text_in(reply: Reply) -> str:
    """The texts of an answer."""
    return "\n".join(says for says in reply.says if isinstance(says, str))


def notices_to(reply: Reply, member: Member) -> list[Card | str]:
    """What a member is told."""
    return [notice.card or notice.text for notice in reply.notices if notice.member == member.id]


def labelled(card: Card) -> dict[str, str]:
    """A card's lines by label."""
    return {line.label: line.text for line in card.lines}
