"""Databases on a real PostgreSQL for tests that ask for one: each its own, made from one migrated template."""

import asyncio
import os
import secrets
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from storage.migrate import upgrade
from storage.work import Database

ADDRESS = os.environ.get("GENDAN_TEST_POSTGRES", "")
"""`postgresql://user@host/database`; empty: there is none, and tests that need it say so."""

PREFIX = "gendan_test_"


def named(database: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(ADDRESS)._replace(path=f"/{database}"))


def run(statement: str) -> None:
    """Run one statement outside of any transaction."""

    async def work() -> None:
        connection = await asyncpg.connect(ADDRESS)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(work())


def make_template() -> str:
    """A migrated database that others are copied from; its name."""
    name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
    run(f'CREATE DATABASE "{name}"')

    async def migrate() -> None:
        database = Database.at(named(name))
        try:
            await upgrade(database)
        finally:
            await database.close()

    asyncio.run(migrate())
    return name


def copy_of(template: str) -> str:
    """A database of its own; its name."""
    name = f"{template}_{secrets.token_hex(4)}"
    run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def drop(name: str) -> None:
    """Remove a database, whoever is connected."""
    run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
