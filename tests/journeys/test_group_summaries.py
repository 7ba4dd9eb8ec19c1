"""The company's summary goes into the groups of the configuration, on both platforms."""

from tests.scene import a_customer_of, a_scene

GROUPS = ("board", "ding:cidGroup1==")


async def test_the_company_s_summary_comes_into_the_groups_without_personal_links(sqlite_url: str) -> None:
    async with a_scene(sqlite_url, digest={"groups": GROUPS}) as scene:
        await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
        await scene.says("zhouqiang", "跟进 华为 今天拜访了王总,预算50万")
        scene.clock.until("2025-06-11T18:00:00")
        for _ in range(3):
            await scene.passes(minutes=4)
        for platform, group in ((scene.wecom, "wrGroup1"), (scene.dingtalk, "cidGroup1==")):
            seen = [bubble for bubble in platform.screens.bubbles if bubble.chat == group and not bubble.sender]
            assert len(seen) == 1, group
            assert "跟进" in str(seen[0].body)
            assert "sign=" not in str(seen[0].body)
        await scene.passes(minutes=30)
        assert len([b for b in scene.wecom.screens.bubbles if b.chat == "wrGroup1"]) == 1
