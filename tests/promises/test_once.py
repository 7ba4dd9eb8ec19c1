"""Promise 2: however often and however concurrently a platform delivers a message, it takes effect once."""

import asyncio
import re
from dataclasses import replace

import sqlalchemy as sa

from storage.inbox import inbox
from tests.scene import Scene, a_customer_of

TEXT = "跟进 华为 今天拜访了王总"


async def effects(scene: Scene) -> tuple[int, int]:
    """How many follow-ups there are, and how many messages of this text were kept."""
    begin, end = scene.clock.now().replace(year=2000), scene.clock.now().replace(year=2099)
    async with scene.work() as work:
        made = await work.follow_ups.between(begin, end, scene.people.values())
        rows = await work.connection.all(sa.select(inbox.c.payload))
    return len(made), sum(row.payload.get("text") == TEXT for row in rows)


def answers(scene: Scene, account: str) -> int:
    return sum(not bubble.sender for bubble in scene.platform_of(account).screens.seen(account))


async def test_a_wecom_message_delivered_five_times_at_once(scene_everywhere: Scene) -> None:
    scene = scene_everywhere
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await scene.says("zhouqiang", TEXT)
    assert await effects(scene) == (1, 1)
    plain = next(one.plain for one in scene.wecom.wire if one.direction == "callback" and TEXT in one.plain)
    line = scene.wecom.apps.line(scene.wecom.corp.apps[0])
    for number, body in ((1, plain), (2, re.sub(r"<MsgId>\d+", "<MsgId>77777", plain))):
        scene.clock.forward(seconds=5)
        taken = await asyncio.gather(*(scene.wecom.callbacks.deliver(line, body) for _ in range(5)))
        assert taken == [True] * 5, "every repeat is acknowledged"
        await scene.settled()
        assert await effects(scene) == (number, number)
        assert answers(scene, "zhouqiang") == number
    kept = [line for line in scene.service.metrics.text().decode().splitlines() if "messages_kept_total" in line]
    assert 'gendan_messages_kept_total{channel="main"} 2.0' in kept


async def test_a_dingtalk_message_delivered_again_under_new_message_ids(scene_everywhere: Scene) -> None:
    scene = scene_everywhere
    await a_customer_of(scene, "Y003", "深圳市华为技术有限公司", "华为")
    scene.dingtalk.gateway.faults.duplicate = 1
    await scene.says("d-chenjing", TEXT)
    [push] = [one for one in scene.dingtalk.gateway.pushes if TEXT in one.data]
    assert len({attempt.message_id for attempt in push.attempts}) == 2
    assert await effects(scene) == (1, 1)
    fresh = re.sub(r'"msgId": "[^"]+"', '"msgId": "another"', push.data)
    for number, data in ((1, push.data), (2, fresh)):
        again = [replace(push, data=data, attempts=[], acks=[], answered=a_future(), timer=None) for _ in range(5)]
        await asyncio.gather(*(scene.dingtalk.gateway.send(one) for one in again))
        for one in again:
            ack = await scene.dingtalk.gateway.answered(one, 5)
            assert ack is not None
            assert ack.accepted
        await scene.settled()
        assert await effects(scene) == (number, number)
        assert answers(scene, "d-chenjing") == number


def a_future() -> asyncio.Future:
    return asyncio.get_running_loop().create_future()


async def test_an_acknowledgement_that_is_lost_does_no_harm(scene: Scene) -> None:
    await a_customer_of(scene, "Y003", "深圳市华为技术有限公司", "华为")
    scene.dingtalk.gateway.faults.drop_acks = 1
    scene.dingtalk.ground.limits = replace(scene.dingtalk.ground.limits, patience_seconds=0.3)
    await scene.says("d-chenjing", TEXT)
    scene.clock.forward(seconds=61)
    [push] = [one for one in scene.dingtalk.gateway.pushes if TEXT in one.data]
    for _ in range(200):
        if push.acknowledged:
            break
        await asyncio.sleep(0.02)
    assert push.acknowledged
    assert len(push.attempts) == 2
    await scene.settled()
    assert await effects(scene) == (1, 1)
    assert answers(scene, "d-chenjing") == 1
