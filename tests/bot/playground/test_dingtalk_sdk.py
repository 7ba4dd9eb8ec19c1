"""The judge: the official `dingtalk-stream` client lives with the gateway as it does with the platform."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.playground.dingtalk import DingTalkLimits
from tests.bot.playground.dingtalk_service import CLIENT, SECRET, TEMPLATE, Scene, serving, until

pytest.importorskip("dingtalk_stream")

PROGRAM = Path(__file__).with_name("dingtalk_sdk_client.py")


class Official:
    """The client's process and what it said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.seen: list[dict[str, Any]] = []

    async def next(self, kind: str) -> dict[str, Any]:
        """The next line of this kind."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            while line := await self._process.stdout.readline():
                if line.startswith(b"{"):
                    self.seen.append(json.loads(line))
                    if self.seen[-1]["kind"] == kind:
                        return self.seen[-1]
        raise AssertionError(f"the client ended before {kind}")


@asynccontextmanager
async def official(scene: Scene) -> AsyncIterator[Official]:
    environment = os.environ | {"DINGTALK_OPENAPI_ENDPOINT": f"{scene.base}/api", "NO_PROXY": "127.0.0.1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        CLIENT,
        SECRET,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Official(process)
    finally:
        process.kill()
        await process.communicate()


async def test_the_official_client_gets_and_acknowledges_messages_cards_and_events() -> None:
    async with serving(limits=DingTalkLimits()) as scene, official(scene) as client:
        assert (await client.next("token"))["token"] == await scene.token()
        await scene.platform.connected(seconds=30)

        await scene.platform.say("zhangsan01", "跟进 宏达电子")
        message = await client.next("message")
        assert (message["text"], message["staff"]) == ("跟进 宏达电子", "zhangsan01")
        assert message["webhook"].startswith(scene.base)
        await until(lambda: scene.texts("zhangsan01")[-1] != "跟进 宏达电子")
        assert scene.platform.screens.bubbles[-1].body == {"text": "收到", "at": []}

        card = {
            "cardTemplateId": TEMPLATE,
            "outTrackId": "crm-1",
            "callbackType": "STREAM",
            "cardData": {"cardParamMap": {"btn1Text": "同意", "btn1Action": "agree", "bizId": "1"}},
            "openSpaceId": "dtv1.card//IM_ROBOT.zhangsan01",
            "imRobotOpenSpaceModel": {"supportForward": False},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
        }
        await scene.api("POST", "/v1.0/card/instances/createAndDeliver", card)
        bubble = scene.platform.screens.bubbles[-1].id
        await scene.platform.press("zhangsan01", bubble, "同意")
        pressed = await client.next("card")
        assert (pressed["id"], pressed["staff"]) == ("crm-1", "zhangsan01")
        assert scene.platform.view("zhangsan01", bubble)["params"]["status"] == "已同意"

        await scene.platform.change("person_left", account="lisi02")
        event = await client.next("event")
        assert (event["type"], event["data"]["userId"]) == ("user_leave_org", ["lisi02"])
        assert all(push.acknowledged for push in scene.platform.gateway.pushes)
        assert await scene.platform.gateway.ping(scene.platform.gateway.connections[0])


async def test_the_official_client_comes_back_after_a_disconnect() -> None:
    async with serving(limits=DingTalkLimits()) as scene, official(scene) as client:
        await scene.platform.connected(seconds=30)
        before = scene.platform.gateway.connections[0].id
        await scene.platform.gateway.disconnect(CLIENT)
        await scene.platform.connected(seconds=30)
        assert scene.platform.gateway.connections[-1].id != before
        await scene.platform.say("zhangsan01", "还在吗")
        assert (await client.next("message"))["text"] == "还在吗"
