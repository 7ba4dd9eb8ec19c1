"""Who may speak to the service: strangers, people who join, change and leave, one person with two accounts."""

from bot.playground.platform import Person as Account
from tests.journeys.people import DING_GROUP, HELPER, WECOM_GROUP, Person
from tests.scene import Scene, a_customer_of

STRANGER = "您还不是远山科技跟单助手的用户, 请联系管理员开通。"


async def test_a_stranger_gets_one_polite_sentence_and_no_data(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    scene.wecom.people["guest"] = Account(account="guest", name="客人", departments=(2,))
    scene.dingtalk.people["d-guest"] = Account(account="d-guest", name="客人", departments=(2,))
    scene.dingtalk.people["d-out"] = Account(account="d-out", name="外部联系人", external=True)
    scene.wecom.groups[WECOM_GROUP].members.append("guest")
    scene.dingtalk.groups[DING_GROUP].members += ["d-guest", "d-out"]
    for person in (
        Person(scene, "guest"),
        Person(scene, "guest", HELPER),
        Person(scene, "guest", WECOM_GROUP),
        Person(scene, "d-guest"),
        Person(scene, "d-guest", DING_GROUP),
        Person(scene, "d-out", DING_GROUP),
    ):
        answer = await person.says("客户 华为")
        assert STRANGER in answer
        assert "深圳" not in answer
    async with scene.work() as work:
        assert len(await work.members.active()) == 7
    await scene.wecom.enter("guest")
    await scene.settled()
    assert Person(scene, "guest").sees()[-1] == STRANGER


async def test_who_leaves_is_refused_and_who_joins_is_known(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await a_customer_of(scene, "Y003", "南京云海科技有限公司", "云海")
    zhou, chen = Person(scene, "zhouqiang"), Person(scene, "d-chenjing")
    receipt = await zhou.says("跟进 华为 拜访了王总")
    assert "F-000001" in receipt
    joining = ((scene.wecom, "sunli", "孙丽", "13900001111"), (scene.dingtalk, "d-he", "何平", "13900002222"))
    for platform, account, name, mobile in joining:
        await platform.change("person_joined", account=account, name=name, mobile=mobile, departments=(2,))
        await scene.arrived()
        await scene.passes(seconds=5)
        assert f"{name}, 您可以这样说" in await Person(scene, account).says("帮助")

    await scene.wecom.change("person_changed", account="zhangwei", name="张卫", departments=(1,))
    await scene.settled()
    await scene.passes(seconds=5)
    async with scene.work() as work:
        changed = await work.members.by_code("Y004")
    assert changed is not None
    assert changed.name == "张卫"

    leaver = scene.wecom.people["zhouqiang"]
    await scene.wecom.change("person_left", account="zhouqiang")
    await scene.dingtalk.change("person_left", account="d-chenjing")
    await scene.arrived()
    await scene.passes(seconds=5)
    async with scene.work() as work:
        gone = [await work.members.by_code(code) for code in ("Y002", "Y003")]
    assert [member.active for member in gone if member] == [False, False]
    scene.wecom.people["zhouqiang"] = leaver
    scene.forgiven.add("abandoned")
    assert await zhou.says("客户 华为") == STRANGER
    assert await zhou.taps("撤销", on=zhou.card("F-000001")) == STRANGER
    async with scene.work() as work:
        assert await work.follow_ups.find(1) is not None
    assert "周强" in await Person(scene, "wangmin").says("客户 华为")
    assert chen.sees() == []


async def test_one_person_on_both_platforms_is_one_member(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    scene.dingtalk.people["d-zhou"] = Account(account="d-zhou", name="周强", departments=(2,))
    here, there, boss = Person(scene, "zhouqiang"), Person(scene, "d-zhou"), Person(scene, "guanli")
    assert STRANGER in await there.says("客户 华为")
    assert "没有权限" in await here.says("绑定 周强 钉钉 d-zhou")
    assert "d-zhou 现在是周强的账号" in await boss.says("绑定 周强 钉钉 d-zhou")
    assert "深圳市华为技术有限公司" in await there.says("客户 华为")
    await there.says("跟进 华为 在钉钉上记的")
    assert "在钉钉上记的" in await here.says("客户 华为")
    assert await here.says("撤销 F-000001") == "已撤销: 跟进 F-000001。"
    assert "F-000001 已撤销" in "\n".join(there.sees())

    await here.says("报销 差旅 1280元")
    before = len(there.sees())
    await there.says("我的审批")
    await Person(scene, "wangmin").taps("同意")
    assert "王敏已同意" in there.sees()[-1], "the answer goes where the person was last"
    assert len(there.sees()) > before
