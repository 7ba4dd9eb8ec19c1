"""Work: one transaction and its collections; Database begins and ends it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Self, TypeVar

import sqlalchemy as sa

from domain.entity import Entity, Event
from storage.approvals import Approvals
from storage.cards import Cards
from storage.collection import Collection
from storage.connection import Connection, Driver, driver_of
from storage.customers import Customers
from storage.digests import Digests
from storage.files import Files
from storage.follow_ups import FollowUps
from storage.inbox import Inbox
from storage.journal import Author, Journal
from storage.members import Members
from storage.names import Names
from storage.outbox import Outbox
from storage.questions import Questions
from storage.reminders import Reminders
from storage.schema import metadata
from storage.settings import Settings
from storage.stock import Products, Stock, Warehouses
from storage.talks import Talks
from storage.tasks import Tasks
from storage.timers import Timers

__all__ = ["Database", "Work", "metadata"]

T = TypeVar("T")


class Work:
    """What a handler holds. It is committed by whoever began it, never by the handler."""

    def __init__(self, connection: Connection, author: Author) -> None:
        self.author = author
        self.happened: list[Event] = []
        self.connection = connection
        self.inbox = Inbox(connection)
        self.outbox = Outbox(connection)
        self.timers = Timers(connection)
        self.cards = Cards(connection)
        self.names = Names(connection)
        self.talks = Talks(connection)
        self.files = Files(connection)
        self.settings = Settings(connection)
        self.digests = Digests(connection)
        self.journal = Journal(connection, author)
        self.members = Members(connection, self.journal, self.happened)
        self.customers = Customers(connection, self.journal, self.happened)
        self.follow_ups = FollowUps(connection, self.journal, self.happened)
        self.products = Products(connection, self.journal, self.happened)
        self.warehouses = Warehouses(connection, self.journal, self.happened)
        self.stock = Stock(connection, self.journal, self.happened)
        self.tasks = Tasks(connection, self.journal, self.happened)
        self.reminders = Reminders(connection, self.journal, self.happened)
        self.approvals = Approvals(connection, self.journal, self.happened)
        self.questions = Questions(connection, self.journal, self.happened)

    def collections(self) -> Sequence[Collection[Any]]:
        """Every collection of entities, for undo and the journal."""
        return [value for value in vars(self).values() if isinstance(value, Collection)]

    def collection(self, kind: str) -> Collection[Any]:
        """The collection of entities of this kind.

        Raises:
            KeyError: there is none.
        """
        for collection in self.collections():
            if collection.entity.kind == kind:
                return collection
        raise KeyError(kind)

    async def hanging_on(self, entity: Entity) -> Sequence[Entity]:
        """What refers to this entity, of every kind."""
        return [other for collection in self.collections() for other in await collection.hanging_on(entity)]


class Database:
    """The one door to storage."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    @classmethod
    def at(cls, url: str) -> Self:
        """The database at `sqlite:///FILE` or `postgresql://…`."""
        return cls(driver_of(url))

    @asynccontextmanager
    async def begin(
        self, at: datetime, *, actor: int | None = None, cause: str = "", act: str = ""
    ) -> AsyncIterator[Work]:
        """A unit of work: committed when the block ends, rolled back when it raises."""
        async with self._driver.begin() as connection:
            yield Work(connection, Author(at, actor, cause, act))

    @asynccontextmanager
    async def read(self, at: datetime) -> AsyncIterator[Work]:
        """A unit of work that only reads; it never waits for writers."""
        async with self._driver.read() as connection:
            yield Work(connection, Author(at))

    async def sync(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` with a plain SQLAlchemy connection in one transaction (migrations)."""
        return await self._driver.sync(work)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._driver.close()
