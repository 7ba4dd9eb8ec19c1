"""The Stream gateway: tickets, choice of a connection, ACKs, redelivery, the end of a connection, faults."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.playground.dingtalk import DingTalkApp
from bot.playground.dingtalk.frames import ROBOT, Push
from tests.bot.playground.dingtalk_service import CLIENT, SECRET, serving, silent, until


async def test_a_ticket_opens_one_socket_within_ninety_seconds() -> None:
    async with serving() as scene:
        _, opened = await scene.open()
        url = f"{opened['endpoint']}?ticket={opened['ticket']}"
        socket = await scene.http.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
            await scene.http.ws_connect(url)
        await socket.close()

        _, late = await scene.open()
        scene.clock.pass_by(seconds=90)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
            await scene.http.ws_connect(f"{late['endpoint']}?ticket={late['ticket']}")
        with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
            await scene.http.ws_connect(late["endpoint"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"clientSecret": "other"},
        {"clientId": "dingother"},
        {"subscriptions": []},
        {"subscriptions": [{"type": "EVENT", "topic": "user_add_org"}]},
        {"subscriptions": [{"type": "CALLBACK", "topic": "no-path"}]},
        {"ua": "a\nb"},
    ],
)
async def test_a_bad_open_call_is_refused_with_400(wrong: dict[str, Any]) -> None:
    async with serving() as scene:
        status, answer = await scene.open(**wrong)
        assert status == 400
        assert {"code", "message", "requestid"} <= answer.keys()


@pytest.mark.parametrize("app", [{"published": False}, {"mode": "http", "message_url": "http://127.0.0.1:9/"}])
async def test_an_app_without_stream_mode_or_publication_cannot_open(app: dict[str, Any]) -> None:
    async with serving(DingTalkApp(client_id=CLIENT, client_secret=SECRET, **app)) as scene:
        assert (await scene.open())[0] == 400


async def test_each_push_goes_to_one_of_the_connections_that_subscribed() -> None:
    async with serving() as scene:
        first, second = await scene.connect(), await scene.connect()
        events_only = await scene.connect(topics=[("EVENT", "*")])
        for number in range(12):
            await scene.platform.say("zhangsan01", f"第{number}条")
        assert len(first.data()) + len(second.data()) == 12
        assert first.data()
        assert second.data()
        assert not events_only.data()


async def test_an_unacknowledged_message_comes_again_after_a_minute_with_a_new_message_id_elsewhere() -> None:
    async with serving() as scene:
        deaf = await scene.connect(silent)
        await scene.platform.say("zhangsan01", "在吗")
        good = await scene.connect()
        scene.clock.pass_by(seconds=59)
        await scene.platform.tick()
        assert not good.data()
        scene.clock.pass_by(seconds=1)
        await scene.platform.tick()
        await until(lambda: bool(good.frames))

        before, after = deaf.frames[0], good.frames[0]
        assert before["data"] == after["data"]
        assert before["headers"]["messageId"] != after["headers"]["messageId"]
        await until(lambda: scene.platform.gateway.pushes[0].acknowledged)
        scene.clock.pass_by(minutes=10)
        await scene.platform.tick()
        assert len(deaf.data()) + len(good.data()) == 2


async def test_a_refused_message_comes_again_three_times_and_is_then_given_up() -> None:
    async with serving() as scene:
        client = await scene.connect(lambda frame: {"code": 500, "data": "{}"})
        await scene.platform.say("zhangsan01", "在吗")
        for _ in range(6):
            scene.clock.pass_by(seconds=61)
            await scene.platform.tick()
            await asyncio.sleep(0.02)
        assert len(client.data()) == 4
        assert scene.platform.gateway.pushes[0].given_up


async def test_an_event_answered_later_comes_again_after_ten_and_thirty_seconds_then_fails() -> None:
    async with serving() as scene:
        client = await scene.connect(lambda frame: {"code": 200, "data": json.dumps({"status": "LATER"})})
        await scene.platform.change("person_left", account="lisi02")
        for seconds in (10, 30):
            scene.clock.pass_by(seconds=seconds)
            await scene.platform.tick()
            await asyncio.sleep(0.02)
        assert len(client.data("*")) == 3
        assert len({frame["headers"]["eventId"] for frame in client.frames if frame["type"] == "EVENT"}) == 1
        for _ in range(2):
            scene.clock.pass_by(minutes=3)
            await scene.platform.tick()
        answer = await scene.oapi("/call_back/get_call_back_failed_result", method="GET")
        entry = answer["failed_list"][0]
        assert entry["call_back_tag"] == "user_leave_org"
        assert entry["user_leave_org"]["callbackData"]["userId"] == ["lisi02"]
        again = await scene.oapi("/call_back/get_call_back_failed_result", method="GET")
        assert again["failed_list"] == []


async def test_a_disconnect_is_announced_then_silent_then_closed_after_ten_seconds() -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.gateway.disconnect(CLIENT)
        await until(lambda: bool(client.frames))
        assert client.frames[0]["headers"]["topic"] == "disconnect"
        assert "messageId" not in client.frames[0]["headers"]
        await scene.platform.say("zhangsan01", "听得到吗")
        assert not client.data()
        assert not client.socket.closed
        scene.clock.pass_by(seconds=10)
        await scene.platform.tick()
        await until(lambda: client.socket.closed)


async def test_an_aborted_connection_ends_without_a_word() -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.gateway.abort(CLIENT)
        await until(lambda: client.socket.closed)
        assert not scene.platform.gateway.connections


async def test_a_ping_needs_its_opaque_back() -> None:
    async with serving() as scene:
        await scene.connect()
        assert await scene.platform.gateway.ping(scene.platform.gateway.connections[0])
        deaf = await scene.connect(silent)
        scene.clock.pass_by(seconds=30)
        await scene.platform.tick()
        await until(lambda: deaf.socket.closed)
        assert len(scene.platform.gateway.connections) == 1


async def test_a_lost_ack_leads_to_a_second_delivery() -> None:
    async with serving() as scene:
        client = await scene.connect()
        scene.platform.gateway.faults.drop_acks = 1
        await scene.platform.say("zhangsan01", "在吗")
        scene.clock.pass_by(seconds=60)
        await scene.platform.tick()
        await until(lambda: scene.platform.gateway.pushes[0].acknowledged)
        assert len({data["msgId"] for data in client.data()}) == 1
        assert len(client.data()) == 2


async def test_doubled_reordered_and_broken_pushes() -> None:
    async with serving() as scene:
        client, faults = await scene.connect(), scene.platform.gateway.faults
        faults.duplicate = 1
        await scene.platform.say("zhangsan01", "一")
        faults.reorder = 1
        await scene.platform.say("zhangsan01", "二")
        await scene.platform.say("zhangsan01", "三")
        await until(lambda: len(client.frames) == 4)
        assert [data["text"]["content"] for data in client.data()] == ["一", "一", "三", "二"]
        faults.broken_json = 1
        await scene.platform.say("zhangsan01", "四")
        await until(lambda: len(client.texts) == 5)
        assert len(client.frames) == 4


async def test_a_frame_of_an_unknown_topic_reaches_everybody() -> None:
    async with serving() as scene:
        client = await scene.connect()
        push = Push.about(CLIENT, "/v1.0/never/heard/of", {})
        push.to_anyone = True
        await scene.platform.gateway.send(push)
        await until(lambda: bool(client.data("/v1.0/never/heard/of")))


async def test_opening_can_be_slow_and_refused() -> None:
    async with serving() as scene:
        faults = scene.platform.gateway.faults
        faults.refuse_open, faults.refuse_open_times, faults.slow_open_seconds = 429, 1, 0.05
        began = asyncio.get_running_loop().time()
        assert (await scene.open())[0] == 429
        assert asyncio.get_running_loop().time() - began >= 0.05
        assert (await scene.open())[0] == 200


async def test_frames_can_be_late() -> None:
    async with serving() as scene:
        client = await scene.connect()
        scene.platform.gateway.faults.delay_seconds = 0.05
        began = asyncio.get_running_loop().time()
        await scene.platform.say("zhangsan01", "在吗")
        assert asyncio.get_running_loop().time() - began >= 0.05
        assert len(client.data()) == 1


async def test_a_gateway_deaf_to_pings_does_not_pong() -> None:
    async with serving() as scene:
        scene.platform.gateway.faults.deaf_to_pings = True
        client = await scene.connect()
        await client.socket.ping()
        await scene.platform.say("zhangsan01", "在吗")
        assert len(client.frames) == 1


async def test_the_frame_has_the_documented_shape() -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.say("zhangsan01", "在吗")
        frame = client.frames[0]
        assert (frame["specVersion"], frame["type"], frame["headers"]["topic"]) == ("1.0", "CALLBACK", ROBOT)
        assert frame["headers"]["time"] == str(int(scene.clock.time.timestamp() * 1000))
        assert {"appId", "connectionId", "contentType", "messageId"} <= frame["headers"].keys()
        wire = scene.platform.wire[-1]
        assert (wire.direction, wire.target, wire.status) == ("frame", ROBOT, 200)
