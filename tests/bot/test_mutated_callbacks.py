"""Callbacks that were damaged or made up, through the real hooks: never a 5xx, never a traceback, never an effect."""

import random
from collections import Counter
from typing import Any

import pytest
import structlog
from aiohttp import ClientSession

from bot.playground.platform import Exchange
from storage.inbox import FAILED, inbox
from tests.scene import Scene, a_scene

MUTANTS = 2000
STRANGE = [
    "",
    "0",
    "-1",
    "9" * 40,
    "\x00",
    "é",
    "％",
    "a" * 5000,
    "{}",
    "[]",
    "null",
    "<xml>",
    "]]>",
    "../../etc",
    "\U0001f600",
]


class Mutator:
    """Damages requests in the ways that wires, proxies and attackers do; the seed repeats it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def of(self, one: Exchange) -> dict[str, Any]:
        """A damaged request."""
        request: dict[str, Any] = {
            "method": one.method,
            "url": one.target,
            "headers": {k: v for k, v in one.headers.items() if k.lower() not in ("host", "content-length")},
            "data": one.body.encode() if one.method == "POST" else None,
        }
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            self.chance.choice((self._bytes, self._bytes, self._cut, self._query, self._header, self._path))(request)
        return request

    def _bytes(self, request: dict[str, Any]) -> None:
        body = bytearray(request["data"] or b"")
        for _ in range(self.chance.randint(1, 4)):
            if body:
                body[self.chance.randrange(len(body))] = self.chance.randrange(256)
        request["data"] = bytes(body)

    def _cut(self, request: dict[str, Any]) -> None:
        body = request["data"] or b""
        cut = self.chance.randint(0, len(body))
        request["data"] = self.chance.choice(
            (body[:cut], body[cut:], body + body[:cut], body[:cut] + b"\x00" + body[cut:])
        )

    def _query(self, request: dict[str, Any]) -> None:
        path, _, query = request["url"].partition("?")
        parts = [part.split("=", 1) for part in query.split("&") if "=" in part]
        if not parts:
            request["url"] = f"{path}?{self.chance.choice(('a=b', 'echostr=x', 'timestamp=', 'msg_signature=%00'))}"
            return
        part = self.chance.choice(parts)
        if self.chance.random() < 0.3:
            parts.remove(part)
        else:
            value = self.chance.choice([*STRANGE[:4], "%00", "%E9", "%F0%9F", part[1][:-1], part[1] * 2])
            part[1] = value.replace(" ", "+")
        request["url"] = path + "?" + "&".join("=".join(each) for each in parts)

    def _header(self, request: dict[str, Any]) -> None:
        names = [*request["headers"], "Content-Type", "sign", "timestamp"]
        value = self.chance.choice(["", "0", "x", "9" * 30, "text/plain", "application/json; charset=utf-7"])
        request["headers"][self.chance.choice(names)] = value

    def _path(self, request: dict[str, Any]) -> None:
        path, mark, query = request["url"].partition("?")
        request["url"] = path + self.chance.choice(("/cards", "/events", "", "/x")) + mark + query


async def originals(scene: Scene) -> dict[str, list[Exchange]]:
    """Good callbacks of each channel, as they went over the wire."""
    await scene.says("zhouqiang", "帮助")
    await scene.says("zhouqiang", "跟进 某公司 今天拜访了王总")
    await scene.presses("zhouqiang", "取消")
    await scene.wecom.enter("zhouqiang")
    await scene.wecom.change("person_changed", account="zhouqiang", name="周强")
    await scene.says("zhouqiang", "帮助", chat="wrGroup1")
    await scene.says("d-chenjing", "帮助")
    await scene.says("d-chenjing", "跟进 某公司 今天拜访了王总")
    await scene.presses("d-chenjing", "取消")
    await scene.dingtalk.change("person_changed", account="d-chenjing", name="陈静")
    await scene.passes(seconds=3)
    wire = [one for platform in (scene.wecom, scene.dingtalk) for one in platform.wire if one.direction == "callback"]
    return {name: [one for one in wire if f"/hooks/{name}" in one.target] for name in ("main", "helper", "ding")}


@pytest.mark.timeout(180)
async def test_two_thousand_damaged_callbacks_of_each_channel_do_no_harm(sqlite_url: str) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    mutator = Mutator(seed)
    async with a_scene(sqlite_url, mode="http") as scene, ClientSession() as session:
        good = await originals(scene)
        assert all(good.values())
        async with scene.work() as work:
            before = Counter(row.channel for row in await work.connection.all(inbox.select()))
        statuses: Counter[int] = Counter()
        with structlog.testing.capture_logs() as logs:
            for found in good.values():
                for number in range(MUTANTS):
                    request = mutator.of(found[number % len(found)])
                    async with session.request(**request, allow_redirects=False) as response:
                        statuses[response.status] += 1
                        assert response.status < 500, (seed, number, request)
            await scene.settled()
        print(statuses)
        assert statuses[403] > MUTANTS
        broken = [line for line in logs if line["log_level"] in ("error", "critical")]
        assert {line["event"] for line in broken} <= {"message abandoned"}, broken
        assert not [line for line in logs if "exception" in line or "exc_info" in line]
        async with scene.work() as work:
            after = await work.connection.all(inbox.select())
        assert not [row.trouble for row in after if row.state == FAILED]
        by_channel = Counter(row.channel for row in after)
        for name in ("main", "helper"):
            assert by_channel[name] == before[name], "WeCom seals the body: what is damaged is refused"
        scene.forgiven.add("abandoned")  # DingTalk signs the moment alone: a damaged sender is a stranger


@pytest.mark.timeout(120)
async def test_callbacks_that_are_sealed_well_but_say_strange_things_do_no_harm(scene_everywhere: Scene) -> None:
    """Only the platform can seal: what it might say one day must not stop the lane or the service."""
    scene, chance = scene_everywhere, random.Random(20250611)
    await scene.says("zhouqiang", "帮助")
    await scene.wecom.enter("zhouqiang")
    plains = [one.plain for one in scene.wecom.wire if one.direction == "callback" and one.plain.startswith("<xml>")]
    line = scene.wecom.apps.line(scene.wecom.corp.apps[0])
    scene.wecom.limits.callback_tries = 1
    for _ in range(150):
        text = chance.choice(plains)
        start = chance.randrange(5, len(text) - 6)
        strange = chance.choice([*STRANGE, "&#0;", "&#xD800;", "<MsgId>1</MsgId>", "<![CDATA[", "\u202e", "\ufffe"])
        broken = text[:start] + strange + text[start + chance.randrange(5) :]
        await scene.wecom.callbacks.deliver(line, broken.encode("utf-8", "replace").decode())

    answered = Counter(one.status for one in scene.wecom.wire if one.direction == "callback")
    assert max(answered) < 500, answered
    scene.forgiven.update({"abandoned"})
    scene.clock.forward(minutes=5)
    await scene.settled()
    async with scene.work() as work:
        assert not [row.trouble for row in await work.connection.all(inbox.select()) if row.state == FAILED]
    assert "您可以这样说" in str(await scene.says("zhouqiang", "帮助"))
