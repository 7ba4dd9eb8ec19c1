"""Every name by which something is called, folded, for finding what a message speaks of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from storage.connection import Connection
from storage.schema import Id, metadata

names = sa.Table(
    "names",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("ref", Id, nullable=False),
    sa.Column("folded", sa.String(128), nullable=False),
    sa.Column("label", sa.String(128), nullable=False),
    sa.Index("ix_names_folded", "folded"),
    sa.Index("ix_names_kind_ref", "kind", "ref"),
)


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name. `kind` is customer, contact, colleague, product or warehouse; `ref` the entity's id; `label` its key."""

    kind: str
    ref: int
    folded: str
    label: str


class Names:
    """The names within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def call(self, kind: str, ref: int, label: str, folded: Iterable[str]) -> None:
        """From now on this entity has exactly these names."""
        await self.call_all(kind, [(ref, label, folded)])

    async def call_all(self, kind: str, called: Sequence[tuple[int, str, Iterable[str]]]) -> None:
        """From now on these entities have exactly these names: id, label and folded names of each."""
        refs = [ref for ref, _, _ in called]
        await self._connection.run(sa.delete(names).where(names.c.kind == kind, names.c.ref.in_(refs)))
        rows = [
            {"kind": kind, "ref": ref, "folded": name[:128], "label": label[:128]}
            for ref, label, folded in called
            for name in dict.fromkeys(folded)
            if name
        ]
        if rows:
            await self._connection.run(sa.insert(names), rows)

    async def known(self, folded: Iterable[str]) -> Sequence[KnownName]:
        """Everything that bears one of these names."""
        wanted = sorted(set(folded))
        columns = [names.c[name] for name in KnownName.__slots__]
        query = sa.select(*columns).where(names.c.folded.in_(wanted)).order_by(names.c.id).limit(500)
        return [KnownName(**row._mapping) for row in await self._connection.all(query)] if wanted else ()

    async def of_kind(self, kind: str) -> Sequence[KnownName]:
        """All names of a kind (for kinds of which there are few: warehouses)."""
        columns = [names.c[name] for name in KnownName.__slots__]
        query = sa.select(*columns).where(names.c.kind == kind).order_by(names.c.id).limit(500)
        return [KnownName(**row._mapping) for row in await self._connection.all(query)]
