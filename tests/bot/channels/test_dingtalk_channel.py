"""The whole channel against the platform's other half."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from bot.channels.channel import Channel, Hook, PlatformTrouble
from bot.delivery import Failed, Outgoing, Rejected, Sent, Throttled
from bot.playground.dingtalk import DingTalkLimits
from bot.playground.platform import Department, Fault, Person
from tests.bot.channels.dingtalk_scene import (
    GROUP,
    LI,
    TEMPLATE,
    WANG,
    ZHANG,
    a_channel,
    approval,
    outgoing,
    playing,
    with_form,
)

SESSION = "/robot/sendBySession"
AGREE = 'approval.agree {"number":"A-000123"}'


async def test_it_is_a_channel() -> None:
    async with a_channel() as dingtalk:
        channel: Channel = dingtalk
        assert (channel.name, channel.platform, channel.personal) == ("ding", "dingtalk", True)
        assert channel.pace.per_address < 20
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


async def load(number: int) -> tuple[str, bytes]:
    return {
        1: ("客户.xlsx", b"PK"),
        2: ("走势.png", b"\x89PNG"),
        3: ("明细.csv", b"a,b\n"),
        4: ("大.pdf", b"x" * 21_000_000),
    }[number]


async def test_files_are_sent_as_what_the_robot_may_send() -> None:
    async with playing() as scene:
        channel = scene.make(load=load)
        for number in (1, 2, 3):
            assert isinstance(await channel.send(outgoing("file", key=f"f{number}", file=number)), Sent)
        sheet, picture, archive = scene.platform.screens.seen(ZHANG)
        assert (sheet.kind, sheet.body["name"]) == ("file", "客户.xlsx")
        assert picture.kind == "image"
        assert archive.body["name"] == "明细.zip"
        stored = scene.platform.media.files[archive.body["media_id"]].content
        assert zipfile.ZipFile(BytesIO(stored)).read("明细.csv") == b"a,b\n"
        assert isinstance(await channel.send(outgoing("file", file=4)), Rejected)
        assert isinstance(await scene.channel.send(outgoing("file", file=1)), Rejected)
        await channel.close()


async def test_a_text_beyond_all_messages_is_sent_as_a_file() -> None:
    async with playing() as scene:
        text = "长" * 80_000
        (message,) = scene.channel.split(outgoing(text=text))
        assert isinstance(await scene.channel.send(message), Sent)
        stored = scene.platform.media.files[scene.last(ZHANG).body["media_id"]].content
        assert zipfile.ZipFile(BytesIO(stored)).read("消息全文.txt").decode() == text


async def test_every_part_of_a_long_message_is_taken() -> None:
    async with playing(DingTalkLimits(calls_per_second=None)) as scene, scene.connected():
        await scene.platform.say(ZHANG, "你好")
        (incoming,) = await scene.kept.until()
        text = "\n".join('客户"宏达"\t😀' * 30 for _ in range(60))
        for window in (incoming.window, ""):
            for part in scene.channel.split(outgoing(text=text, window=window)):
                assert isinstance(await scene.channel.send(part), Sent)
        card = approval(text="\n".join(f"第{n}条" for n in range(2_000)))
        for template in (TEMPLATE, ""):
            channel = scene.make(card_template_id=template)
            for part in channel.split(outgoing("card", key=f"c-{bool(template)}", card=card)):
                assert isinstance(await channel.send(part), Sent)
            await channel.close()


async def test_a_picture_is_fetched_while_its_code_is_fresh() -> None:
    async with playing() as scene, scene.connected():
        await scene.platform.send(ZHANG, "image", {"name": "现场.png", "content": b"picture"})
        (incoming,) = await scene.kept.until()
        fetch = Outgoing(key="f-1", address="", kind="fetch", text=incoming.attachments[0].reference)
        assert await scene.channel.send(fetch) == Sent(content=b"picture")
        stale = await scene.channel.send(outgoing("fetch", text="dc-unknown"))
        assert isinstance(stale, Rejected)


async def test_the_address_book_is_read_whole() -> None:
    async with playing(DingTalkLimits(user_page=100)) as scene:
        scene.platform.departments[3] = Department(id=3, name="华东组", parent=2)
        for number in range(3):
            account = f"new{number}"
            person = Person(account=account, name=f"新人{number}", departments=(3, 2), superior=LI, active=number != 1)
            scene.platform.people[account] = person
        directory = await scene.channel.directory()

        assert {one.id: (one.name, one.parent) for one in directory.departments} == {
            "1": ("远山科技", ""),
            "2": ("销售部", "1"),
            "3": ("华东组", "2"),
        }
        assert next(one for one in directory.departments if one.id == "2").leaders == (LI,)
        members = {one.account: one for one in directory.members}
        assert set(members) == {ZHANG, LI, WANG, "new0", "new1", "new2"}
        assert members[ZHANG].superior == WANG
        assert members[LI].leads == ("2",)
        assert members["new0"].departments == ("3", "2")
        assert not members["new1"].active


async def test_a_busy_address_book_is_read_patiently_and_a_closed_one_said() -> None:
    async with playing() as scene:
        scene.platform.faults.append(Fault(path="/topapi/v2/user/list", kind="errcode", value=90018))
        assert len((await scene.channel.directory()).members) == 3
        scene.platform.conditions.missing_scopes.add("qyapi_get_department_list")
        with pytest.raises(PlatformTrouble, match="权限"):
            await scene.channel.directory()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, ""),
        ({"client_secret": "wrong"}, "client_secret"),
        ({"mode": "http"}, ""),
        ({"mode": "http", "card_secret": ""}, "card_secret"),
    ],
)
async def test_checking_says_what_to_do(settings: dict[str, str], says: str) -> None:
    async with playing() as scene:
        channel = scene.make(**settings)
        result = await channel.check()
        assert says in result
        assert bool(result) is bool(says)
        await channel.close()


async def test_checking_tells_of_an_unpublished_robot() -> None:
    async with playing() as scene:
        scene.platform.ground.corp.apps[0].published = False
        assert "Stream" in await scene.channel.check()
