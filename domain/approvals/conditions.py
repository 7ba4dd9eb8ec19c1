"""Conditions of steps: decided on the facts of a request, whoever wrote and reads the expression."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

from domain.approvals.values import Field, Scalar, decimal_of
from domain.customers import Customer
from domain.members import Member

Facts: TypeAlias = Mapping[str, Decimal | str | None]
"""By name and by label: numbers (money in yuan), texts, and None for what was not said."""

Condition: TypeAlias = Callable[[Facts], bool]

REQUESTER_DEPARTMENT = ("requester_department", "申请人部门")
CUSTOMER_LEVEL = ("customer_level", "客户级别")


def always(_facts: Facts) -> bool:
    """The condition of a step that has none."""
    return True


def facts_of(
    fields: Iterable[Field], values: Mapping[str, Scalar], applicant: Member, customer: Customer | None
) -> Facts:
    """What the conditions of a definition may speak of, for one request."""
    facts: dict[str, Decimal | str | None] = {}
    for field in fields:
        value = values.get(field.name)
        fact: Decimal | str | None = None
        if value is not None:
            number = decimal_of(field.kind, value)
            fact = str(value) if number is None else number
        facts |= {field.name: fact, field.label: fact}
    facts |= dict.fromkeys(REQUESTER_DEPARTMENT, applicant.department)
    facts |= dict.fromkeys(CUSTOMER_LEVEL, customer.level.value if customer else None)
    return facts


def fact_names(fields: Iterable[Field]) -> frozenset[str]:
    """Every name that a condition may use."""
    own = {name for field in fields for name in (field.name, field.label)}
    return frozenset(own | {*REQUESTER_DEPARTMENT, *CUSTOMER_LEVEL})
