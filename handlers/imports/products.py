"""Products by 编码, and stock by 编码 and 仓库; a warehouse comes into being where stock first lies in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.stock import Product, StockLevel, Warehouse
from handlers.imports.columns import (
    Column,
    Counts,
    Record,
    Refused,
    Trouble,
    batches,
    code,
    count,
    money,
    repeated,
    several,
    text,
)
from handlers.language.names import folded_name
from storage.stock import product_names, warehouse_names
from storage.work import Work

COLUMNS = (
    Column("编码", code(64), "64个字以内、没有空格的产品编码", required=True),
    Column("名称", text(128), "128个字以内的产品名称", required=True),
    Column("别名", several(64), "别名, 用、隔开", empty=()),
    Column("规格", text(256), "256个字以内的规格"),
    Column("单位", text(16), "16个字以内的单位, 例如 台"),
    Column("单价", money, "金额(元), 例如 1980 或 12.50", empty=None),
    Column("成本", money, "金额(元), 例如 1120 或 12.50", empty=None),
    Column("下限", count, "不小于0的整数", empty=None),
    Column("上限", count, "不小于0的整数", empty=None),
)

STOCK_COLUMNS = (
    Column("编码", code(64), "已有产品的编码", required=True),
    Column("仓库", text(64), "64个字以内的仓库名称", required=True),
    Column("数量", count, "不小于0的整数", required=True),
)


async def take(read: Sequence[Record], troubles: list[Trouble], work: Work) -> Counts:
    """Keep the products of a file.

    Raises:
        Refused: something is wrong; see its troubles.
    """
    troubles += repeated(read, "编码", lambda record: record.values["编码"].lower())
    for record in read:
        lower, upper = record.get("下限", None), record.get("上限", None)
        if lower is not None and upper is not None and lower > upper:
            troubles.append(Trouble(record.row, "下限", f"下限 {lower} 大于上限 {upper}"))
    if troubles:
        raise Refused(troubles=troubles)
    counts = Counts()
    for batch in batches(read):
        known = await work.products.by_codes([record.values["编码"] for record in batch])
        fresh = []
        for record in batch:
            old = known.get(record.values["编码"].lower())
            product = _product(record, old)
            if old is None:
                fresh.append(product)
            elif product != old:
                await _know(work, [await work.products.save(product)])
                counts.changed += 1
            else:
                counts.same += 1
        await _know(work, await work.products.add_all(fresh))
        counts.added += len(fresh)
    return counts


def _product(record: Record, old: Product | None) -> Product:
    fresh = old or Product(code=record.values["编码"], name=record.values["名称"])
    return replace(
        fresh,
        name=record.values["名称"],
        aliases=record.get("别名", fresh.aliases),
        spec=record.get("规格", fresh.spec),
        unit=record.get("单位", fresh.unit),
        price=record.get("单价", fresh.price),
        cost=record.get("成本", fresh.cost),
        lower=record.get("下限", fresh.lower),
        upper=record.get("上限", fresh.upper),
    )


async def _know(work: Work, products: Sequence[Product]) -> None:
    called = [(product.id, product.code, product_names(product, folded_name)) for product in products]
    await work.names.call_all("product", called)


async def take_stock(read: Sequence[Record], troubles: list[Trouble], work: Work, at: datetime) -> Counts:
    """Keep the quantities of a file, as they stand at `at`.

    Raises:
        Refused: something is wrong; see its troubles.
    """
    troubles += repeated(read, "仓库", lambda record: (record.values["编码"].lower(), record.values["仓库"]))
    known: dict[str, Product] = {}
    for batch in batches(read):
        known |= await work.products.by_codes([record.values["编码"] for record in batch])
    for record in read:
        if record.values["编码"].lower() not in known:
            says = f"没有编码「{record.values['编码']}」的产品, 请先导入产品"
            troubles.append(Trouble(record.row, "编码", says))
    if troubles:
        raise Refused(troubles=troubles)
    places = await _warehouses(read, work)
    counts = Counts()
    for batch in batches(read):
        levels = await work.stock.levels([known[record.values["编码"].lower()].id for record in batch])
        fresh, still = [], []
        for record in batch:
            product, warehouse = known[record.values["编码"].lower()], places[record.values["仓库"]]
            old, quantity = levels.get((product.id, warehouse.id)), record.values["数量"]
            if old is None:
                fresh.append(StockLevel(product=product.id, warehouse=warehouse.id, quantity=quantity, at=at))
            elif old.quantity == quantity:
                still.append(old)
            else:
                await work.stock.save(old.stated(quantity, at))
                counts.changed += 1
        await work.stock.add_all(fresh)
        await work.stock.confirm(still, at)
        counts.added += len(fresh)
        counts.same += len(still)
    return counts


async def _warehouses(read: Sequence[Record], work: Work) -> dict[str, Warehouse]:
    """The warehouses that are named, by name; new ones are made."""
    places = {name: place for place in await work.warehouses.every() for name in (*place.aliases, place.name)}
    for name in dict.fromkeys(record.values["仓库"] for record in read):
        if name not in places:
            saved = await work.warehouses.save(Warehouse(name=name))
            await work.names.call("warehouse", saved.id, saved.name, warehouse_names(saved, folded_name))
            places[name] = saved
    return places
