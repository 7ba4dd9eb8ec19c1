"""Lists of what is to be done, in the chat and as pages, and the daily summary of what is overdue."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.errors import NotFound
from handlers.dialogue.card import Tone
from handlers.tasks.adding import AddTask
from handlers.tasks.listing import GivenTasks, MyReminders, MyTasks, task_page, tasks_page
from handlers.tasks.reminders import SetReminder
from handlers.tasks.ringing import watch_overdue
from handlers.tasks.words import Done, Later
from storage.timers import timers
from tests.handlers.tasks.scene import Scene, buttons, card_of
from tests.makers import asked, chore, local


async def test_overdue_tasks_stand_first_and_those_without_a_deadline_last(scene: Scene) -> None:
    for content, due in (("无期", ""), ("周五", "2025-06-13"), ("三点", "2025-06-11T15:00"), ("今天", "2025-06-11")):
        await scene.says(AddTask(content=content, due=due))

    card = card_of(await scene.says(MyTasks(), at=local("2025-06-12T09:30")))

    assert (card.title, card.tone, card.page) == ("您有 4 件待办, 2 件已过期", Tone.WARNING, "/h5/tasks")
    assert card.text.split("\n") == [
        "T-000003 三点 (周三 6月11日 15:00, 已过期1天)",
        "T-000004 今天 (周三 6月11日 前, 已过期1天)",
        "T-000002 周五 (周五 6月13日 前)",
        "T-000001 无期",
    ]
    assert buttons(card) == ["完成 T-000003", "改期 T-000003"]


async def test_what_is_due_today_is_marked(scene: Scene) -> None:
    await scene.says(AddTask(content="三点", due="2025-06-11T15:00"))

    assert "今天到期" in card_of(await scene.says(MyTasks())).text
    assert "已过期" in card_of(await scene.says(MyTasks(), at=local("2025-06-11T15:30"))).text


async def test_an_empty_list_says_how_to_fill_it(scene: Scene) -> None:
    assert "没有未完成的待办" in str((await scene.says(MyTasks())).says[0])
    assert "都完成了" in str((await scene.says(GivenTasks())).says[0])
    assert "没有等待中的提醒" in str((await scene.says(MyReminders())).says[0])


async def test_a_long_list_shows_the_first_ten(scene: Scene) -> None:
    for number in range(11):
        await scene.says(AddTask(content=f"事{number}"))

    assert card_of(await scene.says(MyTasks())).text.endswith("\n……共 11 条")


async def test_tasks_given_to_others_name_them(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标", mention=("李娜",)))

    card = card_of(await scene.says(GivenTasks()))

    assert (card.title, card.text) == ("您安排的 1 件任务未完成", "T-000001 李娜: 写技术标")


async def test_reminders_to_come_are_listed_with_their_rule(scene: Scene) -> None:
    await scene.says(SetReminder(content="打卡", repeat="WORKDAY", at="08:40"))
    await scene.says(SetReminder(content="开会", remind_at="2025-06-11T15:00"))

    card = card_of(await scene.says(MyReminders()))

    assert card.title == "您有 2 个提醒"
    assert card.text.split("\n") == [
        "R-000002 开会 (15:00)",
        "R-000001 打卡 (每个工作日 08:40, 下次 6月12日 08:40)",
    ]


async def test_the_page_has_what_the_chat_has(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价", due="2025-06-10T23:00"), at=local("2025-06-10T10:00"))
    await scene.says(AddTask(content="写技术标", mention=("李娜",)))
    await scene.says(SetReminder(content="开会", remind_at="2025-06-11T15:00"))

    page = await tasks_page(asked(scene.work, scene.zhou))

    assert page["tasks"] == [
        {"number": "T-000001", "content": "发报价", "state": "open", "due": "周二 6月10日 23:00", "late": "已过期1天"}
    ]
    assert [(row["number"], row["owner"]) for row in page["given"]] == [("T-000002", "李娜")]
    assert page["reminders"] == [{"number": "R-000001", "text": "开会 (15:00)"}]


async def test_the_page_of_a_task_is_for_those_concerned(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标", mention=("李娜",), customer="恒泰机电", due="2025-06-13"))

    page = await task_page(asked(scene.work, scene.li), "T-000001")

    assert (page["owner"], page["assigned_by"], page["customer"]) == ("李娜", "周凯", "恒泰机电")
    assert (page["due"], page["reminder"], page["settled"]) == ("周五 6月13日 前", "周五 6月13日 09:00", "")
    await scene.says(Done(number="T1"))
    done = await task_page(asked(scene.work, scene.gao), "T-000001")
    assert (done["state"], done["settled"], done["late"]) == ("done", "周三 6月11日 10:20", "")
    stranger = replace(scene.zhou, id=99)
    with pytest.raises(NotFound):
        await task_page(asked(scene.work, stranger), "T-000001")


async def test_overdue_tasks_come_in_one_summary_on_working_days(scene: Scene) -> None:
    for number in range(3):
        await scene.says(AddTask(content=f"事{number}", due="2025-06-13T10:00"))
    await scene.says(AddTask(content="李娜的事", mention=("李娜",), due="2025-06-13T10:00"))
    await watch_overdue(chore(scene.work))
    await scene.at(local("2025-06-13T10:00"))

    weekend = await scene.at(local("2025-06-15T23:00"))
    monday = await scene.at(local("2025-06-16T09:00"))

    assert weekend.notices == ()
    assert [(n.member, n.card.title if n.card else "", n.patient) for n in monday.notices] == [
        (scene.zhou.id, "3 件待办已过期", True),
        (scene.li.id, "1 件待办已过期", True),
    ]
    assert len((await scene.at(local("2025-06-17T09:00"))).notices) == 2


async def test_what_was_put_off_is_not_in_the_summary(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价", due="2025-06-11T15:00"))
    await watch_overdue(chore(scene.work))
    await scene.at(local("2025-06-11T15:00"))
    await scene.says(Later(number="T1"), at=local("2025-06-12T08:30"))

    assert (await scene.at(local("2025-06-12T09:00"))).notices == ()


async def test_a_member_who_left_is_not_written_to_but_who_gave_the_task_is(scene: Scene) -> None:
    await scene.says(AddTask(content="写技术标", mention=("李娜",), due="2025-06-11T15:00"))
    await scene.says(SetReminder(content="寄合同", mention=("李娜",), remind_at="2025-06-11T15:00"))
    await watch_overdue(chore(scene.work))
    await scene.work.members.save(replace(scene.li, active=False))

    assert [n.member for n in (await scene.at(local("2025-06-11T15:00"))).notices] == [scene.zhou.id]
    assert (await scene.at(local("2025-06-12T09:00"))).notices == ()


async def test_a_summary_that_comes_on_a_day_off_waits_for_the_next_working_day(scene: Scene) -> None:
    await watch_overdue(chore(scene.work, local("2025-06-13T10:00")))
    assert await _due(scene) == [local("2025-06-16T09:00")]
    await watch_overdue(chore(scene.work, local("2025-06-13T08:00")))
    assert await _due(scene) == [local("2025-06-16T09:00")]


async def test_a_summary_missed_before_a_day_off_comes_on_the_next_working_day(scene: Scene) -> None:
    await scene.says(AddTask(content="发报价", due="2025-06-11T15:00"))
    await scene.at(local("2025-06-11T15:00"))
    await watch_overdue(chore(scene.work, local("2025-06-13T08:00")))

    assert (await scene.at(local("2025-06-14T10:00"))).notices == ()
    assert len((await scene.at(local("2025-06-16T09:00"))).notices) == 1


async def _due(scene: Scene) -> list[datetime]:
    return [row.due_at for row in await scene.work.connection.all(timers.select())]
