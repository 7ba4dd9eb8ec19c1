"""Questions found by expert, asker, customer and time."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.members import Member
from domain.questions import ExpertQuestion
from storage.work import Database, Work
from tests.makers import NOW

HOUR = timedelta(hours=1)
ZHANG, MA, ZHOU = 9, 10, 3


@pytest.fixture
async def work(database: Database) -> AsyncIterator[Work]:
    """A unit of work on an empty database."""
    async with database.begin(NOW) as work:
        yield work


async def a_question(work: Work, expert: int = ZHANG, *, hours: int = 0, customer: int | None = None) -> ExpertQuestion:
    at = NOW + hours * HOUR
    fresh = ExpertQuestion(
        asker=ZHOU, expert=expert, content="支持信创吗", customer=customer, asked_at=at, waiting_since=at
    )
    return await work.questions.save(fresh.asked())


async def answer(work: Work, question: ExpertQuestion, hours: int) -> ExpertQuestion:
    expert = Member(id=question.expert, code="", name="")
    return await work.questions.save(question.answered(expert, "支持", NOW + hours * HOUR))


async def test_a_question_comes_back_as_it_was_saved(work: Work) -> None:
    saved = await answer(work, await a_question(work), 1)

    assert await work.questions.by_number("q1") == saved
    assert [getattr(event, "question", 0) for event in work.happened] == [1, 1]


async def test_open_questions_are_found_by_expert_and_counted(work: Work) -> None:
    late = await a_question(work, hours=1)
    early = await a_question(work)
    await a_question(work, MA)
    await answer(work, await a_question(work), 2)

    assert [q.id for q in await work.questions.open_for(ZHANG)] == [early.id, late.id]
    assert await work.questions.busy() == {ZHANG: 2, MA: 1}


async def test_questions_are_found_by_asker_and_customer(work: Work) -> None:
    first = await a_question(work, customer=7)
    second = await a_question(work, hours=1, customer=7)
    await answer(work, second, 2)

    assert [q.id for q in await work.questions.asked_by(ZHOU, limit=5)] == [second.id, first.id]
    assert [q.id for q in await work.questions.about_customer(7, 1)] == [second.id]
    assert [q.id for q in await work.questions.open_about(7)] == [first.id]
