"""Approvals as people live them, across both platforms."""

from domain.approvals import Approval
from tests.journeys.people import Person
from tests.journeys.test_pages import opened
from tests.scene import Scene, a_customer_of


async def kept(scene: Scene, number: str = "A-000001") -> Approval:
    async with scene.work() as work:
        return await work.approvals.by_number(number)


async def test_asked_for_in_dingtalk_and_decided_in_wecom_both_cards_end_the_same(scene: Scene) -> None:
    chen, wang, qian = (Person(scene, account) for account in ("d-chenjing", "wangmin", "qianfang"))
    assert "等待 王敏" in await chen.says("报销 差旅 1280元")
    own, asking = chen.card("A-000001"), wang.card("等您审批")
    await wang.taps("同意")

    assert "A-000001 您已同意" in wang.now_on(asking)
    assert "等待 钱芳" in chen.now_on(own)
    last = qian.card("等您审批")
    assert "理由是" in await qian.taps("驳回")
    assert "您已驳回: 发票抬头不对" in await qian.says("发票抬头不对")
    assert "A-000001 您已驳回: 发票抬头不对" in qian.now_on(last)
    assert "已驳回" in chen.now_on(own)
    assert "A-000001 差旅报销 1,280元 被钱芳驳回: 发票抬头不对。修改后可以重新提交。" in chen.sees()
    assert (await kept(scene)).decisions[1].seen != ""


async def test_asked_for_in_wecom_and_decided_in_dingtalk_by_words(scene_everywhere: Scene) -> None:
    scene = scene_everywhere
    zhou, wang = Person(scene, "zhouqiang"), Person(scene, "d-wangmin")
    await wang.says("帮助")
    await zhou.says("申请用章 投标文件")
    await zhou.says("借一台X100样机给客户测试两周,请批准")
    own, asking = zhou.card("A-000001"), wang.card("A-000001")
    assert "A-000001 用章 投标文件: 您已同意" in await wang.says("同意 a1")

    assert "已同意" in zhou.now_on(own)
    assert "您已同意" in wang.now_on(asking)
    assert (await kept(scene, "A-000002")).waiting
    assert "您已驳回: 先排队" in await wang.says("驳回 A-000002 先排队")


async def test_bare_words_decide_what_is_the_only_one_and_ask_which_of_several(scene: Scene) -> None:
    zhou, wang = Person(scene, "zhouqiang"), Person(scene, "wangmin")
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await zhou.says("申请用章 投标文件")
    await zhou.says("给华为申请9折")
    assert "有2个审批等您, 是哪一个" in await wang.says("同意")
    assert "A-000002" in await wang.says("2")
    assert "A-000001" in await wang.says("同意")
    assert not (await kept(scene)).waiting


async def test_a_withdrawn_request_cannot_be_decided_any_more(scene: Scene) -> None:
    zhou, wang = Person(scene, "zhouqiang"), Person(scene, "wangmin")
    await zhou.says("报销 差旅 1280元")
    asking = wang.card("等您审批")
    await zhou.taps("撤回")
    assert "已由周强撤回" in wang.now_on(asking)
    assert "周强撤回了 A-000001 差旅报销 1,280元, 不用再处理。" in wang.sees()
    assert "已由周强撤回, 这次没有变化" in await wang.says("同意 A-000001")


async def test_whoever_waits_is_reminded_after_four_working_hours(scene: Scene) -> None:
    zhou, wang = Person(scene, "zhouqiang"), Person(scene, "wangmin")
    await zhou.says("报销 差旅 1280元")
    await scene.passes(hours=4, minutes=1)
    assert "还在等您 A-000001" in wang.sees()[-1]
    assert len([card for card in wang.sees() if "等您审批" in card]) == 2


async def test_a_decision_that_is_undone_is_asked_for_again(scene: Scene) -> None:
    zhou, wang, qian = (Person(scene, account) for account in ("zhouqiang", "wangmin", "qianfang"))
    await zhou.says("报销 差旅 1280元")
    own = zhou.card("A-000001")
    await wang.taps("同意")
    asked = qian.card("等您审批")
    assert "已撤销" in await wang.says("撤销")

    assert "请重新审批 A-000001" in wang.sees()[-1]
    assert "等待 王敏" in zhou.now_on(own) or "等待 王敏" in zhou.sees()[-1]
    assert "等待 王敏" in qian.now_on(asked)
    await wang.taps("同意")
    assert (await kept(scene)).position == 1


async def test_the_last_decision_undone_is_known_to_the_applicant_on_the_other_platform(
    scene_everywhere: Scene,
) -> None:
    scene = scene_everywhere
    chen, zhou = Person(scene, "d-chenjing"), Person(scene, "zhouqiang")
    wang = Person(scene, "wangmin")
    for applicant, number in ((chen, "A-000001"), (zhou, "A-000002")):
        await applicant.says("申请用章 投标文件")
        own = applicant.card(number)
        await wang.says(f"同意 {number}")
        assert "已同意" in applicant.now_on(own)
        assert "已撤销" in await wang.says("撤销")

        assert f"{number} 的决定已被王敏撤销, 重新等待审批" in applicant.sees()[-1]
        assert "等待 王敏" in applicant.sees()[-1]
        if applicant is chen:
            assert "审批中" in applicant.now_on(own)
            assert "等待 王敏" in applicant.now_on(own)
        assert f"请重新审批 {number}" in wang.sees()[-1]
        await wang.says(f"同意 {number}")
        assert f"{number} 通用 已同意" in "\n".join(applicant.sees())
    await scene.spotless()


async def test_the_pages_show_the_route_and_what_waits_to_those_it_concerns(scene: Scene) -> None:
    zhou = Person(scene, "zhouqiang")
    await zhou.says("报销 差旅 1280元 <b>苏州</b>")
    status, one = await opened(scene, "Y001", "/h5/approvals/A-000001")
    _, lists = await opened(scene, "Y001", "/h5/approvals")

    assert status == 200
    assert all(part in one for part in ("直属上级", "王敏", "财务", "钱芳", "同意 A-000001", "&lt;b&gt;苏州"))
    assert all(part in lists for part in ("待我审批", "差旅报销 1,280元", "我提交的"))
    assert (await opened(scene, "Y003", "/h5/approvals/A-000001"))[0] == 404
