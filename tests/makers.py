"""Small things tests are made of: a database, members, requests, handlers run by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar import QuietHours, WorkCalendar
from domain.members import Member, Role
from domain.stock import Product, StockLevel, Warehouse
from handlers.dialogue.request import Company, Request, Said, Situation
from handlers.language.names import folded_name
from storage.schema import metadata
from storage.stock import product_names, warehouse_names
from storage.work import Database, Work

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 6, 11, 10, 20, tzinfo=ZONE).astimezone(UTC)
"""A Wednesday, 10:20 at the office."""

CALENDAR = WorkCalendar(
    holidays=frozenset({date(2025, 6, 2), *(date(2025, 10, day) for day in range(1, 9))}),
    workdays=frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
)
COMPANY = Company(name="远山科技", calendar=CALENDAR, quiet=QuietHours(time(21, 30), time(8)))


def local(text: str) -> datetime:
    """UTC of a moment on the company's clock, such as `2025-06-18T15:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@asynccontextmanager
async def a_database(folder: Path) -> AsyncIterator[Database]:
    """An empty database with all tables in a file of its own."""
    database = Database.at(f"sqlite:///{folder / 'test.db'}")
    await database.sync(metadata.create_all)
    try:
        yield database
    finally:
        await database.close()


async def a_member(work: Work, name: str, *roles: Role, superior: Member | None = None, **more: Any) -> Member:
    """A saved member whose name is known; 销售 unless roles are given."""
    count = len(await work.members.active())
    fresh = Member(
        code=more.pop("code", f"Y{count + 1:03d}"),
        name=name,
        roles=roles or (Role.SALES,),
        superior=superior.id if superior else None,
        **more,
    )
    member = await work.members.save(fresh)
    await work.names.call("colleague", member.id, member.name, {folded_name(n) for n in (name, *member.nicknames)})
    return member


async def a_product(work: Work, code: str, name: str, *, stock: dict[str, int] | None = None, **more: Any) -> Product:
    """A saved product whose names are known, lying in these warehouses since `NOW`."""
    product = await work.products.save(Product(code=code, name=name, **more))
    await work.names.call("product", product.id, product.code, product_names(product, folded_name))
    known = {warehouse.name: warehouse for warehouse in await work.warehouses.every()}
    for place, quantity in (stock or {}).items():
        warehouse = known.get(place) or await work.warehouses.save(Warehouse(name=place))
        await work.names.call("warehouse", warehouse.id, warehouse.name, warehouse_names(warehouse, folded_name))
        await work.stock.save(StockLevel(product=product.id, warehouse=warehouse.id, quantity=quantity, at=NOW))
    return product


def asked(work: Work, sender: Member, *, at: datetime = NOW, text: str = "", group: str = "", **more: Any) -> Request:
    """A request of `sender` as the dispatcher would make it."""
    said = Said(text=text, group=group, **more.pop("said", {}))
    return Request(at=at, work=work, company=more.pop("company", COMPANY), sender=sender, said=said, **more)


def chore(work: Work, at: datetime = NOW, company: Company = COMPANY) -> Situation:
    """What a timer or a reaction is given."""
    return Situation(at=at, work=work, company=company)
