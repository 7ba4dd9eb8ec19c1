"""One typed follow-up on each platform, and its receipt."""

from pathlib import Path

from tests.scene import a_customer_of, a_scene, database_url


async def test_a_follow_up_typed_in_wecom_is_kept_and_gets_its_receipt(tmp_path: Path) -> None:
    async with a_scene(database_url(tmp_path)) as scene:
        await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
        seen = await scene.says("zhouqiang", "跟进 华为 今天拜访了王总,预算50万,下周三再约")
        print(scene.screen("zhouqiang"))
        assert "F-000001" in str(seen[-1].body)
        print(await scene.presses("zhouqiang", "撤销"))
        print("\n".join(scene.screen("zhouqiang")))


async def test_a_follow_up_typed_in_dingtalk_is_kept_and_gets_its_receipt(tmp_path: Path) -> None:
    async with a_scene(database_url(tmp_path)) as scene:
        await a_customer_of(scene, "Y003", "恒泰机电设备有限公司", "恒泰机电")
        seen = await scene.says("d-chenjing", "跟进 恒泰机电 今天拜访了王总,预算50万,下周三再约")
        print(scene.screen("d-chenjing"))
        assert "F-000001" in str(seen[-1].body)
        await scene.presses("d-chenjing", "撤销")
        print("\n".join(scene.screen("d-chenjing")))
