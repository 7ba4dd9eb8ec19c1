"""Logging what happened at a customer, on every way a person can write."""

from domain.follow_ups import FollowUp
from tests.journeys.conftest import Way
from tests.journeys.people import Person
from tests.scene import Scene, a_customer_of


async def test_one_message_is_a_follow_up_with_its_next_step_and_its_corrections(rep: Person, way: Way) -> None:
    scene = rep.scene
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    receipt = await rep.says("跟进 华为 今天拜访了王总,预算50万,下周三再约")
    for part in ("已记跟进 F-000001", "华为", "王总", "50万元", "周三 6月18日", "T-000001", "撤销", "改"):
        assert part in receipt
    first = rep.card("已记跟进 F-000001")

    assert "金额: 50万 → 3.5万" in await rep.says("金额改成3.5万")
    assert "要改什么" in await rep.taps("改")
    corrected = await rep.says("下次改到周五")
    assert "下次: 周三 6月18日 → 周五 6月13日" in corrected
    assert "T-000001, 周五 6月13日" in corrected
    if way.template and way.code == "Y003":
        assert "3.5万元" in rep.now_on(first)
    async with scene.work() as work:
        kept, task = await work.follow_ups.by_id(1), await work.tasks.by_id(1)
    assert (kept.amount, kept.next_at, kept.contacts) == (3_500_000, "2025-06-13", ("王总",))
    assert task.remind_at is not None
    assert scene.clock.now() < task.remind_at

    assert await rep.taps("撤销") == "已撤销: 任务 T-000001、跟进 F-000001。"
    async with scene.work() as work:
        assert await work.follow_ups.find(1) is None
        assert await work.tasks.find(1) is None
    if way.template and not way.chat:
        assert "跟进 F-000001 已撤销" in rep.now_on(first)
    assert "F-000001 已不能撤销" in await rep.says("撤销 F-000001")


async def test_an_ambiguous_customer_is_asked_back_and_answered_in_every_manner(rep: Person, way: Way) -> None:
    scene = rep.scene
    for name in ("北京恒泰机电有限公司", "上海恒泰机电有限公司"):
        await a_customer_of(scene, way.code, name)
    asked = await rep.says("跟进 恒泰机电 谈得不错")
    assert "「恒泰机电」是哪一个?" in asked
    assert "1. 北京恒泰机电有限公司" in asked
    question = rep.card("是哪一个")
    assert "上海恒泰机电" in await rep.says("2")
    if way.template and not way.chat:
        assert "已选: 上海恒泰机电有限公司" in rep.now_on(question)

    await rep.says("跟进 恒泰机电 第二次拜访")
    by_tap = await rep.taps("北京恒泰机电有限公司")
    assert "已记跟进 F-000002" in by_tap
    assert "北京恒泰机电" in by_tap

    await rep.says("跟进 恒泰机电 第三次拜访")
    assert "已记跟进 F-000003" in await rep.says("上海恒泰机电有限公司")

    await rep.says("跟进 恒泰机电 第四次拜访")
    assert "已取消" in await rep.says("取消")
    assert [kept.content for kept in await _kept(scene)] == ["谈得不错", "第二次拜访", "第三次拜访"]


async def test_an_unknown_customer_is_created_only_when_that_is_said(rep: Person, way: Way) -> None:
    scene = rep.scene
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    asked = await rep.says("跟进 远方集团 今天打了电话")
    assert "没有找到客户「远方集团」, 是新客户吗?" in asked
    assert "1. 新建「远方集团」" in asked
    assert await rep.taps("取消") == "已取消。"
    await rep.says("跟进 远方集团 今天打了电话")
    receipt = await rep.taps("新建「远方集团」")
    assert "已记跟进 F-000001" in receipt
    assert "远方集团" in receipt
    assert await rep.says("撤销") == "已撤销: 跟进 F-000001、客户 C-000002。"
    async with scene.work() as work:
        assert await work.customers.find(2) is None
    assert "没有找到客户「远方集团」" in await rep.says("客户 远方集团")


async def _kept(scene: Scene) -> list[FollowUp]:
    async with scene.work() as work:
        found = [await work.follow_ups.find(number) for number in range(1, 20)]
    return [one for one in found if one is not None]
