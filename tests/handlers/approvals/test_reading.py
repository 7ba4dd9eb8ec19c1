"""Reading what was said about a field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals import Field, Kind
from domain.errors import BadValue
from handlers.approvals.reading import Reader
from tests.makers import CALENDAR, NOW

READER = Reader(NOW, CALENDAR)


def a_field(kind: Kind, *choices: str) -> Field:
    return Field(name="f", label="栏", kind=kind, choices=choices)


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        (Kind.MONEY, "1280.5", 128_050),
        (Kind.MONEY, "1280元", 128_000),
        (Kind.MONEY, "六百八", 68_000),
        (Kind.MONEY, "3.5万", 3_500_000),
        (Kind.MONEY, "五十来万", 50_000_000),
        (Kind.MONEY, "大概 2,400 块", 240_000),
        (Kind.DAYS, "3", "3"),
        (Kind.DAYS, "半天", "0.5"),
        (Kind.DAYS, "一天半", "1.5"),
        (Kind.DAYS, "两天", "2"),
        (Kind.DAYS, 10, "10"),
        (Kind.DATE, "2025-06-20", "2025-06-20"),
        (Kind.DATE, "2025-06-20T14:00", "2025-06-20T14:00"),
        (Kind.DATE, "下周三", "2025-06-18"),
        (Kind.DATE, "2025-W25", "2025-06-16"),
        (Kind.DATE, "2025-07", "2025-07-01"),
        (Kind.PERCENT, "0.12", "0.12"),
        (Kind.PERCENT, "12%", "0.12"),
        (Kind.PERCENT, "12", "0.12"),
        (Kind.DISCOUNT, "0.85", "0.85"),
        (Kind.DISCOUNT, "85折", "0.85"),
        (Kind.DISCOUNT, "八折", "0.8"),
        (Kind.DISCOUNT, "8.5", "0.85"),
        (Kind.DISCOUNT, "85", "0.85"),
        (Kind.DISCOUNT, "让5个点", "0.95"),
        (Kind.DISCOUNT, "降两成", "0.8"),
        (Kind.NUMBER, 30, 30),
        (Kind.NUMBER, "30台", 30),
        (Kind.NUMBER, "一百", 100),
        (Kind.TEXT, " 接孩子 ", "接孩子"),
    ],
)
def test_slots_and_words_are_read_into_what_is_kept(kind: Kind, said: object, value: object) -> None:
    assert READER.read(a_field(kind), said) == value


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.MONEY, "很多"),
        (Kind.MONEY, "0"),
        (Kind.MONEY, "-5"),
        (Kind.MONEY, "NaN"),
        (Kind.MONEY, "1e99"),
        (Kind.DAYS, "几天"),
        (Kind.DAYS, "0"),
        (Kind.DAYS, "500"),
        (Kind.DATE, "改天"),
        (Kind.PERCENT, "120%"),
        (Kind.PERCENT, "一些"),
        (Kind.DISCOUNT, "低一些"),
        (Kind.DISCOUNT, "0"),
        (Kind.NUMBER, "2.5"),
        (Kind.NUMBER, "没有"),
        (Kind.TEXT, "  "),
        (Kind.CHOICE, "别的"),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(kind: Kind, said: str) -> None:
    with pytest.raises(BadValue, match="看不懂"):
        READER.read(a_field(kind, "差旅", "招待"), said)


@pytest.mark.parametrize(
    ("said", "choice"),
    [("差旅", "差旅"), ("打车费", "交通"), ("病了, 请病假", "病假"), ("专项经费", "专项"), ("专", "专项")],
)
def test_a_choice_is_found_by_name_synonym_or_part(said: str, choice: str) -> None:
    assert READER.read(a_field(Kind.CHOICE, "差旅", "交通", "病假", "专项"), said) == choice


def test_working_days_are_counted_between_two_dates() -> None:
    assert READER.counted("2025-06-13", "2025-06-17T14:00") == "3"
    assert READER.counted("2025-05-31", "2025-06-02") is None
    assert READER.counted("2025-06-17", "2025-06-13") is None
    assert READER.counted("2025-06-17", None) is None
    assert READER.counted(None, "2025-06-17") is None
    assert READER.counted("2025-06-17", "2029-06-17") is None


@given(st.sampled_from(list(Kind)), st.text(max_size=40))
def test_any_text_is_read_or_refused(kind: Kind, said: str) -> None:
    try:
        value = READER.read(a_field(kind, "差旅"), said)
    except BadValue:
        return
    assert isinstance(value, str | int)
