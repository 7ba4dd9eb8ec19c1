"""What a definition makes of the values of a request."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.approvals import Confirmation, Field, Kind, decimal_of, shown
from tests.domain.approvals.staff import a_definition


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.MONEY, 128_050, "1,280.50元"),
        (Kind.MONEY, 86_000_000, "86万元"),
        (Kind.DAYS, "0.5", "0.5天"),
        (Kind.DAYS, "10", "10天"),
        (Kind.PERCENT, "0.12", "12%"),
        (Kind.DISCOUNT, "0.85", "8.5折"),
        (Kind.DATE, "2025-06-20", "2025年6月20日"),
        (Kind.DATE, "2025-06-20T14:00", "2025年6月20日 14:00"),
        (Kind.NUMBER, 30, "30"),
        (Kind.TEXT, "接孩子", "接孩子"),
    ],
)
def test_values_are_shown_as_people_read_them(kind: Kind, value: str | int, text: str) -> None:
    assert shown(kind, value) == text


@pytest.mark.parametrize(
    ("kind", "value", "number"),
    [
        (Kind.MONEY, 128_050, Decimal("1280.5")),
        (Kind.DAYS, "0.5", Decimal("0.5")),
        (Kind.NUMBER, 30, Decimal(30)),
        (Kind.TEXT, "30", None),
    ],
)
def test_numbers_are_counted_with_exactly(kind: Kind, value: str | int, number: Decimal | None) -> None:
    assert decimal_of(kind, value) == number


def test_a_title_is_filled_and_holes_without_a_value_vanish() -> None:
    definition = a_definition()

    assert definition.titled({"category": "差旅", "amount": 128_000}) == "差旅报销 1,280元"
    assert definition.titled({"category": "差旅"}) == "差旅报销"
    assert replace(definition, title="{nothing} {amount}").titled({"amount": 100}) == "1元"


def test_the_summary_has_the_fields_that_were_filled_in_its_order() -> None:
    definition = replace(a_definition(), summary=("category", "amount", "unknown"))

    assert definition.facts_shown({"amount": 100}) == (("金额", "1元"),)


def test_from_its_limit_on_agreeing_in_words_is_confirmed() -> None:
    limited = replace(a_definition(), confirm=Confirmation(field="amount", above=Decimal(10_000)))

    assert not limited.needs_confirmation({"amount": 999_999})
    assert limited.needs_confirmation({"amount": 1_000_000})
    assert not limited.needs_confirmation({})
    assert not a_definition().needs_confirmation({"amount": 10**12})


def test_a_confirmation_of_a_field_that_is_gone_is_never_needed() -> None:
    stray = replace(a_definition(), confirm=Confirmation(field="price", above=Decimal(1)))

    assert not stray.needs_confirmation({"price": 100})


def test_the_money_in_a_request_is_its_first_amount() -> None:
    days = Field(name="days", label="天数", kind=Kind.DAYS)

    assert a_definition().money_in({"amount": 100}) == 100
    assert replace(a_definition(), fields=(days,)).money_in({"days": "3"}) is None
