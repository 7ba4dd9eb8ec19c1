"""Tasks: whose, when due, when done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.members import Sight
from domain.tasks import Task, TaskState
from storage.collection import Collection
from storage.schema import Id, Utc, entity_table

tasks = entity_table(
    "tasks",
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("owner", Id, nullable=False),
    sa.Column("assigned_by", Id, nullable=False, index=True),
    sa.Column("customer", Id, index=True),
    sa.Column("due_at", Utc),
    sa.Column("hour_named", sa.Boolean, nullable=False),
    sa.Column("remind_at", Utc),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("source", sa.String(32), nullable=False, index=True),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("settled_at", Utc, index=True),
    sa.Index("ix_tasks_owner_state", "owner", "state"),
    sa.Index("ix_tasks_state_due_at", "state", "due_at"),
)

OPEN = tasks.c.state == TaskState.OPEN
IN_ORDER = (tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id)
"""Overdue ones first, those without a deadline last."""


class Tasks(Collection[Task]):
    """What people have to do."""

    table = tasks
    entity = Task

    async def open_of(self, owner: int) -> Sequence[Task]:
        """A member's open tasks, the longest overdue first, without a deadline last."""
        return await self._sorted(OPEN, tasks.c.owner == owner)

    async def given_by(self, member: int) -> Sequence[Task]:
        """Open tasks that a member gave to others, in the same order."""
        return await self._sorted(OPEN, tasks.c.assigned_by == member, tasks.c.owner != member)

    async def open_for_customer(self, customer: int) -> Sequence[Task]:
        """Open tasks about a customer, in the same order."""
        return await self._sorted(OPEN, tasks.c.customer == customer)

    async def about_customer(self, customer: int, limit: int) -> Sequence[Task]:
        """The latest tasks about a customer, whatever became of them, newest first."""
        query = sa.select(tasks).where(tasks.c.customer == customer)
        return await self._all(query.order_by(tasks.c.created_at.desc(), tasks.c.id.desc()).limit(limit))

    async def open_from(self, source: str) -> Sequence[Task]:
        """Open tasks that come from the record with this number."""
        return await self._sorted(OPEN, tasks.c.source == source)

    async def overdue(self, at: datetime, sight: Sight | None = None) -> Sequence[Task]:
        """Open tasks whose deadline is over by `at`, of the owners that `sight` covers (None: of all)."""
        return await self._sorted(OPEN, tasks.c.due_at <= at, *_seen(sight))

    async def _sorted(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Task]:
        query: sa.Select[Any] = sa.select(tasks).where(*conditions).order_by(*IN_ORDER)
        return await self._all(query)


def _seen(sight: Sight | None) -> tuple[sa.ColumnElement[bool], ...]:
    if sight is None or sight.everything:
        return ()
    return (tasks.c.owner.in_(sorted(sight.owners)),)
