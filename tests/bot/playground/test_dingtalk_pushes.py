"""HTTP mode: signed robot messages and their answers, encrypted events, signed card callbacks."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.playground.dingtalk import CardRoute, DingTalkApp
from bot.playground.dingtalk.envelope import EventEnvelope, card_sign, robot_sign
from tests.bot.playground.dingtalk_service import (
    AES_KEY,
    CLIENT,
    CORP,
    SECRET,
    TEMPLATE,
    TOKEN,
    Receiver,
    receiving,
    sealed_success,
    serving,
)


def http_app(receiver: Receiver, **more: Any) -> DingTalkApp:
    return DingTalkApp(
        client_id=CLIENT,
        client_secret=SECRET,
        mode="http",
        message_url=f"{receiver.base}/hooks/ding",
        event_url=f"{receiver.base}/hooks/ding/events",
        event_token=TOKEN,
        event_aes_key=AES_KEY,
        card_routes={"crm": CardRoute(url=f"{receiver.base}/hooks/ding/cards", api_secret="s3cret")},
        **more,
    )


def plain(query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    envelope = EventEnvelope(TOKEN, AES_KEY, CLIENT)
    text = envelope.open(query["msg_signature"], query["timestamp"], query["nonce"], body["encrypt"])
    event: dict[str, Any] = json.loads(text)
    return event


async def test_a_message_is_signed_and_the_answer_is_shown() -> None:
    async with receiving(Receiver()) as receiver, serving(http_app(receiver)) as scene:
        receiver.answer = lambda path, body: {"msgtype": "text", "text": {"content": "收到"}}
        await scene.platform.say("zhangsan01", "你好")
        path, headers, _, body = receiver.heard[0]
        assert path == "/hooks/ding"
        assert headers["sign"] == robot_sign(headers["timestamp"], SECRET)
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        assert body["text"] == {"content": "你好"}
        assert scene.texts("zhangsan01") == ["你好", "收到"]
        assert scene.platform.wire[-1].direction == "callback"


async def test_an_empty_a_broken_and_a_late_answer_show_nothing() -> None:
    async with receiving(Receiver()) as receiver, serving(http_app(receiver)) as scene:
        await scene.platform.say("zhangsan01", "一")
        receiver.answer = lambda path, body: web.Response(text="success")
        await scene.platform.say("zhangsan01", "二")
        receiver.answer = lambda path, body: asyncio.sleep(1.5, {"msgtype": "text", "text": {"content": "太晚"}})
        await scene.platform.say("zhangsan01", "三")
        receiver.answer = lambda path, body: {"msgtype": "interactiveCard"}
        await scene.platform.say("zhangsan01", "四")
        assert scene.texts("zhangsan01") == ["一", "二", "三", "四", "消息类型不支持"]
        assert [each.status for each in scene.platform.wire] == [200, 200, 0, 200]


async def test_events_are_sealed_after_the_address_was_probed() -> None:
    async with receiving(Receiver()) as receiver, serving(http_app(receiver)) as scene:
        receiver.answer = lambda path, body: sealed_success()
        await scene.platform.change("person_changed", account="zhangsan01", name="张叁")
        probe, event = (plain(query, body) for _, _, query, body in receiver.heard)
        assert probe == {"EventType": "check_url"}
        assert event["EventType"] == "user_modify_org"
        assert event["CorpId"] == CORP
        assert event["userId"] == ["zhangsan01"]
        assert event["diffInfo"] == {"userid": "zhangsan01", "prev": {"name": "张三"}, "curr": {"name": "张叁"}}
        assert event["eventId"]
        assert scene.platform.wire[-1].answer_plain == "success"
        assert json.loads(scene.platform.wire[-1].plain) == event


async def test_a_wrong_reply_brings_the_event_again_after_ten_and_thirty_seconds() -> None:
    async with receiving(Receiver()) as receiver, serving(http_app(receiver)) as scene:
        receiver.answer = lambda path, body: sealed_success()
        assert await scene.platform.pushes.check_address(scene.platform.ground.apps[CLIENT])
        receiver.answer = lambda path, body: sealed_success(owner=CORP)
        await scene.platform.change("department_added", id=3, name="华东区", parent=2)
        for seconds in (10, 30):
            scene.clock.pass_by(seconds=seconds)
            await scene.platform.tick()
        events = [plain(query, body) for _, _, query, body in receiver.heard[1:]]
        assert [event["deptId"] for event in events] == [[3]] * 3
        assert len({event["eventId"] for event in events}) == 1
        scene.clock.pass_by(minutes=3)
        answer = await scene.oapi("/call_back/get_call_back_failed_result", method="GET")
        assert [one["call_back_tag"] for one in answer["failed_list"]] == ["org_dept_create"]


async def test_card_callbacks_go_to_their_route_signed_and_their_answer_is_applied() -> None:
    async with receiving(Receiver()) as receiver, serving(http_app(receiver)) as scene:
        card = {
            "cardTemplateId": TEMPLATE,
            "outTrackId": "crm-1",
            "callbackType": "HTTP",
            "callbackRouteKey": "crm",
            "cardData": {"cardParamMap": {"btn1Text": "同意", "btn1Action": "agree"}},
            "openSpaceId": "dtv1.card//IM_ROBOT.manager09",
            "imRobotOpenSpaceModel": {"supportForward": False},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": CLIENT},
        }
        await scene.api("POST", "/v1.0/card/instances/createAndDeliver", card)
        bubble = scene.platform.screens.seen("manager09")[0]
        receiver.answer = lambda path, body: {
            "cardUpdateOptions": {"updateCardDataByKey": True},
            "cardData": {"cardParamMap": {"status": "已同意"}},
        }
        await scene.platform.press("manager09", bubble.id, "同意")
        path, headers, _, body = receiver.heard[0]
        assert path == "/hooks/ding/cards"
        assert headers["x-ddpaas-signature"] == card_sign(headers["x-ddpaas-signature-timestamp"], "s3cret")
        assert json.loads(body["content"])["cardPrivateData"]["params"]["action"] == "agree"
        assert scene.platform.view("manager09", bubble.id)["params"]["status"] == "已同意"

        receiver.answer = lambda path, body: asyncio.sleep(1.5, {})
        await scene.platform.press("manager09", bubble.id, "btn1")
        assert scene.texts("manager09")[-1] == "操作失败，请稍后再试"
