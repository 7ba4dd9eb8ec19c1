"""What becomes of a question to an expert."""

from datetime import timedelta

import pytest

from domain.members import Member, Role
from domain.questions import (
    ExpertAnswered,
    ExpertAsked,
    ExpertQuestion,
    NotAnswered,
    NotYourQuestion,
    QuestionState,
    SameExpert,
    fitting,
)
from tests.makers import NOW

ZHOU = Member(id=3, code="Y003", name="周强", roles=(Role.SALES,))
ZHANG = Member(id=9, code="Y009", name="张伟", skills=("网关", "协议对接"), roles=(Role.EXPERT,))
MA = Member(id=10, code="Y010", name="马超", skills=("摄像头", "网关"), roles=(Role.EXPERT,))
LIU = Member(id=8, code="Y008", name="刘洋", skills=("服务器",), roles=(Role.EXPERT,))
HE = Member(id=6, code="Y006", name="何雨欣", roles=(Role.ADMIN,))
LATER = NOW + timedelta(minutes=5)


def a_question() -> ExpertQuestion:
    return ExpertQuestion(
        id=12, version=1, asker=ZHOU.id, expert=ZHANG.id, content="支持信创吗", asked_at=NOW, waiting_since=NOW
    )


def test_a_question_tells_the_expert() -> None:
    (event,) = a_question().asked().events

    assert event == ExpertAsked(question=12, asker=ZHOU.id, expert=ZHANG.id, customer=None, at=NOW)


def test_an_answer_closes_the_question_and_tells_the_asker() -> None:
    answered = a_question().answered(ZHANG, "支持", LATER)

    assert (answered.is_open, answered.answered_at) == (False, LATER)
    assert [turn.text for turn in answered.answers] == ["支持"]
    assert isinstance(answered.events[-1], ExpertAnswered)


def test_only_the_one_who_is_asked_answers() -> None:
    with pytest.raises(NotYourQuestion, match="Q-000012 不是问您的"):
        a_question().answered(MA, "支持", LATER)


def test_an_answer_can_be_completed() -> None:
    answered = a_question().answered(ZHANG, "支持", LATER).answered(ZHANG, "有证书", LATER)

    assert [turn.text for turn in answered.answers] == ["支持", "有证书"]


def test_asking_further_opens_it_again() -> None:
    again = a_question().answered(ZHANG, "支持", LATER).rated(ZHOU, True).asked_further(ZHOU, "X200呢", LATER)

    assert (again.state, again.latest, again.helpful) == (QuestionState.OPEN, "X200呢", None)
    assert again.waiting_since == LATER
    assert a_question().latest == "支持信创吗"


def test_only_the_asker_asks_further_and_says_what_helped() -> None:
    answered = a_question().answered(ZHANG, "支持", LATER)
    with pytest.raises(NotYourQuestion):
        answered.asked_further(ZHANG, "什么", LATER)
    with pytest.raises(NotYourQuestion):
        answered.rated(MA, True)


def test_what_has_no_answer_cannot_have_helped() -> None:
    with pytest.raises(NotAnswered, match="还没有回答"):
        a_question().rated(ZHOU, True)


@pytest.mark.parametrize("by", [ZHOU, ZHANG])
def test_asker_and_expert_may_hand_it_on(by: Member) -> None:
    moved = a_question().handed_on(by, MA, LATER)

    assert (moved.expert, moved.before, moved.waiting_since) == (MA.id, (ZHANG.id,), LATER)
    assert isinstance(moved.events[-1], ExpertAsked)


def test_an_answered_question_that_is_handed_on_is_open_again() -> None:
    assert a_question().answered(ZHANG, "不清楚", LATER).handed_on(ZHOU, MA, LATER).is_open


def test_nobody_else_hands_it_on_and_not_to_those_in_it() -> None:
    with pytest.raises(NotYourQuestion):
        a_question().handed_on(MA, LIU, LATER)
    for to in (ZHOU, ZHANG):
        with pytest.raises(SameExpert, match=f"不能转给{to.name}"):
            a_question().handed_on(ZHOU, to, LATER)


def test_it_is_seen_by_those_in_it_the_askers_superiors_and_administrators() -> None:
    moved = a_question().handed_on(ZHOU, MA, LATER)

    assert [m.name for m in (ZHOU, ZHANG, MA, LIU, HE) if moved.visible_to(m, ())] == ["周强", "张伟", "马超", "何雨欣"]
    assert moved.visible_to(LIU, {LIU.id})


def test_who_knows_more_of_the_words_is_likelier() -> None:
    assert fitting("网关的协议对接", (ZHANG, MA, LIU), {}) == [ZHANG]


def test_of_those_alike_the_one_with_fewer_open_questions_is_likelier() -> None:
    assert fitting("X100网关", (ZHANG, MA, LIU), {ZHANG.id: 2, MA.id: 1}) == [MA]
    assert fitting("X100网关", (ZHANG, MA, LIU), {}) == [ZHANG, MA]


def test_nobody_is_likely_when_no_skill_is_among_the_words() -> None:
    assert fitting("报销标准", (ZHANG, MA), {}) == ()
    assert fitting("报销标准", (), {}) == ()
