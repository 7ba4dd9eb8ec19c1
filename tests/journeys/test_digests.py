"""The day's summary from what people did to the list behind each number."""

from tests.scene import Scene, a_customer_of


async def test_the_summary_comes_in_the_evening_and_each_number_opens_its_list(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await scene.says("zhouqiang", "跟进 华为 今天拜访了王总, 明天再约")
    scene.clock.until("2025-06-11T18:00")
    await scene.passes(minutes=10)

    shown = str(scene.card_with("wangmin", "团队日报 周三 6月11日").body_for("wangmin"))
    assert all(part in shown for part in ("跟进", "按人", "没有记跟进"))
    await scene.presses("wangmin", "看跟进")
    assert "F-000001 周强 华为 今天拜访了王总" in scene.last("wangmin")
    assert "我的日报" in str(scene.card_with("zhouqiang", "我的日报").body_for("zhouqiang"))


async def test_it_can_be_asked_for_on_both_platforms(scene: Scene) -> None:
    await a_customer_of(scene, "Y003", "深圳市华为技术有限公司", "华为")
    await scene.says("d-chenjing", "跟进 华为 寄了资料")

    await scene.says("d-chenjing", "周报")
    assert "我的周报 6月9日-6月15日" in scene.last("d-chenjing")
    await scene.says("wangmin", "陈静这个月的跟进情况")
    assert "陈静月报" in scene.last("wangmin")
    await scene.says("zhouqiang", "看看陈静今天的日报")
    assert "没有权限查看陈静的汇总" in scene.last("zhouqiang")
    await scene.says("wangmin", "日报明细 跟进")
    assert "F-000001 陈静 华为 寄了资料" in scene.last("wangmin")
