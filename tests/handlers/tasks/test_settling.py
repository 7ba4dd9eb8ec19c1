"""Tasks when they are due, finished, put off, moved, dropped."""

from dataclasses import replace

import pytest

from domain.entity import Event
from domain.errors import NotFound
from domain.tasks import NothingToDo, TaskDone, TaskGiven, TaskSettled
from handlers.dialogue.command import Command
from handlers.dialogue.question import Question
from handlers.tasks import routes
from handlers.tasks.adding import AddTask
from handlers.tasks.words import Done, Drop, Later, Move, Tomorrow
from tests.handlers.tasks.scene import Scene, buttons, card_of, lines, notice
from tests.makers import local

THREE = "2025-06-11T15:00"


async def test_a_task_comes_at_its_minute_with_what_can_be_done(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价", due=THREE))

    rung = await scene.at(local(THREE))

    card = notice(rung)
    assert (card.title, card.subtitle) == ("发报价", "T-000001 待办到期")
    assert buttons(card) == ["完成 T-000001", "晚1小时 T-000001", "明天再说 T-000001", "改期 T-000001"]
    assert (lines(card), rung.notices[0].patient) == ({"截止": "周三 6月11日 15:00"}, False)
    assert (await scene.at(local("2025-06-12T15:00"))).notices == ()


async def test_a_day_comes_in_its_morning_and_can_wait_for_the_night_to_end(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价", due="2025-06-12"))

    rung = await scene.at(local("2025-06-12T09:00"))

    assert (notice(rung).subtitle, rung.notices[0].patient) == ("T-000001 待办提醒", True)


async def test_a_week_comes_on_its_first_and_its_last_working_day(scene: Scene) -> None:
    await scene.says(AddTask(content="整理客户清单", due="2025-W26"))

    assert len((await scene.at(local("2025-06-23T09:00"))).notices) == 1
    assert len((await scene.at(local("2025-06-27T09:00"))).notices) == 1


async def test_finishing_closes_every_card_and_tells_who_gave_it(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标", mention=("李娜",), due=THREE))

    reply = await scene.says(Done(target_id="T-000001"), scene.li, shown="task:1")

    assert reply.says == ()
    assert [(u.subject, u.card.closed, u.card.buttons, u.member) for u in reply.updates] == [("task:1", True, (), None)]
    assert reply.updates[0].card.subtitle == "T-000001 李娜 周三 6月11日 10:20 完成"
    assert [n.member for n in reply.notices] == [scene.zhou.id]
    assert (await scene.at(local(THREE))).notices == ()
    done: list[Event] = [event for event in scene.work.happened if isinstance(event, TaskDone)]
    assert done == [TaskDone(task=1, owner=scene.li.id, customer=None, by=scene.li.id, at=scene.work.author.at)]


@pytest.mark.parametrize("number", ["T-000001", "t1", "1", "#1", "T-1"])
async def test_a_number_is_understood_as_people_type_it(scene: Scene, number: str) -> None:
    await scene.says(AddTask(content="发报价"))

    assert (await scene.says(Done(target_id=number))).says == ("T-000001「发报价」已完成。",)


async def test_a_second_finish_is_answered_politely(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价"))
    await scene.says(Done(number="T1"))

    with pytest.raises(TaskSettled, match="T-000001「发报价」已经完成了"):
        await scene.says(Done(number="T1"))


async def test_a_stranger_to_the_task_does_not_find_it(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价"))

    with pytest.raises(NotFound):
        await scene.says(Done(number="T1"), scene.li)
    assert (await scene.says(Done(number="T1"), scene.gao)).says


async def test_it_can_be_named_by_what_it_says(scene: Scene) -> None:
    await scene.says(AddTask(content="给恒泰机电出方案"))
    await scene.says(AddTask(content="把上个月的发票贴了"))

    assert (await scene.says(Done(content="发票贴完"))).record == "T-000002"
    assert (await scene.says(Done(content="给恒泰机电出方案", customer="恒泰机电"))).record == "T-000001"


async def test_it_may_be_one_that_was_given_to_a_colleague(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标", mention=("李娜",)))

    assert [n.member for n in (await scene.says(Done(content="写技术标"))).notices] == [scene.li.id]


async def test_several_that_are_alike_are_asked_back(scene: Scene) -> None:
    await scene.says(AddTask(content="给恒泰机电发报价"))
    await scene.says(AddTask(content="给恒泰建材发报价"))
    with pytest.raises(Question, match="完成的是哪一件") as raised:
        await scene.says(Done(content="发报价"))

    question = raised.value
    assert [option.id for option in question.options] == ["T-000001", "T-000002"]
    assert (await scene.says(question.command.filled(target_id="T-000002"))).record == "T-000002"


async def test_the_customer_alone_is_enough_when_one_task_is_about_it(scene: Scene) -> None:
    await scene.says(AddTask(content="出方案", customer="恒泰机电"))
    await scene.says(AddTask(content="贴发票"))

    assert (await scene.says(Done(customer="恒泰机电"))).record == "T-000001"
    with pytest.raises(Question):
        await scene.says(Done(customer="恒泰机电"))


async def test_the_customer_decides_between_tasks_that_sound_alike(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价"))
    await scene.says(AddTask(content="发报价", customer="恒泰机电"))

    assert (await scene.says(Done(content="发报价", customer="恒泰机电"))).record == "T-000002"


async def test_nothing_alike_is_said_so(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价"))

    with pytest.raises(NotFound, match="没有找到待办「开车去北京」"):
        await scene.says(Done(content="开车去北京"))


async def test_finished_alone_asks_which_one(scene: Scene) -> None:
    with pytest.raises(NothingToDo):
        await scene.says(Done())
    await scene.says(AddTask(content="发报价"))
    with pytest.raises(Question):
        await scene.says(Done())


async def test_putting_off_keeps_the_deadline_and_comes_again(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价", due=THREE))
    await scene.at(local(THREE))

    reply = await scene.says(Later(number="T1"), at=local("2025-06-11T15:02"), shown="task:1")

    assert (reply.says, reply.updates[0].card.closed, reply.updates[0].card.buttons) == ((), True, ())
    assert reply.updates[0].member == scene.zhou.id
    assert lines(reply.updates[0].card) == {"截止": "周三 6月11日 15:00", "提醒": "周三 6月11日 16:02"}
    assert len((await scene.at(local("2025-06-11T16:02"))).notices) == 1


async def test_tomorrow_is_tomorrow(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价", due=THREE))

    assert (await scene.says(Tomorrow(number="T1"))).says == ("T-000001 已推迟, 周四 6月12日 10:20 再提醒您。",)


async def test_undoing_a_change_brings_the_old_reminder_back(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价", due=THREE))
    before = await scene.work.tasks.by_id(1)
    await scene.says(Move(number="T1", moment="2025-06-13T09:00"))
    moved = await scene.work.tasks.by_id(1)

    await scene.work.tasks.save(replace(before, version=moved.version))

    assert len((await scene.at(local(THREE))).notices) == 1


async def test_another_deadline_is_told_to_the_other_side(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标", mention=("李娜",), due=THREE))

    reply = await scene.says(Move(number="T1", moment="下周一"), scene.li)

    receipt = card_of(reply)
    assert (receipt.subtitle, lines(receipt)["截止"], receipt.closed) == ("T-000001 已改期", "周一 6月16日 前", False)
    assert [(u.subject, u.card.closed) for u in reply.updates] == [("task:1", True)]
    assert [(n.member, notice(reply).subtitle) for n in reply.notices] == [(scene.zhou.id, "T-000001 李娜改了截止时间")]
    assert (await scene.at(local(THREE))).notices == ()


async def test_a_missing_moment_is_asked_for(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标"))
    with pytest.raises(Question, match="T-000001 改到什么时候") as raised:
        await scene.says(Move(number="T1"))

    assert raised.value.field == "moment"


async def test_only_who_gave_a_task_drops_it(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标", mention=("李娜",), due=THREE))

    with pytest.raises(TaskGiven, match="由对方发送「不做了 T-000001」"):
        await scene.says(Drop(number="T1"), scene.li)

    assert len((await scene.at(local(THREE))).notices) == 1
    dropped = await scene.says(Drop(number="T1"))
    assert [notice.member for notice in dropped.notices] == [scene.li.id]


async def test_a_long_task_among_several_is_cut_with_a_mark(scene: Scene) -> None:
    for one in ("甲", "乙"):
        content = f"给{one}公司写技术标并在周五之前连同报价和样机清单一起寄到他们采购部门去"
        await scene.says(AddTask(content=content, due=THREE))

    with pytest.raises(Question) as asked:
        await scene.says(Done())

    assert [(option.text[:10], option.text[-1], len(option.text)) for option in asked.value.options] == [
        ("T-000001 给", "…", 40),
        ("T-000002 给", "…", 40),
    ]


async def test_dropping_closes_every_card(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标", mention=("李娜",)))

    reply = await scene.says(Drop(number="T1"))

    assert reply.says == ("T-000001「写技术标」已取消。",)
    assert (reply.updates[0].card.closed, reply.updates[0].card.subtitle) == (True, "T-000001 周凯取消了")
    assert [n.member for n in reply.notices] == [scene.li.id]


@pytest.mark.parametrize(
    "command",
    [
        Done(target_id="T-000001"),
        Later(number="R-000001"),
        Tomorrow(number="T-000001"),
        Move(number="T-000001"),
        Move(number="T-000001", moment="周五"),
        Drop(number="R-000001"),
    ],
)
def test_the_words_of_every_button_can_be_typed(command: Command) -> None:
    assert routes.phrased(command.typed().lower()) is not None
