"""What becomes of a request."""

from dataclasses import replace

import pytest

from domain.approvals import (
    AlreadyDecided,
    AlreadyOver,
    ApprovalDecided,
    ApprovalRequested,
    ApprovalWithdrawn,
    Mode,
    NotYourRequest,
    NotYourTurn,
    State,
    Step,
    UrgedAlready,
    Verdict,
)
from domain.approvals.request import URGE_AGAIN
from tests.domain.approvals.staff import GAO, GONE, HE, HOUR, JING, MONDAY, SHEN, WU, ZHOU, an_approval, no, yes

SUPERIOR = Step(name="上级", approvers=(GAO.id,))
FINANCE_ANY = Step(name="财务", approvers=(JING.id, WU.id))
FINANCE_ALL = Step(name="财务", approvers=(JING.id, WU.id), mode=Mode.ALL)


def test_a_submitted_request_waits_for_its_first_step() -> None:
    approval = an_approval(SUPERIOR, FINANCE_ANY)

    assert approval.waiting == (GAO.id,)
    assert approval.steps[0].started_at == MONDAY
    assert approval.steps[1].started_at is None
    assert approval.number == "A-000123"
    event = approval.events[0]
    assert isinstance(event, ApprovalRequested)
    assert event.approvers == (GAO.id,)


def test_the_only_step_granted_grants_the_request() -> None:
    approval = an_approval().decided(yes(GAO, reason="可以"))

    assert (approval.state, approval.ended_at, approval.waiting) == (State.APPROVED, MONDAY + HOUR, ())
    event = approval.events[-1]
    assert isinstance(event, ApprovalDecided)
    assert (event.verdict, event.state, event.reason) == (Verdict.APPROVED, State.APPROVED, "可以")


def test_a_granted_step_moves_the_request_to_the_next() -> None:
    approval = an_approval(SUPERIOR, FINANCE_ANY).decided(yes(GAO))

    assert (approval.state, approval.waiting) == (State.WAITING, (JING.id, WU.id))
    assert approval.steps[1].started_at == MONDAY + HOUR


def test_a_refusal_in_any_step_ends_the_request() -> None:
    approval = an_approval(SUPERIOR, FINANCE_ALL).decided(no(GAO, reason="超标"))

    assert (approval.state, approval.step) == (State.REJECTED, None)
    assert approval.decisions[-1].reason == "超标"


def test_one_of_several_is_enough_where_one_is_asked_for() -> None:
    assert an_approval(FINANCE_ANY).decided(yes(WU)).state is State.APPROVED


def test_all_of_several_have_to_agree_where_all_are_asked_for() -> None:
    half = an_approval(FINANCE_ALL).decided(yes(JING))

    assert (half.state, half.waiting) == (State.WAITING, (WU.id,))
    assert half.decided(yes(WU)).state is State.APPROVED


def test_one_refusal_is_enough_where_all_have_to_agree() -> None:
    assert an_approval(FINANCE_ALL).decided(yes(JING)).decided(no(WU)).state is State.REJECTED


def test_the_same_approver_in_two_steps_running_decides_once() -> None:
    approval = an_approval(SUPERIOR, replace(SUPERIOR, name="部门负责人"), FINANCE_ANY).decided(yes(GAO, reason="好"))

    assert approval.position == 2
    carried = approval.steps[1].decisions[0]
    assert (carried.carried, carried.reason) == (True, "")
    assert len(approval.decisions) == 1


def test_the_same_approver_in_all_steps_grants_the_request_at_once() -> None:
    assert an_approval(SUPERIOR, SUPERIOR, SUPERIOR).decided(yes(GAO)).state is State.APPROVED


def test_in_a_step_of_all_only_those_who_have_not_agreed_just_before_are_asked() -> None:
    both = Step(name="会签", approvers=(GAO.id, JING.id), mode=Mode.ALL)

    assert an_approval(SUPERIOR, both).decided(yes(GAO)).waiting == (JING.id,)


def test_agreement_is_not_carried_past_a_step_of_somebody_else() -> None:
    approval = an_approval(SUPERIOR, FINANCE_ANY, SUPERIOR).decided(yes(GAO)).decided(yes(JING))

    assert approval.waiting == (GAO.id,)


def test_a_decision_on_what_is_over_changes_nothing() -> None:
    with pytest.raises(AlreadyOver, match="A-000123 没有变化: 已同意"):
        an_approval().decided(yes(GAO)).decided(no(GAO))


def test_a_second_decision_in_a_step_changes_nothing() -> None:
    with pytest.raises(AlreadyDecided):
        an_approval(FINANCE_ALL).decided(yes(JING)).decided(no(JING))


@pytest.mark.parametrize("somebody", [ZHOU, SHEN, JING])
def test_who_is_not_asked_now_decides_nothing(somebody: object) -> None:
    with pytest.raises(NotYourTurn):
        an_approval(SUPERIOR, FINANCE_ANY).decided(yes(somebody))  # type: ignore[arg-type]


def test_the_requester_takes_it_back() -> None:
    approval = an_approval().withdrawn(ZHOU, MONDAY + HOUR)

    assert (approval.state, approval.ended_at) == (State.WITHDRAWN, MONDAY + HOUR)
    event = approval.events[-1]
    assert isinstance(event, ApprovalWithdrawn)
    assert event.approvers == (GAO.id,)


def test_nobody_else_takes_it_back() -> None:
    with pytest.raises(NotYourRequest, match="只有申请人可以撤回"):
        an_approval().withdrawn(GAO, MONDAY)


def test_what_is_over_cannot_be_taken_back() -> None:
    with pytest.raises(AlreadyOver):
        an_approval().decided(yes(GAO)).withdrawn(ZHOU, MONDAY)


def test_urging_is_possible_again_after_four_hours() -> None:
    urged = an_approval().urged(ZHOU, MONDAY)

    with pytest.raises(UrgedAlready) as refused:
        urged.urged(ZHOU, MONDAY + URGE_AGAIN - HOUR / 3600)
    assert refused.value.facts["next_at"] == MONDAY + URGE_AGAIN
    assert urged.urged(ZHOU, MONDAY + URGE_AGAIN).urged_at == MONDAY + URGE_AGAIN


def test_it_is_seen_by_those_it_concerns_the_requesters_superiors_and_administrators() -> None:
    approval = an_approval(SUPERIOR, FINANCE_ANY, cc=(WU.id,))

    seen = [m.name for m in (ZHOU, GAO, SHEN, WU, HE, JING, GONE) if approval.visible_to(m, {GAO.id, SHEN.id})]
    assert seen == ["周强", "高翔", "沈立群", "吴敏", "何雨欣"]


def test_later_approvers_see_it_from_their_turn_on_and_earlier_ones_still() -> None:
    approval = an_approval(SUPERIOR, FINANCE_ANY).decided(yes(GAO)).decided(yes(JING))

    assert approval.visible_to(JING, ())
    assert approval.visible_to(GAO, ())


def test_what_comes_next_leaves_out_steps_the_same_person_need_not_repeat() -> None:
    approval = an_approval(SUPERIOR, replace(SUPERIOR, name="部门"), FINANCE_ANY)

    coming = approval.coming(agreed=GAO.id)
    assert coming is not None
    assert coming.name == "财务"
    after = approval.coming()
    assert after is not None
    assert after.name == "部门"


def test_after_the_last_step_nothing_comes() -> None:
    assert an_approval().coming(agreed=GAO.id) is None
    assert an_approval().decided(yes(GAO)).coming() is None


def test_states_and_verdicts_have_words() -> None:
    assert [state.word for state in State] == ["审批中", "已同意", "已驳回", "已撤回"]
    assert [verdict.word for verdict in Verdict] == ["同意", "驳回"]


def test_a_settled_step_waits_for_nobody() -> None:
    assert FINANCE_ANY.deciding(yes(JING)).waiting == ()
