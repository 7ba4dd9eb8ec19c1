"""Products and how much of each lies in which warehouse."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from domain.entity import Entity
from domain.errors import Refusal
from domain.members import Member, Role

PRICE_ROLES = (Role.SALES, Role.MANAGER, Role.FINANCE)
COST_ROLES = (Role.MANAGER, Role.FINANCE)


class UnknownProduct(Refusal):
    """No product has this code, name or alias, nor anything like it."""

    code = "unknown_product"
    says = "没有找到产品「{name}」。请换个编码或名称再发, 例如: 库存 {like}"


class Mark(StrEnum):
    """Where a quantity stands against its limits."""

    LOW = "low"
    FINE = "fine"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Entity):
    """Something we sell.

    Attributes:
        code: 编码, unique but for case.
        price, cost: of one unit, in fen; None when not known.
        lower, upper: limits of the quantity in all warehouses together; None when not set.
    """

    kind: ClassVar[str] = "product"
    letter: ClassVar[str] = "G"
    noun: ClassVar[str] = "产品"

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    spec: str = ""
    unit: str = ""
    price: int | None = None
    cost: int | None = None
    lower: int | None = None
    upper: int | None = None

    @property
    def called(self) -> str:
        """Code and name as people read them."""
        return self.name if self.name == self.code else f"{self.code} {self.name}"

    def mark(self, total: int) -> Mark:
        """Whether this many in all warehouses is too few or too many; exactly at a limit is fine."""
        if self.lower is not None and total < self.lower:
            return Mark.LOW
        if self.upper is not None and total > self.upper:
            return Mark.HIGH
        return Mark.FINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse(Entity):
    """A place where goods lie."""

    kind: ClassVar[str] = "warehouse"
    letter: ClassVar[str] = "W"
    noun: ClassVar[str] = "仓库"

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel(Entity):
    """How many of a product (id) lie in a warehouse (id), and since when that figure stands (`at`, UTC)."""

    kind: ClassVar[str] = "stock"
    letter: ClassVar[str] = "L"
    noun: ClassVar[str] = "库存"

    product: int
    warehouse: int
    quantity: int
    at: datetime

    def stated(self, quantity: int, at: datetime) -> Self:
        """The same with the quantity that was counted or imported at `at`."""
        return replace(self, quantity=quantity, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A product in one warehouse, for showing."""

    product: Product
    warehouse: str
    quantity: int
    at: datetime


def total(holdings: Sequence[Holding]) -> int:
    """How many there are in all."""
    return sum(holding.quantity for holding in holdings)


def as_of(holdings: Sequence[Holding]) -> datetime | None:
    """When the oldest of the figures was taken: all shown is at least this fresh. None when there are none."""
    return min((holding.at for holding in holdings), default=None)


def sees_price(member: Member, *, in_group: bool) -> bool:
    """Whether to show the selling price; in a group others read along, so never there."""
    return not in_group and member.has(*PRICE_ROLES)


def sees_cost(member: Member, *, in_group: bool) -> bool:
    """Whether to show what it costs us."""
    return not in_group and member.has(*COST_ROLES)
