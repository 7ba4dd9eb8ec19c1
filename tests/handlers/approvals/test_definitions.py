"""Definition files: what they may say, and what becomes of one that says something else."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals import Mode
from handlers.approvals.definitions import BadDefinition, definition_in, definitions_of
from handlers.approvals.definitions.expressions import LONGEST, BadExpression, condition

NAMES = frozenset({"金额", "amount", "折扣", "类别"})

GOOD = """
name = "seal"
label = "用印"
words = ["用印"]
title = "用印 {content}"
summary = ["content", "copies"]
[[fields]]
name = "content"
label = "文件"
kind = "text"
required = true
[[fields]]
name = "copies"
label = "份数"
kind = "number"
[[steps]]
name = "行政"
mode = "all"
when = "份数 >= 2 or not 有(份数)"
approvers = [{ role = "管理员" }]
[[examples]]
fields = { content = "合同", copies = 3 }
title = "用印 合同"
route = ["行政"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a definition file of a company."""

    def write(text: str) -> Path:
        path = tmp_path / "approvals" / "seal.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


def test_the_shipped_types_are_those_that_messages_ask_for() -> None:
    known = definitions_of()

    assert set(known) == {"expense", "leave", "discount", "quote", "contract", "purchase", "generic"}
    assert all(definition.edition.startswith(f"{name}@") for name, definition in known.items())


def test_a_companys_own_files_come_on_top(file: Callable[[str], Path]) -> None:
    path = file(GOOD)
    known = definitions_of(path.parent.parent)

    assert (known["seal"].label, known["seal"].steps[0].mode) == ("用印", Mode.ALL)
    assert len(known) == 8


def test_a_companys_own_file_replaces_a_shipped_one(file: Callable[[str], Path]) -> None:
    path = file(GOOD.replace('name = "seal"', 'name = "generic"', 1))

    assert definitions_of(path.parent.parent)["generic"].label == "用印"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('label = "用印"', 'lable = "用印"', "lable"),
        ('kind = "number"', 'kind = "integer"', "kind"),
        ('kind = "number"', 'kind = "choice"', "choices"),
        ('kind = "number"', 'kind = "number"\ncounts = ["content"]', "counts"),
        ('name = "copies"', 'name = "mention"', "mention"),
        ('name = "copies"', 'name = "Copies"', "name"),
        ('name = "copies"\nlabel = "份数"', 'name = "copies"\nlabel = "文件"', "不能重复"),
        ('summary = ["content", "copies"]', 'summary = ["content", "price"]', "price"),
        ('{ role = "管理员" }', '{ role = "管理员", head = true }', "审批人写一种"),
        ('{ role = "管理员" }', '{ role = "保安" }', "role"),
        ('{ role = "管理员" }', "", "approvers"),
        ("份数 >= 2", "份书 >= 2", "「份书」不是字段"),
        ("份数 >= 2", "份数 >=", "不是一个完整的式子"),
        ("份数 >= 2", "文件 >= 2", "算不出来"),
        ('title = "用印 合同"', 'title = "用印"', "例子「用印」得到的是 「用印 合同」 行政"),
        ('route = ["行政"]', "route = []", "例子"),
        ("copies = 3", 'copies = "几份"', "看不懂"),
        ("copies = 3", "sheets = 3", "sheets"),
        ("[[examples]]", "[[examples", "seal.toml"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_what_is_wrong(
    file: Callable[[str], Path], old: str, new: str, says: str
) -> None:
    assert old in GOOD
    with pytest.raises(BadDefinition, match=says):
        definition_in(file(GOOD.replace(old, new, 1)))


def test_an_example_may_name_the_customers_level_and_the_department(file: Callable[[str], Path]) -> None:
    text = GOOD.replace("份数 >= 2 or not 有(份数)", "客户级别 == 'A' and 申请人部门 == '销售部'")
    text += 'level = "A"\ndepartment = "销售部"\n'

    assert definition_in(file(text)).steps[0].name == "行政"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("金额 >= 5000", True),
        ("amount > 5000", False),
        ("折扣 < 0.85 and 金额 >= 5000", True),
        ("not 折扣 < 0.8", True),
        ("金额 * 0.1 == 500", True),
        ("金额 - 1 < 5000 <= 金额", True),
        ("-金额 < 0", True),
        ("0.1 + 0.2 == 0.3", True),
        ("属于(类别, '差旅', '招待')", True),
        ("one_of(类别, '餐饮')", False),
        ("类别 != '差旅'", False),
        ("True", True),
    ],
)
def test_conditions_are_small_sentences_over_the_fields(text: str, holds: bool) -> None:
    facts = {"金额": Decimal(5000), "amount": Decimal(5000), "折扣": Decimal("0.8"), "类别": "差旅"}

    assert condition(text, NAMES)(facts) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("金额 >= 5000", False),
        ("金额 < 5000", False),
        ("金额 * 2 > 1", False),
        ("有(金额)", False),
        ("not said(金额)", True),
        ("金额 == 0", False),
    ],
)
def test_what_was_not_said_makes_comparisons_false(text: str, holds: bool) -> None:
    assert condition(text, NAMES)({"金额": None}) is holds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * (LONGEST + 1),
        "1; 2",
        "import os",
        "().__class__",
        "金额.real",
        "金额[0]",
        "'%s' % 金额",
        "9**9**9",
        "1 << 999",
        "[x for x in (1,)]",
        "lambda: 1",
        "f'{金额}'",
        "open('x')",
        "有(金额=1)",
        "有",
        "金额 if 金额 else 1",
        "b'x' == 金额",
        "None == 金额",
        "工资 > 1",
        "(" * 60 + "1" + ")" * 60 + "+" * 60,
        "not " * 20 + "金额",
        "\x00",
        "金额 in (1, 2)",
    ],
)
def test_everything_else_is_refused_when_it_is_written(text: str) -> None:
    with pytest.raises(BadExpression):
        condition(text, NAMES)


@pytest.mark.parametrize("text", ["金额 / 0 > 1", "类别 > 1", "类别 + '1' == 1", "-类别 == 1", "'a' * 金额 == 1"])
def test_what_does_not_compute_is_refused_when_it_is_tried(text: str) -> None:
    with pytest.raises(BadExpression, match="算不出来"):
        condition(text, NAMES)({"金额": Decimal(5), "类别": "差旅"})


@given(st.text(alphabet="金额折扣 ()<>=+-*/.0159andornt'\"[]{},:", max_size=80))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        holds = condition(text, NAMES)({"金额": Decimal(5), "折扣": None})
    except BadExpression:
        return
    assert holds in (True, False)
