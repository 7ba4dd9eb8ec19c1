"""AI bots on the long connection: who holds it, what comes over it, what may be answered and pushed."""

import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.bot.playground.wecom_service import Service, a_service


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service(long_silence_seconds=2.0, long_per_minute=3) as service:
        service.platform.corp.bots[0].secret = "long-secret"
        yield service


async def connected(service: Service, secret: str = "long-secret") -> aiohttp.ClientWebSocketResponse:
    assert service.session is not None
    socket = await service.session.ws_connect(service.base + "/openws")
    answer = await asked(socket, "aibot_subscribe", "sub-1", {"bot_id": "aib-1", "secret": secret})
    assert answer["headers"] == {"req_id": "sub-1"}
    assert answer["errcode"] == (0 if secret == "long-secret" else 853000)
    return socket


async def asked(
    socket: aiohttp.ClientWebSocketResponse, command: str, req_id: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    await socket.send_json({"cmd": command, "headers": {"req_id": req_id}, **({"body": body} if body else {})})
    answer: dict[str, Any] = await socket.receive_json(timeout=2)
    return answer


def stream(text: str, finish: bool) -> dict[str, Any]:
    return {"msgtype": "stream", "stream": {"id": "st-1", "content": text, "finish": finish}}


def pushed(text: str, chat: str = "lina") -> dict[str, Any]:
    return {"chatid": chat, "chat_type": 1, "msgtype": "markdown", "markdown": {"content": text}}


async def test_a_message_is_answered_piece_by_piece(service: Service) -> None:
    socket = await connected(service)
    await service.platform.say("lina", "查库存", chat="bot:跟单助手")
    frame = await socket.receive_json(timeout=2)
    assert frame["cmd"] == "aibot_msg_callback"
    assert frame["body"]["text"] == {"content": "查库存"}
    assert "response_url" not in frame["body"]
    assert not service.heard, "nothing goes to the callback address"
    req_id = frame["headers"]["req_id"]
    assert (await asked(socket, "aibot_respond_msg", req_id, stream("正在查", False)))["errcode"] == 0
    assert (await asked(socket, "aibot_respond_msg", req_id, stream("还有 200 台", True)))["errcode"] == 0
    bubble = service.platform.screens.seen("lina")[-1]
    assert (bubble.body["text"], bubble.body["finish"]) == ("还有 200 台", True)
    assert (await asked(socket, "aibot_respond_msg", req_id, stream("再来", True)))["errcode"] == 846606
    assert (await asked(socket, "aibot_respond_msg", "other", stream("再来", True)))["errcode"] == 846605


async def test_a_stream_and_a_welcome_come_too_late(service: Service) -> None:
    socket = await connected(service)
    await service.platform.say("lina", "查库存", chat="bot:跟单助手")
    req_id = (await socket.receive_json(timeout=2))["headers"]["req_id"]
    await asked(socket, "aibot_respond_msg", req_id, stream("正在查", False))
    await service.platform.enter("lina", chat="bot:跟单助手")
    welcome = (await socket.receive_json(timeout=2))["headers"]["req_id"]
    service.clock.pass_by(minutes=6)
    assert (await asked(socket, "aibot_respond_msg", req_id, stream("好了", True)))["errcode"] == 846608
    text = {"msgtype": "text", "text": {"content": "您好"}}
    assert (await asked(socket, "aibot_respond_welcome_msg", welcome, text))["errcode"] == 846604


async def test_a_newer_connection_kicks_the_older(service: Service) -> None:
    older = await connected(service)
    newer = await connected(service)
    frame = await older.receive_json(timeout=2)
    assert frame["body"]["event"] == {"eventtype": "disconnected_event"}
    assert (await older.receive(timeout=2)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    await service.platform.say("lina", "在吗", chat="bot:跟单助手")
    assert (await newer.receive_json(timeout=2))["cmd"] == "aibot_msg_callback"


async def test_nothing_is_pushed_before_somebody_wrote_nor_beyond_the_quota(service: Service) -> None:
    socket = await connected(service)
    assert (await asked(socket, "aibot_send_msg", "p-1", pushed("提醒")))["errcode"] == 846607
    await service.platform.say("lina", "在吗", chat="bot:跟单助手")
    await socket.receive_json(timeout=2)
    text = {"chatid": "lina", "chat_type": 1, "msgtype": "text", "text": {"content": "提醒"}}
    assert (await asked(socket, "aibot_send_msg", "p-2", text))["errcode"] == 40008
    codes = [(await asked(socket, "aibot_send_msg", f"q-{each}", pushed("提醒")))["errcode"] for each in range(4)]
    assert codes == [0, 0, 0, 846607]
    service.clock.pass_by(minutes=1)
    assert (await asked(socket, "aibot_send_msg", "r-1", pushed("提醒")))["errcode"] == 0


async def test_only_the_right_secret_opens_it(service: Service) -> None:
    socket = await connected(service, "guessed")
    assert (await asked(socket, "aibot_send_msg", "p-1", pushed("提醒")))["errcode"] == 846609


async def test_a_silent_connection_is_closed() -> None:
    async with a_service(long_silence_seconds=0.3) as service:
        service.platform.corp.bots[0].secret = "long-secret"
        socket = await connected(service)
        assert (await asked(socket, "ping", "ping-1"))["errcode"] == 0
        closed = await socket.receive(timeout=2)
        assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_files_come_with_a_key_of_their_own(service: Service) -> None:
    socket = await connected(service)
    await service.platform.send("lina", "file", {"name": "报价.pdf", "content": b"%PDF-1.7"}, chat="bot:跟单助手")
    part = (await socket.receive_json(timeout=2))["body"]["file"]
    assert len(part["aeskey"]) == 43
    assert "/aibot/download/" in part["url"]


async def test_a_card_is_changed_within_five_seconds(service: Service) -> None:
    socket = await connected(service)
    await service.platform.say("lina", "借样机", chat="bot:跟单助手")
    req_id = (await socket.receive_json(timeout=2))["headers"]["req_id"]
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": "借用样机"},
        "task_id": "loan-1",
        "button_list": [{"text": "同意", "key": "ok"}],
    }
    sent = {"msgtype": "template_card", "template_card": card}
    assert (await asked(socket, "aibot_respond_msg", req_id, sent))["errcode"] == 0
    bubble = service.platform.screens.seen("lina")[-1]
    changed = {**card, "main_title": {"title": "已同意"}}
    update = {"response_type": "update_template_card", "template_card": changed}
    codes = []
    for late in (6, 0):
        await service.platform.press("lina", bubble.id, "同意")
        event = await socket.receive_json(timeout=2)
        service.clock.pass_by(seconds=late)
        answer = await asked(socket, "aibot_respond_update_msg", event["headers"]["req_id"], update)
        codes.append(answer["errcode"])
    assert codes == [846604, 0]
    assert bubble.body_for("lina")["main_title"]["title"] == "已同意"


async def test_a_file_is_uploaded_in_chunks_and_pushed(service: Service) -> None:
    socket = await connected(service)
    await service.platform.say("lina", "报价", chat="bot:跟单助手")
    await socket.receive_json(timeout=2)
    content = b"%PDF-1.7 quotation"
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    facts = {"type": "file", "filename": "报价.pdf", "total_size": len(content), "total_chunks": 2, "md5": digest}
    upload_id = (await asked(socket, "aibot_upload_media_init", "u-0", facts))["body"]["upload_id"]
    for index, chunk in ((2, content[8:]), (1, content[:8]), (1, content[:8])):
        part = {"upload_id": upload_id, "chunk_index": index, "base64_data": base64.b64encode(chunk).decode()}
        assert (await asked(socket, "aibot_upload_media_chunk", f"u-{index}", part))["errcode"] == 0
    done = await asked(socket, "aibot_upload_media_finish", "u-9", {"upload_id": upload_id})
    file = {"chatid": "lina", "chat_type": 1, "msgtype": "file", "file": {"media_id": done["body"]["media_id"]}}
    assert (await asked(socket, "aibot_send_msg", "p-1", file))["errcode"] == 0
    assert service.platform.screens.seen("lina")[-1].body["name"] == "报价.pdf"
