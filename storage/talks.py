"""Where each conversation stands: what was understood last, and what is being asked."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.connection import Connection, inserting
from storage.schema import Id, Json, Utc, metadata

talks = sa.Table(
    "talks",
    metadata,
    sa.Column("member", Id, primary_key=True, autoincrement=False),
    sa.Column("place", sa.String(256), primary_key=True),
    sa.Column("state", Json, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
)


class Talks:
    """The conversations within one unit of work; `place` is channel and address."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def load(self, member: int, place: str) -> dict[str, Any]:
        """The state of a member's conversation, empty when there was none."""
        query = sa.select(talks.c.state).where(talks.c.member == member, talks.c.place == place[:256])
        row = await self._connection.first(query)
        return dict(row.state) if row else {}

    async def keep(self, member: int, place: str, state: dict[str, Any], at: datetime) -> None:
        """The state from now on."""
        row = {"member": member, "place": place[:256], "state": state, "changed_at": at}
        insert = inserting(self._connection, talks).values(row)
        changed = {"state": insert.excluded.state, "changed_at": insert.excluded.changed_at}
        await self._connection.run(insert.on_conflict_do_update(index_elements=["member", "place"], set_=changed))
