"""Messages that come while a question is open: answers answer it, whole messages are what they are."""

import pytest

from tests.journeys.people import Person
from tests.scene import Scene, a_customer_of


async def _known(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "恒泰机电有限公司", "恒泰机电")
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")


@pytest.mark.parametrize("asked_by", ["今天拜访了王总, 谈得不错", "提醒我明天开会", "加个待办", "记录拜访 华为"])
async def test_a_whole_message_is_no_answer(scene: Scene, asked_by: str) -> None:
    await _known(scene)
    zhou = Person(scene, "zhouqiang")
    await zhou.says(asked_by)
    said = await zhou.says("昨天拜访了恒泰机电李总, 谈得不错")
    assert "已记跟进" in said
    assert "恒泰机电" in said
    assert "已记跟进" in await zhou.says("昨天拜访了华为任总, 谈得不错")


async def test_the_card_of_a_question_stays_good_after_other_messages(scene: Scene) -> None:
    await _known(scene)
    zhou = Person(scene, "zhouqiang")
    assert "是哪个客户?" in await zhou.says("今天拜访了王总, 谈得不错")
    assert "已记跟进 F-000001" in await zhou.says("昨天拜访了恒泰机电李总")
    assert "已记跟进" not in await zhou.says("今天天气不错啊哈哈哈")
    said = await zhou.taps("华为")
    assert "已记跟进 F-000002" in said
    assert "王总" in said


@pytest.mark.parametrize("typed", ["华为", "是华为", "2", "华为。"])
async def test_a_typed_name_answers(scene: Scene, typed: str) -> None:
    await _known(scene)
    zhou = Person(scene, "zhouqiang")
    await zhou.says("今天拜访了王总, 谈得不错")
    said = await zhou.says(typed)
    assert "已记跟进 F-000001" in said


async def test_an_unknown_name_may_be_a_new_customer_and_small_talk_is_none(scene: Scene) -> None:
    await _known(scene)
    zhou = Person(scene, "zhouqiang")
    await zhou.says("今天拜访了王总, 谈得不错")
    assert "没有找到客户" not in await zhou.says("好的")
    assert "没有找到客户「远航」, 是新客户吗?" in await zhou.says("远航")


async def test_a_closed_question_takes_its_options_alone(scene: Scene) -> None:
    await _known(scene)
    zhou = Person(scene, "zhouqiang")
    assert "是同一家吗?" in await zhou.says("新建客户 华为")
    assert "已记跟进" in await zhou.says("昨天拜访了恒泰机电李总")
    assert "是同一家吗?" in await zhou.says("新建客户 华为")
    assert "客户" not in await zhou.says("再说吧")
    assert "深圳市华为技术有限公司" in await zhou.says("对")


async def test_an_experts_second_text_is_asked_about_too(scene: Scene) -> None:
    zhou, zhang = Person(scene, "zhouqiang"), Person(scene, "zhangwei")
    await zhou.says("@张工 服务器支持双电源吗")
    assert "这是对 Q-000001" in await zhang.says("嗯嗯这个是可以的")
    assert "这是对 Q-000001" in await zhang.says("另外要配两根线")
    await zhang.says("对")
    assert "答: 另外要配两根线" in zhou.sees()[-1]


async def test_with_two_questions_open_an_expert_says_which_one_the_words_answer(scene: Scene) -> None:
    zhou, zhang = Person(scene, "zhouqiang"), Person(scene, "zhangwei")
    await zhou.says("@张工 服务器支持双电源吗")
    await zhou.says("@张工 服务器支持信创吗")
    said = await zhang.says("嗯嗯这个是可以的")
    assert "是回答哪个提问?" in said
    assert "Q-000001" in said
    assert "已转告周强 (Q-000002)" in await zhang.says("2")
    assert "答: 嗯嗯这个是可以的" in zhou.sees()[-1]
