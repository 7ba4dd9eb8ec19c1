"""The whole channel against the platform's other half."""

from bot.delivery import Rejected, Sent
from tests.bot.channels.dingtalk_scene import GROUP, LI, TEMPLATE, WANG, ZHANG, approval, outgoing, playing


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


async def test_a_card_is_sent_pressed_and_changed() -> None:
    async with playing() as scene, scene.connected():
        sent = await scene.channel.send(outgoing("card", address=f"user:{WANG}", key="approval-7", card=approval()))
        assert isinstance(sent, Sent)
        assert sent.receipt["rev"] == 1
        bubble = scene.last(WANG)
        assert bubble.body["template"] == TEMPLATE

        await scene.platform.press(WANG, bubble.id, "同意")
        (press,) = await scene.kept.until()
        assert (press.kind, press.account, press.card) == ("press", WANG, "approval-7")
        assert press.handle == 'approval.agree {"number":"A-000123"}'

        closed = approval(subtitle="已同意", closed=True)
        update = outgoing(
            "update", key="u-1", address=f"user:{WANG}", task="approval-7", card=closed, receipt=dict(sent.receipt)
        )
        changed = await scene.channel.send(update)
        assert isinstance(changed, Sent)
        assert changed.receipt == {**sent.receipt, "rev": 2}
        assert scene.last(WANG).body["params"]["status"] == "🟡 已同意"
        assert scene.last(WANG).body["buttons"] == []


async def test_somebody_who_left_is_rejected() -> None:
    async with playing() as scene:
        delivery = await scene.channel.send(outgoing(address="user:gone01", text="你好"))
        assert isinstance(delivery, Rejected)
        assert "可见范围" in delivery.trouble


async def test_a_group_hears_whom_we_mention() -> None:
    async with playing() as scene, scene.connected():
        await scene.platform.say(ZHANG, "帮看报价", chat=GROUP, at=[LI])
        (incoming,) = await scene.kept.until()
        assert [one.account for one in incoming.mentions] == [LI]
        assert (incoming.address, incoming.group_name) == (f"group:{GROUP}", "华东大区冲刺群")

        message = outgoing(address=incoming.address, text="请看一下", window=incoming.window, mentions=(LI,))
        assert await scene.channel.send(message) == Sent()
        assert scene.last(LI).body["at"] == [LI]
