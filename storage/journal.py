"""Before and after of every save: the audit log, undo and "为什么" read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.connection import Connection
from storage.schema import Id, Json, Utc, metadata

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("actor", Id),
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("act", sa.String(64), nullable=False),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("entity_id", Id, nullable=False),
    sa.Column("before", Json),
    sa.Column("after", Json),
    sa.Column("undone_by", sa.String(64)),
    sa.Index("ix_journal_entity", "entity", "entity_id"),
    sa.Index("ix_journal_actor_at", "actor", "at"),
    sa.Index("ix_journal_cause", "cause"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `before` is None for what was created, `after` for what was removed.

    `cause` is what brought it about (`m:12` inbox entry, `t:…` timer, `import`); `act` is the command or chore.
    """

    id: int
    at: datetime
    actor: int | None
    cause: str
    act: str
    entity: str
    entity_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    undone_by: str | None


@dataclass(slots=True)
class Author:
    """Who changes things in a unit of work, when and why; the journal notes it with every change."""

    at: datetime
    actor: int | None = None
    cause: str = ""
    act: str = ""


class Journal:
    """The journal within one unit of work."""

    def __init__(self, connection: Connection, author: Author) -> None:
        self._connection = connection
        self._author = author

    async def note(
        self, entity: str, entity_id: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        """Write down one change."""
        await self.note_all(entity, [(entity_id, before, after)])

    async def note_all(
        self, entity: str, changes: Sequence[tuple[int, Mapping[str, Any] | None, Mapping[str, Any] | None]]
    ) -> None:
        """Write down changes of one kind: id, before and after of each."""
        author = self._author
        row: dict[str, Any] = {"at": author.at, "actor": author.actor, "cause": author.cause, "act": author.act}
        rows = [
            row | {"entity": entity, "entity_id": entity_id, "before": before, "after": after}
            for entity_id, before, after in changes
        ]
        if rows:
            await self._connection.run(sa.insert(journal), rows)

    async def of_cause(self, cause: str, *, actor: int | None = None) -> Sequence[Entry]:
        """What one cause changed, in order; with `actor` only what that member did."""
        query = sa.select(journal).where(journal.c.cause == cause).order_by(journal.c.id)
        return await self._entries(query if actor is None else query.where(journal.c.actor == actor))

    async def of_entity(self, entity: str, entity_id: int) -> Sequence[Entry]:
        """The history of one entity, oldest first."""
        query = sa.select(journal).where(journal.c.entity == entity, journal.c.entity_id == entity_id)
        return await self._entries(query.order_by(journal.c.id))

    async def causes(self, actor: int, since: datetime, *, entities: Sequence[str]) -> Sequence[str]:
        """By what `actor` changed something of these kinds since then that was not undone, latest first."""
        query = (
            sa.select(journal.c.cause)
            .where(
                journal.c.actor == actor,
                journal.c.at >= since,
                journal.c.undone_by.is_(None),
                journal.c.entity.in_(entities),
            )
            .group_by(journal.c.cause)
            .order_by(sa.func.max(journal.c.id).desc())
        )
        return [row.cause for row in await self._connection.all(query)]

    async def mark_undone(self, cause: str, actor: int, by: str) -> None:
        """Note that what `cause` had `actor` do has been taken back by the cause `by`; both are final."""
        mine = sa.and_(journal.c.cause.in_((cause, by)), journal.c.actor == actor)
        await self._connection.run(sa.update(journal).where(mine).values(undone_by=by))

    async def _entries(self, query: sa.Select[Any]) -> Sequence[Entry]:
        return [Entry(**row._mapping) for row in await self._connection.all(query)]
