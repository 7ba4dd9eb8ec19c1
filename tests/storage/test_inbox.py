"""The durable queue of arrivals, on both databases, alone and against a simple model."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.inbox import FAILED, HANDLED, WAITING, Arrival, InboxEntry, inbox
from storage.work import Database
from tests.makers import NOW

HOLD = timedelta(seconds=30)
LATER = NOW + HOLD
A, B = "A", "B"


def arrival(key: str, lane: str = A, channel: str = "main", **payload: object) -> Arrival:
    return Arrival(channel=channel, key=key, lane=lane, payload=payload)


async def accept(database: Database, *arrivals: Arrival) -> list[int]:
    async with database.begin(NOW) as work:
        return [kept.id for kept in await work.inbox.accept(arrivals, NOW)]


async def lease(database: Database, at=NOW, limit: int = 10) -> list[InboxEntry]:
    async with database.begin(at) as work:
        return list(await work.inbox.lease(at, limit=limit, hold=HOLD))


async def test_an_arrival_is_kept_once_whatever_comes_with_it(database: Database) -> None:
    [first] = await accept(database, arrival("1", text="原来"))
    kept = await accept(database, arrival("1", text="改过"), arrival("2"), arrival("1", channel="ding"))
    assert len(kept) == 2
    assert first not in kept
    [entry] = [entry for entry in await lease(database) if entry.id == first]
    assert entry.payload == {"text": "原来"}
    async with database.begin(NOW) as work:
        assert await work.inbox.accept((), NOW) == ()


async def test_what_is_kept_first_in_a_lane_is_seen_first_whoever_commits_first(database_url: str) -> None:
    one, other = Database.at(database_url), Database.at(database_url)
    seen: list[list[str]] = []

    async def second() -> None:
        async with other.begin(NOW) as work:
            await work.inbox.accept([arrival("2")], NOW)
            await work.outbox.put("k2", "main", "a", {}, NOW, cause="m:2")
        seen.append([entry.key for entry in await lease(other)])
        async with other.begin(NOW) as work:
            seen.append([message.key for message in await work.outbox.lease(NOW, limit=9, hold=HOLD)])

    async with one.begin(NOW) as work:
        await work.inbox.accept([arrival("1")], NOW)
        await work.outbox.put("k1", "main", "a", {}, NOW, cause="m:1")
        waiting = asyncio.create_task(second())
        await asyncio.wait([waiting], timeout=0.3)
    await waiting
    assert seen == [["1"], ["k1"]]
    await one.close()
    await other.close()


async def test_what_was_kept_says_which_channel_it_came_from(database: Database) -> None:
    await accept(database, arrival("1"))
    async with database.begin(NOW) as work:
        kept = await work.inbox.accept((arrival("1"), arrival("2", channel="ding"), arrival("3")), NOW)
    assert sorted(each.channel for each in kept) == ["ding", "main"]


async def test_a_lane_gives_one_entry_at_a_time_and_lanes_do_not_wait_for_each_other(database: Database) -> None:
    a1, a2, b1 = await accept(database, arrival("1"), arrival("2"), arrival("3", lane=B))
    taken = await lease(database)
    assert [entry.id for entry in taken] == [a1, b1]
    assert await lease(database) == []
    async with database.begin(NOW) as work:
        assert await work.inbox.mark_handled(taken[0], NOW)
        assert await work.inbox.state_of("main", "1") == HANDLED
        assert await work.inbox.state_of("main", "9") is None
        assert await work.inbox.waiting() == 2
    assert [entry.id for entry in await lease(database)] == [a2]


async def test_the_same_lane_of_two_channels_is_two_lanes(database: Database) -> None:
    await accept(database, arrival("1"), arrival("2", channel="ding"))
    assert len(await lease(database)) == 2


async def test_a_lease_runs_out_and_whoever_held_it_can_settle_nothing_any_more(database: Database) -> None:
    await accept(database, arrival("1"))
    [late] = await lease(database)
    assert await lease(database, LATER - timedelta(microseconds=1)) == []
    [taken_over] = await lease(database, LATER)
    assert (late.attempts, taken_over.attempts) == (1, 2)
    async with database.begin(LATER) as work:
        assert not await work.inbox.mark_handled(late, LATER)
        assert not await work.inbox.put_back(late, LATER, "trouble")
        assert not await work.inbox.set_aside(late, LATER, "trouble")
        assert await work.inbox.mark_handled(taken_over, LATER)
        assert not await work.inbox.mark_handled(taken_over, LATER)


async def test_what_is_put_back_holds_up_its_lane_until_its_time(database: Database) -> None:
    first, second = await accept(database, arrival("1"), arrival("2"))
    [entry] = await lease(database)
    until = NOW + timedelta(seconds=2)
    async with database.begin(NOW) as work:
        assert await work.inbox.put_back(entry, until, "Traceback")
        assert await work.inbox.next_due() == NOW, "the one behind it"
    assert await lease(database) == []
    assert [entry.id for entry in await lease(database, until)] == [first]
    assert second


async def test_what_is_set_aside_lets_its_lane_go_on_and_is_not_forgotten(database: Database) -> None:
    _, second = await accept(database, arrival("1"), arrival("2"))
    [entry] = await lease(database)
    async with database.begin(NOW) as work:
        assert await work.inbox.set_aside(entry, NOW, "Traceback …")
        assert await work.inbox.forget(NOW + timedelta(days=400)) == 0
        assert await work.inbox.state_of("main", "1") == FAILED
        row = await work.connection.first(inbox.select().where(inbox.c.id == entry.id))
    assert row is not None
    assert row.trouble == "Traceback …"
    assert [entry.id for entry in await lease(database)] == [second]


async def test_only_what_was_handled_before_the_moment_is_forgotten(database: Database) -> None:
    await accept(database, arrival("1"), arrival("2", lane=B))
    old, waiting = await lease(database)
    async with database.begin(NOW) as work:
        await work.inbox.mark_handled(old, NOW)
        assert await work.inbox.forget(NOW) == 0
        assert await work.inbox.forget(NOW + timedelta(seconds=1)) == 1
        assert await work.inbox.state_of("main", waiting.key) == WAITING
        assert await work.inbox.next_due() == LATER


async def test_a_key_longer_than_its_column_is_still_kept_once(database: Database) -> None:
    long = "k" * 500
    [kept] = await accept(database, arrival(long, lane="l" * 500))
    assert kept
    assert await accept(database, arrival(long, lane="l" * 500)) == []
    assert await accept(database, arrival(long + "2")) != []
    async with database.begin(NOW) as work:
        assert await work.inbox.state_of("main", long) == WAITING


async def test_nothing_of_a_unit_of_work_that_raises_is_kept(database: Database) -> None:
    async def broken() -> None:
        async with database.begin(NOW) as work:
            await work.inbox.accept((arrival("1"),), NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    assert await lease(database) == []


async def test_concurrent_leases_share_the_lanes_and_none_is_taken_twice(database: Database) -> None:
    await accept(database, *(arrival(str(n), lane=f"L{n % 7}") for n in range(70)))
    rounds = await asyncio.gather(*(lease(database, limit=3) for _ in range(6)))
    taken = [entry.lane for part in rounds for entry in part]
    assert len(taken) == len(set(taken))
    rest = await lease(database, limit=10)
    assert sorted({*taken, *(entry.lane for entry in rest)}) == [f"main|L{n}" for n in range(7)]


@dataclass
class Model:
    """What the inbox should hold: entries in order, each with lane, state, moment it is due and attempts."""

    entries: list[dict] = field(default_factory=list)

    def accept(self, key: str, lane: str, at) -> None:
        if all(e["key"] != key for e in self.entries):
            self.entries.append({"key": key, "lane": lane, "state": WAITING, "due": at, "attempts": 0})

    def lease(self, at, limit: int) -> list[tuple[str, int]]:
        taken, seen = [], set()
        for e in self.entries:
            if e["state"] != WAITING or e["lane"] in seen:
                continue
            seen.add(e["lane"])
            if e["due"] <= at and len(taken) < limit:
                e["due"], e["attempts"] = at + HOLD, e["attempts"] + 1
                taken.append((e["key"], e["attempts"]))
        return taken

    def settle(self, key: str, attempts: int, **values: object) -> bool:
        for e in self.entries:
            if e["key"] == key and e["state"] == WAITING and e["attempts"] == attempts:
                e.update(values)
                return True
        return False


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.integers(0, 6), st.sampled_from(["A", "B", "C"])),
        st.tuples(st.just("lease"), st.integers(1, 3), st.none()),
        st.tuples(st.sampled_from(["handled", "put_back", "set_aside"]), st.integers(0, 9), st.none()),
        st.tuples(st.just("time"), st.integers(1, 40), st.none()),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_it_behaves_like_a_list_of_lanes(database_url: str, operations: list) -> None:
    asyncio.run(_compare(database_url, operations))


async def _compare(url: str, operations: list) -> None:
    database, model, at, held = Database.at(url), Model(), NOW, []
    try:
        async with database.begin(at) as work:
            await work.connection.run(inbox.delete())
        for name, number, lane in operations:
            at = at + timedelta(seconds=number) if name == "time" else at
            async with database.begin(at) as work:
                if name == "accept":
                    model.accept(str(number), lane, at)
                    await work.inbox.accept((arrival(str(number), lane),), at)
                elif name == "lease":
                    taken = await work.inbox.lease(at, limit=number, hold=HOLD)
                    assert [(e.key, e.attempts) for e in taken] == model.lease(at, number)
                    held += taken
                elif name != "time" and held:
                    entry = held[number % len(held)]
                    await _settle_both(work, model, entry, name, at)
                waiting = [e["due"] for e in model.entries if e["state"] == WAITING]
                assert await work.inbox.waiting() == len(waiting)
                assert await work.inbox.next_due() == (min(waiting) if waiting else None)
    finally:
        await database.close()


async def _settle_both(work, model: Model, entry: InboxEntry, name: str, at) -> None:
    if name == "handled":
        expected = model.settle(entry.key, entry.attempts, state=HANDLED)
        assert await work.inbox.mark_handled(entry, at) is expected
    elif name == "set_aside":
        expected = model.settle(entry.key, entry.attempts, state=FAILED)
        assert await work.inbox.set_aside(entry, at, "x") is expected
    else:
        due = at + timedelta(seconds=5)
        expected = model.settle(entry.key, entry.attempts, due=due)
        assert await work.inbox.put_back(entry, due, "x") is expected
