"""A unit of work on a database of its own, for handlers run by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.work import Work
from tests.makers import NOW, a_database


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Work]:
    """A unit of work that is never committed; its changes are journalled as the cause `test`."""
    async with a_database(tmp_path) as database, database.begin(NOW, cause="test") as work:
        yield work
