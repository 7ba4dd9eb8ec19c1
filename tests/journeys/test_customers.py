"""Customers: who sees what, the page behind the card, new ones, and what the help says to whom."""

import re
from dataclasses import replace

import aiohttp
import pytest

from tests.journeys.conftest import Way
from tests.journeys.people import Person
from tests.scene import Scene, a_customer_of

LINK = re.compile(r"http://127\.0\.0\.1:\d+/h5/[^\s)\]]+")


async def page(url: str) -> tuple[int, str]:
    """Status and text of a page."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_the_card_leads_to_a_page_that_only_its_reader_can_open(rep: Person, way: Way) -> None:
    scene = rep.scene
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    await rep.says("跟进 华为 拜访了王总, 对方案很满意, 预算50万, 周五再约")
    await rep.says("报销 招待 600元 华为")
    shown = await rep.says("客户 华为")
    for part in ("负责人", "任务1 审批1 提问0", "拜访了王总", "深圳市华为技术有限公司"):
        assert part in shown
    assert "A-000001" in await rep.taps("更多")

    link = next(url for url in LINK.findall(shown) if "/customers/" in url)
    status, text = await page(link)
    assert status == 200
    for part in ("F-000001", "对方案很满意", "50万元", "A-000001", "审批中", "周五 6月13日"):
        assert part in text
    for forged in (
        link.replace("C-000001", "C-000002"),
        re.sub(r"who=\d+", "who=1", link),
        re.sub(r"sign=\w{4}", "sign=0000", link),
        re.sub(r"until=\d", "until=9", link),
        link.partition("?")[0],
    ):
        status, text = await page(forged)
        assert status == 403, forged
        assert "华为" not in text
    assert (await page(f"{link}&colour=red"))[0] == 200
    scene.clock.forward(days=8)
    assert (await page(link))[0] == 403


async def test_each_sees_their_own_customers_and_what_is_shared_and_a_manager_the_team_s(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    zhou, chen = Person(scene, "zhouqiang"), Person(scene, "d-chenjing")
    await zhou.says("跟进 华为 拜访了王总")
    link = next(url for url in LINK.findall(await zhou.says("客户 华为")) if "/customers/" in url)

    unknown = (await chen.says("客户 不存在公司")).replace("不存在公司", "华为")
    assert await chen.says("客户 华为") == unknown
    assert await chen.says("客户 C-000001") == (await chen.says("客户 C-000099")).replace("C-000099", "C-000001")
    assert (
        await chen.says("改 F-000001 金额改成1万")
        == "没有找到跟进「F-000001」。请核对后再发, 或发送「帮助」看看能做什么。"
    )
    for text in ("共享 华为 给 张伟", "客户时间线 C-000001", "撤销 F-000001"):
        assert "王总" not in await chen.says(text)
    assert "拜访了王总" in await Person(scene, "wangmin").says("客户 华为")
    assert "没有找到" in await Person(scene, "zhangwei").says("客户 华为")

    assert "已把 华为 共享给陈静" in await zhou.says("共享 华为 给 陈静")
    assert "周强与您共享了客户 华为" in chen.sees()[-1]
    assert "拜访了王总" in await chen.taps("查看")
    assert "已记跟进 F-000002" in await chen.says("跟进 华为 我也去了一趟")
    assert "不是您记的" in await chen.says("改 F-000001 金额改成1万")
    assert "我也去了一趟" in await zhou.says("客户 华为")
    assert "我也去了一趟" in (await page(link))[1]


async def test_a_new_customer_that_looks_like_a_known_one_is_asked_back(rep: Person, way: Way) -> None:
    scene = rep.scene
    other = "Y003" if way.code == "Y002" else "Y002"
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    await a_customer_of(scene, other, "南京云海科技有限公司", "云海")
    asked = await rep.says("新建客户 深圳华为")
    assert "就是华为" in asked
    assert "不是, 新建" in asked
    assert "深圳市华为技术有限公司" in await rep.taps("就是华为")
    await rep.says("新建客户 深圳华为")
    assert "已新建客户 C-000003" in await rep.says("2")

    asked = await rep.says("新建客户 云海科技")
    assert "已有同名客户由同事负责" in asked
    assert "C-000002" not in asked
    assert "陈静" not in asked
    await rep.taps("取消")

    made = await rep.says("新建客户 东方机械 联系人李总 13812345678")
    assert "已新建客户 C-000004" in made
    assert "李总" in made
    assert "13812345678" in await rep.says("客户 东方机械")
    assert await rep.says("撤销 C-000004") == "已撤销: 客户 C-000004。"
    assert "没有找到" in await rep.says("客户 东方机械")


async def test_a_colleague_s_customer_does_not_come_into_being_twice(rep: Person, way: Way) -> None:
    scene = rep.scene
    other = "Y003" if way.code == "Y002" else "Y002"
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    await a_customer_of(scene, other, "上海恒泰机电有限公司", "恒泰机电")
    for said in ("恒泰机电", "上海恒泰机电有限公司"):
        asked = await rep.says(f"跟进 {said} 送货到了")
        assert "已有同名客户由同事负责, 请联系主管共享" in asked
        assert "1. 华为" in asked
        for part in ("新建", "C-000002", "陈静", "周强"):
            assert part not in asked
        await rep.taps("取消")
    assert "如果是另一家, 请用全称新建" in await rep.says("新建客户 恒泰机电")
    assert "C-000003" in await _made_all_the_same(rep, "新建客户 北京恒泰机电有限公司")

    unknown = await rep.says("客户 无此公司")
    assert "需要的话请联系主管共享" in unknown
    async with scene.work() as work:
        assert [c.name for c in await work.customers.by_core("恒泰机电")] == [
            "上海恒泰机电有限公司",
            "北京恒泰机电有限公司",
        ]


async def test_only_who_answers_for_a_customer_opens_and_closes_it_to_others(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    zhou, chen, boss = Person(scene, "zhouqiang"), Person(scene, "d-chenjing"), Person(scene, "wangmin")
    await zhou.says("共享 华为 给 陈静")
    assert "请找负责人或主管处理" in await chen.says("共享 华为 给 张伟")
    assert "请找负责人或主管处理" in await chen.says("取消共享 华为 给 陈静")
    assert "已把 华为 共享给张伟" in await boss.says("共享 华为 给 张伟")
    assert zhou.sees()[-1] == "王敏把您的客户 华为 共享给张伟了。"

    assert "已取消: 华为 不再共享给陈静" in await zhou.says("取消共享 华为 给 陈静")
    assert "没有找到" in await chen.says("客户 华为")
    assert "没有共享给陈静" in await zhou.says("取消共享 华为 给 陈静")
    assert "不再共享给张伟" in await Person(scene, "guanli").says("取消共享 华为 给 张伟")
    assert zhou.sees()[-1] == "管小管取消了您的客户 华为 对张伟的共享。"

    async with scene.work() as work:
        about = await work.customers.by_id(1)
        await work.customers.save(replace(about, owner=None))
    assert "请找负责人或主管处理" in await chen.says("共享 华为 给 张伟")
    assert "已把 华为 共享给张伟" in await boss.says("共享 华为 给 张伟")


async def test_tasks_and_what_is_being_negotiated_belong_to_the_customer(rep: Person, way: Way) -> None:
    scene = rep.scene
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    await rep.says("跟进 华为 预算30万")
    await rep.says("跟进 华为 预算50万, 周五再约")
    await rep.says("跟进 华为 寄了资料")
    shown = await rep.says("客户 华为")
    assert "在谈金额" in shown
    assert "50万元" in shown
    link = next(url for url in LINK.findall(shown) if "/customers/" in url)
    assert "T-000001" in (await page(link))[1]
    assert "T-000001" in await rep.taps("更多")


async def _made_all_the_same(rep: Person, text: str) -> str:
    assert "可能已经有了" in await rep.says(text)
    return await rep.says("1")


@pytest.mark.parametrize(
    ("account", "foremost", "not_first"),
    [
        ("zhouqiang", ("记跟进", "查库存", "提交审批"), "待我审批"),
        ("qianfang", ("待我审批",), "记跟进"),
        ("d-licang", ("查库存", "看待办"), "记跟进"),
        ("zhangwei", ("回答提问",), "记跟进"),
        ("wangmin", ("待我审批", "看日报周报", "记跟进"), "绑定"),
    ],
)
async def test_the_help_begins_with_what_the_role_does_most(
    scene: Scene, account: str, foremost: tuple[str, ...], not_first: str
) -> None:
    await a_customer_of(scene, "Y002", "苏州蓝天印刷有限公司", "蓝天印刷")
    person = Person(scene, account)
    shown = await person.says("帮助")
    assert all(title in shown for title in foremost)
    assert not_first not in shown
    if account == "zhouqiang":
        assert "今天去蓝天印刷见了李总, 谈得不错" in shown
    everything = await person.taps(f"全部{len((await person.says('全部帮助')).splitlines())}项")
    assert "记跟进" in everything
    assert "绑定" not in everything


async def test_what_is_not_understood_gets_a_way_on(rep: Person) -> None:
    assert "没太明白您的意思" in await rep.says("紫色的大象在跳舞")
    assert "您可以这样说" in await rep.taps("看看能做什么")
    assert await rep.says("谢谢") == "不客气。"
    assert "查哪个产品的库存?" in await rep.says("查库存")
    assert await rep.says("取消") == "已取消。"
