"""What time brings: reminders over a restart and over the night, summaries whose numbers are their lists."""

import re

from tests.journeys.conftest import Way
from tests.journeys.people import Person
from tests.journeys.test_customers import LINK, page
from tests.scene import Scene, a_customer_of


async def test_a_reminder_comes_on_every_way_and_is_put_off_by_its_card(rep: Person, way: Way) -> None:
    scene = rep.scene
    assert "周四 6月12日 09:00" in await rep.says("明天上午9点提醒我给王总打电话")
    scene.clock.until("2025-06-12T08:59")
    await scene.passes(seconds=1)
    assert not any("晚1小时" in text for text in rep.sees())
    await scene.passes(minutes=1)
    assert sum("晚1小时" in text for text in rep.sees()) == 1
    await rep.taps("晚1小时")
    async with scene.work() as work:
        reminder = await work.reminders.by_id(1)
        assert await work.reminders.find(2) is None
    assert reminder.next_at is not None
    before = len(rep.sees())
    await scene.passes(minutes=58)
    assert len(rep.sees()) == before
    await scene.passes(minutes=3)
    assert "给王总打电话" in rep.sees()[-1]
    assert len(rep.sees()) == before + 1
    await rep.taps("完成", on=rep.card("晚1小时"))
    await scene.passes(days=2)
    assert sum("晚1小时" in text for text in rep.sees()) <= 2


async def test_a_restart_neither_loses_nor_doubles_what_is_due(scene: Scene) -> None:
    zhou, chen = Person(scene, "zhouqiang"), Person(scene, "d-chenjing")
    await zhou.says("明天上午9点提醒我给王总打电话")
    await zhou.says("每周五下午4点提醒我交周报")
    await chen.says("明天上午10点提醒我寄样品")
    async with scene.down():
        scene.clock.until("2025-06-12T09:30")
    await scene.passes(seconds=1)
    [late] = [text for text in zhou.sees() if "晚1小时" in text]
    assert "给王总打电话" in late
    assert "原定 09:00" in late
    for _ in range(2):
        async with scene.down():
            pass
        await scene.passes(seconds=10)
    scene.clock.until("2025-06-12T10:00")
    await scene.passes(seconds=1)
    assert sum("给王总打电话" in text and "晚1小时" in text for text in zhou.sees()) == 1
    assert sum("寄样品" in text and "晚1小时" in text for text in chen.sees()) == 1
    for day in ("13", "20"):
        scene.clock.until(f"2025-06-{day}T16:00")
        await scene.passes(seconds=1)
        async with scene.down():
            scene.clock.forward(minutes=1)
    assert sum("交周报" in text and "晚1小时" in text for text in zhou.sees()) == 2


async def test_at_night_only_what_was_given_an_hour_comes(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    zhou, boss = Person(scene, "zhouqiang"), Person(scene, "wangmin")
    await zhou.says("今晚11点提醒我关机房空调")
    scene.clock.until("2025-06-11T22:00")
    await boss.says("任务 @周强 明天交报价单")
    assert not any("安排给您的任务" in text for text in zhou.sees())
    scene.clock.until("2025-06-11T23:00")
    await scene.passes(seconds=1)
    assert "关机房空调" in zhou.sees()[-1]
    scene.clock.until("2025-06-12T08:00")
    await scene.passes(seconds=1)
    assert any("王敏安排给您的任务" in text for text in zhou.sees())


async def test_every_number_of_the_evening_s_summary_opens_exactly_its_list(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await a_customer_of(scene, "Y003", "南京云海科技有限公司", "云海")
    zhou, chen, boss, keeper = (Person(scene, a) for a in ("zhouqiang", "d-chenjing", "wangmin", "d-licang"))
    for number in range(3):
        await zhou.says(f"跟进 华为 第{number + 1}次拜访了王总")
    await chen.says("跟进 云海 拜访了李总, 明天上午10点再约")
    await chen.says("新建客户 远山机械")
    await chen.says("报销 差旅 1280元")
    scene.clock.until("2025-06-11T17:59")
    await scene.passes(seconds=1)
    assert not any("日报" in text for text in boss.sees())
    scene.clock.until("2025-06-11T18:10")
    await scene.passes(seconds=1)
    for person, title, follow_ups in ((boss, "团队日报", 4), (zhou, "我的日报", 3), (chen, "我的日报", 1)):
        [summary] = [text for text in person.sees() if title in text]
        links = {link for link in LINK.findall(summary) if link.count("/") >= 8}
        assert links
        for link in links:
            status, text = await page(link)
            assert status == 200
            heading = re.search(r"<h1[^>]*>\s*\S+ (\d+)人?\s*</h1>", text)
            assert heading is not None, text[:400]
            counted = re.search(r"(\d+)人?\]?[\n(]+" + re.escape(link), summary)
            assert int(heading[1]) == text.count("<li>"), link
            assert counted is not None, link
            assert counted[1] == heading[1], link
        assert f"跟进\n{follow_ups}" in summary or f"**跟进**：[{follow_ups}]" in summary
    assert not any("日报" in text for text in keeper.sees())

    scene.clock.until("2025-06-12T18:10")
    before = len(zhou.sees())
    await scene.passes(seconds=1)
    assert len([text for text in zhou.sees()[before:] if "日报" in text]) == 0
