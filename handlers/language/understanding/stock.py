"""Slots of `stock.query` and `stock.move`."""

import re

from handlers.language.names import Name
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import Slots, code, customers, first_key, quantity

_MOVES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("count", re.compile(r"盘点|盘库|实盘|盘了|盘存|盘一下|盘出|盘完|^盘|清点|点数|点了一?下")),
    (
        "transfer",
        re.compile(
            r"调拨|移库|转库|移仓|W[^,\n]{0,30}(?:调|挪|转|移|发|往|→|->|运|搬|拨|到|去).{0,24}W|(?:调|挪|转|"
            r"移|拨|搬)[^,\n]{0,24}(?:到|去|给|往|→|->).{0,4}W|^调|调货"
        ),
    ),
    (
        "in",
        re.compile(
            r"入库|到货|进货|收货|退库|退货|入了|收了|收到|进了|来了|进[^,\n]{0,4}W|到了|还回|归还|退回|^入|"
            r"^进|^收|进库|补货|送来|到仓"
        ),
    ),
    (
        "out",
        re.compile(
            r"出库|发货|出货|领用|领料|借出|借走|发走|发出|寄出|领走|提走|拉走|报损|报废|出了|卖了|送出|拿走|"
            r"^出|^发|发了|发给|寄给|领了|用了"
        ),
    ),
)
_TO = re.compile(r"(?:到|去|给|往|进|→|->|至|调入|转入|移到|发往|入)(?:了)?\s*$")
_FROM = re.compile(r"(?:从|由|自|把)\s*$")


def query(message: Message) -> Slots:
    return first_key(message, "product", weak=True) | first_key(message, "warehouse")


def move(message: Message) -> Slots:
    kind = move_type(message)
    found: Slots = {"move_type": kind, **first_key(message, "product", weak=True)}
    count = quantity(message, bare=True)
    if count is not None:
        found["quantity"] = count
    houses = message.of_kind("warehouse")
    if kind == "transfer":
        found |= _both_ends(message, houses)
    elif houses:
        found["warehouse"] = houses[0].key
    return found | customers(message) | code(message)


def move_type(message: Message) -> str:
    """Counting and moving between warehouses say more than in and out; 退货入库 comes in, 报损出库 goes out."""
    shape = message.shape[message.core :]
    if re.search(r"出库", shape) and not re.search(r"入库", shape):
        return "out"
    if re.search(r"入库", shape) and not re.search(r"盘", shape):
        return "in"
    for kind, pattern in _MOVES:
        if pattern.search(shape):
            return kind
    return "out"


def _both_ends(message: Message, houses: list[Name]) -> Slots:
    """Of several destinations the last one counts: 转到西南...不对 转到武汉."""
    source: Name | None = None
    target: Name | None = None
    for house in houses:
        before = message.shape[max(0, house.start - 4) : house.start]
        if _FROM.search(before) and source is None:
            source = house
        elif _TO.search(before):
            target = house
        elif source is None and target is None:
            source = house
        else:
            target = house
    ends: Slots = {}
    if source:
        ends["from_warehouse"] = source.key
    if target:
        ends["to_warehouse"] = target.key
    return ends
