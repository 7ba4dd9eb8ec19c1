"""Promise 6: what fails is tried again, then set aside with its traceback; the person is told, the rest goes on."""

from collections.abc import Sequence

import sqlalchemy as sa

from bot.dispatcher import APOLOGY, INTERRUPTED, TRIES
from storage.customers import customers
from storage.inbox import FAILED, HANDLED, inbox
from tests.bot.trouble import Trouble, eventually
from tests.scene import Scene


async def entries(scene: Scene) -> Sequence[sa.Row]:
    async with scene.work() as work:
        return await work.connection.all(sa.select(inbox).order_by(inbox.c.id))


async def all_settled(scene: Scene) -> bool:
    async with scene.work() as work:
        return await work.inbox.waiting() == 0 and (await work.outbox.depth()).waiting == 0


async def kept_customers(scene: Scene) -> list[str]:
    async with scene.work() as work:
        return [row.name for row in await work.connection.all(sa.select(customers.c.name))]


async def test_what_always_fails_is_set_aside_and_the_lane_goes_on(scene_everywhere: Scene) -> None:
    scene, trouble = scene_everywhere, Trouble()
    trouble.joins(scene)
    for account in ("zhouqiang", "d-chenjing"):
        platform = scene.platform_of(account)
        await platform.say(account, "弄坏 raise")
        await platform.say(account, "弄坏 nothing")
        await eventually(scene, lambda: all_settled(scene))
        said = [str(b.body_for(account)) for b in platform.screens.seen(account) if not b.sender]
        assert [APOLOGY in text for text in said] == [True, False], said
        assert "好了: nothing" in said[1]
    failed = [row for row in await entries(scene) if row.state == FAILED]
    assert [row.attempts for row in failed] == [TRIES, TRIES]
    assert all("ZeroDivisionError: the handler is broken" in row.trouble for row in failed)
    assert trouble.runs.count("raise") == 2 * TRIES
    assert await kept_customers(scene) == ["nothing", "nothing"], "nothing of what failed is kept"
    metrics = scene.service.metrics.text().decode()
    assert f'gendan_messages_failed_total{{channel="main"}} {TRIES}.0' in metrics


async def test_what_fails_once_is_done_the_second_time_and_nobody_hears_of_it(scene: Scene) -> None:
    trouble = Trouble()
    trouble.joins(scene)
    await scene.wecom.say("zhouqiang", "弄坏 once")
    await eventually(scene, lambda: all_settled(scene))
    assert trouble.runs == ["once", "once"]
    assert scene.screen("zhouqiang")[1:] == ["bot: {'text': '好了: once'}"]
    assert await kept_customers(scene) == ["once"]


async def test_what_somebody_else_has_changed_meanwhile_is_done_again_from_the_top(scene: Scene) -> None:
    trouble = Trouble()
    trouble.joins(scene)
    assert await scene.says("zhouqiang", "弄坏 stale")
    assert trouble.runs == ["stale", "stale"]
    assert await kept_customers(scene) == ["stale"]
    assert [(row.state, row.attempts) for row in await entries(scene)] == [(HANDLED, 1)]


async def test_what_hangs_is_cut_off_and_done_again(scene_everywhere: Scene) -> None:
    scene, trouble = scene_everywhere, Trouble()
    trouble.joins(scene)
    scene.service.dispatcher.longest = 0.3
    await scene.wecom.say("zhouqiang", "弄坏 hang")
    await scene.wecom.say("zhangwei", "弄坏 nothing")
    await eventually(scene, lambda: all_settled(scene))
    assert trouble.runs.count("hang") == 2
    assert sorted(await kept_customers(scene)) == ["hang", "nothing"]
    [hung] = [row for row in await entries(scene) if row.payload["text"] == "弄坏 hang"]
    assert (hung.state, "TimeoutError" in hung.trouble) == (HANDLED, True)


async def test_what_ends_its_process_again_and_again_is_set_aside(scene: Scene) -> None:
    trouble = Trouble()
    trouble.joins(scene)
    async with scene.work() as work:
        row = {"channel": "main", "key": "poison", "lane": "main|x", "state": "waiting", "attempts": INTERRUPTED}
        payload = {"key": "poison", "kind": "message", "account": "zhouqiang", "address": "zhouqiang", "text": "弄坏 x"}
        row |= {"payload": payload, "arrived_at": scene.clock.now(), "due_at": scene.clock.now()}
        await work.connection.run(sa.insert(inbox).values(row))
    await eventually(scene, lambda: all_settled(scene))
    [entry] = await entries(scene)
    assert (entry.state, entry.trouble) == (FAILED, f"taken up {INTERRUPTED} times without an end")
    assert trouble.runs == []
    assert APOLOGY in scene.last("zhouqiang")


async def test_what_cannot_be_read_any_more_or_has_no_channel_left_is_set_aside(scene: Scene) -> None:
    async with scene.work() as work:
        for channel, payload in (("main", {"key": "old", "shape": 1}), ("gone", {"key": "old", "kind": "message"})):
            row = {"channel": channel, "key": "old", "lane": f"{channel}|x", "state": "waiting", "attempts": 0}
            row |= {"payload": payload, "arrived_at": scene.clock.now(), "due_at": scene.clock.now()}
            await work.connection.run(sa.insert(inbox).values(row))
    await eventually(scene, lambda: all_settled(scene))
    unread, homeless = await entries(scene)
    assert (unread.state, homeless.state) == (FAILED, FAILED)
    assert "cannot be read" in unread.trouble
    assert homeless.trouble == "its channel is no longer configured"


async def test_a_refusal_takes_everything_back_and_is_the_answer(scene: Scene) -> None:
    trouble = Trouble()
    trouble.joins(scene)
    await scene.says("zhouqiang", "弄坏 refuse")
    assert scene.screen("zhouqiang")[1:] == ["bot: {'text': '这个不行。'}"]
    assert await kept_customers(scene) == []
    assert trouble.runs == ["refuse"]


async def test_a_question_takes_everything_back_and_its_answer_does_it_once(scene: Scene) -> None:
    trouble = Trouble()
    trouble.joins(scene)
    await scene.says("zhouqiang", "弄坏 ask")
    assert await kept_customers(scene) == []
    await scene.presses("zhouqiang", "第一个")
    assert "好了: ask 甲" in scene.last("zhouqiang")
    assert await kept_customers(scene) == ["ask"]
    assert trouble.runs == ["ask", "ask"]
