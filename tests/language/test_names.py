import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.names import MOST_CANDIDATES, Lexicon, NameEntry, candidates, core_name, folded_name
from handlers.language.understanding import understand
from tests.language.scene import WEDNESDAY, lexicon


@pytest.mark.parametrize(
    ("company", "core"),
    [
        ("深圳市华为技术有限公司", "华为技术"),
        ("一诺科技(苏州)有限公司", "一诺科技"),
        ("恒泰建材集团有限公司", "恒泰建材"),
        ("北京", "北京"),
        ("上海浦东发展银行股份有限公司", "浦东发展银行"),
        ("CityLink城联科技有限公司", "citylink城联科技"),
    ],
)
def test_the_core_of_a_company_s_name(company: str, core: str) -> None:
    assert core_name(company) == core


def test_a_name_is_found_whole_and_longest_first() -> None:
    found = lexicon().find("要20台蓝牙版防爆终端 bx 500和abx500")
    assert [name.key for name in found] == ["BX-500-BT", "BX-500"]


def test_a_name_of_several_things_is_shared() -> None:
    (name,) = lexicon().find("鼎盛说可以")
    assert set(name.keys) == {"鼎盛电气", "鼎盛酒店"}


def test_names_looked_up_by_candidates_are_understood_like_a_whole_gazetteer() -> None:
    text = "跟进 宏图 X-100 报价发了"
    table = {
        folded_name("宏图"): NameEntry("customer", "17", folded_name("宏图"), "宏图建设工程有限公司"),
        folded_name("X-100"): NameEntry("product", "4", folded_name("X-100"), "边缘网关"),
    }
    few = Lexicon.of(table[name] for name in candidates(text) if name in table)
    assert understand(text, at=WEDNESDAY, lexicon=few).slots["customer"] == "17"


@given(st.text(max_size=400))
def test_candidates_are_never_too_many(text: str) -> None:
    assert len(candidates(text)) <= MOST_CANDIDATES
    assert len(candidates(text * 20)) <= MOST_CANDIDATES


@given(
    st.text(alphabet="恒泰机电跟进拜访的了Xx1200- ，。王总", max_size=40),
    st.text(alphabet="恒泰机电", min_size=2, max_size=8),
)
def test_a_name_in_a_text_is_among_its_candidates(around: str, name: str) -> None:
    assert folded_name(name) in candidates(f"{around}，{name}。{around}")


@pytest.mark.parametrize("text", ["申请折扣 华为 X100 50台 打九折", "X100 50台", "GW-3000 2台", "要 x100  3 台"])
def test_a_code_before_a_quantity_is_a_candidate_of_its_own(text: str) -> None:
    assert {"x100", "gw3000"} & candidates(text)
