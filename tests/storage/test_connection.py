"""Transactions that are cancelled, broken or refused leave the database usable."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from storage.work import Database
from tests.makers import NOW


async def test_a_unit_of_work_that_is_cancelled_anywhere_is_undone_and_the_next_one_works(database: Database) -> None:
    async def slow(steps: int) -> None:
        async with database.begin(NOW) as work:
            for step in range(20):
                await work.settings.set(f"n{steps}-{step}", step)

    for hops in range(30):
        task = asyncio.create_task(slow(hops))
        for _ in range(hops * 2):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5), database.begin(NOW) as work:
            await work.settings.set("after", hops)
            kept = [await work.settings.get(f"n{hops}-{step}") for step in range(20)]
        assert kept == [None] * 20 or kept == list(range(20))


async def test_readers_do_not_wait_for_the_writer_and_do_not_see_what_is_not_committed(database: Database) -> None:
    async with database.begin(NOW) as writer:
        await writer.settings.set("x", 1)
        async with asyncio.timeout(5), database.read(NOW) as one, database.read(NOW) as two:
            assert await one.settings.get("x") is None
            assert await two.settings.get("x") is None
    async with database.read(NOW) as reader:
        assert await reader.settings.get("x") == 1


async def test_more_readers_than_connections_take_turns(database: Database) -> None:
    async def read() -> object:
        async with database.read(NOW) as work:
            await asyncio.sleep(0)
            return await work.settings.get("x")

    async with asyncio.timeout(10):
        assert await asyncio.gather(*(read() for _ in range(40))) == [None] * 40


async def test_a_database_that_cannot_be_opened_says_so_every_time(tmp_path: Path) -> None:
    database = Database.at(f"sqlite:///{tmp_path / 'missing' / 'gendan.db'}")
    async with asyncio.timeout(5):
        for _ in range(4):
            with pytest.raises(DBAPIError, match="unable to open"):
                async with database.read(NOW):
                    raise AssertionError("it was opened")
            with pytest.raises(DBAPIError, match="unable to open"):
                async with database.begin(NOW):
                    raise AssertionError("it was opened")
    await database.close()


async def test_a_database_can_be_used_again_after_it_was_closed(database: Database) -> None:
    for turn in range(2):
        async with asyncio.timeout(5):
            async with database.begin(NOW) as work:
                await work.settings.set("x", turn)
            async with database.read(NOW) as work:
                assert await work.settings.get("x") == turn
            await database.close()
