"""Databases of both kinds, and the scene between both platforms."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.migrate import upgrade
from storage.work import Database
from tests import postgres
from tests.scene import Scene, a_scene


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    file = tmp_path_factory.mktemp("template") / "gendan.db"

    async def migrate() -> None:
        database = Database.at(f"sqlite:///{file}")
        await upgrade(database)
        await database.close()

    asyncio.run(migrate())
    return file


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated PostgreSQL database that others are copied from."""
    if not postgres.ADDRESS:
        pytest.skip("GENDAN_TEST_POSTGRES is not set: this test ran without PostgreSQL")
    name = postgres.make_template()
    yield name
    postgres.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """A migrated SQLite file of the test's own."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'gendan.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of the test's own, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    name = postgres.copy_of(request.getfixturevalue("postgres_template"))
    yield postgres.named(name)
    postgres.drop(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database of the test, open."""
    opened = Database.at(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    """The service between both platforms, on SQLite."""
    async with a_scene(sqlite_url) as running:
        yield running
        await running.spotless()


@pytest.fixture
async def scene_everywhere(database_url: str) -> AsyncIterator[Scene]:
    """The service between both platforms, once on SQLite and once on PostgreSQL."""
    async with a_scene(database_url) as running:
        yield running
        await running.spotless()
