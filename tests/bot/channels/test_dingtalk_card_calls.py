"""Cards sent, pressed, changed and replaced, against the platform's other half."""

import pytest

from bot.delivery import Failed, Rejected, Sent
from bot.playground.platform import Fault
from tests.bot.channels.dingtalk_scene import (
    GROUP,
    LI,
    TEMPLATE,
    WANG,
    ZHANG,
    approval,
    outgoing,
    playing,
    with_form,
)

AGREE = 'approval.agree {"number":"A-000123"}'


async def test_a_card_is_sent_pressed_and_changed() -> None:
    async with playing() as scene, scene.connected():
        sent = await scene.channel.send(outgoing("card", address=f"user:{WANG}", key="approval-7", card=approval()))
        assert isinstance(sent, Sent)
        assert sent.receipt["rev"] == 1
        bubble = scene.last(WANG)
        assert bubble.body["template"] == TEMPLATE

        await scene.platform.press(WANG, bubble.id, "同意")
        (press,) = await scene.kept.until()
        assert (press.kind, press.account, press.card, press.handle) == ("press", WANG, "approval-7", AGREE)

        update = outgoing(
            "update",
            key="u-1",
            address=f"user:{WANG}",
            task="approval-7",
            card=approval(subtitle="已同意", closed=True),
            receipt=dict(sent.receipt),
        )
        changed = await scene.channel.send(update)
        assert changed == Sent(receipt={"pqk": sent.receipt["pqk"], "rev": 2})
        assert scene.last(WANG).body["params"]["status"] == "🟡 已同意"
        assert scene.last(WANG).body["buttons"] == []


async def test_a_double_tap_has_one_key_and_a_tap_after_a_change_another() -> None:
    async with playing() as scene, scene.connected():
        sent = await scene.channel.send(outgoing("card", key="c-1", card=approval()))
        assert isinstance(sent, Sent)
        bubble = scene.last(ZHANG).id
        await scene.platform.press(ZHANG, bubble, "同意")
        await scene.platform.press(ZHANG, bubble, "同意")
        await scene.channel.send(outgoing("update", task="c-1", card=approval(), receipt=dict(sent.receipt)))
        await scene.platform.press(ZHANG, bubble, "同意")
        first, second, third = (press.key for press in await scene.kept.until(3))
        assert first == second != third


async def test_what_is_chosen_and_written_comes_with_the_press() -> None:
    async with playing() as scene, scene.connected():
        await scene.channel.send(outgoing("card", key="c-1", card=with_form()))
        bubble = scene.last(ZHANG).id
        await scene.platform.press(ZHANG, bubble, "拒绝", {"stage": ["quote"], "note": ["价格过低"]})
        await scene.platform.press(ZHANG, bubble, "form", {"note": ["可以"]})
        refused, sent = await scene.kept.until(2)
        assert refused.handle == 'approval.refuse {"number":"A-000123"}'
        assert refused.chosen == {"stage": "quote", "note": "价格过低"}
        assert sent.handle == AGREE
        assert sent.chosen == {"stage": "visit", "note": "可以"}


async def test_a_card_in_a_group_mentions_and_tells_where_it_was_pressed() -> None:
    async with playing() as scene, scene.connected():
        card = outgoing("card", address=f"group:{GROUP}", key="c-1", card=approval(), mentions=(LI,))
        assert isinstance(await scene.channel.send(card), Sent)
        assert scene.last(LI).body["at"] == [LI]
        await scene.platform.press(WANG, scene.last(LI).id, "同意")
        (press,) = await scene.kept.until()
        assert (press.account, press.address) == (WANG, f"group:{GROUP}")


async def test_a_card_sent_twice_is_there_once() -> None:
    async with playing() as scene:
        scene.platform.faults.append(Fault(path="/v1.0/card", kind="reset_after"))
        card = outgoing("card", key="c-1", card=approval())
        assert isinstance(await scene.channel.send(card), Failed)
        assert await scene.channel.send(card) == Sent(receipt={"pqk": "", "rev": 1})
        assert len(scene.platform.screens.seen(ZHANG)) == 1


async def test_over_http_presses_come_to_the_registered_address() -> None:
    async with playing(mode="http") as scene:
        await scene.channel.send(outgoing("card", key="c-1", card=approval()))
        await scene.channel.send(outgoing("card", key="c-2", card=approval()))
        assert len(scene.calls("/v1.0/card/callbacks/register")) == 1
        await scene.platform.press(ZHANG, scene.last(ZHANG).id, "同意")
        await scene.platform.say(ZHANG, "你好")
        await scene.platform.change("person_left", account=LI)
        assert [one.kind for one in scene.kept.incoming] == ["press", "message", "directory"]
        assert scene.platform.events.failed == []


@pytest.mark.parametrize("settings", [{"card_template_id": ""}, {"mode": "http", "card_secret": ""}])
async def test_without_a_template_the_buttons_speak(settings: dict[str, str]) -> None:
    async with playing(**settings) as scene:
        sent = await scene.channel.send(outgoing("card", address=f"user:{WANG}", key="c-1", card=approval()))
        assert isinstance(sent, Sent)
        assert set(sent.receipt) == {"pqk"}
        bubble = scene.last(WANG)
        assert bubble.body["msgKey"] == "sampleActionCard2"


async def test_a_button_that_speaks_is_heard_as_the_person_and_the_card_replaced() -> None:
    async with playing(card_template_id="") as scene, scene.connected():
        sent = await scene.channel.send(outgoing("card", address=f"user:{WANG}", key="c-1", card=approval()))
        assert isinstance(sent, Sent)
        first = scene.last(WANG)
        await scene.platform.press(WANG, first.id, "同意")
        (incoming,) = await scene.kept.until()
        assert (incoming.kind, incoming.account, incoming.text) == ("message", WANG, "同意 A-000123")

        closed = approval(subtitle="已同意", closed=True)
        update = outgoing("update", address=f"user:{WANG}", task="c-1", card=closed, receipt=dict(sent.receipt))
        changed = await scene.channel.send(update)
        assert isinstance(changed, Sent)
        assert first.kind == "notice"
        assert "已同意" in scene.last(WANG).body["text"]
        assert changed.receipt["pqk"] != sent.receipt["pqk"]


async def test_a_card_too_old_to_recall_is_followed_by_its_new_state() -> None:
    async with playing(card_template_id="") as scene:
        sent = await scene.channel.send(outgoing("card", key="c-1", card=approval()))
        assert isinstance(sent, Sent)
        scene.clock.pass_by(hours=25)
        update = outgoing("update", task="c-1", card=approval(subtitle="已拒绝"), receipt=dict(sent.receipt))
        assert isinstance(await scene.channel.send(update), Sent)
        assert [bubble.kind for bubble in scene.platform.screens.seen(ZHANG)] == ["card", "card"]


async def test_a_template_of_nobody_is_no_reason_to_say_nothing() -> None:
    async with playing(card_template_id="unknown.schema") as scene:
        sent = await scene.channel.send(outgoing("card", key="c-1", card=approval()))
        assert isinstance(sent, Sent)
        assert "rev" not in sent.receipt
        assert scene.last(ZHANG).body["msgKey"] == "sampleActionCard2"


async def test_a_card_that_nobody_got_is_said_without_the_template() -> None:
    async with playing() as scene:
        delivery = await scene.channel.send(outgoing("card", address="user:gone01", key="c-1", card=approval()))
        assert isinstance(delivery, Rejected)
        assert "可见范围" in delivery.trouble


async def test_an_update_of_a_card_that_does_not_exist_is_sent_anew() -> None:
    async with playing() as scene:
        update = outgoing("update", task="never", card=approval(), receipt={"pqk": "", "rev": 1})
        changed = await scene.channel.send(update)
        assert isinstance(changed, Sent)
        assert "rev" not in changed.receipt
