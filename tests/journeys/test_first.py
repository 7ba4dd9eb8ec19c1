"""One typed follow-up on each platform and each database, its receipt, its undoing."""

import pytest

from tests.scene import Scene, a_customer_of


@pytest.mark.parametrize(("account", "owner"), [("zhouqiang", "Y002"), ("d-chenjing", "Y003")])
async def test_a_typed_follow_up_gets_its_receipt_and_can_be_taken_back(
    scene_everywhere: Scene, account: str, owner: str
) -> None:
    scene = scene_everywhere
    await a_customer_of(scene, owner, "深圳市华为技术有限公司", "华为")
    [receipt] = await scene.says(account, "跟进 华为 今天拜访了王总,预算50万,下周三再约")
    shown = str(receipt.body_for(account))
    assert all(part in shown for part in ("F-000001", "华为", "王总", "50万元", "周三 6月18日", "T-000001"))
    [said] = await scene.presses(account, "撤销")
    assert said.body["text"] == "已撤销: 任务 T-000001、跟进 F-000001。"
    assert "已撤销" in str(receipt.body_for(account))
    async with scene.work() as work:
        assert await work.follow_ups.find(1) is None
        assert await work.tasks.find(1) is None
