"""The durable queue of what arrived: kept once, handled in order within a lane."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.connection import Connection, inserting
from storage.lanes import WAITING, Lanes, take_turns
from storage.schema import Id, Json, Utc, metadata

KEY_LENGTH = 128

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("key", sa.String(KEY_LENGTH), nullable=False),
    sa.Column("lane", sa.String(256), nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("arrived_at", Utc, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("handled_at", Utc),
    sa.Column("trouble", sa.Text),
    sa.UniqueConstraint("channel", "key"),
    sa.Index(
        "ix_inbox_waiting",
        "lane",
        "id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sqlite_autoincrement=True,
)

HANDLED, FAILED = "handled", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a channel received, to be kept. `key` is unique per channel; `payload` is JSON."""

    channel: str
    key: str
    lane: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """An arrival that was new."""

    id: int
    channel: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An arrival as it stands, to be looked at."""

    id: int
    channel: str
    payload: dict[str, Any]
    state: str


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A kept arrival, leased to us. `attempts` counts this one and is the fence when it is settled."""

    id: int
    channel: str
    key: str
    lane: str
    payload: dict[str, Any]
    arrived_at: datetime
    attempts: int


class Inbox:
    """The inbox within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lanes = Lanes(connection, inbox)

    async def accept(self, arrivals: Sequence[Arrival], at: datetime) -> Sequence[Accepted]:
        """Keep what is new; the new ones in their order. What was kept before is left as it is."""
        if not arrivals:
            return ()
        rows = [
            {
                "channel": a.channel,
                "key": _short(a.key),
                "lane": f"{a.channel}|{a.lane}"[:256],
                "payload": a.payload,
                "state": WAITING,
                "arrived_at": at,
                "due_at": at,
                "attempts": 0,
            }
            for a in arrivals
        ]
        await take_turns(self._connection, inbox, [str(row["lane"]) for row in rows])
        statement = inserting(self._connection, inbox).on_conflict_do_nothing().returning(inbox.c.id, inbox.c.channel)
        kept = [Accepted(row.id, row.channel) for row in await self._connection.all(statement.values(rows))]
        return sorted(kept, key=lambda accepted: accepted.id)

    async def lease(self, at: datetime, *, limit: int, hold: timedelta) -> Sequence[InboxEntry]:
        """The oldest waiting entry of each lane that is due, ours until `at + hold`."""
        lanes = self._lanes
        rows = await lanes.lease(at, lanes.first(), limit=limit, hold=hold, columns=InboxEntry.__slots__)
        return [InboxEntry(**row._mapping) for row in rows]

    async def mark_handled(self, entry: InboxEntry, at: datetime) -> bool:
        """Settle it; False when it is no longer ours (then nothing of this unit of work may be kept)."""
        return await self._settle(entry, state=HANDLED, handled_at=at)

    async def put_back(self, entry: InboxEntry, due_at: datetime, trouble: str) -> bool:
        """Try it again at `due_at`; what is behind it in its lane waits."""
        return await self._settle(entry, due_at=due_at, trouble=trouble)

    async def set_aside(self, entry: InboxEntry, at: datetime, trouble: str) -> bool:
        """Give it up with its traceback; the lane goes on."""
        return await self._settle(entry, state=FAILED, handled_at=at, trouble=trouble)

    async def state_of(self, channel: str, key: str) -> str | None:
        """The state of an arrival, None when it was never kept."""
        query = sa.select(inbox.c.state).where(inbox.c.channel == channel, inbox.c.key == _short(key))
        row = await self._connection.first(query)
        return row.state if row else None

    async def latest(self, limit: int) -> Sequence[Kept]:
        """What arrived last, newest first."""
        columns = [inbox.c[name] for name in Kept.__slots__]
        query = sa.select(*columns).order_by(inbox.c.id.desc()).limit(limit)
        return [Kept(**row._mapping) for row in await self._connection.all(query)]

    async def waiting(self) -> int:
        """How many wait."""
        row = await self._connection.first(
            sa.select(sa.func.count().label("n")).select_from(inbox).where(inbox.c.state == WAITING)
        )
        return row.n if row else 0

    async def next_due(self) -> datetime | None:
        """When the next waiting entry may be taken."""
        return await self._lanes.next_due()

    async def forget(self, before: datetime) -> int:
        """Drop what was handled before this moment (after the redelivery window); the number dropped."""
        old = sa.delete(inbox).where(inbox.c.state == HANDLED, inbox.c.handled_at < before)
        return await self._connection.run(old)

    async def _settle(self, entry: InboxEntry, **values: Any) -> bool:
        return await self._lanes.settle(entry.id, entry.attempts, **values)


def _short(key: str) -> str:
    """The key as it is kept; platforms do not say how long theirs may be."""
    return key if len(key) <= KEY_LENGTH else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
