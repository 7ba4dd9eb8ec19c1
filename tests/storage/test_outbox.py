"""The durable queue of what is to be delivered, on both databases."""

from datetime import timedelta

from storage.outbox import ABANDONED, SENT, WAITING, OutboxMessage
from storage.work import Database, Work
from tests.makers import NOW

HOLD = timedelta(seconds=30)
LATER = NOW + HOLD


async def put(work: Work, key: str, lane: str = "A", **more) -> None:
    channel = more.pop("channel", "main")
    await work.outbox.put(key, channel, lane, {"text": key}, more.pop("at", NOW), cause="m:1", **more)


async def lease(database: Database, at=NOW, **more) -> list[OutboxMessage]:
    async with database.begin(at) as work:
        return list(await work.outbox.lease(at, limit=more.pop("limit", 10), hold=HOLD, **more))


async def test_a_message_is_put_once_and_lanes_keep_their_order(database: Database) -> None:
    async with database.begin(NOW) as work:
        await put(work, "a1")
        await put(work, "a1", lane="B")
        await put(work, "a2")
        await put(work, "b1", lane="B")
        await put(work, "soon", lane="C", due_at=NOW + timedelta(seconds=5))
        assert await work.outbox.next_due() == NOW
    taken = await lease(database)
    assert [message.key for message in taken] == ["a1", "b1"]
    assert await lease(database) == []
    async with database.begin(NOW) as work:
        assert await work.outbox.mark_sent(taken[0], NOW)
    assert [message.key for message in await lease(database)] == ["a2"]
    assert [message.key for message in await lease(database, NOW + timedelta(seconds=5))] == ["soon"]


async def test_a_lease_that_ran_out_settles_nothing(database: Database) -> None:
    async with database.begin(NOW) as work:
        await put(work, "a1")
    [late] = await lease(database)
    [ours] = await lease(database, LATER)
    async with database.begin(LATER) as work:
        assert not await work.outbox.mark_sent(late, LATER)
        assert not await work.outbox.postpone(late, LATER, "x")
        assert not await work.outbox.abandon(late, LATER, "x")
        assert await work.outbox.mark_sent(ours, LATER)
        [sent] = await work.outbox.listed(SENT)
    assert (sent.key, sent.attempts, sent.trouble) == ("a1", 2, None)


async def test_a_wait_that_does_not_count_gives_the_attempt_back(database: Database) -> None:
    async with database.begin(NOW) as work:
        await put(work, "a1")
    [first] = await lease(database)
    async with database.begin(NOW) as work:
        assert await work.outbox.postpone(first, LATER, "too fast", counts=False)
    assert await lease(database) == []
    [second] = await lease(database, LATER)
    assert (second.attempts, second.trouble) == (1, "too fast")
    async with database.begin(LATER) as work:
        assert await work.outbox.postpone(second, LATER, "HTTP 500")
    [third] = await lease(database, LATER)
    assert (third.attempts, third.trouble) == (2, "HTTP 500")


async def test_what_is_abandoned_is_seen_and_can_be_sent_after_all(database: Database) -> None:
    async with database.begin(NOW) as work:
        await put(work, "a1", at=NOW - timedelta(minutes=3))
        await put(work, "a2")
        await put(work, "b1", lane="B", at=NOW - timedelta(minutes=1))
        depth = await work.outbox.depth()
        assert (depth.waiting, depth.oldest, depth.abandoned) == (3, NOW - timedelta(minutes=3), 0)
    first, _ = await lease(database)
    async with database.begin(NOW) as work:
        assert await work.outbox.abandon(first, NOW, "60111: no such member")
        [given_up] = await work.outbox.listed(ABANDONED)
        assert given_up.trouble == "60111: no such member"
        assert (await work.outbox.depth()).abandoned == 1
        assert not await work.outbox.retry(first.id + 100, NOW)
        assert await work.outbox.retry(first.id, LATER)
        assert not await work.outbox.retry(first.id, LATER), "it waits already"
    [again] = [m for m in await lease(database, LATER) if m.key == "a1"]
    assert again.attempts == 1
    async with database.begin(NOW) as work:
        assert {message.key for message in await work.outbox.listed(WAITING)} == {"a1", "a2", "b1"}


async def test_nothing_waits_in_an_empty_one(database: Database) -> None:
    async with database.begin(NOW) as work:
        assert await work.outbox.next_due() is None
        depth = await work.outbox.depth()
    assert (depth.waiting, depth.oldest, depth.abandoned) == (0, None, 0)


async def test_a_window_takes_its_messages_before_their_time_and_nothing_else(database: Database) -> None:
    async with database.begin(NOW) as work:
        await put(work, "before")
        await put(work, "answer", window="w", due_at=NOW + timedelta(seconds=5))
        await put(work, "more", window="w", due_at=NOW + timedelta(seconds=5))
        await put(work, "other", lane="B", window="v", due_at=NOW + timedelta(seconds=5))
    taken = await lease(database, NOW + timedelta(minutes=1), window="w")
    assert [message.key for message in taken] == ["answer", "more"]
    assert [message.key for message in await lease(database)] == ["before"]


async def test_a_channel_that_rests_is_left_alone(database: Database) -> None:
    async with database.begin(NOW) as work:
        await put(work, "a1")
        await put(work, "d1", channel="ding")
    assert [message.key for message in await lease(database, resting=("main",))] == ["d1"]


async def test_only_what_was_sent_long_ago_is_forgotten(database: Database) -> None:
    async with database.begin(NOW) as work:
        for key in ("sent", "waits", "given up"):
            await put(work, key, lane=key)
    sent, _, given_up = await lease(database)
    async with database.begin(NOW) as work:
        await work.outbox.mark_sent(sent, NOW)
        await work.outbox.abandon(given_up, NOW, "x")
        assert await work.outbox.forget(NOW) == 0
        assert await work.outbox.forget(NOW + timedelta(seconds=1)) == 1
        assert await work.outbox.listed(SENT) == []
        assert len(await work.outbox.listed(ABANDONED)) == 1


async def test_what_can_reach_nobody_is_given_up_in_the_open_from_the_start(database: Database) -> None:
    async with database.begin(NOW) as work:
        await work.outbox.give_up("n1", "", "member:7", {"text": "催办"}, NOW, cause="t:1", trouble="no account")
        await work.outbox.give_up("n1", "", "member:7", {"text": "催办"}, NOW, cause="t:1", trouble="no account")
        [given_up] = await work.outbox.listed(ABANDONED)
    assert (given_up.trouble, given_up.payload) == ("no account", {"text": "催办"})
    assert await lease(database) == []
