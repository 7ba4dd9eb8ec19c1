"""Requests for approval, and who is concerned by each of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.approvals import Approval, State
from storage.collection import Collection
from storage.schema import Id, Json, Utc, entity_table, metadata

approvals = entity_table(
    "approvals",
    sa.Column("type", sa.String(48), nullable=False),
    sa.Column("label", sa.String(48), nullable=False),
    sa.Column("edition", sa.String(96), nullable=False),
    sa.Column("title", sa.String(256), nullable=False),
    sa.Column("applicant", Id, nullable=False),
    sa.Column("customer", Id),
    sa.Column("fields", Json, nullable=False),
    sa.Column("facts", Json, nullable=False),
    sa.Column("amount", sa.BigInteger),
    sa.Column("steps", Json, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("cc", Json, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("requested_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("urged_at", Utc),
    sa.Index("ix_approvals_applicant", "applicant", "requested_at"),
    sa.Index("ix_approvals_customer", "customer", "requested_at"),
)

approval_people = sa.Table(
    "approval_people",
    metadata,
    sa.Column("approval", Id, primary_key=True),
    sa.Column("member", Id, primary_key=True),
    sa.Column("part", sa.String(8), primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_approval_people_member", "member", "part", "at"),
)
"""Read from the steps at every save, so that lists by person stay fast.

`part` is WAITING (since `at`), DECIDED (last, at `at`) or COPIED.
"""

WAITING, DECIDED, COPIED = "waiting", "decided", "copied"


class Approvals(Collection[Approval]):
    """Requests for approval."""

    table = approvals
    entity = Approval

    async def save(self, entity: Approval) -> Approval:
        saved = await super().save(entity)
        await self._note_people(saved)
        return saved

    async def remove(self, entity: Approval) -> None:
        await super().remove(entity)
        await self._forget_people(entity.id)

    async def restore(self, values: dict[str, Any]) -> Approval:
        restored = await super().restore(values)
        await self._note_people(restored)
        return restored

    async def waiting_for(self, member: int) -> Sequence[Approval]:
        """Requests that this member can decide now, longest waiting first."""
        query = _with(member, WAITING).order_by(approval_people.c.at, approvals.c.id)
        return await self._all(query)

    async def made_by(self, applicant: int, *, limit: int) -> Sequence[Approval]:
        """Requests of this member, latest first."""
        query = sa.select(approvals).where(approvals.c.applicant == applicant)
        return await self._all(query.order_by(approvals.c.requested_at.desc(), approvals.c.id.desc()).limit(limit))

    async def decided_by(self, member: int, *, limit: int) -> Sequence[Approval]:
        """Requests that this member has decided in some step, latest decision first."""
        query = _with(member, DECIDED).order_by(approval_people.c.at.desc(), approvals.c.id.desc())
        return await self._all(query.limit(limit))

    async def about_customer(self, customer: int, limit: int) -> Sequence[Approval]:
        """Requests about this customer, latest first."""
        query = sa.select(approvals).where(approvals.c.customer == customer)
        return await self._all(query.order_by(approvals.c.requested_at.desc(), approvals.c.id.desc()).limit(limit))

    async def open_about(self, customer: int) -> Sequence[Approval]:
        """Requests about this customer that wait for somebody, oldest first."""
        query = sa.select(approvals).where(approvals.c.customer == customer, approvals.c.state == State.WAITING)
        return await self._all(query.order_by(approvals.c.requested_at, approvals.c.id))

    async def _note_people(self, approval: Approval) -> None:
        await self._forget_people(approval.id)
        rows = [
            {"approval": approval.id, "member": member, "part": part, "at": at}
            for (member, part), at in _people(approval).items()
        ]
        if rows:
            await self._connection.run(sa.insert(approval_people), rows)

    async def _forget_people(self, approval_id: int) -> None:
        await self._connection.run(sa.delete(approval_people).where(approval_people.c.approval == approval_id))


def _people(approval: Approval) -> dict[tuple[int, str], datetime]:
    step = approval.step
    since = (step.started_at if step else None) or approval.requested_at
    people = {(member, COPIED): approval.requested_at for member in approval.cc}
    people |= {(member, WAITING): since for member in approval.waiting}
    return people | {(decision.by, DECIDED): decision.at for decision in approval.decisions}


def _with(member: int, part: str) -> sa.Select[Any]:
    mine = sa.and_(approval_people.c.approval == approvals.c.id, approval_people.c.part == part)
    return sa.select(approvals).join(approval_people, mine).where(approval_people.c.member == member)
