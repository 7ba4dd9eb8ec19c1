"""Texts to people and groups, in the window and by the API, against the platform's other half."""

import json
from datetime import timedelta

import pytest

from bot.channels.channel import Channel, Hook
from bot.delivery import Rejected, Sent, Throttled
from bot.playground.dingtalk import DingTalkLimits
from tests.bot.channels.dingtalk_scene import (
    GROUP,
    LI,
    ZHANG,
    a_channel,
    approval,
    outgoing,
    playing,
)

SESSION = "/robot/sendBySession"


async def test_it_is_a_channel() -> None:
    async with a_channel() as dingtalk:
        channel: Channel = dingtalk
        assert (channel.name, channel.platform, channel.personal) == ("ding", "dingtalk", True)
        assert channel.pace.per_minute < 20
        assert await channel.resolve("$:LWCP_v1:$x") == ""
        hook = Hook(method="POST", query={}, headers={}, body=b"")
        assert channel.passive(hook, [outgoing(text="x")]) == (b'{"msgtype":"empty"}', "application/json", ())


async def test_what_a_person_writes_is_kept_and_answered_in_the_window() -> None:
    async with playing() as scene, scene.connected():
        await scene.platform.say(ZHANG, " 跟进 宏达电子 ")
        (incoming,) = await scene.kept.until()
        assert (incoming.kind, incoming.account, incoming.text) == ("message", ZHANG, "跟进 宏达电子")
        assert incoming.address == f"user:{ZHANG}" == scene.channel.address_of(ZHANG)

        delivery = await scene.channel.send(outgoing(text="已记录 F-000001", window=incoming.window))

        assert delivery == Sent()
        assert scene.last(ZHANG).body["text"] == "已记录 F-000001"
        assert scene.calls("/v1.0/robot") == []


@pytest.mark.parametrize("how", ["nearly over", "forgotten by the platform"])
async def test_when_the_window_closes_the_api_takes_over(how: str) -> None:
    async with playing(DingTalkLimits(session_life=timedelta(minutes=30))) as scene, scene.connected():
        await scene.platform.say(ZHANG, "你好")
        (incoming,) = await scene.kept.until()
        window = incoming.window
        if how == "nearly over":
            scene.clock.pass_by(minutes=25)
        else:
            note = json.loads(window)
            window = json.dumps({**note, "until": note["until"] + 10**7})
            scene.clock.pass_by(minutes=31)
        delivery = await scene.channel.send(outgoing(text="晚到的答复", window=window))
        assert isinstance(delivery, Sent)
        assert delivery.receipt["pqk"]
        assert scene.last(ZHANG).body["text"] == "晚到的答复"
        assert len(scene.calls(SESSION)) == (how != "nearly over")


async def test_a_window_to_another_host_is_not_used() -> None:
    async with playing() as scene:
        window = json.dumps({"url": "http://evil.example/x", "until": 10**14})
        assert isinstance(await scene.channel.send(outgoing(text="你好", window=window)), Sent)
        assert len(scene.calls("batchSend")) == 1


async def test_a_group_hears_whom_we_mention() -> None:
    async with playing() as scene, scene.connected():
        await scene.platform.say(ZHANG, "帮看报价", chat=GROUP, at=[LI])
        (incoming,) = await scene.kept.until()
        assert [one.account for one in incoming.mentions] == [LI]
        assert (incoming.address, incoming.group_name) == (f"group:{GROUP}", "华东大区冲刺群")

        message = outgoing(address=incoming.address, text="请看一下", window=incoming.window, mentions=(LI,))
        assert await scene.channel.send(message) == Sent()
        assert scene.last(LI).body["at"] == [LI]

        later = await scene.channel.send(outgoing(address=incoming.address, text="周报已生成", mentions=(LI,)))
        assert isinstance(later, Sent)
        assert scene.last(LI).body["text"] == "周报已生成"


async def test_a_window_that_is_used_too_much_waits() -> None:
    async with playing(DingTalkLimits(webhook_per_minute=1)) as scene, scene.connected():
        await scene.platform.say(ZHANG, "你好")
        (incoming,) = await scene.kept.until()
        await scene.channel.send(outgoing(text="一", window=incoming.window))
        delivery = await scene.channel.send(outgoing(text="二", window=incoming.window))
        assert isinstance(delivery, Throttled)
        assert (delivery.wait, delivery.everything) == (timedelta(minutes=10), False)


async def test_people_who_left_are_rejected_and_busy_ones_wait() -> None:
    async with playing() as scene:
        gone = await scene.channel.send(outgoing(address="user:gone01", text="你好"))
        assert isinstance(gone, Rejected)
        assert "可见范围" in gone.trouble
        scene.platform.conditions.throttled_people.add(ZHANG)
        busy = await scene.channel.send(outgoing(text="你好"))
        assert isinstance(busy, Throttled)
        assert (busy.wait, busy.everything) == (timedelta(minutes=2), False)


async def test_a_disbanded_group_is_rejected_in_words() -> None:
    async with playing() as scene:
        scene.platform.conditions.disbanded_groups.add(GROUP)
        for message in (
            outgoing(address=f"group:{GROUP}", text="x"),
            outgoing("card", address=f"group:{GROUP}", card=approval()),
        ):
            delivery = await scene.channel.send(message)
            assert isinstance(delivery, Rejected)
            assert delivery.trouble.startswith("群已解散")


@pytest.mark.parametrize("address", ["", "user:", "ZHANG", "group", "chat:1"])
async def test_an_address_that_is_none_is_rejected(address: str) -> None:
    async with a_channel() as channel:
        assert isinstance(await channel.send(outgoing(address=address, text="x")), Rejected)
