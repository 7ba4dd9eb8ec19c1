"""Who must agree."""

from dataclasses import replace

import pytest

from domain.approvals import ApproverRule, Mode, NobodyToAsk, Organisation, StepRule, copied_to, facts_of, route_of
from domain.customers import Customer, Level
from domain.members import Member, Role
from tests.domain.approvals.staff import (
    GAO,
    GONE,
    HE,
    JING,
    MONDAY,
    SHEN,
    STAFF,
    WU,
    ZHOU,
    a_definition,
    over_5000,
)

NOTHING: dict[str, None] = {}


def approvers(rule: ApproverRule, applicant: Member = ZHOU, staff: Organisation = STAFF) -> tuple[int, ...]:
    step = StepRule(name="一步", approvers=(rule,))
    return route_of(a_definition(step), NOTHING, applicant, staff)[0].approvers


def test_the_direct_superior_is_asked() -> None:
    assert approvers(ApproverRule(superior=1)) == (GAO.id,)


def test_the_superior_of_the_superior_is_two_levels_up() -> None:
    assert approvers(ApproverRule(superior=2)) == (SHEN.id,)


def test_the_head_of_the_requesters_department_is_asked() -> None:
    assert approvers(ApproverRule(head=True), JING) == (SHEN.id,)


def test_a_role_means_everybody_who_has_it_and_still_works_here() -> None:
    assert approvers(ApproverRule(role=Role.FINANCE)) == (JING.id, WU.id)


@pytest.mark.parametrize("person", ["Y004", "陈静"])
def test_a_person_is_named_by_number_or_name(person: str) -> None:
    assert approvers(ApproverRule(person=person)) == (JING.id,)


def test_nobody_approves_the_own_request_but_the_superior_does() -> None:
    step = route_of(a_definition(StepRule(name="部门", approvers=(ApproverRule(head=True),))), NOTHING, GAO, STAFF)[0]

    assert step.approvers == (SHEN.id,)
    assert step.why == "部门负责人(本人改由上级)"


def test_one_of_several_with_a_role_is_replaced_by_the_superior_when_asking_for_oneself() -> None:
    assert approvers(ApproverRule(role=Role.FINANCE), JING) == (WU.id, SHEN.id)


def test_a_rule_that_finds_nobody_falls_to_the_superior() -> None:
    step = route_of(a_definition(StepRule(name="仓管", approvers=(ApproverRule(role=Role.KEEPER),))), {}, ZHOU, STAFF)[
        0
    ]

    assert (step.approvers, step.why) == ((GAO.id,), "找不到审批人, 由上级代")


def test_without_a_superior_the_administrators_are_asked() -> None:
    assert approvers(ApproverRule(superior=1), SHEN) == (HE.id,)


def test_the_head_who_asks_and_has_no_superior_is_not_asked_either() -> None:
    assert approvers(ApproverRule(head=True), SHEN) == (HE.id,)


def test_a_company_of_one_cannot_ask_anybody() -> None:
    alone = Organisation.of((replace(HE, superior=None),))

    with pytest.raises(NobodyToAsk, match="联系管理员"):
        approvers(ApproverRule(superior=1), replace(HE, superior=None), alone)


def test_a_superior_who_left_ends_the_row() -> None:
    below = Member(id=9, code="Y009", name="新人", superior=GONE.id)

    assert STAFF.superiors_of(below) == []


def test_a_circle_of_superiors_ends() -> None:
    one, two = Member(id=1, code="1", name="甲", superior=2), Member(id=2, code="2", name="乙", superior=1)

    assert Organisation.of((one, two)).superiors_of(one) == [two]


def test_steps_are_taken_by_their_condition() -> None:
    large = StepRule(name="财务", approvers=(ApproverRule(role=Role.FINANCE),), mode=Mode.ALL, when=over_5000)
    definition = a_definition(StepRule(name="上级", approvers=(ApproverRule(superior=1),)), large)

    for fen, names in ((499_999, ["上级"]), (500_000, ["上级", "财务"])):
        facts = facts_of(definition.fields, {"amount": fen}, ZHOU, None)
        assert [step.name for step in route_of(definition, facts, ZHOU, STAFF)] == names


def test_a_request_no_step_applies_to_still_goes_to_the_superior() -> None:
    never = StepRule(name="财务", approvers=(ApproverRule(role=Role.FINANCE),), when=lambda _facts: False)

    assert [step.approvers for step in route_of(a_definition(never), NOTHING, ZHOU, STAFF)] == [(GAO.id,)]


def test_those_who_hear_of_the_end_are_each_named_once_and_never_the_requester() -> None:
    rules = (ApproverRule(role=Role.FINANCE), ApproverRule(person="陈静"), ApproverRule(person="周强"))

    assert copied_to(a_definition(cc=rules), ZHOU, STAFF) == (JING.id, WU.id)


def test_rules_say_in_words_what_they_are() -> None:
    rules = [
        ApproverRule(superior=1),
        ApproverRule(superior=3),
        ApproverRule(head=True),
        ApproverRule(role=Role.FINANCE),
        ApproverRule(person="陈静"),
    ]

    assert [rule.why for rule in rules] == ["直属上级", "上3级", "部门负责人", "财务角色", "指定陈静"]


def test_conditions_speak_of_fields_by_name_and_label_of_the_department_and_the_customers_level() -> None:
    customer = Customer(name="华为", core="华为", level=Level.A, created_at=MONDAY, touched_at=MONDAY)
    facts = facts_of(a_definition().fields, {"amount": 128_000, "category": "差旅"}, ZHOU, customer)

    assert facts["amount"] == facts["金额"] == 1280
    assert facts["类别"] == "差旅"
    assert (facts["申请人部门"], facts["客户级别"]) == ("销售部", "A")


def test_what_was_not_said_is_none_in_conditions() -> None:
    facts = facts_of(a_definition().fields, {}, ZHOU, None)

    assert facts["金额"] is None
    assert facts["customer_level"] is None
