"""Reminders: whose, when next."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.reminders import Reminder, ReminderState
from storage.collection import Collection
from storage.schema import Id, Utc, entity_table

reminders = entity_table(
    "reminders",
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("owner", Id, nullable=False),
    sa.Column("set_by", Id, nullable=False),
    sa.Column("customer", Id),
    sa.Column("next_at", Utc),
    sa.Column("hour_named", sa.Boolean, nullable=False),
    sa.Column("repeat", sa.String(16), nullable=False),
    sa.Column("clock", sa.String(5), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("settled_at", Utc),
    sa.Index("ix_reminders_owner_state", "owner", "state"),
)


class Reminders(Collection[Reminder]):
    """What is to be brought to people's minds."""

    table = reminders
    entity = Reminder

    async def to_come(self, owner: int) -> Sequence[Reminder]:
        """A member's reminders that will still come, the next first."""
        conditions = (
            reminders.c.state == ReminderState.ACTIVE,
            reminders.c.next_at.is_not(None),
            reminders.c.owner == owner,
        )
        return await self._all(sa.select(reminders).where(*conditions).order_by(reminders.c.next_at, reminders.c.id))
