"""Follow-ups and their finders."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from domain.follow_ups import FollowUp
from storage.collection import Collection
from storage.schema import Id, Json, Utc, entity_table

follow_ups = entity_table(
    "follow_ups",
    sa.Column("customer", Id, nullable=False),
    sa.Column("member", Id, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("contacts", Json, nullable=False),
    sa.Column("amount", sa.BigInteger),
    sa.Column("next_at", sa.String(16), nullable=False),
    sa.Column("files", Json, nullable=False),
    sa.Column("place", sa.String(255), nullable=False),
    sa.Column("mentioned", Json, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_follow_ups_customer_at", "customer", "at"),
    sa.Index("ix_follow_ups_member_at", "member", "at"),
    sa.Index("ix_follow_ups_at", "at"),
)


class FollowUps(Collection[FollowUp]):
    """What was said at customers."""

    table = follow_ups
    entity = FollowUp

    async def about_customer(self, customer: int, limit: int) -> Sequence[FollowUp]:
        """The latest about a customer, newest first."""
        query = sa.select(follow_ups).where(follow_ups.c.customer == customer)
        return await self._all(query.order_by(follow_ups.c.at.desc(), follow_ups.c.id.desc()).limit(limit))

    async def between(self, start: datetime, end: datetime, members: Iterable[int]) -> Sequence[FollowUp]:
        """What these members logged in `[start, end)`, oldest first."""
        query = sa.select(follow_ups).where(
            follow_ups.c.at >= start, follow_ups.c.at < end, follow_ups.c.member.in_(list(members))
        )
        return await self._all(query.order_by(follow_ups.c.at, follow_ups.c.id))

    async def holding(self, file: int, member: int, since: datetime, until: datetime) -> FollowUp | None:
        """The follow-up of a member, logged in `[since, until)`, that this file belongs to."""
        query = sa.select(follow_ups).where(
            follow_ups.c.member == member, follow_ups.c.at >= since, follow_ups.c.at < until
        )
        return next((one for one in await self._all(query.order_by(follow_ups.c.id)) if file in one.files), None)

    async def latest_amount(self, customer: int) -> int | None:
        """The amount named last at a customer, fen."""
        mine = sa.select(follow_ups.c.amount).where(follow_ups.c.customer == customer, follow_ups.c.amount.is_not(None))
        row = await self._connection.first(mine.order_by(follow_ups.c.at.desc(), follow_ups.c.id.desc()).limit(1))
        return row.amount if row else None

    async def last_of(self, member: int, since: datetime) -> FollowUp | None:
        """The member's latest follow-up since then."""
        query = sa.select(follow_ups).where(follow_ups.c.member == member, follow_ups.c.at >= since)
        return next(iter(await self._all(query.order_by(follow_ups.c.id.desc()).limit(1))), None)
