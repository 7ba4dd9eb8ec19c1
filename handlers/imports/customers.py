"""Customers: the name without legal form and region is who it is; more rows of one name are more contacts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.customers import Contact, Customer, Level
from domain.members import Member
from handlers.imports.columns import Column, Counts, Record, Refused, Trouble, batches, code, phone, several, text
from handlers.language.names import core_name, folded_name
from storage.customers import names_of
from storage.work import Work

COLUMNS = (
    Column("名称", text(128), "128个字以内的客户全称", required=True),
    Column("简称", text(64), "64个字以内的简称"),
    Column("别名", several(64), "别名, 用、隔开", empty=()),
    Column("行业", text(64), "64个字以内的行业"),
    Column("地区", text(64), "64个字以内的地区"),
    Column("级别", lambda cell: Level(cell.upper()), "A、B、C 或 D", empty=Level.C),
    Column("负责人", code(64), "负责人的工号, 空着表示公海"),
    Column("联系人", text(64), "64个字以内的联系人姓名"),
    Column("职务", text(64), "64个字以内的职务"),
    Column("电话", phone, "电话号码, 例如 13800138000"),
)


async def take(read: Sequence[Record], troubles: list[Trouble], work: Work, at: datetime) -> Counts:
    """Keep the customers of a file.

    Raises:
        Refused: something is wrong; see its troubles.
    """
    people = {member.code: member for member in await work.members.everybody()}
    groups = _by_core(read, troubles)
    known: dict[str, Customer] = {}
    alike_by_core: dict[str, list[Customer]] = {}
    for cores in batches(list(groups)):
        alike_by_core |= await work.customers.by_cores(cores)
    for core, rows in groups.items():
        alike = alike_by_core.get(core, [])
        exact = [customer for customer in alike if customer.name == rows[0].values["名称"]]
        if len(alike) > 1 and len(exact) != 1:
            says = "系统里有几个客户都像这一家: " + "、".join(customer.name for customer in alike[:3])
            troubles.append(Trouble(rows[0].row, "名称", says))
        elif alike:
            known[core] = exact[0] if exact else alike[0]
    troubles += _owners(read, people)
    if troubles:
        raise Refused(troubles=troubles)
    counts = Counts()
    for batch in batches(list(groups.items())):
        fresh = []
        for core, rows in batch:
            old = known.get(core)
            customer = _customer(core, rows, old, people, at)
            if old is None:
                fresh.append(customer)
            elif customer != old:
                await _know(work, [await work.customers.save(customer)])
                counts.changed += 1
            else:
                counts.same += 1
        await _know(work, await work.customers.add_all(fresh))
        counts.added += len(fresh)
    return counts


def _by_core(read: Sequence[Record], troubles: list[Trouble]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = {}
    for record in read:
        rows = groups.setdefault(folded_name(core_name(record.values["名称"])), [])
        if not rows or (rows[0].values["名称"] == record.values["名称"] and record.get("联系人", "")):
            rows.append(record)
        else:
            first = rows[0]
            says = f"与第{first.row}行「{first.values['名称']}」是同一家; 同一客户的多个联系人请写相同的名称"
            troubles.append(Trouble(record.row, "名称", says))
    return groups


def _owners(read: Sequence[Record], people: dict[str, Member]) -> list[Trouble]:
    return [
        Trouble(record.row, "负责人", f"没有工号「{record.values['负责人']}」, 请先导入成员")
        for record in read
        if record.get("负责人", "") and record.values["负责人"] not in people
    ]


def _customer(
    core: str, rows: Sequence[Record], old: Customer | None, people: dict[str, Member], at: datetime
) -> Customer:
    first = rows[0]
    name = first.values["名称"]
    fresh = old or Customer(name=name, core=core, created_at=at, touched_at=at)
    owner = people.get(first.get("负责人", ""))
    customer = replace(
        fresh,
        name=name,
        short=first.get("简称", fresh.short),
        aliases=first.get("别名", fresh.aliases),
        industry=first.get("行业", fresh.industry),
        region=first.get("地区", fresh.region),
        level=first.get("级别", fresh.level),
        owner=(owner.id if owner else None) if "负责人" in first.values else fresh.owner,
    )
    for row in rows:
        if row.get("联系人", ""):
            contact = Contact(name=row.values["联系人"], title=row.get("职务", ""), phone=row.get("电话", ""))
            customer = customer.with_contact(contact)
    return customer


async def _know(work: Work, customers: Sequence[Customer]) -> None:
    called = [(each.id, each.called, names_of(each, folded_name, core_name)) for each in customers]
    await work.names.call_all("customer", called)
