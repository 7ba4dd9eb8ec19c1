"""Setting reminders, and their coming."""

from datetime import timedelta

import pytest

from domain.due import PastMoment
from handlers.dialogue.question import Question
from handlers.tasks.reminders import SetReminder
from handlers.tasks.words import Done, Drop, Later, Move, Tomorrow
from tests.handlers.tasks.scene import Scene, buttons, card_of, lines, notice
from tests.makers import local

HOUR = timedelta(hours=1)


async def test_a_reminder_comes_at_its_minute_once_and_only_once(scene: Scene) -> None:
    receipt = card_of(await scene.says(SetReminder(content="给王总打电话", remind_at="2025-06-12T09:00")))
    early = await scene.at(local("2025-06-12T08:59"))
    rung = await scene.at(local("2025-06-12T09:00"))
    again = await scene.at(local("2025-06-20T09:00"))

    assert (receipt.subtitle, lines(receipt)["时间"]) == ("R-000001 提醒已设好", "周四 6月12日 09:00")
    assert buttons(receipt) == ["完成 R-000001", "改期 R-000001", "撤销 R-000001"]
    assert (early.notices, again.notices) == ((), ())
    card = notice(rung)
    assert (card.title, card.subtitle, card.subject) == ("给王总打电话", "R-000001 提醒", "reminder:1")
    assert buttons(card) == ["完成 R-000001", "晚1小时 R-000001", "明天再说 R-000001", "改期 R-000001"]
    assert (rung.notices[0].member, rung.notices[0].patient) == (scene.zhou.id, False)


async def test_a_named_hour_comes_even_at_night_and_a_day_alone_in_the_morning(scene: Scene) -> None:
    await scene.says(SetReminder(content="发祝福", remind_at="2025-06-11T23:50"))
    card = card_of(await scene.says(SetReminder(content="交报销单", remind_at="2025-06-14")))

    assert [n.patient for n in (await scene.at(local("2025-06-11T23:50"))).notices] == [False]
    assert lines(card)["时间"] == "周五 6月13日 09:00"
    assert [n.patient for n in (await scene.at(local("2025-06-13T09:00"))).notices] == [True]


async def test_the_rest_of_today_is_never_too_short_for_a_reminder(scene: Scene) -> None:
    card = card_of(
        await scene.says(SetReminder(content="写日报", remind_at="2025-06-11"), at=local("2025-06-11T17:30"))
    )

    assert lines(card)["时间"] == "周三 6月11日 18:30"


async def test_a_rule_comes_again_and_again_by_the_working_calendar(scene: Scene) -> None:
    receipt = card_of(
        await scene.says(SetReminder(content="打卡", repeat="WORKDAY", at="08:40"), at=local("2025-06-13T10:00"))
    )

    assert lines(receipt) == {"重复": "每个工作日 08:40", "下次": "周一 6月16日 08:40"}
    assert (await scene.at(local("2025-06-14T08:40"))).notices == ()
    card = notice(await scene.at(local("2025-06-16T08:40")))
    assert lines(card)["下次"] == "周二 6月17日 08:40"
    assert await scene.waiting() == ["reminder:1@202506170040"]


async def test_runs_missed_while_the_service_was_down_come_as_one(scene: Scene) -> None:
    await scene.says(SetReminder(content="写跟进", repeat="DAILY", at="17:30"))

    rung = await scene.at(local("2025-06-15T12:00"))

    assert [notice.card.subtitle for notice in rung.notices if notice.card] == ["R-000001 提醒 (原定 6月11日 17:30)"]
    assert len((await scene.at(local("2025-06-15T17:30"))).notices) == 1


async def test_an_hour_later_moves_the_same_reminder(scene: Scene) -> None:
    await scene.says(SetReminder(content="打电话", remind_at="2025-06-12T09:00"))
    nine = local("2025-06-12T09:00")
    await scene.at(nine)

    put_off = await scene.says(Later(number="R-000001"), at=nine, shown="reminder:1")

    assert put_off.says == ()
    assert (put_off.updates[0].card.closed, put_off.updates[0].member) == (True, scene.zhou.id)
    assert lines(put_off.updates[0].card)["时间"] == "周四 6月12日 10:00"
    assert (await scene.at(nine + HOUR - timedelta(minutes=1))).notices == ()
    assert notice(await scene.at(nine + HOUR)).subtitle == "R-000001 提醒"


async def test_a_rule_that_is_put_off_goes_on_as_before(scene: Scene) -> None:
    await scene.says(SetReminder(content="写跟进", repeat="DAILY", at="09:00"))
    await scene.at(local("2025-06-12T09:00"))
    await scene.says(Later(number="R1"), at=local("2025-06-12T09:05"))

    assert lines(notice(await scene.at(local("2025-06-12T10:05"))))["下次"] == "周五 6月13日 09:00"
    assert len((await scene.at(local("2025-06-13T09:00"))).notices) == 1


async def test_typed_words_are_answered_in_words(scene: Scene) -> None:
    await scene.says(SetReminder(content="打电话", remind_at="2025-06-12T09:00"))

    assert (await scene.says(Later(number="r1"))).says == ("R-000001 已推迟, 周三 6月11日 11:20 再提醒您。",)
    assert (await scene.says(Tomorrow(number="R1"))).says == ("R-000001 已推迟, 周四 6月12日 10:20 再提醒您。",)


async def test_tomorrow_said_at_night_means_its_morning(scene: Scene) -> None:
    await scene.says(SetReminder(content="打电话", remind_at="2025-06-12T09:00"))

    reply = await scene.says(Tomorrow(number="R1"), at=local("2025-06-11T22:00"))

    assert reply.says == ("R-000001 已推迟, 周四 6月12日 09:00 再提醒您。",)


async def test_another_moment_is_asked_for_and_understood_in_words(scene: Scene) -> None:
    await scene.says(SetReminder(content="打电话", remind_at="2025-06-12T09:00"))
    with pytest.raises(Question, match="R-000001 改到什么时候") as raised:
        await scene.says(Move(number="R-000001"))

    question = raised.value
    reply = await scene.says(question.command.filled(**{question.field: "周五下午三点"}))
    assert reply.says == ("R-000001 已推迟, 周五 6月13日 15:00 再提醒您。",)
    for option in question.options:
        await scene.says(question.command.filled(**{question.field: option.id}))
    day = await scene.says(Move(number="R1", moment="2025-06-14"))
    assert day.says == ("R-000001 已推迟, 周五 6月13日 09:00 再提醒您。",)


async def test_finished_is_finished_on_every_card(scene: Scene) -> None:
    await scene.says(SetReminder(content="打电话", remind_at="2025-06-12T09:00"))

    reply = await scene.says(Done(target_id="R-000001"))

    assert reply.says == ("R-000001「打电话」已完成。",)
    assert [(u.subject, u.card.closed, u.member) for u in reply.updates] == [("reminder:1", True, None)]
    assert (await scene.at(local("2025-06-12T09:00"))).notices == ()


async def test_finishing_one_run_of_a_rule_names_the_next(scene: Scene) -> None:
    await scene.says(SetReminder(content="写跟进", repeat="DAILY", at="09:00"))

    reply = await scene.says(Done(number="R1"))

    assert reply.says == ("R-000001「写跟进」已完成。下次提醒: 周四 6月12日 09:00。",)


async def test_a_dropped_rule_never_comes_again(scene: Scene) -> None:
    await scene.says(SetReminder(content="写跟进", repeat="DAILY", at="09:00"))

    assert (await scene.says(Drop(number="R1"))).says == ("R-000001「写跟进」已取消。",)
    assert (await scene.at(local("2025-06-13T09:00"))).notices == ()


async def test_a_removed_reminder_does_not_come(scene: Scene) -> None:
    await scene.says(SetReminder(content="打电话", remind_at="2025-06-12T09:00"))
    await scene.work.reminders.remove(await scene.work.reminders.by_id(1))

    assert (await scene.at(local("2025-06-12T09:00"))).notices == ()


async def test_a_reminder_for_a_colleague_tells_both(scene: Scene) -> None:
    reply = await scene.says(SetReminder(content="寄合同", mention=("李娜",), remind_at="2025-06-13T18:00"))

    assert card_of(reply).subtitle == "R-000001 到时提醒李娜"
    assert notice(reply).subtitle == "R-000001 周凯给您设了提醒"
    assert (lines(notice(reply))["提醒谁"], lines(notice(reply))["设置人"]) == ("李娜", "周凯")
    assert [n.member for n in (await scene.at(local("2025-06-13T18:00"))).notices] == [scene.li.id]


async def test_the_customer_is_noted(scene: Scene) -> None:
    command = SetReminder(content="催恒泰尾款", customer="恒泰机电", remind_at="2025-06-13T18:00")

    assert lines(card_of(await scene.says(command)))["客户"] == "恒泰机电"


async def test_what_or_when_is_asked_when_it_is_missing(scene: Scene) -> None:
    with pytest.raises(Question, match="提醒什么事"):
        await scene.says(SetReminder(remind_at="2025-06-13"))
    with pytest.raises(Question, match="什么时候提醒") as raised:
        await scene.says(SetReminder(content="开会"))

    question = raised.value
    times = [
        lines(card_of(await scene.says(question.command.filled(remind_at=option.id))))["时间"]
        for option in question.options
    ]
    assert times == ["周三 6月11日 11:20", "周三 6月11日 17:00", "周四 6月12日 09:00"]


async def test_a_moment_that_is_over_is_refused(scene: Scene) -> None:
    with pytest.raises(PastMoment):
        await scene.says(SetReminder(content="开会", remind_at="2025-06-11T10:00"))


async def test_a_correction_moves_the_last_reminder(scene: Scene) -> None:
    await scene.says(SetReminder(content="打电话", remind_at="2025-06-12T09:00"))

    command = SetReminder(content="打电话", customer="恒泰机电", remind_at="2025-06-12T10:30", amend=True)
    reply = await scene.says(command, talk={"last": {"record": "R-000001"}})

    assert (card_of(reply).subtitle, lines(card_of(reply))["时间"]) == ("R-000001 提醒已修改", "周四 6月12日 10:30")
    assert [update.subject for update in reply.updates] == ["reminder:1"]
    assert (await scene.at(local("2025-06-12T09:00"))).notices == ()
    assert len((await scene.at(local("2025-06-12T10:30"))).notices) == 1


async def test_a_correction_of_the_text_keeps_the_moment(scene: Scene) -> None:
    await scene.says(SetReminder(content="打电话", remind_at="2025-06-12T09:00"))

    reply = await scene.says(SetReminder(content="发邮件", amend=True), talk={"last": {"record": "R-000001"}})

    assert (card_of(reply).title, lines(card_of(reply))["时间"]) == ("发邮件", "周四 6月12日 09:00")


async def test_a_long_reminder_stands_whole_in_the_body(scene: Scene) -> None:
    assert len(card_of(await scene.says(SetReminder(content="长" * 60, remind_at="2025-06-13"))).text) == 60
