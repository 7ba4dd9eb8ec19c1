"""Promises 1 to 4: a day in which the service is killed fifty times loses, doubles and mixes up nothing."""

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import clock
from domain.money import yuan
from storage.approvals import approvals
from storage.follow_ups import follow_ups
from storage.inbox import HANDLED, inbox
from storage.journal import journal
from storage.outbox import SENT, outbox
from storage.tasks import tasks
from storage.work import Database
from tests.makers import NOW
from tests.promises.day import REPS, Day
from tests.promises.ground import Ground, a_ground
from tests.promises.nursery import FastClock

KILLS = 50
SPEED = 20.0
"""How much faster than ours the day goes by: a lease of 30 s is over in a second and a half."""


@asynccontextmanager
async def a_nursery(ground: Ground, now: FastClock, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process that starts and kills the service."""
    nursery = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.promises.nursery", str(ground.config), *now.told(), str(log)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert nursery.stdout is not None
        async with asyncio.timeout(60):
            assert await nursery.stdout.readline() == b"ready\n"
        yield nursery
    finally:
        assert nursery.stdin is not None
        nursery.stdin.close()
        await nursery.wait()


async def tell(nursery: asyncio.subprocess.Process, command: str) -> None:
    """Have a command done."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{command}\n".encode())
    assert await nursery.stdout.readline() == b"done\n"


@pytest.mark.timeout(240)
async def test_fifty_kills_in_a_day_lose_nothing_and_double_nothing(sqlite_url: str, tmp_path: Path) -> None:
    seed = int(os.environ.get("GENDAN_TEST_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed {seed}: GENDAN_TEST_SEED={seed} repeats the pauses")
    chance, now = random.Random(seed), FastClock(NOW, clock(), SPEED)
    log = tmp_path / "service.log"
    async with a_ground(sqlite_url, tmp_path, now) as ground, a_nursery(ground, now, log) as nursery:
        day = Day(ground.wecom, ground.dingtalk, chance)
        day.patient()
        await tell(nursery, "start")
        living = asyncio.create_task(day.lived())
        for number in range(KILLS):
            if number % 2:
                await some_progress(day)
            await asyncio.sleep(chance.uniform(0.05, 0.5))
            await tell(nursery, "start")
        day.over.set()
        async with asyncio.timeout(120):
            await living
            await quiet(ground.database, now)
        await tell(nursery, "kill")
        again = await reconcile(day, ground.database, now)
    assert again > 0, "no kill hit anything"
    assert "Traceback" not in log.read_text("utf-8")


async def quiet(database: Database, now: FastClock) -> None:
    """Return when everything that arrived is handled and everything that was to be said is said."""
    while True:
        async with database.read(now.now()) as work:
            if await work.inbox.waiting() == 0 and (await work.outbox.depth()).waiting == 0:
                return
        await asyncio.sleep(0.1)


async def some_progress(day: Day) -> None:
    """Return when something more was acknowledged, so that the next kill meets a service at work; or after 3 s."""
    before = sum(map(len, day.said.values()))
    for _ in range(300):
        if sum(map(len, day.said.values())) > before:
            return
        await asyncio.sleep(0.01)


async def reconcile(day: Day, database: Database, now: FastClock) -> int:
    """What was acknowledged has been done once and in order, and every answer is on its screen.

    Returns:
        How often something was taken up again because its process was killed.
    """
    async with database.read(now.now()) as work:

        async def rows(query: sa.Select) -> list:
            return list(await work.connection.all(query))

        arrived = await rows(sa.select(inbox).order_by(inbox.c.id))
        made = await rows(sa.select(follow_ups).order_by(follow_ups.c.id))
        notes = await rows(sa.select(journal).where(journal.c.entity == "follow_up"))
        done = [row.content for row in await rows(sa.select(tasks).where(tasks.c.content.like("整理资料%")))]
        asked = [row.amount for row in await rows(sa.select(approvals))]
        said = await rows(sa.select(outbox))
    assert {row.state for row in arrived} == {HANDLED}, [row.trouble for row in arrived if row.state != HANDLED]
    again = sum(row.attempts > 1 for row in arrived), sum(row.attempts > 1 for row in said)
    print(f"{len(arrived)} arrived, {again[0]} of them taken up again; {len(said)} sent, {again[1]} of them sent again")
    heard = [(row.payload["account"], row.payload["text"]) for row in arrived if row.payload["kind"] == "message"]
    for account, texts in day.said.items():
        assert [text for who, text in heard if who == account] == texts, f"{account}: each once, in order"
    for account, marks in day.kept.items():
        assert [m for row in made for m in marks if m in row.content] == marks, f"{account}: each once, in order"
    assert not [row.content for row in made if any(mark in row.content for mark in day.undone)]
    created = Counter(row.after["content"] for row in notes if row.before is None)
    assert set(created.values()) == {1}
    assert len(created) == sum(map(len, day.kept.values())) + len(day.undone)
    assert Counter(done) == Counter(day.tasks)
    assert Counter(asked) == Counter(yuan(str(amount)) for amount in day.amounts)
    assert {row.state for row in said} == {SENT}, [(row.payload, row.trouble) for row in said if row.state != SENT]
    check_screens(day, made)
    return sum(again)


def check_screens(day: Day, made: list) -> None:
    """Every follow-up that stands has its receipt with its author, once."""
    assert not day.wecom.notes.dropped, "more was sent to one person than the platform takes"
    for account in REPS:
        screen = day.screen(account)
        for mark in day.kept[account]:
            [number] = [f"F-{row.id:06d}" for row in made if mark in row.content]
            receipts = [shown for shown in screen if f"已记跟进 {number}" in shown]
            assert len(receipts) == 1, (account, number, receipts)
    stock = [shown for shown in day.screen("zhangwei") if "X100" in shown]
    assert len(stock) == len(day.said["zhangwei"])
