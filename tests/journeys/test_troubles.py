"""Platforms that stumble: every answer arrives, once."""

from dataclasses import replace

import pytest

from bot.playground.platform import Fault
from tests.journeys.people import Person
from tests.scene import Scene, a_customer_of

SEND = "/cgi-bin/message/send"
CREATE = "/v1.0/card/instances/createAndDeliver"


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(path=SEND, kind="errcode", value=45009)],
        [Fault(path=SEND, kind="errcode", value=40014)],
        [Fault(path=SEND, kind="errcode", value=42001)],
        [Fault(path=SEND, kind="errcode", value=-1, times=2)],
        [Fault(path=SEND, kind="status", value=502, times=3)],
        [Fault(path=SEND, kind="garbage", times=2)],
        [Fault(path=SEND, kind="reset", times=2)],
        [Fault(path=SEND, kind="reset_after")],
        [
            Fault(path="/cgi-bin/gettoken", kind="status", value=500, times=2),
            Fault(path=SEND, kind="errcode", value=40014),
        ],
    ],
    ids=["45009", "40014", "42001", "-1", "502", "garbage", "reset", "reset_after", "token"],
)
async def test_wecom_stumbles_and_the_receipt_comes_once(scene: Scene, faults: list[Fault]) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    zhou = Person(scene, "zhouqiang")
    scene.wecom.faults.extend(faults)
    await scene.wecom.say("zhouqiang", "跟进 华为 拜访了王总")
    await scene.recovers(hours=2)
    [receipt] = zhou.sees()
    assert "已记跟进 F-000001" in receipt
    assert "已撤销" in await zhou.taps("撤销")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path=CREATE, kind="status", value=500, times=2),
        Fault(path=CREATE, kind="garbage", times=2),
        Fault(path=CREATE, kind="reset", times=2),
        Fault(path=CREATE, kind="reset_after"),
        Fault(path=CREATE, kind="errcode", value="InvalidAuthentication"),
        Fault(path=CREATE, kind="errcode", value="Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"),
        Fault(path=CREATE, kind="errcode", value="param.templateNotExist"),
    ],
    ids=lambda fault: f"{fault.kind}{fault.value or ''}",
)
async def test_dingtalk_stumbles_and_the_receipt_comes_once(scene: Scene, fault: Fault) -> None:
    await a_customer_of(scene, "Y003", "南京云海科技有限公司", "云海")
    chen = Person(scene, "d-chenjing")
    scene.dingtalk.faults.append(fault)
    await scene.dingtalk.say("d-chenjing", "跟进 云海 拜访了李总")
    await scene.recovers(hours=2)
    [receipt] = chen.sees()
    assert "已记跟进 F-000001" in receipt
    assert "已撤销" in await chen.taps("撤销")


async def test_a_reply_that_never_gets_through_is_seen_among_what_was_given_up(scene: Scene) -> None:
    zhou = Person(scene, "zhouqiang")
    scene.wecom.faults.append(Fault(path=SEND, kind="status", value=500, times=-1))
    await scene.wecom.say("zhouqiang", "我的审批")
    await scene.recovers(hours=5)
    assert zhou.sees() == []
    async with scene.work() as work:
        [given_up] = await work.outbox.listed("abandoned")
        assert "500" in str(given_up.trouble)
        scene.wecom.faults.clear()
        assert await work.outbox.retry(given_up.id, scene.clock.now())
    await scene.recovers(minutes=1)
    [answer] = zhou.sees()
    assert "还没有提交过审批" in answer


async def test_a_delivery_that_is_repeated_has_one_effect_and_one_answer(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await a_customer_of(scene, "Y003", "南京云海科技有限公司", "云海")
    zhou, chen = Person(scene, "zhouqiang"), Person(scene, "d-chenjing")
    scene.wecom.mischief.duplicate = 1
    assert (await zhou.says("跟进 华为 拜访了王总")).count("已记跟进") == 1
    scene.wecom.mischief.duplicate = 1
    assert (await zhou.taps("撤销")).count("已撤销") == 1

    scene.dingtalk.gateway.faults.duplicate = 1
    assert (await chen.says("跟进 云海 拜访了李总")).count("已记跟进") == 1
    scene.dingtalk.ground.limits = replace(scene.dingtalk.ground.limits, patience_seconds=0.2)
    scene.dingtalk.gateway.faults.drop_acks = 1
    await scene.dingtalk.say("d-chenjing", "跟进 云海 又拜访了李总")
    await scene.settled()
    await redelivered(scene)
    sent = [push for push in scene.dingtalk.gateway.pushes if "又拜访" in push.data]
    assert len({attempt.message_id for attempt in sent[0].attempts}) == 2
    assert len([text for text in chen.sees() if "又拜访" in text]) == 1
    async with scene.work() as work:
        kept = [await work.follow_ups.find(number) for number in range(1, 6)]
    assert [one.content for one in kept if one is not None] == ["拜访了李总", "又拜访了李总"]


async def test_a_reply_address_of_dingtalk_that_has_run_out_is_replaced_by_the_interface(scene: Scene) -> None:
    chen = Person(scene, "d-chenjing")
    scene.dingtalk.faults.append(Fault(path="/robot/sendBySession", kind="errcode", value=300001))
    assert "还没有提交过审批" in await chen.says("我的审批")
    assert any("oToMessages/batchSend" in call.target for call in scene.dingtalk.wire)
    assert len(chen.sees()) == 1


async def test_messages_that_come_while_the_service_is_down_are_handled_afterwards(scene: Scene) -> None:
    await a_customer_of(scene, "Y003", "南京云海科技有限公司", "云海")
    chen = Person(scene, "d-chenjing")
    async with scene.down():
        await scene.dingtalk.say("d-chenjing", "跟进 云海 拜访了李总")
    await redelivered(scene)
    [receipt] = chen.sees()
    assert "已记跟进 F-000001" in receipt


async def redelivered(scene: Scene) -> None:
    """DingTalk sends again what was not acknowledged."""
    scene.clock.forward(seconds=61)
    await scene.dingtalk.tick()
    await scene.arrived()
