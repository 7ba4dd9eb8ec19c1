"""What is due at a moment, each once however many replicas tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.connection import Connection, inserting
from storage.schema import Id, Json, Utc, metadata

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(96), nullable=False, unique=True),
    sa.Column("kind", sa.String(48), nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("due_at", Utc, nullable=False, index=True),
    sa.Column("lease_until", Utc, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("trouble", sa.Text),
    sqlite_autoincrement=True,
)

TRIES = 5


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that is due, leased to us."""

    id: int
    key: str
    kind: str
    payload: dict[str, Any]
    due_at: datetime
    attempts: int


class Timers:
    """The timers within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def set(self, key: str, kind: str, due_at: datetime, **payload: Any) -> None:
        """Be told at `due_at`; a timer of the same key is moved."""
        row = {"key": key, "kind": kind, "payload": payload, "due_at": due_at, "lease_until": due_at}
        insert = inserting(self._connection, timers).values(**row, attempts=0, trouble=None)
        changed = {name: insert.excluded[name] for name in (*row, "attempts", "trouble") if name != "key"}
        await self._connection.run(insert.on_conflict_do_update(index_elements=["key"], set_=changed))

    async def offer(self, key: str, kind: str, due_at: datetime, **payload: Any) -> None:
        """Be told at `due_at` unless a timer of this key is set already; one that was given up is set anew."""
        given_up = (timers.c.key == key, timers.c.attempts >= TRIES, timers.c.lease_until <= due_at)
        await self._connection.run(sa.delete(timers).where(*given_up))
        row = {"key": key, "kind": kind, "payload": payload, "due_at": due_at, "lease_until": due_at, "attempts": 0}
        await self._connection.run(inserting(self._connection, timers).values(row).on_conflict_do_nothing())

    async def stop(self, key: str) -> None:
        """Forget it; all is well when there is none."""
        await self._connection.run(sa.delete(timers).where(timers.c.key == key))

    async def lease(self, at: datetime, *, limit: int, hold: timedelta) -> Sequence[Timer]:
        """What is due, ours until `at + hold`."""
        due = (
            sa.select(timers.c.id)
            .where(timers.c.due_at <= at, timers.c.lease_until <= at, timers.c.attempts < TRIES)
            .order_by(timers.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = [row.id for row in await self._connection.all(due)]
        if not ids:
            return ()
        taken = (
            sa.update(timers)
            .where(timers.c.id.in_(ids))
            .values(lease_until=at + hold, attempts=timers.c.attempts + 1)
            .returning(*(timers.c[name] for name in Timer.__slots__))
        )
        return sorted(
            (Timer(**row._mapping) for row in await self._connection.all(taken)), key=lambda timer: timer.due_at
        )

    async def hold(self, timer: Timer, until: datetime) -> bool:
        """Keep it for ourselves until then, for what takes longer; False when it is no longer ours."""
        mine = (timers.c.id == timer.id, timers.c.attempts == timer.attempts, timers.c.due_at == timer.due_at)
        return await self._connection.run(sa.update(timers).where(*mine).values(lease_until=until)) == 1

    async def finish(self, timer: Timer) -> bool:
        """It has been done; False when it is no longer ours. A timer that was set anew meanwhile stays."""
        mine = (timers.c.id == timer.id, timers.c.attempts == timer.attempts, timers.c.due_at == timer.due_at)
        return await self._connection.run(sa.delete(timers).where(*mine)) == 1

    async def put_back(self, timer: Timer, until: datetime, trouble: str) -> None:
        """Try it again at `until`; after `TRIES` it stays, visible, and is not tried any more."""
        mine = (timers.c.id == timer.id, timers.c.attempts == timer.attempts, timers.c.due_at == timer.due_at)
        await self._connection.run(sa.update(timers).where(*mine).values(lease_until=until, trouble=trouble))

    async def next_due(self) -> datetime | None:
        """When the next one may be taken."""
        row = await self._connection.first(
            sa.select(sa.func.min(timers.c.lease_until).label("due")).where(timers.c.attempts < TRIES)
        )
        return row.due if row else None

    async def failed(self) -> int:
        """How many were tried in vain too often."""
        query = sa.select(sa.func.count().label("n")).select_from(timers).where(timers.c.attempts >= TRIES)
        row = await self._connection.first(query)
        return row.n if row else 0
