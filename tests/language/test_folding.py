import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.folding import fold, folded, squeeze


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("ＳＯ２０２５，", "so2025,"),
        ("華為技術", "华为技术"),
        ("X100\u3000Pro", "x100 pro"),
        ("週五\u200b下午", "周五下午"),
    ],
)
def test_width_script_and_case_fold_to_one_form(typed: str, form: str) -> None:
    assert folded(typed) == form


def test_what_was_typed_comes_back_as_typed() -> None:
    whole = fold("跟進 ㎏華為，Ok")
    start = whole.text.index("华")
    assert whole.typed(start, start + 2) == "華為"


@pytest.mark.parametrize(
    ("text", "plain"),
    [("三千 八百", "三千八百"), ("15.75 万", "15.75万"), ("5万 3月付", "5万 3月付"), ("2010 01 29", "2010 01 29")],
)
def test_blanks_beside_chinese_go_and_those_between_numbers_stay(text: str, plain: str) -> None:
    assert squeeze(text)[0] == plain


@given(st.text(max_size=60))
def test_every_folded_character_knows_its_origin(text: str) -> None:
    whole = fold(text)
    assert len(whole.origin) == len(whole.text)
    assert whole.typed(0, len(whole.text)) in text
    plain, places = squeeze(whole.text)
    assert [whole.text[place] for place in places] == list(plain)
