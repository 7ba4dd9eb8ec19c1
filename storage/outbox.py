"""The durable queue of what is to be delivered: in order within a lane, never dropped in silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.connection import Connection, inserting
from storage.lanes import WAITING, Lanes, take_turns
from storage.schema import Id, Json, Utc, metadata

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("lane", sa.String(256), nullable=False),
    sa.Column("window", sa.String(64), nullable=False),
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("settled_at", Utc),
    sa.Column("trouble", sa.Text),
    sa.Index(
        "ix_outbox_waiting",
        "lane",
        "id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index("ix_outbox_lane_settled_at", "lane", "settled_at"),
    sa.Index(
        "ix_outbox_window",
        "window",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sqlite_autoincrement=True,
)

SENT, ABANDONED = "sent", "abandoned"

ALL_LANES = ""
"""What speaks does so last and to several in any order: it takes one turn for all lanes, or two would block."""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message that waits, leased to us. `attempts` counts this one and is the fence when it is settled."""

    id: int
    key: str
    channel: str
    lane: str
    cause: str
    payload: dict[str, Any]
    created_at: datetime
    due_at: datetime
    attempts: int
    state: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits, and since when the oldest of it does."""

    waiting: int
    oldest: datetime | None
    abandoned: int


class Outbox:
    """The outbox within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lanes = Lanes(connection, outbox)

    async def put(
        self,
        key: str,
        channel: str,
        lane: str,
        payload: dict[str, Any],
        at: datetime,
        *,
        cause: str,
        window: str = "",
        due_at: datetime | None = None,
    ) -> None:
        """Add a message; one with the same key is there already and is left as it is."""
        row = _row(key, channel, lane, payload, at, cause=cause)
        row |= {"window": window, "due_at": due_at or at}
        await take_turns(self._connection, outbox, [ALL_LANES])
        await self._connection.run(inserting(self._connection, outbox).values(row).on_conflict_do_nothing())

    async def give_up(
        self, key: str, channel: str, lane: str, payload: dict[str, Any], at: datetime, *, cause: str, trouble: str
    ) -> None:
        """Note a message that can reach nobody, so that it is seen among what was given up."""
        row = _row(key, channel, lane, payload, at, cause=cause)
        row |= {"state": ABANDONED, "settled_at": at, "trouble": trouble}
        await self._connection.run(inserting(self._connection, outbox).values(row).on_conflict_do_nothing())

    async def lease(
        self, at: datetime, *, limit: int, hold: timedelta, window: str = "", resting: Sequence[str] = ()
    ) -> Sequence[OutboxMessage]:
        """The oldest waiting message of each lane that is due, ours until `at + hold`.

        `window`: only messages for this window of an answer. `resting`: channels that must not be talked to now.
        """
        lanes = self._lanes
        conditions = [outbox.c.window == window if window else lanes.first()]
        if resting:
            conditions.append(outbox.c.channel.not_in(resting))
        rows = await lanes.lease(at, *conditions, limit=limit, hold=hold, columns=OutboxMessage.__slots__)
        return [OutboxMessage(**row._mapping) for row in rows]

    async def mark_sent(self, message: OutboxMessage, at: datetime) -> bool:
        """Settle it; False when it is no longer ours."""
        return await self._settle(message, state=SENT, settled_at=at, trouble=None)

    async def postpone(self, message: OutboxMessage, due_at: datetime, trouble: str, *, counts: bool = True) -> bool:
        """Send it again at `due_at`; `counts`: whether this was an attempt."""
        attempts = message.attempts if counts else message.attempts - 1
        return await self._settle(message, due_at=due_at, trouble=trouble, attempts=attempts)

    async def abandon(self, message: OutboxMessage, at: datetime, trouble: str) -> bool:
        """Give it up in the open."""
        return await self._settle(message, state=ABANDONED, settled_at=at, trouble=trouble)

    async def retry(self, message_id: int, at: datetime) -> bool:
        """Send an abandoned message after all; False when there is no such one."""
        again = sa.update(outbox).where(outbox.c.id == message_id, outbox.c.state == ABANDONED)
        values = {"state": WAITING, "due_at": at, "attempts": 0, "settled_at": None}
        return await self._connection.run(again.values(**values)) == 1

    async def listed(self, state: str, *, limit: int = 200) -> Sequence[OutboxMessage]:
        """Messages in this state, oldest first."""
        query = sa.select(*_columns()).where(outbox.c.state == state).order_by(outbox.c.id).limit(limit)
        return [OutboxMessage(**row._mapping) for row in await self._connection.all(query)]

    async def depth(self) -> Depth:
        """How much waits and how much was given up."""
        count = sa.func.count()
        query = sa.select(outbox.c.state, count.label("n"), sa.func.min(outbox.c.created_at).label("oldest"))
        query = query.where(outbox.c.state.in_((WAITING, ABANDONED))).group_by(outbox.c.state)
        rows = {row.state: row for row in await self._connection.all(query)}
        waiting, abandoned = rows.get(WAITING), rows.get(ABANDONED)
        return Depth(waiting.n if waiting else 0, waiting.oldest if waiting else None, abandoned.n if abandoned else 0)

    async def recent(self, lane: str, since: datetime) -> tuple[int, datetime | None]:
        """How many calls for this lane were made since then, repeats counted, and when the oldest of them was."""
        calls, oldest = sa.func.sum(outbox.c.attempts), sa.func.min(outbox.c.settled_at)
        query = sa.select(calls.label("calls"), sa.type_coerce(oldest, Utc).label("oldest")).where(
            outbox.c.lane == lane, outbox.c.state == SENT, outbox.c.settled_at > since
        )
        row = await self._connection.first(query)
        return (int(row.calls or 0), row.oldest) if row else (0, None)

    async def next_due(self) -> datetime | None:
        """When the next waiting message may be sent."""
        return await self._lanes.next_due()

    async def forget(self, before: datetime) -> int:
        """Drop what was sent before this moment; the number dropped. What was given up stays."""
        old = sa.delete(outbox).where(outbox.c.state == SENT, outbox.c.settled_at < before)
        return await self._connection.run(old)

    async def _settle(self, message: OutboxMessage, **values: Any) -> bool:
        return await self._lanes.settle(message.id, message.attempts, **values)


def _columns() -> list[sa.Column[Any]]:
    return [outbox.c[name] for name in OutboxMessage.__slots__]


def _row(key: str, channel: str, lane: str, payload: dict[str, Any], at: datetime, *, cause: str) -> dict[str, Any]:
    row: dict[str, Any] = {"key": key, "channel": channel, "lane": f"{channel}|{lane}"[:256], "window": ""}
    return row | {
        "cause": cause,
        "payload": payload,
        "state": WAITING,
        "created_at": at,
        "due_at": at,
        "attempts": 0,
    }
