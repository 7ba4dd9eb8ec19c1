"""Products, warehouses, what lies where, and the names by which messages speak of them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from domain.errors import NotFound
from domain.stock import Holding, Product, StockLevel, Warehouse
from storage.collection import Collection
from storage.names import names
from storage.schema import Id, Json, Utc, entity_table

products = entity_table(
    "products",
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("aliases", Json, nullable=False),
    sa.Column("spec", sa.String(256), nullable=False),
    sa.Column("unit", sa.String(16), nullable=False),
    sa.Column("price", sa.BigInteger),
    sa.Column("cost", sa.BigInteger),
    sa.Column("lower", sa.BigInteger),
    sa.Column("upper", sa.BigInteger),
)

warehouses = entity_table(
    "warehouses",
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("aliases", Json, nullable=False),
)

stock_levels = entity_table(
    "stock_levels",
    sa.Column("product", Id, nullable=False),
    sa.Column("warehouse", Id, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("product", "warehouse"),
    sa.Index("ix_stock_levels_warehouse", "warehouse"),
)

LIKELY = 100
"""Names looked at closely when a product's name is vague."""

LONGEST = 24
"""Different characters of a vague name that are looked for."""


class Products(Collection[Product]):
    """What we sell."""

    table = products
    entity = Product

    async def by_code(self, code: str) -> Product | None:
        """The product with this code, whatever its case."""
        return await self._one(sa.func.lower(products.c.code) == code.strip().lower())

    async def by_codes(self, codes: Iterable[str]) -> dict[str, Product]:
        """Products by their code in lower case; codes that are not there are left out."""
        wanted = sorted({code.lower() for code in codes})
        rows = await self._all(sa.select(products).where(sa.func.lower(products.c.code).in_(wanted)))
        return {product.code.lower(): product for product in rows}

    async def called(self, folded: str) -> Sequence[Product]:
        """Products of exactly this folded name, by code."""
        known = sa.select(names.c.ref).where(names.c.kind == "product", names.c.folded == folded)
        return await self._all(sa.select(products).where(products.c.id.in_(known)).order_by(products.c.code))

    async def resembling(self, folded: str) -> Sequence[tuple[int, str]]:
        """Ids and folded names of products that share characters with this folded name, those that share most first."""
        shared = [
            sa.case((names.c.folded.contains(character, autoescape=True), 1), else_=0)
            for character in sorted(set(folded))[:LONGEST]
        ]
        if not shared:
            return ()
        count = sum(shared[1:], shared[0])
        query = sa.select(names.c.ref, names.c.folded).where(names.c.kind == "product", count > 0)
        rows = await self._connection.all(query.order_by(count.desc(), names.c.id).limit(LIKELY))
        return [(row.ref, row.folded) for row in rows]

    async def first(self) -> Product | None:
        """The product with the first code, for examples; None when there are none."""
        rows = await self._all(sa.select(products).order_by(products.c.code).limit(1))
        return next(iter(rows), None)


class Warehouses(Collection[Warehouse]):
    """Where goods lie."""

    table = warehouses
    entity = Warehouse

    async def every(self) -> Sequence[Warehouse]:
        """All warehouses, in the order they came into being."""
        return await self._all(sa.select(warehouses).order_by(warehouses.c.id))

    async def named(self, name: str) -> Warehouse:
        """The warehouse of this name or alias as it is written.

        Raises:
            NotFound: there is none.
        """
        for warehouse in await self.every():
            if name in (warehouse.name, *warehouse.aliases):
                return warehouse
        raise NotFound(what="仓库", name=name)


class Stock(Collection[StockLevel]):
    """What lies where."""

    table = stock_levels
    entity = StockLevel

    async def of_product(self, product: Product) -> Sequence[Holding]:
        """The product in every warehouse that has a figure for it, the fullest first."""
        query = (
            sa.select(warehouses.c.name, stock_levels.c.quantity, stock_levels.c.at)
            .join(warehouses, warehouses.c.id == stock_levels.c.warehouse)
            .where(stock_levels.c.product == product.id)
            .order_by(stock_levels.c.quantity.desc(), warehouses.c.id)
        )
        return [
            Holding(product=product, warehouse=row.name, quantity=row.quantity, at=row.at)
            for row in await self._connection.all(query)
        ]

    async def in_warehouse(self, warehouse: Warehouse) -> Sequence[Holding]:
        """Everything of which there is some in a warehouse, by code."""
        query = (
            sa.select(stock_levels.c.product, stock_levels.c.quantity, stock_levels.c.at)
            .join(products, products.c.id == stock_levels.c.product)
            .where(stock_levels.c.warehouse == warehouse.id, stock_levels.c.quantity != 0)
            .order_by(products.c.code)
        )
        rows = await self._connection.all(query)
        known = await Products(self._connection, self._journal, self._happened).by_ids([row.product for row in rows])
        return [
            Holding(product=known[row.product], warehouse=warehouse.name, quantity=row.quantity, at=row.at)
            for row in rows
        ]

    async def levels(self, product_ids: Iterable[int]) -> dict[tuple[int, int], StockLevel]:
        """The levels of these products by (product, warehouse)."""
        query = sa.select(stock_levels).where(stock_levels.c.product.in_(sorted(set(product_ids))))
        return {(level.product, level.warehouse): level for level in await self._all(query)}

    async def confirm(self, levels: Iterable[StockLevel], at: datetime) -> None:
        """These figures still stood at `at`; nothing else changed, so the journal has no entry of it."""
        ids = [level.id for level in levels]
        if ids:
            await self._connection.run(sa.update(stock_levels).where(stock_levels.c.id.in_(ids)).values(at=at))


def product_names(product: Product, fold: Callable[[str], str]) -> set[str]:
    """Every folded name of a product: code, name, aliases."""
    return {fold(name) for name in (product.code, product.name, *product.aliases)}


def warehouse_names(warehouse: Warehouse, fold: Callable[[str], str]) -> set[str]:
    """Every folded name of a warehouse: its name, aliases, and 上海库 and 上海 for 上海仓."""
    place = warehouse.name.removesuffix("仓库").removesuffix("仓").removesuffix("库")
    short = {place, f"{place}仓", f"{place}库"} if len(place) > 1 and place != warehouse.name else set()
    return {fold(name) for name in (warehouse.name, *warehouse.aliases, *short)}
