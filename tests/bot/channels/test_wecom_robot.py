"""The AI bot against the platform's other half: it hears groups, answers once, and never loses an answer."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.channel import Attachment, Hook, Received
from bot.channels.wecom.envelope import Envelope, Sealed
from bot.delivery import Failed, Outgoing, Rejected, Sent
from bot.playground.platform import Bubble, Fault
from handlers.dialogue.card import Button, Card, Line
from tests.bot.channels.test_wecom_app import APPROVAL
from tests.bot.channels.wecom_scene import GROUP, KEY, TOKEN, Scene, scene

PRIVATE = "bot:跟单助手"
CARD_IN_GROUP = APPROVAL.model_copy(update={"lines": (Line(label="毛利", text="21%"),)})


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as started:
        yield started


def in_group(here: Scene) -> list[Bubble]:
    return here.seen("LiNa", GROUP)


async def asked(here: Scene, chat: str = GROUP) -> Outgoing:
    """What somebody asked, as an answer to be filled in."""
    await here.platform.say("ZhouQiang", "查库存 SKU-10086", chat=chat)
    said = here.incoming[-1]
    return Outgoing(key="a1", address=said.address, kind="text", text="杭州 120 台", window=said.window)


async def test_the_address_is_verified(here: Scene) -> None:
    line = here.platform.bots.line(here.platform.corp.bots[0])
    assert (await here.platform.verify(line)).accepted


async def test_a_group_is_answered_where_it_asked(here: Scene) -> None:
    answer = await asked(here)
    said = here.incoming[-1]
    assert (said.text, said.group, said.account) == ("查库存 SKU-10086", GROUP, "zhouqiang")
    assert said.address == f"group:{GROUP}:zhouqiang"
    assert await here.bot.send(answer) == Sent()
    assert [(bubble.kind, bubble.body["text"]) for bubble in in_group(here)] == [("markdown", "杭州 120 台")]
    assert here.seen("ZhouQiang", "ZhouQiang") == []
    here.spotless()


async def test_what_else_there_is_to_say_goes_through_the_app(here: Scene) -> None:
    answer = await asked(here)
    await here.bot.send(answer)
    assert isinstance(await here.bot.send(answer.model_copy(update={"key": "a2", "text": "上海 3 台"})), Sent)

    assert len(in_group(here)) == 1
    assert [bubble.body["text"] for bubble in here.seen("ZhouQiang", "ZhouQiang")] == ["上海 3 台"]


async def test_a_window_of_an_hour_ago_is_not_tried(here: Scene) -> None:
    answer = await asked(here)
    here.clock.pass_by(minutes=61)
    assert isinstance(await here.bot.send(answer), Sent)
    assert here.calls("aibot/response") == []
    assert len(here.seen("ZhouQiang", "ZhouQiang")) == 1


async def test_a_window_somebody_else_has_used_costs_nothing_but_a_call(here: Scene) -> None:
    answer = await asked(here)
    await here.bot.send(answer)
    here.bot._used.clear()
    assert isinstance(await here.bot.send(answer), Sent)
    assert [bubble.body["text"] for bubble in here.seen("ZhouQiang", "ZhouQiang")] == ["杭州 120 台"]


@pytest.mark.parametrize("note", ["{", "[]", "null", '{"url": 1}', '{"url":"http://evil.example/x","until":9e9}'])
async def test_a_window_that_leads_elsewhere_is_none(here: Scene, note: str) -> None:
    answer = (await asked(here)).model_copy(update={"window": note})
    assert isinstance(await here.bot.send(answer), Sent)
    assert len(here.seen("ZhouQiang", "ZhouQiang")) == 1


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=X", True),
        ("http://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=X", False),
        ("https://qyapi.weixin.qq.com.evil.example/x", False),
        ("/x", False),
    ],
)
async def test_only_the_platform_is_answered(here: Scene, url: str, trusted: bool) -> None:
    note = json.dumps({"url": url, "until": here.clock.time.timestamp() + 9})
    message = Outgoing(key="a", address="user:lina", kind="text", text="x", window=note)
    assert (here.bot._window(message) is not None) is trusted


async def test_an_answer_without_an_answer_is_tried_again_in_the_same_place(here: Scene) -> None:
    answer = await asked(here)
    here.platform.faults.append(Fault(path="/cgi-bin/aibot/response", kind="status", value=502))
    assert isinstance(await here.bot.send(answer), Failed)
    assert await here.bot.send(answer) == Sent()
    assert len(in_group(here)) == 1


async def test_a_card_in_a_group_is_updated_in_the_answer_to_its_press(here: Scene) -> None:
    said = await asked(here)
    await here.bot.send(said.model_copy(update={"key": "card-1", "kind": "card", "card": CARD_IN_GROUP}))
    (bubble,) = in_group(here)
    closed = CARD_IN_GROUP.model_copy(update={"closed": True, "text": "李娜 已同意"})
    update = Outgoing(key="u1", address=said.address, kind="update", task="card-1", card=closed)
    other = update.model_copy(update={"key": "u2", "task": "card-2"})
    here.respond = lambda pressed: (said, other, update)

    await here.platform.press("LiNa", bubble.id, "同意", {"warehouse": ["sh"]})

    pressed = here.incoming[-1]
    assert (pressed.kind, pressed.account, pressed.card) == ("press", "lina", "card-1")
    assert (pressed.handle, pressed.chosen) == (APPROVAL.buttons[0].command, {"warehouse": "sh"})
    assert here.carried == ["u1"]
    assert bubble.body_for("ZhouQiang")["sub_title_text"] == "李娜 已同意"
    assert bubble.body_for("LiGong")["card_type"] == "text_notice"
    here.spotless()


async def test_an_update_out_of_time_reaches_the_person_as_a_fresh_card(here: Scene) -> None:
    said = await asked(here)
    closed = CARD_IN_GROUP.model_copy(update={"closed": True, "text": "李娜 已同意"})
    update = Outgoing(key="u1", address=said.address, kind="update", task="card-1", card=closed)
    assert isinstance(await here.bot.send(update), Sent)
    (bubble,) = here.seen("ZhouQiang", "ZhouQiang")
    assert bubble.body["sub_title_text"] == "李娜 已同意"


async def test_a_card_the_app_had_to_send_is_updated_through_the_app(here: Scene) -> None:
    said = await asked(here)
    card = said.model_copy(update={"key": "card-1", "kind": "card", "card": CARD_IN_GROUP, "window": ""})
    sent = await here.bot.send(card)
    assert isinstance(sent, Sent)
    closed = CARD_IN_GROUP.model_copy(update={"closed": True, "text": "李娜 已同意"})
    receipt = dict(sent.receipt)
    update = Outgoing(key="u1", address=said.address, kind="update", task="card-1", card=closed, receipt=receipt)
    assert isinstance(await here.bot.send(update), Sent)
    (bubble,) = here.seen("ZhouQiang", "ZhouQiang")
    assert bubble.body_for("ZhouQiang")["sub_title_text"] == "李娜 已同意"


async def test_who_enters_is_welcomed_at_once(here: Scene) -> None:
    await here.platform.enter("LiNa", chat=PRIVATE)
    assert [each.kind for each in here.incoming] == ["enter"]
    (bubble,) = here.seen("LiNa", PRIVATE)
    assert "我是跟单助手" in bubble.body["text"]
    here.spotless()


async def test_a_long_answer_is_told_whole(here: Scene) -> None:
    stars = "*" * 8000
    answer = (await asked(here)).model_copy(update={"text": stars})
    (whole,) = here.bot.split(answer)
    assert isinstance(await here.bot.send(whole), Sent)
    told = "".join(bubble.body["text"].partition("\n")[2] for bubble in here.seen("ZhouQiang", "ZhouQiang"))
    assert told == stars
    here.spotless()


async def test_a_card_cut_in_a_group_says_that_the_rest_came_privately(here: Scene) -> None:
    long = CARD_IN_GROUP.model_copy(update={"text": "毛利说明" * 60})
    said = await asked(here)
    for part in here.bot.split(said.model_copy(update={"key": "cut", "kind": "card", "card": long})):
        assert isinstance(await here.bot.send(part), Sent)

    (bubble,) = in_group(here)
    assert str(bubble.body_for("LiNa")).count("…(其余已私信)") == 1
    assert "全文见下条" not in str(bubble.body_for("LiNa"))
    private = [str(bubble.body_for("ZhouQiang")) for bubble in here.seen("ZhouQiang", "ZhouQiang")]
    assert any("毛利说明" * 60 in text for text in private)
    alone = said.model_copy(update={"key": "one", "address": "user:zhouqiang", "kind": "card", "card": long})
    assert "…(全文见下条)" in str(here.bot._body(alone))


async def test_a_card_to_look_at_that_is_too_long_becomes_markdown(here: Scene) -> None:
    lines = tuple(
        Line(label=f"仓库{number}", text="很长" * 20, page="https://crm.example.com/w") for number in range(9)
    )
    answer = (await asked(here)).model_copy(update={"kind": "card", "card": Card(title="*各仓*", lines=lines)})
    assert here.bot.split(answer) == (answer,)
    assert await here.bot.send(answer) == Sent()
    (bubble,) = in_group(here)
    assert bubble.kind == "markdown"
    assert bubble.body["text"].count("很长" * 20) == 9
    assert bubble.body["text"].startswith("**＊各仓＊**")


async def test_a_card_that_could_not_come_back_is_given_up(here: Scene) -> None:
    card = Card(title="x", buttons=(Button(text="好", command="x" * 2000, says=""),))
    answer = (await asked(here)).model_copy(update={"kind": "card", "card": card})
    assert isinstance(await here.bot.send(answer), Rejected)


async def test_a_picture_is_fetched_and_opened(here: Scene) -> None:
    picture = b"\xff\xd8\xff\xe0 the picture"
    await here.platform.send("ZhouQiang", "image", {"name": "a.jpg", "content": picture}, chat=PRIVATE)
    (attachment,) = here.incoming[-1].attachments
    assert isinstance(attachment, Attachment)
    fetch = Outgoing(key="f1", address="user:zhouqiang", kind="fetch", text=attachment.reference)
    fetched = await here.bot.send(fetch)
    assert isinstance(fetched, Sent)
    assert fetched.content == picture
    here.clock.pass_by(minutes=6)
    assert isinstance(await here.bot.send(fetch), Rejected)


async def test_a_file_goes_through_the_app(here: Scene) -> None:
    here.files[7] = ("周报.txt", "赢单 2".encode())
    message = Outgoing(key="f1", address="user:zhouqiang", kind="file", file=7)
    assert isinstance(await here.bot.send(message), Sent)
    (bubble,) = here.seen("ZhouQiang", "ZhouQiang")
    assert (bubble.kind, bubble.body["name"]) == ("file", "周报.txt")


async def test_ids_only_the_bot_sees_are_resolved_once() -> None:
    async with scene(by_super_admin=False) as here:
        answer = await asked(here)
        hidden = here.incoming[-1].account
        assert hidden.startswith("wo")
        assert await here.bot.resolve(hidden) == "zhouqiang"
        elsewhere = answer.model_copy(update={"window": ""})
        assert isinstance(await here.bot.send(elsewhere), Sent)
        assert len(here.seen("ZhouQiang", "ZhouQiang")) == 1
        assert len(here.calls("batch/openuserid_to_userid")) == 1
        assert await here.bot.resolve("wo" + "A" * 30) == ""
        stranger = elsewhere.model_copy(update={"address": "user:wo" + "A" * 30})
        assert isinstance(await here.bot.send(stranger), Rejected)


def hook(plain: dict[str, Any], clock: Any) -> Hook:
    seconds = str(int(clock().timestamp()))
    sealed = Envelope(TOKEN, KEY, "").seal(json.dumps(plain), timestamp=seconds, nonce="1500126704")
    query = {"msg_signature": sealed.signature, "timestamp": seconds, "nonce": sealed.nonce}
    return Hook(method="POST", query=query, headers={}, body=json.dumps({"encrypt": sealed.encrypt}).encode())


def opened(answer: bytes) -> Any:
    sealed = json.loads(answer)
    assert sealed["nonce"] == "1500126704"
    assert isinstance(sealed["timestamp"], int)
    parts = (sealed["encrypt"], sealed["msgsignature"], str(sealed["timestamp"]), sealed["nonce"])
    return json.loads(Envelope(TOKEN, KEY, "").open(Sealed(*parts)))


async def test_a_stream_that_is_asked_for_is_finished_and_not_kept(here: Scene) -> None:
    asking = {"msgid": "m1", "msgtype": "stream", "stream": {"id": "st-0001"}, "from": {"userid": "lina"}}
    received = here.bot.receive(hook(asking, here.clock))
    assert received.incoming == ()
    assert received.content_type == "application/json"
    stream = opened(received.answer)["stream"]
    assert (stream["id"], stream["finish"]) == ("st-0001", True)


async def test_an_answer_to_entering_may_carry_a_text(here: Scene) -> None:
    entered = hook({"msgid": "m2", "msgtype": "event", "event": {"eventtype": "enter_chat"}}, here.clock)
    body, kind, carried = here.bot.passive(entered, [Outgoing(key="t", address="user:x", kind="text", text="早")])
    assert (opened(body)["text"]["content"], kind, carried) == ("早", "application/json", ("t",))
    body, _, carried = here.bot.passive(entered, [])
    assert "跟单助手" in opened(body)["text"]["content"]
    assert carried == ()


async def test_an_answer_to_anything_else_carries_nothing(here: Scene) -> None:
    rated = {"msgid": "m3", "msgtype": "event", "event": {"eventtype": "feedback_event"}, "from": {"userid": "lina"}}
    assert here.bot.passive(hook(rated, here.clock), []) == (b"", "text/plain", ())
    assert here.bot.receive(hook(rated, here.clock)).answer == b""


async def test_a_pressed_card_waits_for_its_update(here: Scene) -> None:
    pressed = {
        "msgid": "m4",
        "msgtype": "event",
        "from": {"userid": "lina"},
        "event": {"eventtype": "template_card_event", "template_card_event": {"event_key": "x", "task_id": "c"}},
    }
    received = here.bot.receive(hook(pressed, here.clock))
    assert isinstance(received, Received)
    assert received.passive == 3.5
    assert here.bot.passive(hook(pressed, here.clock), []) == (b"", "text/plain", ())
