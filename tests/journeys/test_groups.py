"""Groups: the answer stays there, what others must not read does not, what cannot be said there comes in private."""

from dataclasses import replace

import pytest

from bot.playground.platform import Fault
from domain.customers import Contact
from tests.journeys.people import DING_GROUP, HELPER, WECOM_GROUP, Person
from tests.makers import a_product
from tests.scene import Scene, a_customer_of

PLACES = [("zhouqiang", "Y002", WECOM_GROUP, "wangmin"), ("d-chenjing", "Y003", DING_GROUP, "d-licang")]


@pytest.mark.parametrize(("account", "code", "group", "onlooker"), PLACES)
async def test_what_is_said_in_a_group_is_answered_there_without_what_others_must_not_read(
    scene: Scene, account: str, code: str, group: str, onlooker: str
) -> None:
    await a_customer_of(scene, code, "深圳市华为技术有限公司", "华为")
    async with scene.work() as work:
        about = await work.customers.by_id(1)
        await work.customers.save(replace(about, contacts=(Contact(name="王总", phone="13800001111"),)))
        await a_product(work, "X100", "X100 服务器", stock={"上海仓": 12}, price=880000, cost=510000)
    asker, other = Person(scene, account, group), Person(scene, onlooker)

    receipt = await asker.says("跟进 华为 拜访了王总 周五再约")
    assert "已记跟进 F-000001" in receipt
    assert "F-000001" in other.sees()[-1]
    assert "王总" in await asker.says("客户 华为")
    assert "12" in await asker.says("库存 X100")
    seen = "\n".join(other.sees())
    assert "13800001111" not in seen
    assert "8,800" not in seen
    assert "8800" not in seen
    assert "sign=" not in seen, "a link for one person is no link for a group"

    before = len(other.sees())
    answer = await asker.says("报销 差旅 1280元")
    assert "已私信回复您" in answer
    assert "A-000001 报销 审批中" in answer
    told = "\n".join(other.sees()[before:])
    assert "已私信回复您" in told
    assert "等您审批" in told or "A-000001" not in told

    private = Person(scene, account)
    assert "13800001111" in await private.says("客户 华为")
    assert "sign=" in private.sees()[-1]


@pytest.mark.parametrize(("account", "code", "group", "onlooker"), PLACES)
async def test_a_group_reads_no_amounts_discounts_and_approvals_of_a_customer(
    scene: Scene, account: str, code: str, group: str, onlooker: str
) -> None:
    await a_customer_of(scene, code, "深圳市华为技术有限公司", "华为")
    private, asker, other = Person(scene, account), Person(scene, account, group), Person(scene, onlooker)
    await private.says("跟进 华为 王总想打八五折, 报价3.5万元, 预算五十万")
    await private.says("报销 招待 600元 华为")
    card = await asker.says("客户 华为")
    assert "王总想打××" in card
    history = await asker.says("客户时间线 华为")
    assert "已私信回复您" in history
    assert "A-000001" in history
    seen = "\n".join(text for text in other.sees() if "等您审批" not in text)
    for secret in ("八五折", "3.5万", "五十万", "50万", "在谈金额", "审批1", "A-000001"):
        assert secret not in seen, secret
    assert "八五折" in await private.says("客户 华为")


@pytest.mark.parametrize(("account", "code", "group", "onlooker"), PLACES)
async def test_another_member_of_the_group_cannot_press_in_the_writer_s_place(
    scene: Scene, account: str, code: str, group: str, onlooker: str
) -> None:
    await a_customer_of(scene, code, "北京恒泰机电有限公司")
    await a_customer_of(scene, code, "上海恒泰机电有限公司")
    writer, other = Person(scene, account, group), Person(scene, onlooker, group)
    await writer.says("跟进 上海恒泰机电 谈得不错")
    assert "F-000001 已不能撤销" in await other.taps("撤销", on=other.card("F-000001"))
    await writer.says("跟进 恒泰机电 又去了")
    assert "已经结束" in await other.taps("北京恒泰机电有限公司", on=other.card("是哪一个"))
    assert "已记跟进 F-000002" in await writer.taps("北京恒泰机电有限公司")
    assert "已撤销: 跟进 F-000002" in await writer.taps("撤销", on=writer.card("F-000002"))


async def test_the_dingtalk_group_hears_whom_the_answer_is_for(scene: Scene) -> None:
    chen = Person(scene, "d-chenjing", DING_GROUP)
    assert "@陈静" in await chen.says("我的审批")
    await chen.says("帮助")
    card = chen.card("您可以这样说")
    assert scene.dingtalk.card(card.id).deliveries[0].bubble.chat == DING_GROUP
    assert "d-chenjing" in str(card.body)


async def test_what_the_ai_bot_cannot_say_in_its_window_comes_through_the_app(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    zhou = Person(scene, "zhouqiang", WECOM_GROUP)
    story = "今天谈得很细, 客户关心交期和售后。" * 60
    await zhou.says(f"跟进 华为 {story}")
    there = [bubble for bubble in scene.wecom.screens.seen("zhouqiang") if not bubble.sender]
    assert {bubble.chat for bubble in there} == {WECOM_GROUP, "zhouqiang"}
    assert len([bubble for bubble in there if bubble.chat == WECOM_GROUP]) == 1
    whole = "".join(zhou.sees()).replace("\n", "")
    assert whole.count("今天谈得很细") >= 60

    before = len(zhou.sees())
    scene.wecom.faults.append(Fault(path="/cgi-bin/aibot/response", kind="status", value=502, times=-1))
    await scene.wecom.say("zhouqiang", "客户 华为", chat=WECOM_GROUP)
    await scene.recovers(minutes=2)
    assert len(zhou.sees()) == before + 1
    late = [bubble for bubble in scene.wecom.screens.seen("zhouqiang") if not bubble.sender][-1]
    assert late.chat == "zhouqiang"
    assert "深圳市华为技术有限公司" in zhou.sees()[-1]


async def test_the_ai_bot_greets_once_a_day_and_answers_in_private_too(scene: Scene) -> None:
    zhou = Person(scene, "zhouqiang", HELPER)
    await scene.wecom.enter("zhouqiang", chat=HELPER)
    await scene.settled()
    [greeting] = zhou.sees()
    assert "发送「帮助」" in greeting
    await scene.wecom.enter("zhouqiang", chat=HELPER)
    await scene.settled()
    assert zhou.sees() == [greeting]
    async with scene.work() as work:
        assert await work.settings.get("greeted:2") == "2025-06-11", "each person's greeting is noted apart"
    assert "您可以这样说" in await zhou.says("帮助")
