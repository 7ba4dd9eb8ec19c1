"""Taking back: what stands in the way is named, what comes back is shown, what is gone stays silent."""

import pytest

from tests.journeys.people import Person
from tests.scene import Scene, a_customer_of


async def test_a_customer_that_something_hangs_on_is_not_taken_back(scene: Scene) -> None:
    zhou, chen = Person(scene, "zhouqiang"), Person(scene, "d-chenjing")
    await zhou.says("新建客户 远山机械")
    await zhou.says("共享 远山机械 给 陈静")
    await chen.says("跟进 远山机械 看了样机")

    refused = await zhou.says("撤销 C-000001")
    assert refused == "F-000001 还挂在这个客户上, 请先撤销它, 再撤销 C-000001。"
    await chen.says("撤销 F-000001")
    assert "客户 C-000001 恢复原样" in await zhou.says("撤销")
    assert await zhou.says("撤销 C-000001") == "已撤销: 客户 C-000001。"
    await scene.spotless()


@pytest.mark.parametrize("account", ["zhouqiang", "d-chenjing"])
async def test_a_correction_taken_back_is_told_and_shown(scene: Scene, account: str) -> None:
    rep = Person(scene, account)
    await a_customer_of(scene, "Y002" if account == "zhouqiang" else "Y003", "深圳市华为技术有限公司", "华为")
    await rep.says("跟进 华为 报了价, 预算36万, 周五再约")
    receipt = rep.card("已记跟进")
    await rep.says("金额改成38万")
    await rep.says("金额改成39万")
    told = await rep.says("撤销")
    assert "F-000001 金额: 39万 → 38万" in told
    told = await rep.says("撤销")
    assert "F-000001 金额: 38万 → 36万" in told
    if account == "d-chenjing":
        assert "36万元" in rep.now_on(receipt)
        assert "38万元" not in "".join(rep.sees()[:2])
    await scene.spotless()


async def test_a_task_that_is_open_again_is_shown_to_both_whose_it_is(scene: Scene) -> None:
    wang, chen = Person(scene, "wangmin"), Person(scene, "d-chenjing")
    await wang.says("安排陈静周五前给华为报价")
    card = chen.card("T-000001")
    await chen.says("完成 T-000001")
    assert "完成" in wang.sees()[-1]
    assert "已撤销" in await chen.says("撤销")
    assert "陈静撤销了刚才的改动" in wang.sees()[-1]
    assert "陈静撤销了刚才的改动" in chen.now_on(card)
    await scene.spotless()


async def test_an_act_that_others_have_worked_on_is_passed_over_in_words(scene: Scene) -> None:
    zhou, wang = Person(scene, "zhouqiang"), Person(scene, "wangmin")
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await zhou.says("跟进 华为 拜访了王总")
    await zhou.says("申请用章 投标文件")
    await wang.says("同意 A-000001")

    assert await zhou.says("撤销") == "已撤销: 跟进 F-000001。跳过了: A-000001 之后已有其他人处理。"
    assert "A-000001 之后已有其他人处理, 不能直接撤销" in await zhou.says("撤销")
    await scene.spotless()


async def test_nothing_reminds_of_what_was_taken_back(scene: Scene) -> None:
    zhou, others = Person(scene, "zhouqiang"), [Person(scene, "wangmin"), Person(scene, "zhangwei")]
    for said in ("申请用章 投标文件", "问张工 服务器交期多久", "提醒我下午3点打电话", "待办 今天下午4点交方案"):
        await zhou.says(said)
        assert "已撤销" in await zhou.says("撤销")
    assert "已撤销" in others[0].sees()[-1]
    assert "已撤销" in others[1].sees()[-1]
    seen = [len(person.sees()) for person in (zhou, *others)]
    for _ in range(6):
        await scene.passes(hours=1)
    assert [len(person.sees()) for person in (zhou, *others)] == seen
    await scene.spotless()
