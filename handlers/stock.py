"""How much of a product there is, in all and per warehouse."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from rapidfuzz import fuzz

from domain.errors import NotFound
from domain.stock import (
    Holding,
    Mark,
    Product,
    UnknownProduct,
    Warehouse,
    as_of,
    sees_cost,
    sees_price,
    total,
)
from handlers.dialogue.card import Button, Card, Line, Option, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.question import MOST, Question
from handlers.dialogue.reply import Reply, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.language.folding import folded
from handlers.language.names import folded_name
from handlers.language.telling import told_head, told_shortly

routes = Routes()

_NOISE = re.compile(r"库存|仓库|还有|还剩|多少|有没有|有货|现货|产品|现在|总共|看看|帮我|查|一下|下|吗|呢|几")

ALIKE = 60
"""From this likeness on (0 to 100) a product may be the one that is meant."""

SURE = 90
"""The only product that is at least this alike is taken without asking."""

PIECE = 2
"""Characters of a name that have to stand in a sentence for its product to be offered."""

ROWS = 10
"""Products of a warehouse shown in the chat; the page has them all."""


class QueryStock(Command, name="stock.query", typed="库存 {sku} {warehouse}"):
    """How much of a product (code, name or alias) there is; with a warehouse only there, or all that lies in it."""

    sku: str = ""
    warehouse: str = ""


@routes.command(
    examples={
        "库存 X100": QueryStock(sku="X100"),
        "上海仓 X200 还有多少": QueryStock(sku="X200", warehouse="上海仓"),
        "北京仓现在都有啥": QueryStock(warehouse="北京仓"),
    },
    title="查库存",
)
async def query(command: QueryStock, request: Request) -> Reply:
    """Stock of one product, or of one warehouse when no product is named."""
    warehouse = await _warehouse(command.warehouse, request)
    if not command.sku and warehouse is not None:
        holdings = await request.work.stock.in_warehouse(warehouse)
        return say(warehouse_card(warehouse, holdings, request))
    product = await _product(command, request)
    return say(product_card(product, await request.work.stock.of_product(product), warehouse, request))


async def _warehouse(name: str, request: Request) -> Warehouse | None:
    """The warehouse of this name, alias or usual short form; None for no name.

    Raises:
        NotFound: there is none.
    """
    if not name:
        return None
    known = await request.work.names.known({folded_name(name)})
    ids = [entry.ref for entry in known if entry.kind == "warehouse"]
    return await request.work.warehouses.by_id(ids[0]) if ids else await request.work.warehouses.named(name)


async def _product(command: QueryStock, request: Request) -> Product:
    """The product that is meant.

    Raises:
        Question: none is named, or several are likely.
        UnknownProduct: nothing is like it.
    """
    products = request.work.products
    said = command.sku or request.said.text
    if not said.strip():
        raise Question(command, "sku", "查哪个产品的库存?", subtitle="请回复编码或名称, 例如: X100")
    exact = await products.by_code(said)
    found = [exact] if exact else list(await products.called(folded_name(said)))
    if len(found) == 1:
        return found[0]
    alike = found or (await _alike(folded_name(said), request) if command.sku else await _within(said, request))
    if len(alike) == 1:
        return alike[0]
    if alike:
        options = tuple(Option(id=product.code, text=product.called) for product in alike[:MOST])
        says = f"「{told_head(said)}」是哪个产品?" if command.sku else "查哪个产品的库存?"
        raise Question(command, "sku", says, options)
    if not command.sku:
        raise Question(command, "sku", "查哪个产品的库存?", subtitle="请回复编码或名称, 例如: X100")
    raise UnknownProduct(name=told_head(said), like=await _any_code(request))


async def _alike(folded: str, request: Request) -> Sequence[Product]:
    """Products whose names are like this one, the likeliest first; only that one when it stands out."""
    scores: dict[int, float] = {}
    for ref, name in await request.work.products.resembling(folded):
        score = max(fuzz.ratio(folded, name), 0.9 * fuzz.partial_ratio(folded, name)) if len(name) > 1 else 0
        scores[ref] = max(scores.get(ref, 0), score)
    likely = sorted((ref for ref, score in scores.items() if score >= ALIKE), key=lambda ref: (-scores[ref], ref))
    sure = [ref for ref in likely if scores[ref] >= SURE]
    if len(sure) == 1:
        likely = sure
    found = await request.work.products.by_ids(likely[:MOST])
    return [found[ref] for ref in likely[:MOST] if ref in found]


async def _within(sentence: str, request: Request) -> Sequence[Product]:
    """Products with the longest piece of a name in a sentence: 交换机 in 「查下交换机库存」."""
    said = folded_name(_NOISE.sub(" ", folded(sentence)))
    shared: dict[int, int] = {}
    for ref, name in await request.work.products.resembling(said):
        piece = SequenceMatcher(None, said, name, autojunk=False).find_longest_match()
        shared[ref] = max(shared.get(ref, 0), piece.size)
    longest = max(shared.values(), default=0)
    likely = [ref for ref, size in sorted(shared.items()) if size == longest >= PIECE]
    found = await request.work.products.by_ids(likely[:MOST])
    return [found[ref] for ref in likely[:MOST] if ref in found]


async def _any_code(request: Request) -> str:
    product = await request.work.products.first()
    return product.code if product else "X100"


def product_card(product: Product, holdings: Sequence[Holding], warehouse: Warehouse | None, request: Request) -> Card:
    """Total, each warehouse (or the one asked for), limits, the time of the figures, prices for who may see them."""
    everything = total(holdings)
    mark = product.mark(everything)
    here = [holding for holding in holdings if warehouse is None or holding.warehouse == warehouse.name]
    lines = [Line(label=holding.warehouse, text=_amount(holding.quantity, product)) for holding in here]
    if warehouse is not None and not here:
        lines.append(Line(label=warehouse.name, text=f"{_amount(0, product)} (没有入过库)"))
    lines.insert(0 if warehouse is None else len(lines), Line(label="合计", text=_amount(everything, product)))
    lines += [*_limit_lines(product), *_price_lines(product, request), *_time_lines(holdings, request)]
    others = Button.to("全部仓库", QueryStock(sku=product.code)) if warehouse is not None else None
    return Card(
        title=f"{product.called} 库存",
        subtitle=product.spec,
        tone=Tone.INFO if mark is Mark.FINE else Tone.WARNING,
        lines=tuple(lines),
        text=_warning(product, everything),
        buttons=(others,) if others else (),
        page=f"/h5/stock/{product.code}",
    )


def warehouse_card(warehouse: Warehouse, holdings: Sequence[Holding], request: Request) -> Card:
    """What lies in a warehouse: the first products by code, all of them on the page."""
    rows = [f"{holding.product.called}: {_amount(holding.quantity, holding.product)}" for holding in holdings]
    more = [f"……共 {len(rows)} 种, 点「查看详情」看全部"] if len(rows) > ROWS else []
    return Card(
        title=f"{warehouse.name} 库存",
        subtitle=f"共 {len(rows)} 种产品" if rows else "目前没有库存",
        lines=tuple(_time_lines(holdings, request)),
        text="\n".join([*rows[:ROWS], *more]),
        page=f"/h5/warehouses/{warehouse.name}",
    )


def _amount(quantity: int, product: Product) -> str:
    return f"{quantity:,} {product.unit}".strip()


def _limit_lines(product: Product) -> list[Line]:
    limits = [
        f"{word} {limit:,}" for word, limit in (("下限", product.lower), ("上限", product.upper)) if limit is not None
    ]
    return [Line(label="限额", text=", ".join(limits))] if limits else []


def _each(fen: int) -> str:
    """The price of one in yuan, every digit of it."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan:,}{f'.{rest:02d}' if rest else ''}"


def _price_lines(product: Product, request: Request) -> list[Line]:
    lines = []
    if product.price is not None and sees_price(request.sender, in_group=request.in_group):
        lines.append(Line(label="单价", text=f"{_each(product.price)} 元"))
    if product.cost is not None and sees_cost(request.sender, in_group=request.in_group):
        lines.append(Line(label="成本", text=f"{_each(product.cost)} 元"))
    return lines


def _time_lines(holdings: Sequence[Holding], request: Request) -> list[Line]:
    at = as_of(holdings)
    if at is None:
        return []
    return [Line(label="数据时间", text=told_shortly(request.calendar.office_time(at), request.today))]


def _warning(product: Product, everything: int) -> str:
    match product.mark(everything):
        case Mark.LOW:
            return f"合计低于下限 {_amount(product.lower or 0, product)}, 下单前请先和仓管确认。"
        case Mark.HIGH:
            return f"合计高于上限 {_amount(product.upper or 0, product)}。"
        case Mark.FINE:
            return ""


@routes.view("/stock/{code}", "stock/product.html")
async def product_page(request: Request, code: str) -> Mapping[str, Any]:
    """One product with its stock per warehouse; prices only for who may see them.

    Raises:
        NotFound: there is no such product.
    """
    product = await request.work.products.by_code(code)
    if product is None:
        raise NotFound(what="产品", name=code)
    holdings = await request.work.stock.of_product(product)
    price = product.price if sees_price(request.sender, in_group=False) else None
    cost = product.cost if sees_cost(request.sender, in_group=False) else None
    return {
        "title": f"{product.called} 库存",
        "code": product.code,
        "name": product.name,
        "spec": product.spec,
        "unit": product.unit,
        "total": total(holdings),
        "lower": product.lower,
        "upper": product.upper,
        "price": None if price is None else _each(price),
        "cost": None if cost is None else _each(cost),
        "mark": str(product.mark(total(holdings))),
        "rows": [_row(holding, request) for holding in holdings],
    }


@routes.view("/warehouses/{name}", "stock/warehouse.html")
async def warehouse_page(request: Request, name: str) -> Mapping[str, Any]:
    """Everything that lies in a warehouse.

    Raises:
        NotFound: there is no such warehouse.
    """
    warehouse = await request.work.warehouses.named(name)
    holdings = await request.work.stock.in_warehouse(warehouse)
    return {"title": f"{warehouse.name} 库存", "rows": [_row(holding, request) for holding in holdings]}


def _row(holding: Holding, request: Request) -> dict[str, Any]:
    product = holding.product
    at = request.calendar.office_time(holding.at)
    return {
        "code": product.code,
        "name": product.name,
        "warehouse": holding.warehouse,
        "quantity": holding.quantity,
        "unit": product.unit,
        "at": told_shortly(at, request.today),
    }
