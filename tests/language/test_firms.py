import pytest

from handlers.language.firms import firms
from tests.language.scene import said


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("今天拜访了红星机械的赵总", ["红星机械"]),
        ("给高新区管委会打了电话", ["高新区管委会"]),
        ("和瑞康医院信息科聊完去了大海水产", ["瑞康医院", "大海水产"]),
        ("我们公司", []),
        ("去酒店", []),
        ("有没有医院行业的案例", []),
        ("叫个快递公司", []),
    ],
)
def test_a_firm_is_known_by_the_ending_of_its_name(text: str, names: list[str]) -> None:
    assert [text[start:end] for start, end in firms(text)] == names


def test_a_customer_that_nobody_entered_stays_as_typed() -> None:
    assert said("回款 红星机械 5万").slots == {"customer": "红星机械", "amount": "50000"}
    assert said("跟进红星机械 老板不在").slots == {"customer": "红星机械", "content": "老板不在"}
    assert "customer" not in said("跟进 报价已发 等回复").slots
