"""Brings the demo company into a database: directly what is imported, by commands what people did."""

import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

import structlog

from bot.dispatcher import Dispatcher
from bot.playground.company import Company, company_on
from domain.calendar import OFFICE
from domain.customers import Contact, Customer, Level
from domain.errors import Refusal
from domain.follow_ups import FollowUp
from domain.members import Member, Role
from domain.stock import Product, StockLevel, Warehouse
from handlers.dialogue.command import Command, decode
from handlers.dialogue.question import Question
from handlers.language.names import core_name, folded_name
from storage.customers import names_of
from storage.stock import product_names, warehouse_names
from storage.work import Database, Work

log = structlog.get_logger()

Act = Callable[[], Awaitable[None]]

COUNTED = timedelta(minutes=20)
"""How long ago the stock was counted."""


class Seed:
    """The demo company as it is at the moment `at`: what was saved, by 工号 and by short name."""

    def __init__(self, company: Company, at: datetime) -> None:
        self.company = company
        self.at = at
        self.members: dict[str, Member] = {}
        self.customers: dict[str, Customer] = {}
        self._acts = 0
        self.first = min(company.history.first_seen.values())

    async def records(self, database: Database) -> None:
        """Members, customers, products, stock and follow-ups, in one unit of work."""
        async with database.begin(self.first, cause="seed", act="seed") as work:
            await self._members(work)
            await self._customers(work)
            await self._products(work, self.at - COUNTED)
            await self._follow_ups(work)

    async def _members(self, work: Work) -> None:
        for each in self.company.members:
            superior = self.members.get(each.superior)
            fresh = Member(
                code=each.number,
                name=each.name,
                mobile=each.mobile,
                department=each.department,
                leads_department=each.leads,
                superior=superior.id if superior else None,
                roles=tuple(Role(role) for role in each.roles),
                skills=each.skills,
                nicknames=each.nicknames,
            )
            saved = await work.members.save(fresh)
            names = {folded_name(name) for name in (saved.name, *saved.nicknames)}
            await work.names.call("colleague", saved.id, saved.name, names)
            for platform in ("wecom", "dingtalk"):
                if account := each.account(platform):
                    await work.members.link(platform, account, saved.id)
            self.members[each.number] = saved

    async def _customers(self, work: Work) -> None:
        history = self.company.history
        touched = {f.customer: f.at for f in history.follow_ups}
        for each in self.company.customers:
            owner = self.members.get(each.owner)
            begun = history.first_seen.get(each.short, self.first)
            fresh = Customer(
                name=each.name,
                short=each.short,
                core=folded_name(core_name(each.name)),
                aliases=each.aliases,
                industry=each.industry,
                region=each.region,
                level=Level(each.level),
                owner=owner.id if owner else None,
                contacts=tuple(Contact(name=c.name, title=c.title, phone=c.phone) for c in each.contacts),
                created_at=begun,
                touched_at=touched.get(each.short, begun),
            )
            saved = await work.customers.save(fresh)
            await work.names.call("customer", saved.id, saved.called, names_of(saved, folded_name, core_name))
            self.customers[each.short] = saved

    async def _products(self, work: Work, counted: datetime) -> None:
        warehouses: dict[str, int] = {}
        for name in self.company.warehouses:
            warehouse = await work.warehouses.save(Warehouse(name=name))
            names = warehouse_names(warehouse, folded_name)
            await work.names.call("warehouse", warehouse.id, warehouse.name, names)
            warehouses[name] = warehouse.id
        products: dict[str, int] = {}
        for each in self.company.products:
            product = await work.products.save(
                Product(
                    code=each.code,
                    name=each.name,
                    aliases=each.aliases,
                    spec=each.spec,
                    unit=each.unit,
                    price=each.price,
                    cost=each.cost,
                    lower=each.low,
                    upper=each.high,
                )
            )
            await work.names.call("product", product.id, product.code, product_names(product, folded_name))
            products[each.code] = product.id
        for level in self.company.stock:
            what, where = products[level.code], warehouses[level.warehouse]
            fresh = StockLevel(product=what, warehouse=where, quantity=level.quantity, at=counted)
            await work.stock.save(fresh)

    async def _follow_ups(self, work: Work) -> None:
        for each in self.company.history.follow_ups:
            work.author.at = each.at
            await work.follow_ups.save(
                FollowUp(
                    customer=self.customers[each.customer].id,
                    member=self.members[each.by].id,
                    content=each.content,
                    contacts=(each.contact,) if each.contact else (),
                    amount=each.amount,
                    next_at=each.next_on.isoformat() if each.next_on else "",
                    at=each.at,
                )
            )

    async def affairs(self, dispatcher: Dispatcher) -> None:
        """Tasks, approvals and questions, each as the command that made it, in the order they happened."""
        happenings = sorted(self._happenings(dispatcher), key=lambda pair: pair[0])
        for _, act in happenings:
            await act()

    def _happenings(self, dispatcher: Dispatcher) -> Iterator[tuple[datetime, Act]]:
        numbers: dict[int, str] = {}

        def do(at: datetime, who: str, make: Callable[[], str] | str, key: int | None = None) -> Act:
            async def act() -> None:
                handle = make if isinstance(make, str) else make()
                record = await self._do(dispatcher, handle, self.members[who], at)
                if key is not None and record:
                    numbers[key] = record

            return act

        history = self.company.history
        for task in history.tasks:
            made = _command(
                "reminder.set" if task.repeat else "task.add",
                content=task.content,
                mention=[self.members[task.assignee].name] if task.assignee != task.by else [],
                due=task.due.astimezone(OFFICE).strftime("%Y-%m-%dT%H:%M") if task.due else "",
                repeat=task.repeat,
                at=task.clock,
                customer=task.customer,
            )
            set_at = self.at if task.repeat else task.at
            yield set_at, do(set_at, task.by, made, id(task))
            if task.done_at:
                settle = _numbered("task.done", "target_id", numbers, id(task))
                yield task.done_at, do(task.done_at, task.assignee, settle)
        for approval in history.approvals:
            fields = {**approval.fields, "customer": approval.customer, "reason": approval.reason}
            made = _command("approval.request", approval_type=approval.type, **fields)
            yield approval.at, do(approval.at, approval.applicant, made, id(approval))
            for decision in approval.decisions:
                name = "approval.approve" if decision.approved else "approval.reject"
                said = _numbered(name, "number", numbers, id(approval), reason=decision.reason, confirmed="是")
                yield decision.at, do(decision.at, decision.by, said)
            if approval.withdrawn_at:
                back = _numbered("approval.withdraw", "number", numbers, id(approval))
                yield approval.withdrawn_at, do(approval.withdrawn_at, approval.applicant, back)
        for question in history.questions:
            expert = self.members[question.expert].name
            made = _command("expert.ask", content=question.content, mention=[expert], customer=question.customer)
            yield question.at, do(question.at, question.asker, made, id(question))
            if question.answered_at:
                said = _numbered("expert.answer", "number", numbers, id(question), text=question.answer)
                yield question.answered_at, do(question.answered_at, question.expert, said)

    async def _do(self, dispatcher: Dispatcher, handle: str, member: Member, at: datetime) -> str:
        self._acts += 1
        try:
            command: Command = decode(handle)
            reply = await dispatcher.ask(command, member, at, f"seed:{self._acts}")
        except (Refusal, Question, ValueError) as trouble:
            log.warning("left out of the demo", command=handle, trouble=str(trouble))
            return ""
        return reply.record


def _command(name: str, **fields: object) -> str:
    return f"{name} {json.dumps({key: value for key, value in fields.items() if value}, ensure_ascii=False)}"


def _numbered(name: str, field: str, numbers: dict[int, str], key: int, **fields: object) -> Callable[[], str]:
    return lambda: _command(name, **{field: numbers.get(key, "?")}, **fields)


def company_at(at: datetime) -> Company:
    """The demo company on the office day of this moment, without what is still to happen."""
    return company_on(at.astimezone(OFFICE).date()).as_of(at)
