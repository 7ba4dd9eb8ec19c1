"""Small things the service has to remember: the key its links are signed with, when a directory was last read."""

from typing import Any

import sqlalchemy as sa

from storage.connection import Connection, inserting
from storage.schema import Json, metadata

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", Json, nullable=False),
)


class Settings:
    """The settings within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, name: str) -> Any:
        """The value, None when it was never set."""
        row = await self._connection.first(sa.select(settings.c.value).where(settings.c.name == name))
        return row.value if row else None

    async def set(self, name: str, value: Any) -> None:
        """The value from now on."""
        insert = inserting(self._connection, settings).values(name=name, value=value)
        await self._connection.run(
            insert.on_conflict_do_update(index_elements=["name"], set_={"value": insert.excluded.value})
        )

    async def forget(self, prefix: str, value: Any) -> int:
        """Forget every setting whose name begins so and whose value is this; how many there were."""
        mine = sa.select(settings).where(settings.c.name.startswith(prefix, autoescape=True))
        names = [row.name for row in await self._connection.all(mine) if row.value == value]
        await self._connection.run(sa.delete(settings).where(settings.c.name.in_(names)))
        return len(names)

    async def offer(self, name: str, value: Any) -> Any:
        """The value that stands from now on: this one, unless somebody has set one already."""
        await self._connection.run(
            inserting(self._connection, settings).values(name=name, value=value).on_conflict_do_nothing()
        )
        return await self.get(name)
