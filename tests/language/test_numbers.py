from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.amounts import moneys, percents, vague_end
from handlers.language.numbers import numbers, numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一万三", "13000"),
        ("3万4000", "34000"),
        ("2千零30万", "20300000"),
        ("两千三百五", "2350"),
        ("壹佰贰拾", "120"),
        ("4.78万亿", "4780000000000"),
        ("二零零八", "2008"),
        ("一千零五", "1005"),
        ("九十二万四", "924000"),
        ("千三", "1300"),
        ("两千万点五", "20000000.5"),
        ("1,234,567.89", "1234567.89"),
        ("三五", None),
        ("万", None),
        ("拾", None),
    ],
)
def test_a_numeral_has_its_value_or_none(text: str, value: str | None) -> None:
    assert numeral(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("入库50台和三十台", ["50", "30"]),
        ("1w5", ["15000"]),
        ("-2.5 m", ["-2500000"]),
        ("七八个", []),
        ("放一下一起看", []),
        ("十打苹果", ["120"]),
        ("80来万", ["800000"]),
        ("三百多块", ["300"]),
        ("2个亿", ["200000000"]),
    ],
)
def test_numbers_are_found_in_a_text(text: str, values: list[str]) -> None:
    assert [vague_end(text, number).value for number in numbers(text)] == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("五元三毛", "5.3", "CNY"),
        ("三块五毛二", "3.52", "CNY"),
        ("¥36.8万", "368000", "CNY"),
        ("十美元", "10", "USD"),
        ("5306亿台币", "530600000000", "TWD"),
        ("壹佰贰拾万元整", "1200000", "CNY"),
        ("58块5", "58.5", "CNY"),
    ],
)
def test_money_has_amount_and_currency(text: str, value: str, currency: str) -> None:
    money = next(moneys(text, list(numbers(text))))
    assert (money.value, money.currency) == (Decimal(value), currency)


def test_two_amounts_joined_are_a_span() -> None:
    money = list(moneys("100到200元", list(numbers("100到200元"))))[-1]
    assert (money.least, money.value) == (Decimal(100), Decimal(200))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("八五折", "85"),
        ("9.5折", "95"),
        ("对折", "50"),
        ("七成六", "76"),
        ("三成半", "35"),
        ("百分之六", "6"),
        ("仟分之贰", "0.2"),
        ("12k个百分点", "12000"),
        ("15% off", "15"),
    ],
)
def test_shares_are_in_percent(text: str, value: str) -> None:
    assert Decimal(value) in [share.value for share in percents(text, list(numbers(text)))]


@given(st.text(alphabet="0123456789.,零一二三四五六七八九十百千万亿点半两-负kw个多来", max_size=40))
def test_no_run_of_numerals_is_too_much(text: str) -> None:
    for number in numbers(text):
        assert 0 <= number.start < number.end <= len(text)


@given(st.integers(0, 10**12))
def test_digits_are_read_as_they_stand(value: int) -> None:
    assert [number.value for number in numbers(f"共{value}台")] == [value]
