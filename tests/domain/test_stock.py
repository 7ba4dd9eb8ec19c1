"""Limits of products and who sees what they cost."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.members import Member, Role
from domain.stock import Holding, Mark, Product, StockLevel, as_of, sees_cost, sees_price, total

NOON = datetime(2025, 6, 11, 4, tzinfo=UTC)
GATEWAY = Product(id=1, code="X100", name="边缘网关", unit="台", lower=60, upper=400)


@pytest.mark.parametrize(
    ("quantity", "mark"),
    [(59, Mark.LOW), (60, Mark.FINE), (400, Mark.FINE), (401, Mark.HIGH), (-1, Mark.LOW)],
)
def test_a_quantity_exactly_at_a_limit_is_fine(quantity: int, mark: Mark) -> None:
    assert GATEWAY.mark(quantity) is mark


def test_a_product_without_limits_is_never_too_few() -> None:
    assert Product(code="X", name="X").mark(0) is Mark.FINE


def test_a_product_named_like_its_code_is_not_called_twice() -> None:
    assert Product(code="X1", name="X1").called == "X1"
    assert GATEWAY.called == "X100 边缘网关"


def test_what_is_shown_is_as_old_as_its_oldest_figure() -> None:
    holdings = [
        Holding(product=GATEWAY, warehouse="上海仓", quantity=3, at=NOON),
        Holding(product=GATEWAY, warehouse="北京仓", quantity=4, at=NOON - timedelta(days=1)),
    ]

    assert total(holdings) == 7
    assert as_of(holdings) == NOON - timedelta(days=1)
    assert as_of([]) is None


def test_a_stated_level_carries_the_time_of_its_figure() -> None:
    level = StockLevel(product=1, warehouse=1, quantity=3, at=NOON).stated(5, NOON + timedelta(hours=1))

    assert (level.quantity, level.at) == (5, NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("role", "price", "cost"),
    [
        (Role.SALES, True, False),
        (Role.MANAGER, True, True),
        (Role.FINANCE, True, True),
        (Role.ADMIN, True, True),
        (Role.EXPERT, False, False),
        (Role.KEEPER, False, False),
    ],
)
def test_prices_are_shown_by_role_and_never_in_a_group(role: Role, price: bool, cost: bool) -> None:
    member = Member(code="Y1", name="周", roles=(role,))

    assert (sees_price(member, in_group=False), sees_cost(member, in_group=False)) == (price, cost)
    assert not sees_price(member, in_group=True)
    assert not sees_cost(member, in_group=True)
