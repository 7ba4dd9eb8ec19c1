"""Corrections that come with other messages in between."""

from tests.scene import Scene, a_customer_of


async def test_a_correction_after_other_messages_means_what_was_logged_last_for_half_an_hour(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await scene.says("zhouqiang", "跟进 华为 今天拜访了王总,预算50万")
    await scene.says("zhouqiang", "我的待办")
    [corrected] = await scene.says("zhouqiang", "金额改成55万")
    assert "50万 → 55万" in str(corrected.body)
    async with scene.work() as work:
        assert [f.amount for f in [await work.follow_ups.find(1)] if f] == [55_000_000]
    scene.clock.forward(minutes=31)
    await scene.says("zhouqiang", "我的待办")
    [unsure] = await scene.says("zhouqiang", "金额改成60万")
    assert "没太明白" in str(unsure.body)
