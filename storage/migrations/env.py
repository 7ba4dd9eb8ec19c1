"""Alembic's entry: runs migrations on the connection it is given, or on `-x url=…` from the command line."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from storage.schema import Utc
from storage.work import metadata


def _plain_types(kind: str, thing: Any, autogen: Any) -> str | Literal[False]:
    """Our column types as plain `sa` types, so that an old migration never imports today's code."""
    if kind == "type" and isinstance(thing, Utc):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.String(length=32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")'
    return False


def _migrate(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=_plain_types,
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _migrate(given)
else:
    engine = sa.create_engine(context.get_x_argument(as_dictionary=True)["url"])
    with engine.connect() as fresh, fresh.begin():
        _migrate(fresh)
