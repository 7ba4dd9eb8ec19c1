"""Rows that wait in lanes: the oldest of each lane is leased, settled under a fence, and only then the next."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.connection import Connection

WAITING = "waiting"


async def take_turns(connection: Connection, table: sa.Table, lanes: Collection[str]) -> None:
    """Wait until nobody else adds to these lanes, and keep them until the end of the unit of work.

    On PostgreSQL ids come from a sequence: without this, a later id of a lane could be seen, and leased, before an
    earlier one is committed. SQLite has one writer anyway. All lanes are taken in one order, so that two units of work
    that name all of theirs at once never wait for each other.
    """
    if connection.dialect != "postgresql":
        return
    for lane in sorted(set(lanes)):
        name = sa.func.hashtext(f"{table.name}|{lane}")
        await connection.all(sa.select(sa.func.pg_advisory_xact_lock(name)))


class Lanes:
    """A table with the columns `id`, `lane`, `state`, `due_at` and `attempts`, within one unit of work.

    A lease is a `due_at` in the future: a row that nobody settles by then is due again. `attempts` counts the leases
    and is the fence: whoever was overtaken settles nothing.
    """

    def __init__(self, connection: Connection, table: sa.Table) -> None:
        self._connection = connection
        self._table = table

    def first(self) -> sa.ColumnElement[bool]:
        """The condition of being the oldest that waits in its lane."""
        table, earlier = self._table, self._table.alias("earlier")
        blocked = sa.exists().where(
            earlier.c.lane == table.c.lane, earlier.c.state == WAITING, earlier.c.id < table.c.id
        )
        return ~blocked

    async def lease(
        self,
        at: datetime,
        *conditions: sa.ColumnElement[bool],
        limit: int,
        hold: timedelta,
        columns: Sequence[str],
    ) -> Sequence[sa.Row[Any]]:
        """Rows that wait, are due and meet the conditions, ours until `at + hold`; oldest first."""
        table = self._table
        heads = (
            sa.select(table.c.id)
            .where(table.c.state == WAITING, table.c.due_at <= at, *conditions)
            .order_by(table.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = [row.id for row in await self._connection.all(heads)]
        if not ids:
            return ()
        taken = (
            sa.update(table)
            .where(table.c.id.in_(ids), table.c.state == WAITING)
            .values(due_at=at + hold, attempts=table.c.attempts + 1)
            .returning(*(table.c[name] for name in columns))
        )
        return sorted(await self._connection.all(taken), key=lambda row: row.id)

    async def settle(self, row_id: int, lease: int, /, **values: Any) -> bool:
        """Change a row whose lease number `lease` we hold; False when it is no longer ours."""
        table = self._table
        fence = (table.c.id == row_id, table.c.state == WAITING, table.c.attempts == lease)
        return await self._connection.run(sa.update(table).where(*fence).values(**values)) == 1

    async def next_due(self) -> datetime | None:
        """When the next row that waits may be taken."""
        table = self._table
        query = sa.select(sa.func.min(table.c.due_at).label("due")).where(table.c.state == WAITING)
        row = await self._connection.first(query)
        return row.due if row else None
