"""Pictures, voice and other files that came with messages, and what we made to be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.connection import Connection
from storage.schema import Id, Utc, metadata

files = sa.Table(
    "files",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("owner", Id),
    sa.Column("origin", sa.String(64), unique=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("kept_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class File:
    """A file; `content` is None until it has been fetched from the platform."""

    id: int
    owner: int | None
    kind: str
    name: str
    content: bytes | None
    kept_at: datetime


class Files:
    """The files within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, owner: int | None, kind: str, name: str, at: datetime, content: bytes | None = None) -> int:
        """Keep a file; its id."""
        row = {"owner": owner, "kind": kind, "name": name[:255], "content": content, "kept_at": at}
        inserted = await self._connection.first(sa.insert(files).values(row).returning(files.c.id))
        assert inserted is not None
        return int(inserted.id)

    async def expect(self, origin: str, owner: int | None, kind: str, name: str, at: datetime) -> tuple[int, bool]:
        """The place for a file that is still to be fetched: its id, and whether it is new. `origin` names it once."""
        known = await self._connection.first(sa.select(files.c.id).where(files.c.origin == origin))
        if known is not None:
            return int(known.id), False
        row = {"owner": owner, "origin": origin, "kind": kind, "name": name[:255], "kept_at": at}
        inserted = await self._connection.first(sa.insert(files).values(row).returning(files.c.id))
        assert inserted is not None
        return int(inserted.id), True

    async def fill(self, file_id: int, content: bytes) -> None:
        """What the platform gave."""
        await self._connection.run(sa.update(files).where(files.c.id == file_id).values(content=content))

    async def labels(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Kind and name of these files, by id, in the order they came."""
        query = sa.select(files.c.id, files.c.kind, files.c.name).where(files.c.id.in_(sorted(set(ids))))
        return {row.id: (row.kind, row.name) for row in await self._connection.all(query.order_by(files.c.id))}

    async def find(self, file_id: int) -> File | None:
        """The file with this id."""
        columns = [files.c[name] for name in File.__slots__]
        row = await self._connection.first(sa.select(*columns).where(files.c.id == file_id))
        return File(**row._mapping) if row else None
