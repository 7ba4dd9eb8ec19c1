"""The Stream client against the emulated gateway and everything that goes wrong there."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.stream import Backoff, Door, Mishap, Stream
from bot.playground.dingtalk.frames import Push
from tests.bot.channels.dingtalk_scene import CLIENT, SECRET, ZHANG, Scene, config, playing


class Naps:
    """Sleeps that are noted instead of slept."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0.001)


@asynccontextmanager
async def streaming(scene: Scene, *, idle: float = 60, **changed: str) -> AsyncIterator[tuple[Stream, Naps]]:
    """Our Stream client, running, with sleeps that take no time."""
    naps = Naps()
    settings = config(scene.base, **changed)
    stream = Stream(settings, Api(settings, scene.http, scene.clock), scene.http, idle=idle, sleep=naps)
    running = asyncio.create_task(stream.run(scene.kept))
    try:
        yield stream, naps
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition()` holds, within seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the platform has no event for it
            await asyncio.sleep(0.005)


async def replaced(scene: Scene) -> None:
    """Cut the connection and wait for another one."""
    (old,) = scene.platform.gateway.connections
    await scene.platform.gateway.abort(CLIENT)
    await until(lambda: old not in scene.platform.gateway.connections)
    await scene.platform.connected()


async def tick(scene: Scene, **span: float) -> None:
    scene.clock.pass_by(**span)
    await scene.platform.tick()


async def test_a_message_is_acknowledged_after_it_is_kept_and_not_before() -> None:
    async with playing() as scene, scene.connected():
        scene.kept.seconds = 0.2
        began = time.monotonic()
        await scene.platform.say(ZHANG, "你好")
        assert time.monotonic() - began >= 0.2
        (push,) = scene.platform.gateway.pushes
        assert push.acknowledged
        assert [ack.data for ack in push.acks] == [{"response": None}]


async def test_what_could_not_be_kept_comes_again_with_the_same_key() -> None:
    async with playing() as scene, scene.connected():
        scene.kept.failures = 1
        message = await scene.platform.say(ZHANG, "你好")
        (push,) = scene.platform.gateway.pushes
        assert [ack.code for ack in push.acks] == [500]
        assert scene.kept.incoming == []

        await tick(scene, seconds=61)
        (incoming,) = await scene.kept.until()
        assert incoming.key == message


async def test_a_lost_acknowledgement_brings_the_same_key_again() -> None:
    async with playing() as scene, scene.connected():
        scene.platform.gateway.faults.drop_acks = 1
        saying = asyncio.create_task(scene.platform.say(ZHANG, "你好"))
        await scene.kept.until(1)
        await tick(scene, seconds=61)
        first, second = await scene.kept.until(2)
        assert first == second
        await saying


async def test_an_event_that_could_not_be_kept_comes_again() -> None:
    async with playing() as scene, scene.connected():
        scene.kept.failures = 1
        await scene.platform.change("person_left", account="lisi02")
        await tick(scene, seconds=11)
        (incoming,) = await scene.kept.until()
        assert incoming.facts == {"change": "member_left", "account": "lisi02"}


async def test_the_new_connection_is_up_before_the_old_one_is_let_go() -> None:
    async with playing() as scene, streaming(scene) as (_, naps):
        gateway = scene.platform.gateway
        await scene.platform.connected()
        (old,) = gateway.connections
        scene.kept.seconds = 0.3
        owed = asyncio.create_task(scene.platform.say(ZHANG, "还没有确认"))
        await until(lambda: bool(gateway.pushes))
        await gateway.disconnect(CLIENT)
        await scene.platform.connected()
        new = next(one for one in gateway.connections if one is not old)
        assert not old.socket.closed
        await owed
        assert gateway.pushes[0].acks[0].connection == old.id
        await scene.platform.say(ZHANG, "在新的连接上")
        assert gateway.pushes[1].acks[0].connection == new.id
        await until(lambda: old not in gateway.connections)
        assert naps.taken[-1] <= 0.5


async def test_a_cut_connection_is_opened_again() -> None:
    async with playing() as scene, streaming(scene) as (_, naps):
        await scene.platform.connected()
        for _ in range(3):
            await replaced(scene)
        assert all(low * 0.8 <= nap <= low * 1.2 for nap, low in zip(naps.taken, (1, 2, 4), strict=True))
        await scene.platform.say(ZHANG, "还在吗")
        assert len(scene.kept.incoming) == 1


@pytest.mark.parametrize(
    ("status", "waits"), [(500, (3, 6, 12)), (429, (3, 6, 12)), (400, (60, 60, 60))], ids=["500", "429", "400"]
)
async def test_a_refused_opening_is_tried_again_more_slowly(
    status: int, waits: tuple[float, ...], caplog: pytest.LogCaptureFixture
) -> None:
    async with playing() as scene:
        faults = scene.platform.gateway.faults
        faults.refuse_open, faults.refuse_open_times = status, 3
        async with streaming(scene) as (_, naps):
            await scene.platform.connected()
            assert all(low * 0.8 <= nap <= low * 1.2 for nap, low in zip(naps.taken, waits, strict=True))
    assert ("refused every time" in caplog.text) is (status == 400)


async def test_pings_are_echoed_while_messages_are_being_kept() -> None:
    async with playing() as scene, scene.connected():
        scene.kept.seconds = 1
        saying = asyncio.create_task(scene.platform.say(ZHANG, "慢"))
        await asyncio.sleep(0.05)
        (connection,) = scene.platform.gateway.connections
        began = time.monotonic()
        assert await scene.platform.gateway.ping(connection)
        assert time.monotonic() - began < 0.5
        await saying


async def test_a_silent_connection_is_replaced() -> None:
    async with playing() as scene, streaming(scene, idle=0.15):
        await scene.platform.connected()
        (silent,) = scene.platform.gateway.connections
        await until(lambda: silent not in scene.platform.gateway.connections)
        await scene.platform.connected()


@pytest.mark.parametrize("state", ["connected", "keeping", "opening", "waiting"])
async def test_it_is_cancelled_at_once(state: str) -> None:
    async with playing() as scene:
        if state == "opening":
            scene.platform.gateway.faults.slow_open_seconds = 2
        if state == "waiting":
            scene.platform.gateway.faults.refuse_open, scene.platform.gateway.faults.refuse_open_times = 400, 9
        running = asyncio.create_task(scene.channel.run(scene.kept))
        if state in ("connected", "keeping"):
            await scene.platform.connected()
        else:
            await asyncio.sleep(0.1)
        if state == "keeping":
            scene.kept.seconds = 30
            saying = asyncio.create_task(scene.platform.say(ZHANG, "你好"))
            await asyncio.sleep(0.05)
            saying.cancel()
        began = time.monotonic()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert running.cancelled()
        assert time.monotonic() - began < 0.5


async def test_a_broken_frame_and_a_foreign_topic_do_no_harm() -> None:
    async with playing() as scene, scene.connected():
        gateway = scene.platform.gateway
        foreign = Push(client_id=CLIENT, type="CALLBACK", topic="/v1.0/graph/api/invoke", data="{}", to_anyone=True)
        await gateway.send(foreign)
        assert (await asyncio.wait_for(foreign.answered, 2)).code == 404
        gateway.faults.broken_json = 1
        saying = asyncio.create_task(scene.platform.say(ZHANG, "断了"))
        await asyncio.sleep(0.1)
        await tick(scene, seconds=61)
        (incoming,) = await scene.kept.until()
        assert incoming.text == "断了"
        await saying


async def test_messages_are_kept_in_their_order_and_together_when_they_wait() -> None:
    async with playing() as scene, scene.connected():
        scene.kept.seconds = 0.1
        texts = [f"第{n}条" for n in range(30)]
        sayings = []
        for text in texts:
            sayings.append(asyncio.create_task(scene.platform.say(ZHANG, text)))
            await asyncio.sleep(0)
        await asyncio.gather(*sayings)
        assert sorted(one.text for one in scene.kept.incoming) == sorted(texts)
        assert len(scene.kept.batches) < 10
        order = [push.data for push in scene.platform.gateway.pushes]
        assert [one.key for one in scene.kept.incoming] == [
            next(one.key for one in scene.kept.incoming if one.key in data) for data in order
        ]


async def test_one_that_cannot_be_kept_does_not_keep_the_others_out() -> None:
    async with playing() as scene, scene.connected():
        scene.kept.seconds = 0.05
        first = asyncio.create_task(scene.platform.say(ZHANG, "一"))
        await asyncio.sleep(0.02)
        others = [asyncio.create_task(scene.platform.say(ZHANG, text)) for text in ("二", "三")]
        await asyncio.sleep(0.01)
        await scene.kept.until(1)
        scene.kept.failures = 2
        await asyncio.gather(first, *others)
        assert sorted(one.text for one in scene.kept.incoming) == ["一", "三"]


async def test_neither_secret_nor_ticket_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with playing() as scene, streaming(scene):
        await scene.platform.connected()
        tickets = [call.answer for call in scene.platform.wire if "connections/open" in call.target]
        await replaced(scene)
        await scene.platform.say(ZHANG, "你好")
        ticket = tickets[0].rpartition('"ticket": "')[2].rstrip('"}')
        assert len(ticket) > 20
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot.channels"))
    assert ours
    for secret in (SECRET, ticket, "sendBySession"):
        assert secret not in ours
    assert "t1cket" not in repr(Door("wss://x.example/connect", "t1cket"))


async def test_over_http_there_is_nothing_to_run() -> None:
    async with playing(mode="http") as scene:
        await asyncio.wait_for(scene.channel.run(scene.kept), 1)


def test_the_waits_of_the_protocol() -> None:
    backoff = Backoff(random.Random(1))
    assert all(0 <= backoff.wait(Mishap.ANNOUNCED) <= 0.5 for _ in range(20))
    grown = [backoff.wait(Mishap.BROKEN) for _ in range(9)]
    for wait, low in zip(grown, (1, 2, 4, 8, 16, 32, 60, 60, 60), strict=True):
        assert low * 0.8 <= wait <= low * 1.2
    backoff.healthy()
    assert backoff.wait(Mishap.BROKEN) <= 1.2
    assert backoff.wait(Mishap.REFUSED) == 60


async def test_it_says_whether_it_is_connected() -> None:
    async with playing() as scene:
        assert not scene.channel.connected
        async with scene.connected():
            await until(lambda: scene.channel.connected)
        assert not scene.channel.connected
        assert scene.make(mode="http").connected
