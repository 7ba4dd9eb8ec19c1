"""A team and a bystander with a day's records."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from domain.approvals import Approval, Decision, Step, Verdict
from domain.customers import Customer
from domain.due import Due
from domain.follow_ups import FollowUp
from domain.members import Member, Role
from domain.tasks import Task
from handlers.dialogue.card import Card
from handlers.dialogue.command import Command
from handlers.dialogue.reply import Reply
from handlers.dialogue.request import Company
from handlers.digests import routes
from storage.work import Work
from tests.makers import CALENDAR, COMPANY, NOW, a_member, asked, chore, local


@dataclass(slots=True)
class Scene:
    """高静 leads 周凯 and 李娜; 王强 is in nobody's team."""

    work: Work
    gao: Member
    zhou: Member
    li: Member
    wang: Member
    company: Company = field(default=COMPANY)

    async def asks(self, command: Command, who: Member, **more: object) -> Reply:
        """Do a command as the dispatcher would."""
        request = asked(self.work, who, company=self.company, **more)  # type: ignore[arg-type]
        return await routes.commands[command.name].handler(command, request)

    async def until(self, moment: str) -> Reply:
        """Do everything that is due by then, and what that makes due."""
        at, reply = local(moment), Reply()
        while due := await self.work.timers.lease(at, limit=50, hold=timedelta(days=9)):
            for timer in due:
                await self.work.timers.finish(timer)
                reply += await routes.timers[timer.kind](timer, chore(self.work, at, self.company))
        return reply

    async def begin(self, at: str) -> None:
        """The service starts."""
        for start in routes.starts:
            await start(chore(self.work, local(at), self.company))

    async def customer(self, name: str, owner: Member | None, at: str = "2025-06-11T09:30") -> Customer:
        fresh = Customer(
            name=name, core=name, owner=owner.id if owner else None, created_at=local(at), touched_at=local(at)
        )
        return await self.work.customers.save(fresh)

    async def follow_up(self, member: Member, content: str, customer: int = 0, at: str = "2025-06-11T10:00") -> None:
        fresh = FollowUp(customer=customer, member=member.id, content=content, at=local(at))
        await self.work.follow_ups.save(fresh)

    async def task(self, owner: Member, content: str, due: str, at: str = "2025-06-09T10:00") -> Task:
        deadline = Due.of(due, CALENDAR, local(at))
        return await self.work.tasks.save(Task.new(content, owner=owner, by=owner, at=local(at), due=deadline))

    async def approval(self, applicant: Member, approver: Member, title: str, verdict: Verdict | None = None) -> None:
        step = Step(name="审批", approvers=(approver.id,))
        fresh = Approval(
            type="generic", label="通用", title=title, applicant=applicant.id, steps=(step,), requested_at=NOW
        )
        saved = await self.work.approvals.save(fresh.submitted())
        if verdict is not None:
            await self.work.approvals.save(saved.decided(Decision(by=approver.id, verdict=verdict, at=NOW)))

    async def a_day(self) -> None:
        """Two follow-ups of 周凯, one of 李娜, one of 王强; something in every list."""
        hengtai = await self.customer("恒泰机电", self.zhou)
        await self.customer("星河证券", self.wang)
        await self.follow_up(self.zhou, "谈了二期", hengtai.id)
        await self.follow_up(self.zhou, "恒泰机电要样机\n下周送", hengtai.id, "2025-06-11T15:00")
        await self.follow_up(self.li, "寄了资料")
        await self.follow_up(self.wang, "打了电话")
        await self.follow_up(self.zhou, "上周的事", hengtai.id, "2025-06-04T10:00")
        await self.approval(self.zhou, self.gao, "八折")
        await self.approval(self.li, self.gao, "报销680元", Verdict.APPROVED)
        await self.approval(self.li, self.gao, "请假三天", Verdict.REJECTED)
        await self.approval(self.wang, self.wang, "用车")
        await self.task(self.zhou, "发报价", "2025-06-10")
        await self.task(self.zhou, "送样机", "2025-06-12")
        await self.task(self.li, "开票", "2025-06-20")
        done = await self.task(self.li, "寄合同", "2025-06-11")
        await self.work.tasks.save(done.done(self.li, NOW))


async def a_scene(work: Work) -> Scene:
    gao = await a_member(work, "高静", Role.MANAGER)
    zhou = await a_member(work, "周凯", superior=gao)
    li = await a_member(work, "李娜", superior=gao)
    wang = await a_member(work, "王强")
    return Scene(work, gao, zhou, li, wang)


def with_groups(scene: Scene, *groups: str) -> None:
    """From now on the company's summary goes into these groups too."""
    scene.company = replace(scene.company, digest_groups=groups)


def card_of(reply: Reply) -> Card:
    card = reply.says[0]
    assert isinstance(card, Card), card
    return card


def lines(card: Card) -> dict[str, str]:
    return {line.label: line.text for line in card.lines}
