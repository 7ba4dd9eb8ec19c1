"""Connections that are awaited, whatever drives them below."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

T = TypeVar("T")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

WAL_TRIES = 100
WAL_PAUSE = 0.05

READERS = 2
"""Connections that only read, beside the one that writes (SQLite)."""


class Connection(Protocol):
    """One transaction's connection. `dialect` is `sqlite` or `postgresql`."""

    dialect: str

    async def all(self, statement: sa.Executable, parameters: Parameters = None) -> Sequence[sa.Row[Any]]:
        """All rows."""

    async def first(self, statement: sa.Executable, parameters: Parameters = None) -> sa.Row[Any] | None:
        """The first row, or None."""

    async def run(self, statement: sa.Executable, parameters: Parameters = None) -> int:
        """The number of rows that matched."""


def inserting(connection: Connection, table: sa.Table) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the connection; both are written alike."""
    return cast(sqlite.Insert, postgresql.insert(table)) if connection.dialect == "postgresql" else sqlite.insert(table)


class Driver(Protocol):
    """Makes transactions on one kind of database."""

    def begin(self) -> Any:
        """An async context manager of a writing transaction's Connection."""

    def read(self) -> Any:
        """An async context manager of a Connection that only reads."""

    async def sync(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` with a plain SQLAlchemy connection in a transaction (migrations, imports)."""

    async def close(self) -> None:
        """Let go of everything."""


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _ThreadConnection:
    """A synchronous connection whose every statement runs in its own thread."""

    dialect = "sqlite"

    def __init__(self, connection: sa.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    async def hop(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def all(self, statement: sa.Executable, parameters: Parameters = None) -> Sequence[sa.Row[Any]]:
        return await self.hop(lambda: self._connection.execute(statement, parameters).all())

    async def first(self, statement: sa.Executable, parameters: Parameters = None) -> sa.Row[Any] | None:
        return await self.hop(lambda: self._connection.execute(statement, parameters).first())

    async def run(self, statement: sa.Executable, parameters: Parameters = None) -> int:
        return await self.hop(lambda: self._connection.execute(statement, parameters).rowcount)


class SqliteDriver:
    """SQLite in WAL: one thread writes, a few read; transactions that write start with BEGIN IMMEDIATE."""

    def __init__(self, path: str) -> None:
        self._engine = sa.create_engine(
            f"sqlite:///{path}",
            poolclass=sa.NullPool,
            connect_args={"check_same_thread": False, "timeout": 15},
            json_serializer=_dumps,
            hide_parameters=True,
        )
        sa.event.listen(self._engine, "connect", _prepare_sqlite)
        sa.event.listen(self._engine, "begin", _leave_begin_to_us)
        self._turn = asyncio.Lock()
        self._writer: _ThreadConnection | None = None
        self._readers: asyncio.Queue[_ThreadConnection] = asyncio.Queue()
        self._opened = 0
        self._threads: list[ThreadPoolExecutor] = []

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Connection]:
        async with self._turn:
            self._writer = self._writer or await self._open()
            async with self._transaction(self._writer, "BEGIN IMMEDIATE") as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        if self._readers.empty() and self._opened < READERS:
            await self._open_reader()
        reader = await self._readers.get()
        try:
            async with self._transaction(reader, "BEGIN") as connection:
                yield connection
        finally:
            self._readers.put_nowait(reader)

    async def _open_reader(self) -> None:
        self._opened += 1
        try:
            self._readers.put_nowait(await self._open())
        except BaseException:
            self._opened -= 1
            raise

    @asynccontextmanager
    async def _transaction(self, connection: _ThreadConnection, begin: str) -> AsyncIterator[_ThreadConnection]:
        raw = connection._connection
        try:
            await connection.hop(lambda: raw.exec_driver_sql(begin))
            yield connection
        except BaseException:
            await asyncio.shield(connection.hop(raw.rollback))
            raise
        try:
            await asyncio.shield(connection.hop(raw.commit))
        except Exception:
            await connection.hop(raw.rollback)
            raise

    async def sync(self, work: Callable[[sa.Connection], T]) -> T:
        def whole() -> T:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                result = work(connection)
                connection.commit()
                return result

        async with self._turn:
            return await asyncio.get_running_loop().run_in_executor(None, whole)

    async def _open(self) -> _ThreadConnection:
        thread = ThreadPoolExecutor(1, "sqlite")
        self._threads.append(thread)
        raw = await asyncio.get_running_loop().run_in_executor(thread, self._engine.connect)
        return _ThreadConnection(raw, thread)

    async def close(self) -> None:
        async with self._turn:
            connections = [self._writer] if self._writer else []
            while not self._readers.empty():
                connections.append(self._readers.get_nowait())
            for connection in connections:
                await connection.hop(connection._connection.close)
            for thread in self._threads:
                thread.shutdown(wait=False)
            self._writer, self._opened = None, 0
            self._threads.clear()
            self._engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=15000")
    _into_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _into_wal(connection: Any) -> None:
    """The first to open a new file changes its mode; SQLite refuses the others meanwhile instead of waiting."""
    for attempt in range(WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == WAL_TRIES - 1:
                raise
            time.sleep(WAL_PAUSE)


def _leave_begin_to_us(_connection: Any) -> None:
    """SQLAlchemy begins nothing by itself: the driver says BEGIN IMMEDIATE or BEGIN."""


class _AsyncConnection:
    dialect = "postgresql"

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self, statement: sa.Executable, parameters: Parameters = None) -> Sequence[sa.Row[Any]]:
        return (await self._connection.execute(statement, parameters)).all()

    async def first(self, statement: sa.Executable, parameters: Parameters = None) -> sa.Row[Any] | None:
        return (await self._connection.execute(statement, parameters)).first()

    async def run(self, statement: sa.Executable, parameters: Parameters = None) -> int:
        return (await self._connection.execute(statement, parameters)).rowcount


class PostgresDriver:
    """PostgreSQL by asyncpg; any number of processes."""

    def __init__(self, url: str, *, schema: str | None = None) -> None:
        address = url.replace("postgresql://", "postgresql+asyncpg://", 1)
        settings = {"search_path": schema} if schema else {}
        self._engine: AsyncEngine = create_async_engine(
            address,
            pool_size=8,
            max_overflow=8,
            pool_pre_ping=True,
            json_serializer=_dumps,
            hide_parameters=True,
            connect_args={"timeout": 10, "server_settings": {**settings, "application_name": "gendan"}},
        )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Connection]:
        async with self._engine.begin() as connection:
            yield _AsyncConnection(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        async with self._engine.connect() as connection:
            yield _AsyncConnection(connection)

    async def sync(self, work: Callable[[sa.Connection], T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def driver_of(url: str) -> Driver:
    """The driver for `sqlite:///FILE` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        return SqliteDriver(url.removeprefix("sqlite:///"))
    return PostgresDriver(url)
