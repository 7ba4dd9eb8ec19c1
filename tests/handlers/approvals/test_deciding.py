"""Saying yes or no."""

from dataclasses import replace
from typing import Any

import pytest

from domain.approvals import Approval, State, Verdict, Way
from domain.errors import NotFound
from domain.members import Role
from handlers.approvals.cards import fingerprint
from handlers.approvals.commands import Approve, Decide, Reject, RequestApproval
from handlers.dialogue.card import Card
from handlers.dialogue.command import decode
from handlers.dialogue.question import Question
from tests.handlers.approvals.conftest import Office, card_in, notices_to, text_in
from tests.makers import a_member, local

LATER = local("2025-06-11T14:03")


async def kept(office: Office, number: str = "A-000001") -> Approval:
    return await office.work.approvals.by_number(number)


async def the_question(office: Office, sender: Any, command: Any, **more: Any) -> Question:
    with pytest.raises(Question) as asked:
        await office.does(sender, command, **more)
    return asked.value


async def test_agreeing_on_the_card_closes_it_tells_the_requester_and_asks_the_next(office: Office) -> None:
    asking = notices_to(await office.requests(), office.gao)[0]
    assert isinstance(asking, Card)
    await office.shows(asking, office.gao, "k1")
    reply = await office.presses(office.gao, Approve(number="A-000001"), "k1", asking.subject, at=LATER)

    assert reply.says == ()
    assert notices_to(reply, office.zhou) == ["A-000001 差旅报销 1,280元: 高翔已同意。现在等待 陈静。"]
    (next_card,) = notices_to(reply, office.jing)
    assert isinstance(next_card, Card)
    assert next_card.lines[-1].text == "高翔 同意 14:03"
    updates = {update.member: update.card for update in reply.updates}
    assert set(updates) == {office.gao.id, office.zhou.id}
    assert (updates[office.gao.id].subtitle, updates[office.gao.id].closed) == ("A-000001 您已同意", True)
    assert updates[office.zhou.id].text == "高翔 同意 14:03\n等待 陈静\n之后: 审批通过"


async def test_what_was_seen_is_kept_with_the_decision_as_a_fingerprint(office: Office) -> None:
    asking = notices_to(await office.requests(), office.gao)[0]
    assert isinstance(asking, Card)
    await office.shows(asking, office.gao, "k1")
    await office.presses(office.gao, Approve(number="A-000001"), "k1", asking.subject)

    (decision,) = (await kept(office)).decisions
    assert (decision.seen, decision.way) == (fingerprint(asking.model_dump(mode="json")), Way.CARD)
    entry = (await office.work.journal.of_entity("approval", 1))[-1]
    assert entry.after is not None
    assert entry.after["steps"][0]["decisions"][0]["seen"] == decision.seen


async def test_words_are_a_decision_on_the_newest_card_that_was_sent(office: Office) -> None:
    asking = notices_to(await office.requests(), office.gao)[0]
    assert isinstance(asking, Card)
    await office.shows(asking, office.gao, "k1")
    await office.does(office.gao, Approve(number="a1"))

    (decision,) = (await kept(office)).decisions
    assert (decision.seen, decision.way) == (fingerprint(asking.model_dump(mode="json")), Way.WORDS)


async def test_a_decision_without_any_card_has_seen_none(office: Office) -> None:
    await office.requests()
    reply = await office.does(office.gao, Approve(number="a1"))

    assert text_in(reply) == "A-000001 差旅报销 1,280元: 您已同意, 转 陈静。"
    assert (await kept(office)).decisions[0].seen == ""


async def test_the_last_agreement_grants_it_and_those_who_were_to_hear_of_it_do(office: Office) -> None:
    said = {"approval_type": "leave", "leave_type": "年假", "start": "2025-06-20", "days": "1"}
    await office.requests(**said)
    reply = await office.does(office.gao, Approve(number="a1", reason="注意交接"), at=LATER)

    assert (await kept(office)).state is State.APPROVED
    assert notices_to(reply, office.zhou) == ["A-000001 年假 1天 已通过, 高翔同意: 注意交接。"]
    (copied,) = notices_to(reply, office.he)
    assert isinstance(copied, Card)
    assert (copied.title, copied.closed) == ("抄送您: 年假 1天", True)
    assert reply.updates[-1].member is None
    assert reply.updates[-1].card.subtitle == "A-000001 已由高翔同意: 注意交接"


async def test_a_refusal_is_told_with_its_reason(office: Office) -> None:
    await office.requests()
    command = Reject(number="a1", reason="毛利太低。")
    reply = await office.does(office.gao, command, text="驳回 A1 毛利太低。")

    assert notices_to(reply, office.zhou) == ["A-000001 差旅报销 1,280元 被高翔驳回: 毛利太低。修改后可以重新提交。"]
    assert (await kept(office)).state is State.REJECTED


async def test_a_reason_is_kept_as_it_was_typed(office: Office) -> None:
    await office.requests()
    await office.does(office.gao, Reject(number="a1", reason="x100不能打折"), text="驳回 A1 X100不能打折")

    assert (await kept(office)).decisions[0].reason == "X100不能打折"


async def test_a_refusal_without_a_reason_is_asked_for_it_once(office: Office) -> None:
    await office.requests()
    question = await the_question(office, office.gao, Reject(number="a1"))

    assert question.says == "驳回 A-000001 差旅报销 1,280元, 理由是?"
    assert [option.text for option in question.options] == [
        "发票抬头不对",
        "附件不清楚",
        "超出标准",
        "请先合并再报",
        "不写理由",
    ]
    await office.does(office.gao, decode(question.asked().command, reason=question.options[-1].id))
    assert (await kept(office)).decisions[0].reason == ""


async def test_the_drop_down_of_the_card_gives_the_reason_unless_it_was_left_alone(office: Office) -> None:
    await office.requests()
    left_alone = decode(Reject(number="a1").encode(), refusal="?", reason="")
    await the_question(office, office.gao, left_alone)
    await office.does(office.gao, decode(Reject(number="a1").encode(), refusal="超出标准"))

    assert (await kept(office)).decisions[0].reason == "超出标准"


async def test_the_drop_down_means_nothing_when_agreeing(office: Office) -> None:
    await office.requests()
    await office.does(office.gao, decode(Approve(number="a1").encode(), refusal="超出标准", reason=""))

    assert (await kept(office)).decisions[0].reason == ""


async def test_bare_words_decide_when_one_request_waits(office: Office) -> None:
    await office.requests()
    await office.does(office.gao, Decide(decision="approve"))

    assert (await kept(office)).decisions[0].verdict is Verdict.APPROVED


async def test_bare_words_ask_which_of_several(office: Office) -> None:
    await office.requests()
    await office.requests(approval_type="generic", content="用章 投标文件")
    question = await the_question(office, office.gao, Decide(decision="reject", reason="不行"))

    assert question.says == "有2个审批等您, 是哪一个?"
    assert [(option.id, option.text) for option in question.options] == [
        ("A-000001", "周强 差旅报销 1,280元"),
        ("A-000002", "周强 用章 投标文件"),
    ]
    await office.does(office.gao, decode(question.asked().command, target_id="A-000002"))
    assert (await kept(office, "A-000002")).state is State.REJECTED


async def test_applicant_and_type_tell_which_one_is_meant(office: Office) -> None:
    wang = await a_member(office.work, "王磊", superior=office.gao)
    await office.requests()
    await office.requests(approval_type="generic", content="用章")
    await office.requests(wang, approval_type="generic", content="用车")
    await office.does(office.gao, Decide(decision="approve", applicant="周强", approval_type="generic"))

    assert (await kept(office, "A-000002")).state is State.APPROVED


async def test_when_none_fits_what_was_named_nothing_else_is_decided(office: Office) -> None:
    await office.requests()
    question = await the_question(office, office.gao, Decide(decision="approve", approval_type="leave"))

    assert question.says == "没有找到您说的那一个。有1个审批等您, 是哪一个?"
    assert (await kept(office)).decisions == ()


async def test_nothing_waiting_is_said(office: Office) -> None:
    assert text_in(await office.does(office.gao, Decide(decision="approve"))).startswith("现在没有等您审批的单子")


@pytest.mark.parametrize("number", ["A-000001", "1", "AP-1", "A1"])
async def test_numbers_are_understood_as_people_write_them(office: Office, number: str) -> None:
    await office.requests()
    await office.does(office.gao, Decide(decision="approve", target_id=number))

    assert len((await kept(office)).decisions) == 1


async def test_a_number_that_is_none_is_not_found(office: Office) -> None:
    await office.requests()
    for number in ("F-000001", "SP20250610007"):
        with pytest.raises(NotFound):
            await office.does(office.gao, Decide(decision="approve", target_id=number))


async def test_words_quoting_the_card_mean_its_request(office: Office) -> None:
    await office.requests()
    await office.requests(approval_type="generic", content="用章")
    quoted = {"quoted": "周强: 用章\nA-000002 通用 等您审批"}
    await office.does(office.gao, Decide(decision="approve"), said=quoted)

    assert (await kept(office, "A-000002")).state is State.APPROVED


async def test_unclear_words_are_asked_back(office: Office) -> None:
    await office.requests()
    question = await the_question(office, office.gao, Decide(target_id="1"))

    assert question.says == "A-000001 差旅报销 1,280元, 同意还是驳回?"
    await office.does(office.gao, decode(question.asked().command, decision="approve"))
    assert len((await kept(office)).decisions) == 1


async def large(office: Office) -> None:
    await office.requests(approval_type="expense", category="招待", amount="12000")


async def test_a_large_amount_agreed_to_in_words_is_confirmed_once(office: Office) -> None:
    await large(office)
    question = await the_question(office, office.gao, Decide(decision="approve", reason="可以"))

    assert question.says == "A-000001 招待报销 1.2万元, 确认同意吗?"
    await office.does(office.gao, decode(question.asked().command, confirmed="yes"))
    (decision,) = (await kept(office)).decisions
    assert decision.reason == "可以"


async def test_a_large_amount_that_is_not_confirmed_stays_as_it_is(office: Office) -> None:
    await large(office)
    question = await the_question(office, office.gao, Approve(number="a1"))
    reply = await office.does(office.gao, decode(question.asked().command, confirmed="no"))

    assert text_in(reply) == "好的, A-000001 没有变化, 仍在等您审批。"
    assert (await kept(office)).decisions == ()


async def test_a_large_amount_is_agreed_to_on_the_card_with_one_tap(office: Office) -> None:
    await large(office)
    await office.presses(office.gao, Approve(number="A-000001"), "k1", "approval:1")

    assert len((await kept(office)).decisions) == 1


async def test_a_second_decision_is_told_the_true_state(office: Office) -> None:
    await office.requests()
    await office.does(office.gao, Approve(number="a1"))
    reply = await office.presses(office.gao, Reject(number="a1"), "k1", "approval:1")

    assert text_in(reply) == "A-000001 差旅报销 1,280元 您已同意, 这次没有变化。"
    (update,) = reply.updates
    assert (update.member, update.card.closed) == (office.gao.id, True)
    assert len((await kept(office)).decisions) == 1


async def test_the_one_who_was_not_needed_any_more_is_told_who_decided(office: Office) -> None:
    wu = await a_member(office.work, "吴敏", Role.FINANCE, superior=office.shen)
    await office.requests()
    await office.does(office.gao, Approve(number="a1"))
    reply = await office.does(office.jing, Approve(number="a1"))

    card = next(update.card for update in reply.updates if update.member == wu.id)
    assert card.subtitle == "A-000001 已由陈静同意"
    late = await office.does(wu, Approve(number="a1"))
    assert text_in(late) == "A-000001 差旅报销 1,280元 已由陈静同意, 这次没有变化。"


async def test_who_has_nothing_to_do_with_it_does_not_even_learn_that_it_exists(office: Office) -> None:
    await office.requests()
    stranger = await a_member(office.work, "孙悦", superior=office.gao)
    with pytest.raises(NotFound):
        await office.does(stranger, Approve(number="a1"))
    assert (await kept(office)).decisions == ()


async def test_the_requester_cannot_decide(office: Office) -> None:
    await office.requests()
    reply = await office.does(office.zhou, Approve(number="a1"))

    assert text_in(reply) == "A-000001 差旅报销 1,280元 审批中, 等待 高翔, 这次没有变化。"
    assert (await kept(office)).decisions == ()


async def test_with_all_asked_the_others_keep_their_cards(office: Office) -> None:
    await office.requests(approval_type="contract", customer="华为", amount="32000")
    asking = notices_to(await office.requests(approval_type="contract", customer="华为", amount="100"), office.gao)[0]
    assert isinstance(asking, Card)
    assert "还需 陈静 同意" in asking.text
    reply = await office.does(office.gao, Approve(number="a1"))

    assert office.jing.id not in {update.member for update in reply.updates}
    assert notices_to(reply, office.jing) == []
    assert notices_to(reply, office.zhou) == ["A-000001 华为合同 3.2万元: 高翔已同意。现在等待 陈静。"]


async def test_a_definition_that_is_gone_lets_running_requests_end(office: Office) -> None:
    command = RequestApproval.model_validate({"approval_type": "generic", "content": "用章"})
    await office.does(office.zhou, command)
    approval = await kept(office)
    await office.work.approvals.save(replace(approval, type="gone"))
    question = await the_question(office, office.gao, Reject(number="a1"))
    assert [option.text for option in question.options] == ["不写理由"]
    await office.does(office.gao, Approve(number="a1"))
    assert (await kept(office)).state is State.APPROVED


async def test_a_request_that_passed_two_levels_says_what_comes(office: Office) -> None:
    state = card_in(await office.requests(approval_type="expense", category="招待", amount="6000"))

    assert state.text == "等待 高翔\n之后: 转 沈立群(上级的上级)"
