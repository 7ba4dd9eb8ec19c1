"""Entities one to a row, saved with a version check, published and journalled."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter

from domain.entity import Entity, Event
from domain.errors import NotFound
from storage.connection import Connection
from storage.journal import Journal

E = TypeVar("E", bound=Entity)

NUMBER = re.compile(r"#?\s*([A-Za-z])\s*[-－]?\s*0*(\d{1,12})")
"""A record's number as people type it, alone."""

WRITTEN = re.compile(r"(?<![A-Za-z])([A-Z])-(\d{6,12})(?!\d)")
"""A record's number as we write it, inside a text."""


class StaleEntity(Exception):
    """Somebody else saved the entity meanwhile; the message is run again from the top."""


_ADAPTERS: dict[type[Entity], TypeAdapter[Any]] = {}


def adapter(entity: type[Entity]) -> TypeAdapter[Any]:
    """What turns rows into this entity and back."""
    if entity not in _ADAPTERS:
        _ADAPTERS[entity] = TypeAdapter(entity)
    return _ADAPTERS[entity]


class Collection(Generic[E]):
    """Entities of one kind within one unit of work. Subclasses name `table` and `entity` and add finders."""

    table: ClassVar[sa.Table]
    entity: ClassVar[type[Entity]]

    def __init__(self, connection: Connection, journal: Journal, happened: list[Event]) -> None:
        self._connection = connection
        self._journal = journal
        self._happened = happened

    async def save(self, entity: E) -> E:
        """Keep it, publish its events, note before and after; the entity as it stands now.

        An event of a new entity that names it by its kind (`customer=0`) is published with the id it got.

        Raises:
            StaleEntity: it was saved elsewhere since it was loaded.
        """
        saved = await (self._insert(entity) if entity.id == 0 else self._update(entity))
        self._happened.extend(_about(event, saved) for event in entity.events)
        return saved

    async def add_all(self, entities: Sequence[E]) -> Sequence[E]:
        """Keep entities that are new, in a few statements however many they are; as they stand now, in their order."""
        if not entities:
            return ()
        fresh = [replace(entity, version=1, events=()) for entity in entities]
        rows = [{name: value for name, value in self._row(entity).items() if name != "id"} for entity in fresh]
        insert = sa.insert(self.table).returning(self.table.c.id, sort_by_parameter_order=True)
        ids = [row.id for row in await self._connection.all(insert, rows)]
        saved = [replace(entity, id=id_) for entity, id_ in zip(fresh, ids, strict=True)]
        await self._journal.note_all(self.entity.kind, [(entity.id, None, self.dump(entity)) for entity in saved])
        for entity in entities:
            self._happened.extend(entity.events)
        return saved

    async def remove(self, entity: E) -> None:
        """Take the row out; the journal keeps what it was.

        Raises:
            StaleEntity: it was saved elsewhere since it was loaded.
        """
        table = self.table
        gone = sa.delete(table).where(table.c.id == entity.id, table.c.version == entity.version)
        if await self._connection.run(gone) != 1:
            raise StaleEntity(entity.number)
        await self._journal.note(entity.kind, entity.id, self.dump(entity), None)

    async def restore(self, values: dict[str, Any]) -> E:
        """Bring a removed entity back from the journal's `before`, with its old id."""
        entity: E = adapter(self.entity).validate_python(values)
        await self._connection.run(sa.insert(self.table).values(self._row(entity)))
        await self._journal.note(entity.kind, entity.id, None, self.dump(entity))
        return entity

    async def find(self, entity_id: int) -> E | None:
        """The entity with this id, or None."""
        return await self._one(self.table.c.id == entity_id)

    async def by_id(self, entity_id: int) -> E:
        """The entity with this id.

        Raises:
            NotFound: there is none.
        """
        found = await self.find(entity_id)
        if found is None:
            raise NotFound(what=self.entity.noun, name=f"{self.entity.letter}-{entity_id:06d}")
        return found

    async def by_number(self, number: str) -> E:
        """The entity with this number as people type it: `F-000123`, `f123`, `#F-123`.

        Raises:
            NotFound: there is none, or the number is of another kind.
        """
        match = NUMBER.fullmatch(number.strip())
        found = await self.find(int(match[2])) if match and match[1].upper() == self.entity.letter else None
        if found is None:
            raise NotFound(what=self.entity.noun, name=number.upper())
        return found

    async def by_ids(self, ids: Sequence[int]) -> dict[int, E]:
        """The entities with these ids, by id; ids that are not there are left out."""
        rows = await self._all(sa.select(self.table).where(self.table.c.id.in_(set(ids)))) if ids else ()
        return {entity.id: entity for entity in rows}

    async def hanging_on(self, other: Entity) -> Sequence[E]:
        """The entities that refer to the other by its id, in the column named after its kind; oldest first."""
        column = self.table.c.get(other.kind)
        if column is None or not isinstance(column.type, sa.Integer):
            return ()
        query = sa.select(self.table).where(column == other.id)
        return await self._all(query.order_by(self.table.c.id))

    def dump(self, entity: E) -> dict[str, Any]:
        """The entity as JSON values, for the journal."""
        return dict(adapter(self.entity).dump_python(entity, mode="json", exclude={"events"}))

    async def _insert(self, entity: E) -> E:
        fresh = replace(entity, version=1, events=())
        values = self._row(fresh)
        del values["id"]
        row = await self._connection.first(sa.insert(self.table).values(values).returning(self.table.c.id))
        assert row is not None
        saved = replace(fresh, id=row.id)
        await self._journal.note(saved.kind, saved.id, None, self.dump(saved))
        return saved

    async def _update(self, entity: E) -> E:
        table = self.table
        before = await self._one(table.c.id == entity.id)
        if before is None or before.version != entity.version:
            raise StaleEntity(entity.number)
        saved = replace(entity, version=entity.version + 1, events=())
        statement = sa.update(table).where(table.c.id == entity.id, table.c.version == entity.version)
        if await self._connection.run(statement.values(self._row(saved))) != 1:
            raise StaleEntity(entity.number)
        await self._journal.note(saved.kind, saved.id, self.dump(before), self.dump(saved))
        return saved

    def _row(self, entity: E) -> dict[str, Any]:
        dumped = self.dump(entity)
        return {
            column.name: dumped[column.name] if isinstance(column.type, sa.JSON) else getattr(entity, column.name)
            for column in self.table.columns
            if column.name in dumped
        }

    async def _one(self, *conditions: sa.ColumnElement[bool]) -> E | None:
        row = await self._connection.first(sa.select(self.table).where(*conditions).limit(1))
        return None if row is None else self._entity(row)

    async def _all(self, query: sa.Select[Any]) -> Sequence[E]:
        return [self._entity(row) for row in await self._connection.all(query)]

    def _entity(self, row: sa.Row[Any]) -> E:
        loaded: E = adapter(self.entity).validate_python(dict(row._mapping))
        return loaded


def _about(event: Event, saved: Entity) -> Event:
    """The event with the id that the entity got by being saved: in its field named after the entity's kind."""
    return replace(event, **{saved.kind: saved.id}) if getattr(event, saved.kind, None) == 0 else event
