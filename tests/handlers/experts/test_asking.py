"""Asking who knows."""

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import NotFound
from domain.questions import NobodyKnows, NotYourQuestion, SameExpert
from handlers.dialogue.command import decode
from handlers.dialogue.question import Question
from handlers.experts.commands import AnswerQuestion, AskExpert, AskFurther, HandOn
from tests.handlers.experts.conftest import Office, card_in, card_to, text_in, text_to, updated_of
from tests.makers import NOW, a_member, local

NAMED = AskExpert(content="支持信创吗", mention=("张工",), customer="华为", sku="X100")


async def the_question(office: Office, command: Any, **more: Any) -> Question:
    with pytest.raises(Question) as asked:
        await office.does(office.zhou, command, **more)
    return asked.value


async def test_a_named_colleague_gets_the_question_with_the_customers_context(office: Office) -> None:
    reply = await office.does(office.zhou, NAMED)

    card = card_to(reply, office.zhang)
    assert (card.title, card.subtitle) == ("周强的提问", "Q-000001 等您回答")
    assert card.text == (
        "支持信创吗\n华为: A级 通信 深圳\n"
        "· 6月6日 10:00 第4次拜访\n· 6月5日 10:00 第3次拜访\n· 6月4日 10:00 第2次拜访\n"
        "直接引用这条消息回复, 或发送: 答复 Q-000001 内容"
    )
    assert [(line.label, line.text) for line in card.lines] == [("客户", "华为"), ("产品", "X100")]
    assert [button.says for button in card.buttons] == ["答复 Q-000001", "转给别人 Q-000001"]
    own = card_in(reply)
    assert (own.title, own.subtitle, own.subject) == ("已问张伟", "Q-000001 等待回答", "question:1")
    assert reply.record == "Q-000001"


async def test_open_approvals_of_the_customer_are_on_the_experts_card(office: Office) -> None:
    from domain.approvals import Approval, Step

    step = Step(name="上级", approvers=(office.gao.id,))
    request = Approval(
        type="discount",
        label="折扣",
        title="华为 8折",
        applicant=office.zhou.id,
        customer=office.huawei.id,
        steps=(step,),
        requested_at=NOW,
    )
    await office.work.approvals.save(request.submitted())

    assert "· 审批中 A-000001 华为 8折" in card_to(await office.does(office.zhou, NAMED), office.zhang).text


async def test_several_who_are_named_are_all_asked(office: Office) -> None:
    reply = await office.does(office.zhou, AskExpert(content="能不能堆叠", mention=("张伟", "马超", "周强")))

    assert [notice.member for notice in reply.notices] == [office.zhang.id, office.ma.id]
    assert reply.record == "Q-000001"


async def test_the_platforms_mention_names_somebody_without_words(office: Office) -> None:
    command = AskExpert(content="能不能堆叠")
    reply = await office.does(office.zhou, command, said={"mentions": (office.ma.id, 999)})

    assert [notice.member for notice in reply.notices] == [office.ma.id]


async def test_an_ambiguous_name_is_asked_back_and_the_others_are_kept(office: Office) -> None:
    command = AskExpert(content="支持吗", mention=("马超", "小张"))
    question = await the_question(office, command)

    assert question.says == "「小张」是哪一位?"
    assert [option.text for option in question.options] == ["张伟 网关、协议对接", "张敏 UPS"]
    chosen = decode(question.asked().command, mention=question.options[1].id)
    reply = await office.does(office.zhou, chosen)
    assert {notice.member for notice in reply.notices} == {office.min.id, office.ma.id}


async def test_the_platforms_mention_tells_an_ambiguous_name(office: Office) -> None:
    command = AskExpert(content="支持吗", mention=("小张",))
    reply = await office.does(office.zhou, command, said={"mentions": (office.min.id,)})

    assert [notice.member for notice in reply.notices] == [office.min.id]


@pytest.mark.parametrize("name", ["老王", "P-000999"])
async def test_a_name_nobody_bears_has_the_experts_offered(office: Office, name: str) -> None:
    question = await the_question(office, AskExpert(content="支持吗", mention=(name,)))

    assert question.says == f"没有找到同事「{name}」, 问哪位专家?"
    assert [option.id for option in question.options] == [m.number for m in (office.zhang, office.ma, office.min)]


async def test_without_a_name_the_one_whose_skills_fit_is_asked(office: Office) -> None:
    reply = await office.does(office.zhou, AskExpert(content="ups断电后能撑多久"))

    assert [notice.member for notice in reply.notices] == [office.min.id]


async def test_the_products_name_counts_among_the_words(office: Office) -> None:
    await office.does(office.zhou, AskExpert(content="网关摄像头怎么接", mention=()))
    reply = await office.does(office.zhou, AskExpert(content="支持信创吗", sku="X100"))

    assert [notice.member for notice in reply.notices] == [office.zhang.id]


async def test_several_who_may_know_are_asked_about(office: Office) -> None:
    question = await the_question(office, AskExpert(content="网关怎么配"))

    assert (question.says, [option.id for option in question.options]) == (
        "问哪一位?",
        [office.zhang.number, office.ma.number],
    )
    reply = await office.does(office.zhou, decode(question.asked().command, mention=question.options[0].id))
    assert [notice.member for notice in reply.notices] == [office.zhang.id]


async def test_when_nobody_fits_the_experts_are_listed_the_freest_first(office: Office) -> None:
    await office.does(office.zhou, NAMED)
    question = await the_question(office, AskExpert(content="差旅补贴多少", sku="没有"))

    assert question.says == "问哪位专家?"
    assert [option.id for option in question.options] == [m.number for m in (office.ma, office.min, office.zhang)]


async def test_a_company_without_experts_says_so(office: Office) -> None:
    for expert in (office.zhang, office.ma, office.min):
        await office.work.members.save(replace(expert, active=False))
    with pytest.raises(NobodyKnows, match="@ 一位同事"):
        await office.does(office.zhou, AskExpert(content="网关怎么配"))


async def test_a_question_without_words_is_asked_for_them_whatever_they_are(office: Office) -> None:
    question = await the_question(office, AskExpert(mention=("张伟",)))

    assert (question.field, question.verbatim, question.asked().verbatim) == ("content", True, True)


async def test_a_customer_that_is_a_colleagues_or_nobodys_stays_in_the_words(office: Office) -> None:
    other = await a_member(office.work, "孙悦")
    for sender, name in ((other, "华为"), (office.zhou, "没有这家")):
        reply = await office.does(sender, AskExpert(content="支持吗", mention=("张伟",), customer=name))
        assert (await office.work.questions.by_number(reply.record)).customer is None


async def test_in_a_group_the_note_is_short(office: Office) -> None:
    reply = await office.does(office.zhou, NAMED, group="wr1")

    assert reply.says == ("已转给张伟 (Q-000001), 有回答会私信您。",)


async def test_asking_further_opens_it_again_for_the_expert(office: Office) -> None:
    await office.does(office.zhou, NAMED)
    await office.does(office.zhang, AnswerQuestion(number="q1", text="支持"))
    question = await the_question(office, AskFurther(number="q1"))
    assert question.verbatim
    reply = await office.does(office.zhou, decode(question.asked().command, text="X200呢"))

    assert text_in(reply) == "已追问张伟 (Q-000001)。"
    card = card_to(reply, office.zhang)
    assert card.subtitle == "追问 Q-000001 等您回答"
    assert card.text.startswith("周强 10:20: 支持信创吗\n张伟 10:20: 支持\n周强 10:20: X200呢\n华为")
    assert updated_of(reply, office.zhou).closed


async def test_only_the_asker_asks_further(office: Office) -> None:
    await office.does(office.zhou, NAMED)
    with pytest.raises(NotYourQuestion):
        await office.does(office.zhang, AskFurther(number="q1"))


async def test_the_asker_hands_it_on(office: Office) -> None:
    await office.does(office.zhou, NAMED)
    question = await the_question(office, HandOn(number="q1"))
    assert [option.id for option in question.options] == [office.ma.number, office.min.number]
    reply = await office.does(office.zhou, decode(question.asked().command, to=office.ma.number))

    assert text_in(reply) == "Q-000001 已转给马超。"
    assert updated_of(reply, office.zhang).subtitle == "Q-000001 已转给马超"
    assert updated_of(reply, office.zhou).title == "已问马超"
    assert card_to(reply, office.ma).buttons
    assert text_to(reply, office.zhang) == "Q-000001 已由周强转给马超。"


async def test_the_expert_hands_it_on_and_the_asker_is_told(office: Office) -> None:
    await office.does(office.zhou, NAMED)
    reply = await office.does(office.zhang, HandOn(number="q1", to="马工"))

    assert text_to(reply, office.zhou) == "Q-000001 已由张伟转给马超。"
    with pytest.raises(SameExpert):
        await office.does(office.ma, HandOn(number="q1", to="马工"))


async def test_who_has_nothing_to_do_with_it_finds_nothing(office: Office) -> None:
    await office.does(office.zhou, NAMED)
    with pytest.raises(NotFound):
        await office.does(office.ma, HandOn(number="q1", to="张敏"))


async def test_after_thirty_working_minutes_the_expert_is_reminded_and_the_asker_offered_others(office: Office) -> None:
    await office.does(office.zhou, NAMED, at=local("2025-06-11T17:50"))
    assert await office.timers(local("2025-06-12T09:19")) == []
    (timer,) = await office.timers(local("2025-06-12T09:20"))
    reply = await office.due(timer, local("2025-06-12T09:20"))

    assert card_to(reply, office.zhang).subtitle == "还在等您 Q-000001 等您回答"
    offer = card_to(reply, office.zhou)
    assert offer.title == "张伟还没有回答"
    assert [button.says for button in offer.buttons] == ["Q-000001 转给 马超", "Q-000001 转给 张敏"]
    assert all(notice.patient for notice in reply.notices)
    moved = await office.does(office.zhou, decode(offer.buttons[0].command))
    assert card_to(moved, office.ma)


async def test_a_reminder_waits_for_whoever_was_asked_later(office: Office) -> None:
    await office.does(office.zhou, NAMED)
    (timer,) = await office.timers(local("2025-06-11T18:00"))
    await office.does(office.zhou, HandOn(number="q1", to="马超"), at=local("2025-06-11T10:40"))

    assert (await office.due(timer, local("2025-06-11T10:50"))).notices == ()
    (again,) = await office.timers(local("2025-06-11T11:10"))
    assert card_to(await office.due(again, local("2025-06-11T11:10")), office.ma)


async def test_nobody_is_reminded_of_what_was_answered_or_undone(office: Office) -> None:
    await office.does(office.zhou, NAMED)
    await office.does(office.zhou, NAMED)
    first, second = await office.timers(local("2025-06-11T18:00"))
    await office.does(office.zhang, AnswerQuestion(number="q1", text="支持"))
    await office.work.questions.remove(await office.work.questions.by_number("q2"))

    for timer in (first, second):
        assert (await office.due(timer, local("2025-06-11T18:00"))).notices == ()
