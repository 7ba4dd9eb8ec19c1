"""Questions to experts."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.questions import ExpertQuestion, QuestionState
from storage.collection import Collection
from storage.schema import Id, Json, Utc, entity_table

questions = entity_table(
    "questions",
    sa.Column("asker", Id, nullable=False),
    sa.Column("expert", Id, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("customer", Id),
    sa.Column("product", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("turns", Json, nullable=False),
    sa.Column("before", Json, nullable=False),
    sa.Column("asked_at", Utc, nullable=False),
    sa.Column("waiting_since", Utc, nullable=False),
    sa.Column("answered_at", Utc),
    sa.Column("helpful", sa.Boolean),
    sa.Index("ix_questions_asker", "asker", "asked_at"),
    sa.Index("ix_questions_expert", "expert", "state"),
    sa.Index("ix_questions_customer", "customer", "asked_at"),
)


class Questions(Collection[ExpertQuestion]):
    """Questions to experts."""

    table = questions
    entity = ExpertQuestion

    async def open_for(self, expert: int) -> Sequence[ExpertQuestion]:
        """Questions that wait for this expert's answer, longest waiting first."""
        query = sa.select(questions).where(questions.c.expert == expert, questions.c.state == QuestionState.OPEN)
        return await self._all(query.order_by(questions.c.waiting_since, questions.c.id))

    async def busy(self) -> dict[int, int]:
        """How many open questions wait for each expert who has any, by member id."""
        query = (
            sa.select(questions.c.expert, sa.func.count().label("open"))
            .where(questions.c.state == QuestionState.OPEN)
            .group_by(questions.c.expert)
        )
        return {row.expert: row.open for row in await self._connection.all(query)}

    async def asked_by(self, asker: int, *, limit: int) -> Sequence[ExpertQuestion]:
        """Questions of this member, latest first."""
        query = sa.select(questions).where(questions.c.asker == asker)
        return await self._all(query.order_by(questions.c.asked_at.desc(), questions.c.id.desc()).limit(limit))

    async def about_customer(self, customer: int, limit: int) -> Sequence[ExpertQuestion]:
        """Questions about this customer, latest first."""
        query = sa.select(questions).where(questions.c.customer == customer)
        return await self._all(query.order_by(questions.c.asked_at.desc(), questions.c.id.desc()).limit(limit))

    async def open_about(self, customer: int) -> Sequence[ExpertQuestion]:
        """Questions about this customer that nobody has answered, oldest first."""
        query = sa.select(questions).where(questions.c.customer == customer, questions.c.state == QuestionState.OPEN)
        return await self._all(query.order_by(questions.c.asked_at, questions.c.id))
