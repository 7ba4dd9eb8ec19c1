"""Questions to experts as people live them."""

from tests.journeys.people import WECOM_GROUP, Person
from tests.journeys.test_pages import opened
from tests.scene import Scene, a_customer_of


async def test_an_answer_comes_back_at_once_on_the_other_platform(scene_everywhere: Scene) -> None:
    scene = scene_everywhere
    chen, zhang = Person(scene, "d-chenjing"), Person(scene, "zhangwei")
    await a_customer_of(scene, "Y003", "深圳市华为技术有限公司", "华为")
    assert "Q-000001 等待回答" in await chen.says("@张工 华为问支持信创吗")
    asking = zhang.card("Q-000001 等您回答")
    assert "华为: C级" in zhang.now_on(asking)
    await zhang.says("答复 Q-000001 支持, 麒麟和统信都测过")

    assert "答: 支持, 麒麟和统信都测过" in chen.sees()[-1]
    assert "您已回答" in zhang.now_on(asking)
    await chen.taps("有用")
    assert "陈静觉得您对 Q-000001 的回答有用。" in zhang.sees()


async def test_words_after_pressing_answer_are_the_answer_whatever_they_are(scene: Scene) -> None:
    zhou, zhang = Person(scene, "zhouqiang"), Person(scene, "zhangwei")
    await zhou.says("@张工 服务器支持双电源吗")
    assert "请输入对 Q-000001 的回答" in await zhang.taps("回答")
    await zhang.says("库存还有30台")

    assert "答: 库存还有30台" in zhou.sees()[-1]


async def test_unclaimed_words_of_an_expert_are_asked_about_first(scene: Scene) -> None:
    zhou, zhang = Person(scene, "zhouqiang"), Person(scene, "zhangwei")
    await zhou.says("@张工 服务器支持双电源吗")
    assert "这是对 Q-000001" in await zhang.says("嗯嗯这个是可以的")
    await zhang.says("是")

    assert "答: 嗯嗯这个是可以的" in zhou.sees()[-1]


async def test_asked_in_a_group_the_answer_comes_in_private(scene: Scene) -> None:
    group, own, zhang = Person(scene, "zhouqiang", WECOM_GROUP), Person(scene, "zhouqiang"), Person(scene, "zhangwei")
    said = await group.says("问一下服务器支持信创吗")
    assert "已转给张伟 (Q-000001)" in said
    await zhang.says("答复 Q-000001 支持")
    assert "答: 支持" in own.sees()[-1]


async def test_nobody_waits_forever(scene: Scene) -> None:
    zhou, zhang = Person(scene, "zhouqiang"), Person(scene, "zhangwei")
    await zhou.says("@张工 服务器支持信创吗")
    await scene.passes(minutes=31)
    assert "还在等您 Q-000001" in zhang.sees()[-1]
    assert "张伟还没有回答" in zhou.sees()[-1]
    assert "Q-000001 已转给钱芳" in await zhou.says("Q-000001 转给 钱芳")


async def test_the_page_shows_everything_that_was_said_to_those_in_it(scene: Scene) -> None:
    zhou, zhang = Person(scene, "zhouqiang"), Person(scene, "zhangwei")
    await zhou.says("@张工 服务器支持信创吗")
    await zhang.says("答复 Q-000001 支持")
    status, page = await opened(scene, "Y002", "/h5/questions/Q-000001")

    assert status == 200
    assert all(part in page for part in ("周强的提问", "服务器支持信创吗", "支持", "已回答"))
    assert (await opened(scene, "Y003", "/h5/questions/Q-000001"))[0] == 404
