"""Approvals found by who is concerned, by customer, by time."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.approvals import Approval, Decision, Mode, Step, Verdict
from domain.members import Member
from storage.work import Database, Work
from tests.makers import NOW

HOUR = timedelta(hours=1)
GAO, JING, ZHOU, WANG = 2, 4, 3, 5


@pytest.fixture
async def work(database: Database) -> AsyncIterator[Work]:
    """A unit of work on an empty database."""
    async with database.begin(NOW) as work:
        yield work


def fresh(applicant: int = ZHOU, *, hours: int = 0, customer: int | None = None, cc: tuple[int, ...] = ()) -> Approval:
    return Approval(
        type="expense",
        label="报销",
        title="差旅报销",
        applicant=applicant,
        customer=customer,
        fields={"amount": 100},
        facts=(("金额", "1元"),),
        steps=(Step(name="上级", approvers=(GAO,)), Step(name="财务", approvers=(JING, WANG), mode=Mode.ALL)),
        cc=cc,
        requested_at=NOW + hours * HOUR,
    ).submitted()


def says(by: int, hours: int, verdict: Verdict = Verdict.APPROVED) -> Decision:
    return Decision(by=by, verdict=verdict, at=NOW + hours * HOUR, reason="好")


async def test_a_request_comes_back_as_it_was_saved(work: Work) -> None:
    saved = await work.approvals.save(fresh(cc=(9,)))
    decided = await work.approvals.save(saved.decided(says(GAO, 1)))

    assert await work.approvals.by_number("A1") == decided
    assert decided.steps[0].decisions[0].at == NOW + HOUR


async def test_a_request_waits_for_those_whose_turn_it_is(work: Work) -> None:
    first = await work.approvals.save(fresh(hours=1))
    second = await work.approvals.save(fresh())

    assert [a.id for a in await work.approvals.waiting_for(GAO)] == [second.id, first.id]
    assert await work.approvals.waiting_for(JING) == []

    await work.approvals.save(second.decided(says(GAO, 2)))
    assert [a.id for a in await work.approvals.waiting_for(GAO)] == [first.id]
    assert [a.id for a in await work.approvals.waiting_for(JING)] == [second.id]


async def test_what_is_over_waits_for_nobody(work: Work) -> None:
    saved = await work.approvals.save(fresh())
    await work.approvals.save(saved.withdrawn(Member(id=ZHOU, code="", name=""), NOW + HOUR))

    assert await work.approvals.waiting_for(GAO) == []


async def test_taking_a_request_out_and_bringing_it_back_keeps_the_lists_right(work: Work) -> None:
    saved = await work.approvals.save(fresh())
    values = work.approvals.dump(saved)
    await work.approvals.remove(saved)
    assert await work.approvals.waiting_for(GAO) == []

    await work.approvals.restore(values)
    assert [a.id for a in await work.approvals.waiting_for(GAO)] == [saved.id]


async def test_requests_are_found_by_who_made_and_who_decided_them(work: Work) -> None:
    first = await work.approvals.save(fresh())
    second = await work.approvals.save(fresh(hours=1))
    await work.approvals.save(fresh(WANG))
    await work.approvals.save(first.decided(says(GAO, 3)))
    await work.approvals.save(second.decided(says(GAO, 2)))

    assert [a.id for a in await work.approvals.made_by(ZHOU, limit=5)] == [second.id, first.id]
    assert [a.id for a in await work.approvals.made_by(ZHOU, limit=1)] == [second.id]
    assert [a.id for a in await work.approvals.decided_by(GAO, limit=5)] == [first.id, second.id]


async def test_requests_are_found_by_customer(work: Work) -> None:
    first = await work.approvals.save(fresh(customer=7))
    second = await work.approvals.save(fresh(customer=7, hours=1))
    await work.approvals.save(fresh(customer=8))
    await work.approvals.save(second.decided(says(GAO, 2, Verdict.REJECTED)))

    assert [a.id for a in await work.approvals.about_customer(7, 5)] == [second.id, first.id]
    assert [a.id for a in await work.approvals.about_customer(7, 1)] == [second.id]
    assert [a.id for a in await work.approvals.open_about(7)] == [first.id]
