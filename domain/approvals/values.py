"""Values of a request's fields: how they are kept, counted with and shown."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from domain import money

Scalar: TypeAlias = str | int
"""What a field holds: fen for money, a whole number for a number, text for everything else."""


class Kind(StrEnum):
    """What a field of a request is.

    MONEY is kept as fen; DAYS, PERCENT and DISCOUNT as decimal strings (`"0.5"`, `"0.12"`, and `"0.85"` of the price
    that remains to be paid); DATE as `2026-03-02` or `2026-03-02T14:00` on the company's clock; NUMBER as a whole
    number; CUSTOMER and PRODUCT by the name and the code people know them by.
    """

    MONEY = "money"
    DAYS = "days"
    DATE = "date"
    PERCENT = "percent"
    DISCOUNT = "discount"
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    CUSTOMER = "customer"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something a request says.

    Attributes:
        label: what a person calls it.
        choices: what a CHOICE may be; for other kinds suggestions to tap.
        question: what to ask when it is missing.
        counts: for DAYS, the two DATE fields between which the working days are counted when nobody named a number.
    """

    name: str
    label: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    question: str = ""
    counts: tuple[str, ...] = ()


def decimal_of(kind: Kind, value: Scalar) -> Decimal | None:
    """What conditions count with: yuan, days, a share; None for what is no number."""
    match kind:
        case Kind.MONEY:
            return Decimal(value) / money.FEN
        case Kind.DAYS | Kind.PERCENT | Kind.DISCOUNT | Kind.NUMBER:
            return Decimal(value)
    return None


def shown(kind: Kind, value: Scalar) -> str:
    """The value as people read it: `3.5万元`, `2.5天`, `8.5折`, `12%`, `3月2日 14:00`."""
    match kind:
        case Kind.MONEY:
            return f"{money.shown(int(value))}元"
        case Kind.DAYS:
            return f"{_plain(Decimal(value))}天"
        case Kind.PERCENT:
            return f"{_plain(Decimal(value) * 100)}%"
        case Kind.DISCOUNT:
            return f"{_plain(Decimal(value) * 10)}折"
        case Kind.DATE:
            return _date(str(value))
    return str(value)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _date(text: str) -> str:
    day, _, hour = text.partition("T")
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日 {hour}".strip()
