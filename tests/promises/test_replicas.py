"""Promise 5: replicas on one PostgreSQL share the work; one may be killed or stopped, nothing is done twice."""

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import clock
from storage.follow_ups import follow_ups
from storage.inbox import HANDLED, inbox
from storage.outbox import SENT, outbox
from tests import postgres
from tests.makers import NOW
from tests.promises.day import Day
from tests.promises.ground import Ground, a_ground
from tests.promises.nursery import FastClock
from tests.promises.test_killed import a_nursery, quiet, reconcile, tell


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    name = postgres.copy_of(postgres_template)
    yield postgres.named(name)
    postgres.drop(name)


@pytest.mark.timeout(120)
async def test_two_replicas_share_the_work_and_survive_each_other(postgres_url: str, tmp_path: Path) -> None:
    chance, now = random.Random(5), FastClock(NOW, clock(), 20.0)
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    async with a_ground(postgres_url, tmp_path, now) as ground:
        day = Day(ground.wecom, ground.dingtalk, chance, pause=0.2)
        day.patient()
        async with a_nursery(ground, now, logs[0]) as one, a_nursery(ground, now, logs[1]) as two:
            await asyncio.gather(tell(one, "start"), tell(two, "start"))
            await ground.dingtalk.gateway.connected("dingtest", 2)
            living = asyncio.create_task(day.lived())
            await asyncio.sleep(4)
            for unlucky in (two, one, two):
                await tell(unlucky, "start")
                await asyncio.sleep(1.5)
            day.over.set()
            async with asyncio.timeout(60):
                await living
                await quiet(ground.database, now)
        await reconcile(day, ground.database, now)
    handled = [log.read_text("utf-8").count('"message handled"') for log in logs]
    assert min(handled) > 10, f"the work was not shared: {handled}"
    assert all("Traceback" not in log.read_text("utf-8") for log in logs)


@pytest.mark.timeout(60)
async def test_the_service_as_it_is_started_by_hand_finishes_what_it_holds_when_it_is_stopped(
    postgres_url: str, tmp_path: Path
) -> None:
    now = FastClock(clock(), clock(), 1.0)
    async with a_ground(postgres_url, tmp_path, now) as ground:
        async with served_by_hand(ground) as first, served_by_hand(ground) as second:
            told = asyncio.create_task(chatter(ground))
            await asyncio.sleep(1)
            first.send_signal(signal.SIGTERM)
            async with asyncio.timeout(10):
                assert await first.wait() == 0
            said = await told
            async with asyncio.timeout(20):
                await quiet(ground.database, now)
            second.send_signal(signal.SIGTERM)
            assert await second.wait() == 0
        async with ground.database.read(now.now()) as work:
            arrived = await work.connection.all(sa.select(inbox.c.state, inbox.c.attempts))
            made = await work.connection.all(sa.select(follow_ups.c.content).order_by(follow_ups.c.id))
            sent = await work.connection.all(sa.select(outbox.c.state, outbox.c.attempts))
    assert Counter((row.state, row.attempts) for row in arrived) == {(HANDLED, 1): len(said)}
    assert [row.content[-2:] for row in made] == said
    assert {row.state for row in sent} == {SENT}
    assert {row.attempts for row in sent} == {1}, "nothing was left lying until its lease ran out"


async def chatter(ground: Ground) -> list[str]:
    """One person writes for some seconds; what was said, in order."""
    ground.wecom.limits.callback_tries = 400
    said = []
    for number in range(9):
        await ground.wecom.say("zhouqiang", f"跟进 华为 今天拜访了王总 方案{number:02d}")
        said.append(f"{number:02d}")
        await asyncio.sleep(0.3)
    return said


@asynccontextmanager
async def served_by_hand(ground: Ground) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot serve --config FILE`, listening."""
    command = (sys.executable, "-m", "bot", "serve", "--config", str(ground.config))
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    reading = None
    try:
        async with asyncio.timeout(30):
            while b"listening" not in await process.stderr.readline():
                assert process.returncode is None
        reading = asyncio.create_task(process.stderr.read())
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        if reading is not None:
            await reading
