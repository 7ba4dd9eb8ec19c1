"""Sales and experts in a database, to ask each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.customers import Customer, Level
from domain.follow_ups import FollowUp
from domain.members import Member, Role
from handlers.dialogue.card import Card
from handlers.dialogue.command import Command
from handlers.dialogue.finding import keep
from handlers.dialogue.reply import Reply
from handlers.experts import routes
from storage.timers import Timer
from storage.work import Work
from tests.makers import NOW, a_member, a_product, asked, chore, local


@dataclass(frozen=True)
class Office:
    """People by name; `does` runs a command as the dispatcher would."""

    work: Work
    gao: Member
    zhou: Member
    zhang: Member
    ma: Member
    min: Member
    huawei: Customer

    async def does(self, sender: Member, command: Command, *, at: datetime = NOW, **more: Any) -> Reply:
        """The handler's reply."""
        request = asked(self.work, sender, at=at, **more)
        reply: Reply = await routes.commands[command.name].handler(command, request)
        return reply

    async def quotes(self, sender: Member, number: str, text: str) -> Command | None:
        """What words quoting a message about the question mean."""
        return await routes.quoting["Q"](number, text, asked(self.work, sender))

    async def due(self, timer: Timer, at: datetime) -> Reply:
        """The timer is due."""
        return await routes.timers[timer.kind](timer, chore(self.work, at))

    async def timers(self, until: datetime) -> list[Timer]:
        """What is due until then."""
        return list(await self.work.timers.lease(until, limit=50, hold=timedelta(minutes=1)))

    async def page(self, reader: Member, number: str) -> Mapping[str, Any]:
        """What the page of a question shows."""
        return await routes.views[0].handler(asked(self.work, reader), number=number)


@pytest.fixture
async def office(work: Work) -> Office:
    """高翔 above 周强; 张伟 knows gateways, 马超 cameras and gateways, 张敏 UPS; 华为 is 周强's, with four visits."""
    gao = await a_member(work, "高翔", Role.MANAGER, department="销售部")
    zhou = await a_member(work, "周强", superior=gao, department="销售部")
    zhang = await a_member(work, "张伟", Role.EXPERT, skills=("网关", "协议对接"), nicknames=("张工", "小张"))
    ma = await a_member(work, "马超", Role.EXPERT, skills=("摄像头", "网关"), nicknames=("马工",))
    min_ = await a_member(work, "张敏", Role.EXPERT, skills=("UPS",), nicknames=("小张",))
    await a_product(work, "X100", "边缘网关", aliases=("X-100",))
    fresh = Customer(
        name="华为技术有限公司",
        core="华为技术",
        short="华为",
        level=Level.A,
        industry="通信",
        region="深圳",
        owner=zhou.id,
        created_at=NOW,
        touched_at=NOW,
    )
    huawei = await keep(asked(work, zhou), fresh)
    for day in range(4):
        visit = FollowUp(
            customer=huawei.id, member=zhou.id, content=f"第{day + 1}次拜访", at=local(f"2025-06-0{day + 3}T10:00")
        )
        await work.follow_ups.save(visit)
    return Office(work, gao, zhou, zhang, ma, min_, huawei)


def card_in(reply: Reply) -> Card:
    """The first card of an answer."""
    return next(says for says in reply.says if isinstance(says, Card))


def text_in(reply: Reply) -> str:
    """The texts of an answer."""
    return "\n".join(says for says in reply.says if isinstance(says, str))


def card_to(reply: Reply, member: Member) -> Card:
    """The card a member is sent."""
    return next(notice.card for notice in reply.notices if notice.member == member.id and notice.card)


def text_to(reply: Reply, member: Member) -> str:
    """The text a member is sent."""
    return next(notice.text for notice in reply.notices if notice.member == member.id and notice.text)


def updated_of(reply: Reply, member: Member) -> Card:
    """What a member's card of the question becomes."""
    return next(update.card for update in reply.updates if update.member == member.id)
