"""Brings a database to the newest schema, and tells where it stands."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.work import Database, metadata

SCRIPTS = Path(__file__).parent / "migrations"


async def upgrade(database: Database) -> None:
    """Run every migration that is missing, in one transaction; several replicas may try at once."""
    await database.sync(_upgrade)


async def pending(database: Database) -> str:
    """What keeps the schema from being the newest: "" when nothing does."""
    current = await database.sync(_current)
    newest = _script().get_current_head()
    return "" if current == newest else f"schema is at {current or 'nothing'}, expected {newest}: run gendan migrate"


async def drift(database: Database) -> list[object]:
    """How the tables differ from what the code declares (for tests); empty when migrations are complete."""
    return await database.sync(_drift)


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def _script() -> Any:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7205759)"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: sa.Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _drift(connection: sa.Connection) -> list[object]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    return list(compare_metadata(MigrationContext.configure(connection), metadata))
