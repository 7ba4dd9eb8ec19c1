"""Migrations from empty, and the tables they leave behind."""

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.migrate import drift, pending, upgrade
from storage.work import Database
from tests import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    if not postgres.ADDRESS:
        pytest.skip("GENDAN_TEST_POSTGRES is not set: this test ran without PostgreSQL")
    name = f"{postgres.PREFIX}{secrets.token_hex(6)}"
    postgres.run(f'CREATE DATABASE "{name}"')
    yield postgres.named(name)
    postgres.drop(name)


async def test_from_empty_to_head_nothing_differs_from_what_the_code_declares(empty_url: str) -> None:
    database = Database.at(empty_url)
    try:
        assert "gendan migrate" in await pending(database)
        await upgrade(database)
        assert await pending(database) == ""
        assert await drift(database) == []
        await upgrade(database)
        assert await pending(database) == ""
    finally:
        await database.close()


async def test_several_replicas_may_migrate_at_once(empty_url: str) -> None:
    databases = [Database.at(empty_url) for _ in range(3)]
    try:
        await asyncio.gather(*(upgrade(database) for database in databases))
        assert [await pending(database) for database in databases] == [""] * 3
    finally:
        for database in databases:
            await database.close()
