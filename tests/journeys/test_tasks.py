"""Tasks and reminders from the typed sentence to the card that comes back, on both platforms."""

import pytest

from tests.scene import Scene, a_scene


async def test_a_reminder_comes_back_is_put_off_and_is_finished_on_its_card(scene: Scene) -> None:
    [receipt] = await scene.says("zhouqiang", "明天上午9点提醒我给王总打电话")
    assert all(
        part in str(receipt.body_for("zhouqiang")) for part in ("R-000001", "给王总打电话", "周四 6月12日 09:00")
    )

    scene.clock.until("2025-06-12T08:59")
    await scene.passes(seconds=1)
    assert "提醒已设好" in scene.last("zhouqiang")
    await scene.passes(minutes=1)
    rung = scene.card_with("zhouqiang", "晚1小时")
    assert "给王总打电话" in str(rung.body_for("zhouqiang"))

    assert await scene.presses("zhouqiang", "晚1小时") == []
    assert "已推迟" in str(rung.body_for("zhouqiang"))
    await scene.passes(minutes=59)
    await scene.passes(minutes=1)
    again = scene.card_with("zhouqiang", "晚1小时")
    assert again.id != rung.id
    await scene.presses("zhouqiang", "完成", on=again)
    assert "已完成" in str(again.body_for("zhouqiang"))


async def test_a_task_given_across_platforms_is_closed_on_every_card(scene: Scene) -> None:
    await scene.says("zhouqiang", "@陈静 明天下午3点前把合同扫描件发我")
    given = scene.card_with("d-chenjing", "周强安排给您的任务")
    mine = scene.card_with("zhouqiang", "已交给陈静")

    await scene.presses("d-chenjing", "完成", on=given)

    for account, card in (("zhouqiang", mine), ("d-chenjing", given)):
        assert "陈静 周三 6月11日 10:2" in str(card.body_for(account)), scene.screen(account)
    assert "完成" in scene.last("zhouqiang")


async def test_another_date_is_asked_for_and_answered_in_words(scene: Scene) -> None:
    await scene.says("d-chenjing", "待办 周五前给客户出方案")
    await scene.says("d-chenjing", "改期 T1")
    assert "T-000001 改到什么时候" in scene.last("d-chenjing")

    await scene.says("d-chenjing", "下周一下午三点")

    assert "周一 6月16日 15:00" in scene.last("d-chenjing")


async def test_a_correction_changes_the_reminder_just_set(scene: Scene) -> None:
    await scene.says("zhouqiang", "明天上午9点提醒我给王总打电话")
    await scene.says("zhouqiang", "改到10点半")

    assert "R-000001 提醒已修改" in scene.last("zhouqiang")
    assert "10:30" in scene.last("zhouqiang")


@pytest.mark.parametrize(
    "said", ["完成 T1", "T-000001 完成了", "待办1搞定", "出方案那个待办做完了", "标记完成：给客户出方案"]
)
async def test_a_task_is_finished_in_many_words(scene: Scene, said: str) -> None:
    await scene.says("zhouqiang", "待办 给客户出方案")
    await scene.says("zhouqiang", said)

    async with scene.work() as work:
        assert (await work.tasks.by_id(1)).state == "done", scene.screen("zhouqiang")


async def test_a_reminder_survives_a_restart(sqlite_url: str) -> None:
    async with a_scene(sqlite_url) as scene:
        await scene.says("zhouqiang", "下午三点提醒我开会")
        moment = scene.clock.time
    async with a_scene(sqlite_url) as scene:
        scene.clock.time = moment
        scene.clock.until("2025-06-11T15:00")
        await scene.passes(seconds=1)
        assert "开会" in scene.last("zhouqiang")


async def test_undoing_takes_the_reminder_with_it(scene: Scene) -> None:
    await scene.says("zhouqiang", "下午三点提醒我开会")
    await scene.presses("zhouqiang", "撤销")
    before = len(scene.screen("zhouqiang"))
    scene.clock.until("2025-06-11T15:01")
    await scene.passes(seconds=1)

    assert len(scene.screen("zhouqiang")) == before


async def test_undoing_a_finish_opens_the_task_and_its_reminder_again(scene: Scene) -> None:
    await scene.says("zhouqiang", "待办 下午三点前发报价")
    await scene.says("zhouqiang", "完成 T1")
    await scene.says("zhouqiang", "撤销")
    scene.clock.until("2025-06-11T15:00")
    await scene.passes(seconds=1)

    assert "待办到期" in scene.last("zhouqiang")


async def test_the_overdue_come_in_one_summary_in_the_morning(scene: Scene) -> None:
    await scene.says("d-chenjing", "待办 下午三点前发报价")
    await scene.says("d-chenjing", "待办 下午四点前寄合同")
    scene.clock.until("2025-06-11T16:30")
    await scene.passes(seconds=1)
    scene.clock.until("2025-06-12T09:00")
    await scene.passes(seconds=1)

    assert "2 件待办已过期" in scene.last("d-chenjing")
    assert all(part in scene.last("d-chenjing") for part in ("发报价", "寄合同"))
