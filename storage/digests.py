"""The lists of summaries, read straight from the tables; a summary's numbers are their lengths."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa

from domain.approvals import Approval, State
from domain.customers import Customer
from domain.digests import AS_OF_NOW, Item, Part, Period
from domain.entity import Entity
from domain.follow_ups import FollowUp
from domain.tasks import Task, TaskState
from storage.approvals import DECIDED, WAITING, approval_people, approvals
from storage.connection import Connection
from storage.customers import customers
from storage.follow_ups import follow_ups
from storage.journal import journal
from storage.tasks import tasks

Owners: TypeAlias = frozenset[int] | None
Found: TypeAlias = tuple[type[Entity], sa.Select[Any]]

IMPORTED = "import.customers"
"""The act that the journal has for customers out of a file."""

CALLED = sa.func.coalesce(sa.func.nullif(customers.c.short, ""), customers.c.name).label("called")


class Digests:
    """The lists of summaries within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def items(self, part: Part, period: Period, owners: Owners) -> Sequence[Item]:
        """One list, in the order of its moments; `owners` None is everybody's."""
        if part in AS_OF_NOW and not period.present:
            return ()
        entity, query = _found(part, period, owners)
        return [
            Item(
                number=f"{entity.letter}-{row.id:06d}",
                member=row.member,
                customer=row.called or "",
                text=row.text,
                at=row.at,
            )
            for row in await self._connection.all(query)
        ]


def _found(part: Part, period: Period, owners: Owners) -> Found:
    match part:
        case Part.FOLLOW_UPS:
            return FollowUp, _follow_ups(period, owners)
        case Part.CUSTOMERS:
            return Customer, _customers(period, owners)
        case Part.WAITING:
            return Approval, _waiting(owners)
        case Part.DECIDED:
            return Approval, _decided(period, owners)
        case Part.DONE:
            done = (tasks.c.state == TaskState.DONE, *_within(tasks.c.settled_at, period))
            return Task, _tasks(tasks.c.settled_at, owners, *done)
        case Part.OVERDUE:
            return Task, _tasks(tasks.c.due_at, owners, tasks.c.state == TaskState.OPEN, tasks.c.due_at <= period.now)
    coming = (tasks.c.due_at >= period.end, tasks.c.due_at < period.next_end)
    return Task, _tasks(tasks.c.due_at, owners, tasks.c.state == TaskState.OPEN, *coming)


def _follow_ups(period: Period, owners: Owners) -> sa.Select[Any]:
    return (
        _lines(follow_ups, follow_ups.c.member, follow_ups.c.content, follow_ups.c.at)
        .outerjoin(customers, customers.c.id == follow_ups.c.customer)
        .where(*_within(follow_ups.c.at, period), *_of(owners, follow_ups.c.member))
    )


def _customers(period: Period, owners: Owners) -> sa.Select[Any]:
    """Customers that somebody added; those that came with an import were customers before."""
    imported = sa.exists().where(
        journal.c.entity == Customer.kind,
        journal.c.entity_id == customers.c.id,
        journal.c.act == IMPORTED,
        journal.c.at == customers.c.created_at,
    )
    return _lines(customers, customers.c.owner, customers.c.name, customers.c.created_at).where(
        *_within(customers.c.created_at, period), *_of(owners, customers.c.owner), ~imported
    )


def _tasks(at: sa.Column[Any], owners: Owners, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        _lines(tasks, tasks.c.owner, tasks.c.content, at)
        .outerjoin(customers, customers.c.id == tasks.c.customer)
        .where(*conditions, *_of(owners, tasks.c.owner))
    )


def _waiting(owners: Owners) -> sa.Select[Any]:
    """Requests of these members, and those that wait for one of them."""
    return _approvals(approvals.c.title, approvals.c.requested_at, owners, WAITING).where(
        approvals.c.state == State.WAITING
    )


def _decided(period: Period, owners: Owners) -> sa.Select[Any]:
    """Requests of these members, and those that one of them decided, that came to their end."""
    verdict = sa.case((approvals.c.state == State.APPROVED, "同意: "), else_="驳回: ")
    return _approvals(verdict + approvals.c.title, approvals.c.ended_at, owners, DECIDED).where(
        approvals.c.state.in_((State.APPROVED, State.REJECTED)), *_within(approvals.c.ended_at, period)
    )


def _approvals(text: sa.ColumnElement[Any], at: sa.Column[Any], owners: Owners, part: str) -> sa.Select[Any]:
    lines = _lines(approvals, approvals.c.applicant, text, at)
    lines = lines.outerjoin(customers, customers.c.id == approvals.c.customer)
    if owners is None:
        return lines
    concerned = sa.select(approval_people.c.approval).where(
        approval_people.c.part == part, approval_people.c.member.in_(sorted(owners))
    )
    return lines.where(sa.or_(approvals.c.applicant.in_(sorted(owners)), approvals.c.id.in_(concerned)))


def _lines(table: sa.Table, member: sa.Column[Any], text: sa.ColumnElement[Any], at: sa.Column[Any]) -> sa.Select[Any]:
    columns = (table.c.id, member.label("member"), text.label("text"), at.label("at"), CALLED)
    return sa.select(*columns).select_from(table).order_by(at, table.c.id)


def _within(at: sa.Column[Any], period: Period) -> tuple[sa.ColumnElement[bool], ...]:
    return at >= period.start, at < period.end


def _of(owners: Owners, member: sa.Column[Any]) -> tuple[sa.ColumnElement[bool], ...]:
    return () if owners is None else (member.in_(sorted(owners)),)
