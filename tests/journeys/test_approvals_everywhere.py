"""One approval on every way: by button and by words, in both directions, until both cards say the same."""

import asyncio

import pytest

from domain.members import Role
from tests.company import Staff
from tests.journeys.people import HELPER, Person
from tests.scene import Scene, a_scene

ON_DINGTALK = (
    Staff("Y001", "王敏", (Role.MANAGER, Role.SALES), dingtalk="d-wangmin"),
    Staff("Y002", "周强", (Role.SALES,), wecom="zhouqiang", superior="Y001"),
    Staff("Y003", "陈静", (Role.SALES,), dingtalk="d-chenjing", superior="Y001"),
    Staff("Y006", "钱芳", (Role.FINANCE,), wecom="qianfang", superior="Y001"),
    Staff("Y008", "赵芸", (Role.FINANCE,), dingtalk="d-zhaoyun", superior="Y001"),
)


@pytest.mark.parametrize(
    ("template", "mode"), [(None, "stream"), ("", "stream"), (None, "http")], ids=["cards", "links", "http"]
)
async def test_asked_in_wecom_and_tapped_in_dingtalk_both_cards_end_in_the_same_state(
    sqlite_url: str, template: str | None, mode: str
) -> None:
    setup = {} if template is None else {"template": template}
    async with a_scene(sqlite_url, staff=ON_DINGTALK, mode=mode, **setup) as scene:
        zhou, boss = Person(scene, "zhouqiang"), Person(scene, "d-wangmin")
        asked = await zhou.says("申请用章 投标文件")
        assert "审批中" in asked
        mine, theirs = zhou.card("审批中"), boss.card("等您审批")
        answer = await boss.taps("同意")
        if template == "":
            assert "您已同意" in answer
        else:
            assert "您已同意" in boss.now_on(theirs)
            assert "同意 A-000001" not in boss.now_on(theirs)
        assert "A-000001 通用 已同意" in zhou.now_on(mine)
        assert "催办" not in zhou.now_on(mine)
        assert "已通过, 王敏同意" in zhou.sees()[-1]

        await zhou.says("申请用车 去客户现场")
        asked_again = await boss.taps("驳回")
        assert "理由是?" in asked_again
        assert "已驳回: 车都出去了" in await boss.says("车都出去了")
        assert "被王敏驳回: 车都出去了" in zhou.sees()[-1]
        await scene.spotless()


async def test_two_finance_people_at_once_one_decides_and_the_other_is_told(sqlite_url: str) -> None:
    async with a_scene(sqlite_url, staff=ON_DINGTALK) as scene:
        zhou, boss = Person(scene, "zhouqiang"), Person(scene, "d-wangmin")
        first, second = Person(scene, "qianfang"), Person(scene, "d-zhaoyun")
        await zhou.says("报销 差旅 1280元")
        await boss.taps("同意")
        one, other = first.card("等您审批"), second.card("等您审批")
        scene.clock.forward(seconds=6)
        await asyncio.gather(
            scene.wecom.press("qianfang", one.id, "同意"), scene.dingtalk.press("d-zhaoyun", other.id, "同意")
        )
        await scene.settled()
        async with scene.work() as work:
            approval = await work.approvals.by_id(1)
        [decided] = [decision.by for decision in approval.decisions if decision.by != scene.people["Y001"]]
        winner = "钱芳" if decided == scene.people["Y006"] else "赵芸"
        for person, card in ((first, one), (second, other)):
            shown = person.now_on(card)
            assert "您已同意" in shown or f"已由{winner}同意" in shown
            assert "approval.approve" not in shown
        assert sum("已通过" in text for text in zhou.sees() if "已通过, " in text) == 1
        assert zhou.sees()[-1].count(winner) == 1
        again = await first.says("同意 A-000001")
        assert "这次没有变化" in again
        await scene.spotless()


async def test_a_stranger_s_tap_and_words_change_nothing(scene: Scene) -> None:
    zhou, boss, other = Person(scene, "zhouqiang"), Person(scene, "wangmin"), Person(scene, "d-chenjing")
    await zhou.says("申请用章 投标文件")
    card = boss.card("等您审批")
    for text in ("同意 A-000001", "驳回 A-000001 不行", "撤回 A-000001", "催办 A-000001", "审批 A-000001"):
        assert await other.says(text) == (await other.says(text.replace("1", "9", 1))).replace("A-000009", "A-000001")
    async with scene.work() as work:
        approval = await work.approvals.by_id(1)
    assert not approval.decisions
    assert "等您审批" in boss.now_on(card)
    assert "同意 A-000001" not in "".join(other.sees())
    assert "审批中" in await zhou.says("审批 A-000001")


async def test_a_second_tap_on_a_decided_card_gets_the_true_state(sqlite_url: str) -> None:
    async with a_scene(sqlite_url, template="") as scene:
        chen, boss = Person(scene, "d-chenjing"), Person(scene, "wangmin", HELPER)
        await chen.says("申请用章 投标文件")
        assert "您已同意" in await boss.says("同意 A-000001 注意保密")
        assert "已通过, 王敏同意: 注意保密" in "\n".join(chen.sees())
        assert "这次没有变化" in await boss.says("驳回 A-000001 反悔了")
        old = chen.card("审批中")
        assert "已由王敏同意" in await chen.taps("撤回", on=old)
        async with scene.work() as work:
            assert len((await work.approvals.by_id(1)).decisions) == 1
        await scene.spotless()


async def test_after_three_days_a_card_can_change_no_more_and_words_still_decide(scene: Scene) -> None:
    chen, boss = Person(scene, "d-chenjing"), Person(scene, "wangmin")
    await chen.says("申请用章 投标文件")
    asked = chen.card("审批中")
    old = boss.card("等您审批")
    scene.clock.forward(hours=73)
    await scene.recovers(minutes=1)
    assert "您已同意" in await boss.says("同意 A-000001")
    assert "A-000001 通用 已同意" in chen.now_on(asked)
    assert "已通过, 王敏同意" in chen.sees()[-1]
    late = await boss.taps("驳回", on=old)
    assert "这次没有变化" in late
    assert "您已同意" in boss.now_on(old)


async def test_both_have_to_agree_where_the_definition_says_so_and_words_give_the_reason(scene: Scene) -> None:
    chen, boss, money = Person(scene, "d-chenjing"), Person(scene, "wangmin"), Person(scene, "qianfang")
    await chen.says("新建客户 远山机械")
    asked = await chen.says("合同审批 远山机械 20万")
    assert "A-000001 合同 审批中" in asked
    mine = chen.card("审批中")
    assert "等您审批" in money.sees()[-1]
    assert "确认同意吗" in await boss.says("同意 A-000001")
    await boss.says("1")
    assert "现在等待 钱芳" in chen.sees()[-1]
    assert "已通过" not in chen.now_on(mine)
    assert "付款条件不行" in await money.says("驳回 A-000001 付款条件不行")
    assert "被钱芳驳回: 付款条件不行" in chen.sees()[-1]
    assert "已驳回" in chen.now_on(mine)
    assert "approval.approve" not in "".join(boss.sees() + money.sees())


async def test_urging_brings_the_card_again_and_withdrawing_closes_every_one(scene: Scene) -> None:
    chen, boss = Person(scene, "d-chenjing"), Person(scene, "wangmin")
    await chen.says("申请用章 投标文件")
    assert "已催办 A-000001, 提醒了 王敏" in await chen.taps("催办")
    assert "陈静催办" in boss.sees()[-1]
    assert "小时" in await chen.taps("催办")
    assert len(boss.sees()) == 2, "only the first time"
    await chen.taps("撤回")
    assert "approval.approve" not in "".join(boss.sees())
    assert "陈静撤回了 A-000001" in boss.sees()[-1]
    assert "没有等您审批" in await boss.says("待我审批")
