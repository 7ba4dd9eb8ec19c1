"""Metadata and column types; each capability declares its tables beside its collection."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps sortable ISO text, PostgreSQL a `timestamptz`."""

    impl = sa.String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.String(32))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive moment cannot be kept: {value!r}")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC)


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
"""A small part of an aggregate, or a message; Chinese stays readable (engines are made with `ensure_ascii` off)."""

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""The type of ids and of what refers to them."""


def entity_table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    """A table for an entity: `id` (never used again), `version`, and these columns, named like its fields."""
    return sa.Table(
        name,
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False),
        *columns,
        sqlite_autoincrement=True,
    )
