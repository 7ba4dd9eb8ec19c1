"""The AI bot's other half: messages, streams, cards, welcome, ratings and late replies."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.playground.wecom.envelope import aes_key, decrypt_bytes
from tests.bot.playground.wecom_service import KEY, Heard, Service, a_service

BOT = "bot:跟单助手"
CARD: dict[str, Any] = {
    "card_type": "button_interaction",
    "main_title": {"title": "借用样机"},
    "task_id": "loan-1",
    "button_list": [{"text": "同意", "key": "ok"}, {"text": "驳回", "key": "no"}],
}


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service() as service:
        yield service


def stream(content: str, *, finish: bool = True, stream_id: str = "st-1", **more: Any) -> str:
    part = {"id": stream_id, "finish": finish, "content": content, **more}
    return json.dumps({"msgtype": "stream", "stream": part}, ensure_ascii=False)


def said(service: Service, account: str, chat: str) -> list[Any]:
    return [each.body.get("text") for each in service.platform.screens.seen(account, chat)]


async def test_a_group_message_is_heard_when_the_bot_is_mentioned(service: Service) -> None:
    platform = service.platform
    service.answer = lambda heard: stream("SKU-10086 剩 12")
    first = platform.screens
    assert await platform.say("lina", "大家好", chat="wr-sales", mention=False) == ""
    number = await platform.say("lina", "查库存", chat="wr-sales", at=["zhouqiang"], quote=first.bubbles[0].id)
    (heard,) = service.heard
    assert heard.json["msgid"] == number
    assert heard.json["text"]["content"] == "@跟单助手 @周强 查库存"
    assert (heard.json["chatid"], heard.json["chattype"]) == ("wr-sales", "group")
    assert heard.json["from"] == {"userid": "lina"}
    assert heard.json["quote"] == {"msgtype": "text", "text": {"content": "大家好"}}
    assert said(service, "zhouqiang", "wr-sales") == ["大家好", "@跟单助手 @周强 查库存", "SKU-10086 剩 12"]
    assert platform.screens.bubbles[2].quote == platform.screens.bubbles[1].id
    assert platform.notes.refused == []


async def test_an_outsider_cannot_write_in_the_group(service: Service) -> None:
    with pytest.raises(ValueError, match="不在群"):
        await service.platform.say("ligong", "a", chat="wr-sales")


async def test_a_stream_is_asked_for_until_it_is_finished(service: Service) -> None:
    states = iter(("正", "正在", "正在查询"))

    def answer(heard: Heard) -> str:
        content = next(states)
        return stream(content, finish=content == "正在查询")

    service.answer = answer
    await service.platform.say("lina", "查", chat=BOT)
    bubble = service.platform.screens.seen("lina", BOT)[1]
    assert not bubble.body["finish"]
    await service.platform.screens.wait_for(lambda: bubble.body["finish"])
    refreshes = [each.json for each in service.heard[1:]]
    assert [each["msgtype"] for each in refreshes] == ["stream", "stream"]
    assert refreshes[0]["stream"] == {"id": "st-1"}
    assert "response_url" not in refreshes[0]
    assert len({each.json["msgid"] for each in service.heard}) == 3
    assert bubble.body["text"] == "正在查询"


async def test_a_stream_freezes_after_six_minutes(service: Service) -> None:
    service.answer = lambda heard: stream("…", finish=False)
    await service.platform.say("lina", "查", chat=BOT)
    bubble = service.platform.screens.seen("lina", BOT)[1]
    service.clock.pass_by(minutes=6)
    await service.platform.screens.wait_for(lambda: "frozen" in bubble.body)
    assert service.platform.notes.refused[-1].reason == "stream was not finished in time"


async def test_three_messages_may_be_open_at_a_time(service: Service) -> None:
    service.answer = lambda heard: stream("…", finish=False, stream_id="st") if heard.json["msgtype"] == "text" else ""
    for text in "abc":
        assert await service.platform.say("lina", text, chat=BOT)
    assert await service.platform.say("lina", "d", chat=BOT) == ""
    assert service.platform.screens.seen("lina", BOT)[-1].kind == "notice"
    assert await service.platform.say("zhouqiang", "e", chat=BOT)


async def test_what_members_send_is_told_with_encrypted_downloads(service: Service) -> None:
    platform = service.platform
    await platform.send("lina", "image", {"name": "a.png", "content": b"\x89PNG\r\n\x1a\n1"}, chat=BOT)
    await platform.send("lina", "voice", {"name": "a.amr", "content": b"#!AMR1", "text": "今天拜访"}, chat=BOT)
    await platform.send("lina", "file", {"name": "a.xlsx", "content": b"123456"}, chat=BOT)
    await platform.send("lina", "image", {"name": "a.png", "content": b"1", "text": "名片"}, chat="wr-sales")
    assert await platform.send("lina", "image", {"name": "a.png", "content": b"1"}, chat="wr-sales") == ""
    heard = [each.json for each in service.heard]
    assert [each["msgtype"] for each in heard] == ["image", "voice", "file", "mixed"]
    assert heard[1]["voice"] == {"content": "今天拜访"}
    assert heard[3]["mixed"]["msg_item"][0]["text"] == {"content": "@跟单助手 名片"}
    assert service.session is not None
    async with service.session.get(heard[2]["file"]["url"]) as file:
        assert decrypt_bytes(aes_key(KEY), await file.read()) == b"123456"
    service.clock.pass_by(minutes=5)
    async with service.session.get(heard[2]["file"]["url"]) as file:
        assert file.status == 404


async def test_a_card_beside_a_stream_is_pressed_and_updated_at_once(service: Service) -> None:
    replies = iter(
        (
            {"msgtype": "stream_with_template_card", "stream": {"id": "s", "finish": True}, "template_card": CARD},
            {
                "response_type": "update_template_card",
                "userids": ["lina"],
                "template_card": {**CARD, "main_title": {"title": "已同意"}, "replace_text": "已同意"},
            },
        )
    )
    service.answer = lambda heard: json.dumps(next(replies))
    await service.platform.say("lina", "借样机", chat="wr-sales")
    card = service.platform.screens.seen("zhouqiang", "wr-sales")[-1]
    assert card.kind == "card"
    await service.platform.press("zhouqiang", card.id, "同意")
    event = service.heard[1].json
    assert event["event"]["template_card_event"] == {
        "card_type": "button_interaction",
        "event_key": "ok",
        "task_id": "loan-1",
    }
    assert "response_url" in event
    assert card.body_for("lina")["main_title"]["title"] == "已同意"
    assert card.body_for("zhouqiang")["main_title"]["title"] == "借用样机"
    assert card.closed_for == {"lina": "已同意"}
    assert service.platform.notes.refused == []


async def test_a_card_event_is_told_once_only(service: Service) -> None:
    service.answer = lambda heard: json.dumps({"msgtype": "template_card", "template_card": CARD})
    await service.platform.say("lina", "借样机", chat=BOT)
    card = service.platform.screens.seen("lina", BOT)[-1]
    service.answer = lambda heard: 500
    await service.platform.press("lina", card.id, "ok")
    assert len(service.heard) == 2


async def test_an_update_must_name_the_task_of_the_event(service: Service) -> None:
    service.answer = lambda heard: json.dumps({"msgtype": "template_card", "template_card": CARD})
    await service.platform.say("lina", "借样机", chat=BOT)
    card = service.platform.screens.seen("lina", BOT)[-1]
    update = {"response_type": "update_template_card", "template_card": {**CARD, "task_id": "other"}}
    service.answer = lambda heard: json.dumps(update)
    await service.platform.press("lina", card.id, "ok")
    assert "task_id differs" in service.platform.notes.refused[0].reason


async def test_a_jump_can_ask_a_question(service: Service) -> None:
    jump = {"type": 3, "title": "查库存", "question": "SKU-10086 还有多少"}
    card = {"card_type": "text_notice", "main_title": {"title": "a"}, "jump_list": [jump], "task_id": "t-1"}
    card["card_action"] = {"type": 1, "url": "https://crm.example.com"}
    service.answer = lambda heard: json.dumps({"msgtype": "template_card", "template_card": card})
    await service.platform.say("lina", "帮助", chat=BOT)
    service.answer = None
    await service.platform.press("lina", service.platform.screens.seen("lina", BOT)[-1].id, "查库存")
    assert service.heard[1].json["text"] == {"content": "SKU-10086 还有多少"}


async def test_a_welcome_once_a_day(service: Service) -> None:
    service.answer = lambda heard: json.dumps({"msgtype": "text", "text": {"content": "你好"}})
    await service.platform.enter("lina", chat=BOT)
    await service.platform.enter("lina", chat=BOT)
    assert (len(service.heard), said(service, "lina", BOT)) == (1, ["你好"])
    assert service.heard[0].json["event"] == {"eventtype": "enter_chat"}
    service.clock.pass_by(hours=24)
    await service.platform.enter("lina", chat=BOT)
    assert len(service.heard) == 2


async def test_an_answer_can_be_rated(service: Service) -> None:
    service.answer = lambda heard: stream("12", feedback={"id": "fb-1"})
    await service.platform.say("lina", "查", chat=BOT)
    question, answer = service.platform.screens.seen("lina", BOT)
    service.answer = None
    await service.platform.rate("lina", answer.id, 2, content="不对", reasons=[3])
    event = service.heard[1].json["event"]
    expected = {"id": "fb-1", "type": 2, "content": "不对", "inaccurate_reason_list": [3]}
    assert event == {"eventtype": "feedback_event", "feedback_event": expected}
    with pytest.raises(ValueError, match="不能评价"):
        await service.platform.rate("lina", question.id, 1)


async def test_a_late_reply_goes_out_once_within_an_hour(service: Service) -> None:
    await service.platform.say("lina", "查", chat="wr-sales")
    await service.platform.say("lina", "查", chat="wr-sales")
    first, second = (each.json["response_url"] for each in service.heard)
    reply = {"msgtype": "markdown", "markdown": {"content": "**12**", "feedback": {"id": "f"}}}
    update = {"response_type": "update_template_card", "template_card": CARD}
    assert (await service.post(first, update, secret=None))["errcode"] == 40008
    assert (await service.post(first, {"msgtype": "text", "text": {"content": "a"}}, secret=None))["errcode"] == 40008
    long = {"msgtype": "markdown", "markdown": {"content": "字" * 6827}}
    assert (await service.post(first, long, secret=None))["errcode"] == 45002
    assert (await service.post(first, reply, secret=None))["errcode"] == 0
    assert (await service.post(first, reply, secret=None))["errcode"] == 60140
    service.clock.pass_by(hours=1)
    assert (await service.post(second, reply, secret=None))["errcode"] == 60140
    late = service.platform.screens.seen("zhouqiang", "wr-sales")[-1]
    assert (late.kind, late.body["text"]) == ("markdown", "**12**")
    assert late.quote == service.platform.screens.bubbles[0].id


async def test_a_bot_of_somebody_else_knows_encrypted_ids(service: Service) -> None:
    service.platform.corp.bots[0].by_super_admin = False
    await service.platform.say("lina", "查", chat=BOT)
    open_id = service.heard[0].json["from"]["userid"]
    assert open_id.startswith("wo")
    body = {"open_userid_list": [open_id, "woGHOST"]}
    answer = await service.post("batch/openuserid_to_userid", body)
    assert answer["userid_list"] == [{"open_userid": open_id, "userid": "lina"}]
    assert answer["invalid_open_userid_list"] == ["woGHOST"]


def envelope_with(service: Service, **change: Any) -> Any:
    def answer(heard: Heard) -> web.Response:
        reply = json.loads(service.wrapped("/bot", stream("a"), heard.nonce))
        return web.json_response({**reply, **change})

    return answer


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"nonce": "other"}, "nonce is not"),
        ({"timestamp": "1767585600"}, "timestamp is not a number"),
        ({"msgsignature": "0" * 40}, "-40001"),
        ({"encrypt": None}, "encrypt is missing"),
    ],
)
async def test_a_wrong_envelope_is_noted(service: Service, change: Any, reason: str) -> None:
    service.answer = envelope_with(service, **change)
    await service.platform.say("lina", "a", chat=BOT)
    assert reason in service.platform.notes.refused[0].reason
    assert len(service.platform.screens.bubbles) == 1


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        ('{"msgtype": "text", "text": {"content": "a"}}', "no answer to message"),
        ("hello", "no JSON"),
        (stream("字" * 6827), "45002"),
        (stream("a", stream_id=""), "40063"),
        (stream("a", finish=False, msg_item=[{}]), "40058"),
        (stream("a", feedback={"id": "x" * 257}), "40058"),
        (json.dumps({"msgtype": "template_card", "template_card": {**CARD, "task_id": "a b"}}), "42014"),
    ],
)
async def test_a_wrong_reply_is_noted(service: Service, plain: str, reason: str) -> None:
    service.answer = lambda heard: plain
    await service.platform.say("lina", "a", chat=BOT)
    assert reason in service.platform.notes.refused[0].reason
    assert len(service.platform.screens.bubbles) == 1


async def test_a_task_id_is_unique_per_bot(service: Service) -> None:
    service.answer = lambda heard: json.dumps({"msgtype": "template_card", "template_card": CARD})
    await service.platform.say("lina", "a", chat=BOT)
    await service.platform.say("lina", "b", chat=BOT)
    assert "42014" in service.platform.notes.refused[0].reason
