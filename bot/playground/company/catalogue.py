"""Customers, products and stock of 远山科技, read from the tables beside this module; all of them are invented."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
WAREHOUSES = ("北京仓", "上海仓", "深圳仓")
SEPARATOR = "、"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person on the customer's side."""

    name: str
    title: str
    phone: str

    @property
    def called(self) -> str:
        """How reps call the person: `王总` for a general manager named 王建军, `钱经理`, `施主任`."""
        if not "\u4e00" <= self.name[0] <= "\u9fff" or len(self.name) < 2 or self.name.startswith("老"):
            return self.name
        surname = self.name[:2] if self.name.startswith("欧阳") else self.name[0]
        for ending, word in SHORT_TITLES:
            if self.title.endswith(ending):
                return surname + word
        return self.name


SHORT_TITLES = (
    ("总经理", "总"),
    ("经理", "经理"),
    ("总监", "总"),
    ("副总", "总"),
    ("行长", "行长"),
    ("主任", "主任"),
    ("主管", "主管"),
    ("科长", "科长"),
    ("处长", "处长"),
    ("部长", "部长"),
    ("厂长", "厂长"),
    ("校长", "校长"),
    ("院长", "院长"),
    ("场长", "场长"),
    ("站长", "站长"),
    ("总工", "总工"),
    ("工程师", "工"),
    ("助理", "助理"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as imported; `owner` is a 工号, "" for the public pool; the first contact is the main one."""

    name: str
    short: str
    aliases: tuple[str, ...]
    industry: str
    region: str
    level: str
    owner: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product; `price` and `cost` in fen, `low` and `high` are the limits of what should be in stock."""

    code: str
    name: str
    aliases: tuple[str, ...]
    spec: str
    unit: str
    price: int
    cost: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """How much of a product lies in one warehouse."""

    code: str
    warehouse: str
    quantity: int


@cache
def customers() -> tuple[Customer, ...]:
    """All customers, as in `customers.csv`."""
    return tuple(_customer(row) for row in _rows("customers.csv"))


@cache
def products() -> tuple[Product, ...]:
    """All products, as in `products.csv`."""
    return tuple(_product(row) for row in _rows("products.csv"))


@cache
def stock() -> tuple[StockLevel, ...]:
    """What lies where; services and licences only where there is any."""
    return tuple(
        StockLevel(code=row["编码"], warehouse=warehouse, quantity=int(row[warehouse]))
        for row in _rows("products.csv")
        for warehouse in WAREHOUSES
        if int(row[warehouse]) or int(row["下限"])
    )


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as table:
        return tuple(csv.DictReader(table))


def _customer(row: dict[str, str]) -> Customer:
    first = Contact(name=row["联系人"], title=row["职务"], phone=row["电话"])
    return Customer(
        name=row["名称"],
        short=row["简称"],
        aliases=_several(row["别名"]),
        industry=row["行业"],
        region=row["地区"],
        level=row["级别"],
        owner=row["负责人"],
        contacts=(first, *(_contact(text) for text in _several(row["其他联系人"]))),
    )


def _contact(text: str) -> Contact:
    name, title, phone = text.split("/")
    return Contact(name=name, title=title, phone=phone)


def _product(row: dict[str, str]) -> Product:
    return Product(
        code=row["编码"],
        name=row["名称"],
        aliases=_several(row["别名"]),
        spec=row["规格"],
        unit=row["单位"],
        price=int(row["单价"]) * 100,
        cost=int(row["成本"]) * 100,
        low=int(row["下限"]),
        high=int(row["上限"]),
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(SEPARATOR) if part)
