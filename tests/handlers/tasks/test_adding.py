"""Writing down what is to be done."""

import pytest

from domain.due import PastMoment
from domain.errors import BadValue, NotFound
from domain.members import Role
from domain.tasks import TaskState
from handlers.dialogue.question import Question
from handlers.tasks.adding import AddTask
from tests.handlers.tasks.scene import Scene, buttons, card_of, lines, notice
from tests.makers import a_member, local


async def test_the_receipt_names_number_deadline_and_reminder_in_words(scene: Scene) -> None:
    reply = await scene.says(AddTask(content="给恒泰机电出方案", customer="恒泰机电", due="2025-06-18T15:00"))

    card = card_of(reply)
    assert (card.title, card.subtitle, reply.record) == ("给恒泰机电出方案", "T-000001 待办已记下", "T-000001")
    assert lines(card) == {"客户": "恒泰机电", "截止": "周三 6月18日 15:00", "提醒": "周三 6月18日 15:00"}
    assert buttons(card) == ["完成 T-000001", "改期 T-000001", "撤销 T-000001"]
    assert (card.subject, card.page, reply.notices) == ("task:1", "/h5/tasks/T-000001", ())
    assert await scene.waiting() == ["task:1@202506180700"]


async def test_a_day_off_is_reminded_the_working_day_before_and_the_receipt_says_so(scene: Scene) -> None:
    card = card_of(await scene.says(AddTask(content="改方案", due="2025-06-14")))

    assert lines(card)["截止"] == "周六 6月14日 前"
    assert lines(card)["提醒"] == "周五 6月13日 09:00 (到期日休息, 提前到前一个工作日)"


async def test_a_working_day_without_an_hour_is_reminded_in_its_morning(scene: Scene) -> None:
    assert lines(card_of(await scene.says(AddTask(content="改方案", due="2025-06-13"))))["提醒"] == "周五 6月13日 09:00"


async def test_without_a_deadline_nothing_is_promised(scene: Scene) -> None:
    assert lines(card_of(await scene.says(AddTask(content="改方案")))) == {"提醒": "没有定时间, 不提醒"}
    assert await scene.waiting() == []


async def test_a_deadline_this_evening_is_left_to_the_summary(scene: Scene) -> None:
    card = card_of(await scene.says(AddTask(content="改方案", due="2025-06-11"), at=local("2025-06-11T17:30")))

    assert lines(card)["提醒"] == "到期未完成的话, 次日早上汇总提醒"


async def test_a_colleague_gets_a_card_with_who_gave_it(scene: Scene) -> None:
    reply = await scene.says(AddTask(content="写技术标", mention=("李娜",), due="2025-06-12"))

    assert card_of(reply).subtitle == "T-000001 已交给李娜"
    assert [(n.member, n.patient) for n in reply.notices] == [(scene.li.id, True)]
    given = notice(reply)
    assert given.subtitle == "T-000001 周凯安排给您的任务"
    assert (lines(given)["负责人"], lines(given)["安排人"]) == ("李娜", "周凯")
    assert buttons(given) == ["完成 T-000001", "改期 T-000001"]


async def test_two_colleagues_get_a_task_each_and_nobody_gets_two(scene: Scene) -> None:
    reply = await scene.says(AddTask(content="写技术标", mention=("李娜", "高静", "李娜")))

    assert [n.member for n in reply.notices] == [scene.li.id, scene.gao.id]
    assert len(reply.says) == 2


async def test_a_name_alone_may_stand_for_the_list(scene: Scene) -> None:
    assert AddTask.model_validate({"content": "x", "mention": "李娜"}).mention == ("李娜",)


async def test_an_unknown_colleague_is_refused_and_nothing_else_happens(scene: Scene) -> None:
    with pytest.raises(NotFound, match="没有找到同事「王五」"):
        await scene.says(AddTask(content="写技术标", mention=("王五",)))


async def test_a_name_of_two_is_asked_and_the_answer_means_only_that_name(scene: Scene) -> None:
    other = await a_member(scene.work, "李娜", department="技术部")
    with pytest.raises(Question, match="「李娜」是哪一位") as raised:
        await scene.says(AddTask(content="写技术标", mention=("高静", "李娜")))

    question = raised.value
    assert [option.text for option in question.options] == ["李娜 销售部", "李娜 技术部"]
    answered = question.command.filled(**{question.field: other.number})
    reply = await scene.says(answered)
    assert [n.member for n in reply.notices] == [scene.gao.id, other.id]


async def test_whom_the_platform_marked_is_not_asked_for(scene: Scene) -> None:
    other = await a_member(scene.work, "李娜")
    request_said = {"mentions": (other.id,)}

    reply = await scene.says(AddTask(content="写技术标", mention=("李娜",)), said=request_said)

    assert [n.member for n in reply.notices] == [other.id]


async def test_what_to_do_is_asked_when_it_is_not_said(scene: Scene) -> None:
    with pytest.raises(Question, match="要做什么"):
        await scene.says(AddTask(content=" "))


async def test_an_unknown_or_foreign_customer_does_not_stand_in_the_way(scene: Scene) -> None:
    unknown = card_of(await scene.says(AddTask(content="回访", customer="无名公司")))
    foreign = card_of(await scene.says(AddTask(content="回访", customer="恒泰机电"), scene.li))

    assert "客户" not in lines(unknown)
    assert "客户" not in lines(foreign)


@pytest.mark.parametrize(("due", "refusal"), [("2025-06-10", PastMoment), ("随便", BadValue)])
async def test_a_deadline_that_cannot_be_one_is_refused(scene: Scene, due: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await scene.says(AddTask(content="回访", due=due))


async def test_a_deadline_in_words_is_understood_too(scene: Scene) -> None:
    card = card_of(await scene.says(AddTask(content="回访", due="明天下午三点")))

    assert lines(card)["截止"] == "周四 6月12日 15:00"


async def test_a_correction_changes_the_task_just_given_and_its_cards(scene: Scene) -> None:
    await scene.says(AddTask(content="写标书", mention=("李娜",), due="2025-06-13"))

    talk = {"last": {"record": "T-000001"}}
    reply = await scene.says(AddTask(content="写技术标", customer="恒泰机电", due="2025-06-16", amend=True), talk=talk)

    card = card_of(reply)
    assert (card.title, card.subtitle) == ("写技术标", "T-000001 待办已修改")
    assert (lines(card)["截止"], lines(card)["客户"]) == ("周一 6月16日 前", "恒泰机电")
    assert [update.subject for update in reply.updates] == ["task:1"]
    assert [n.member for n in reply.notices] == [scene.li.id]


async def test_a_correction_of_the_text_keeps_the_deadline_and_bothers_nobody(scene: Scene) -> None:
    await scene.says(AddTask(content="写标书", due="2025-06-13"))

    reply = await scene.says(AddTask(content="写技术标", amend=True), talk={"last": {"record": "T-000001"}})

    assert (lines(card_of(reply))["截止"], reply.notices) == ("周五 6月13日 前", ())


async def test_a_correction_with_nothing_to_correct_is_a_new_task(scene: Scene) -> None:
    reply = await scene.says(AddTask(content="写标书", amend=True))

    assert (await scene.work.tasks.by_id(1)).state is TaskState.OPEN
    assert reply.record == "T-000001"


async def test_a_long_text_stands_whole_in_the_body(scene: Scene) -> None:
    card = card_of(await scene.says(AddTask(content="长" * 60)))

    assert (len(card.title), len(card.text)) == (48, 60)


async def test_a_colleague_is_found_by_nickname(scene: Scene) -> None:
    boss = await a_member(scene.work, "沈总", Role.ADMIN)

    reply = await scene.says(AddTask(content="签合同", mention=("凯哥",)), boss)

    assert [n.member for n in reply.notices] == [scene.zhou.id]
