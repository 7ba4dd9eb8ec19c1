from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import LARGEST, NotMoney, decimal_yuan, shown, yuan


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        ("12800.5", 1_280_050),
        ("12,800.50", 1_280_050),
        ("3.5万", 3_500_000),
        ("¥1.2亿", 12_000_000_000),
        ("200元", 20_000),
        ("-3", -300),
        (5, 500),
        (Decimal("0.01"), 1),
    ],
)
def test_an_amount_is_read_into_fen(amount: str | int | Decimal, fen: int) -> None:
    assert yuan(amount) == fen


@pytest.mark.parametrize(
    "amount", ["", "万", "一百", "0.001", "1e3万块钱", "NaN", "Infinity", "1e40", Decimal("0.005")]
)
def test_what_is_no_amount_in_whole_fen_is_refused(amount: str | Decimal) -> None:
    with pytest.raises(NotMoney):
        yuan(amount)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (50_000_000, "50万"),
        (3_500_000, "3.5万"),
        (1_280_050, "12,800.50"),
        (1_280_000, "1.28万"),
        (1_234_500, "12,345"),
        (12_000_000_000, "1.2亿"),
        (12_000_500_000, "12,000.5万"),
        (99_900, "999"),
        (1, "0.01"),
        (0, "0"),
        (-3_500_000, "-3.5万"),
    ],
)
def test_an_amount_is_shown_as_people_write_it(fen: int, text: str) -> None:
    assert shown(fen) == text


@given(st.integers(-LARGEST, LARGEST))
def test_nothing_is_lost_in_showing(fen: int) -> None:
    assert yuan(shown(fen)) == fen
    assert yuan(decimal_yuan(fen)) == fen
