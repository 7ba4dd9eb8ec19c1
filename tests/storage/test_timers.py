"""What is due at a moment, on both databases."""

import asyncio
from datetime import timedelta

from storage.timers import TRIES, Timer
from storage.work import Database
from tests.makers import NOW

HOLD = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)


async def lease(database: Database, at=NOW, limit: int = 10) -> list[Timer]:
    async with database.begin(at) as work:
        return list(await work.timers.lease(at, limit=limit, hold=HOLD))


async def test_a_timer_is_due_at_its_moment_and_done_once(database: Database) -> None:
    async with database.begin(NOW) as work:
        await work.timers.set("b", "task.due", NOW + MINUTE, task=2)
        await work.timers.set("a", "task.due", NOW, task=1)
        assert await work.timers.next_due() == NOW
    [timer] = await lease(database)
    assert (timer.key, timer.kind, timer.payload, timer.attempts) == ("a", "task.due", {"task": 1}, 1)
    assert await lease(database) == []
    async with database.begin(NOW) as work:
        assert await work.timers.finish(timer)
        assert not await work.timers.finish(timer)
        assert await work.timers.next_due() == NOW + MINUTE
    assert [t.key for t in await lease(database, NOW + MINUTE)] == ["b"]


async def test_setting_it_again_moves_it_even_while_somebody_holds_it(database: Database) -> None:
    async with database.begin(NOW) as work:
        await work.timers.set("a", "x", NOW)
    [held] = await lease(database)
    async with database.begin(NOW) as work:
        await work.timers.set("a", "x", NOW + MINUTE, fresh=True)
        assert not await work.timers.finish(held), "what was set anew stays"
    [moved] = await lease(database, NOW + MINUTE)
    assert (moved.payload, moved.attempts) == ({"fresh": True}, 1)


async def test_an_offer_leaves_a_living_timer_and_revives_one_that_was_given_up(database: Database) -> None:
    async with database.begin(NOW) as work:
        await work.timers.offer("a", "x", NOW, n=1)
        await work.timers.offer("a", "x", NOW + MINUTE, n=2)
    at = NOW
    for attempt in range(TRIES):
        [timer] = await lease(database, at)
        assert (timer.payload, timer.attempts) == ({"n": 1}, attempt + 1)
        async with database.begin(at) as work:
            await work.timers.put_back(timer, at + MINUTE, "Traceback")
            assert await work.timers.failed() == (attempt + 1 == TRIES)
        at += MINUTE
    assert await lease(database, at) == []
    async with database.begin(at) as work:
        assert await work.timers.next_due() is None
        await work.timers.offer("a", "x", at, n=3)
        assert await work.timers.failed() == 0
    [timer] = await lease(database, at)
    assert (timer.payload, timer.attempts) == ({"n": 3}, 1)


async def test_who_lost_the_lease_can_neither_finish_nor_put_back(database: Database) -> None:
    async with database.begin(NOW) as work:
        await work.timers.set("a", "x", NOW)
    [late] = await lease(database)
    [ours] = await lease(database, NOW + HOLD)
    async with database.begin(NOW + HOLD) as work:
        await work.timers.put_back(late, NOW + HOLD, "late")
        assert not await work.timers.finish(late)
    assert await lease(database, NOW + HOLD) == [], "it is still ours"
    async with database.begin(NOW + HOLD) as work:
        assert await work.timers.finish(ours)


async def test_stopping_forgets_it_and_does_not_mind_when_there_is_none(database: Database) -> None:
    async with database.begin(NOW) as work:
        await work.timers.set("a", "x", NOW)
        await work.timers.stop("a")
        await work.timers.stop("a")
        assert await work.timers.next_due() is None


async def test_two_who_lease_at_once_share_what_is_due(database: Database) -> None:
    async with database.begin(NOW) as work:
        for n in range(20):
            await work.timers.set(f"t{n}", "x", NOW - timedelta(seconds=n))
    parts = await asyncio.gather(*(lease(database, limit=8) for _ in range(4)))
    keys = [timer.key for part in parts for timer in part] + [timer.key for timer in await lease(database, limit=20)]
    assert sorted(keys) == sorted(f"t{n}" for n in range(20))
    assert all(list(part) == sorted(part, key=lambda timer: timer.due_at) for part in parts)
