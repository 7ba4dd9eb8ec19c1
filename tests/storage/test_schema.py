"""Moments and JSON as the databases keep them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from storage.journal import journal
from storage.talks import talks
from storage.work import Database
from tests.makers import NOW


async def test_a_moment_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    moment = datetime(2025, 6, 11, 18, 20, 0, 1, tzinfo=timezone(timedelta(hours=8)))
    async with database.begin(moment) as work:
        await work.journal.note("customer", 1, None, {})
        [entry] = await work.journal.of_entity("customer", 1)
    assert entry.at == moment
    assert entry.at.tzinfo is UTC


async def test_moments_of_other_zones_and_of_whole_seconds_sort_by_time(database: Database) -> None:
    east = timezone(timedelta(hours=8))
    moments = [NOW, NOW + timedelta(microseconds=1), (NOW + timedelta(seconds=1)).astimezone(east)]
    for place, moment in enumerate(reversed(moments)):
        async with database.begin(moment) as work:
            await work.journal.note("customer", place, None, {})
    async with database.read(NOW) as work:
        rows = await work.connection.all(sa.select(journal.c.at).order_by(journal.c.at))
    assert [row.at for row in rows] == moments


async def test_a_naive_moment_cannot_be_kept(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive moment"):
        async with database.begin(naive) as work:
            await work.journal.note("customer", 1, None, {})


async def test_no_moment_is_none(database: Database) -> None:
    async with database.begin(NOW) as work:
        row = await work.connection.first(sa.select(sa.func.max(talks.c.changed_at).label("at")))
    assert row is not None
    assert row.at is None


async def test_json_keeps_chinese_readable(database: Database) -> None:
    async with database.begin(NOW) as work:
        await work.talks.keep(1, "p", {"客户": "华为"}, NOW)
        row = await work.connection.first(sa.select(sa.cast(talks.c.state, sa.Text).label("raw")))
    assert row is not None
    assert "华为" in row.raw
