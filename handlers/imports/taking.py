"""What can be imported, and how."""

from datetime import datetime

from handlers.imports import customers, members, products
from handlers.imports.columns import Column, Counts, Table, records
from storage.work import Work

KINDS: dict[str, tuple[Column, ...]] = {
    "members": members.COLUMNS,
    "customers": customers.COLUMNS,
    "products": products.COLUMNS,
    "stock": products.STOCK_COLUMNS,
}
"""The columns of each kind of file (design.md 4)."""


async def take(kind: str, table: Table, work: Work, at: datetime) -> Counts:
    """Keep a file of this kind within one unit of work, whole or not at all.

    Raises:
        Refused: something is wrong with the header or with rows; nothing may be committed then.
        KeyError: there is no such kind.
    """
    read, troubles = records(table, KINDS[kind])
    match kind:
        case "members":
            return await members.take(read, troubles, work)
        case "customers":
            return await customers.take(read, troubles, work, at)
        case "products":
            return await products.take(read, troubles, work)
    return await products.take_stock(read, troubles, work, at)
