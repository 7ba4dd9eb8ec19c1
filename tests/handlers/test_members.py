"""Members and the platforms' address books: what is news counts, what others have said stays."""

from dataclasses import replace

import pytest

from domain.directory import Listed
from domain.members import Member
from handlers.dialogue.request import Situation
from handlers.members import take_over
from storage.work import Work
from tests.makers import COMPANY, NOW, a_member

BOSS = Listed(account="boss", name="王敏", mobile="13900000001", department="销售部", leads=True)
REP = Listed(account="rep", name="周强", mobile="13900000002", department="销售部", superior="boss")


async def read(work: Work, *people: Listed, platform: str = "one") -> dict[str, Member]:
    """The members by name after this address book has been read."""
    await take_over(platform, people, Situation(at=NOW, work=work, company=COMPANY))
    return {member.name: member for member in await work.members.everybody()}


async def test_a_demotion_and_a_superior_taken_away_are_taken_over(work: Work) -> None:
    known = await read(work, BOSS, REP)
    assert known["王敏"].leads_department
    assert known["周强"].superior == known["王敏"].id
    known = await read(work, replace(BOSS, leads=False), replace(REP, superior=""))
    assert not known["王敏"].leads_department
    assert known["周强"].superior is None


async def test_what_an_import_said_stays_where_the_platform_says_nothing(work: Work) -> None:
    boss = await a_member(work, "王敏", mobile="13900000001", leads_department=True)
    await a_member(work, "周强", mobile="13900000002", superior=boss, department="华东")
    for _ in range(2):
        known = await read(work, replace(BOSS, leads=False), replace(REP, superior="", department=""))
        assert known["王敏"].leads_department
        assert (known["周强"].superior, known["周强"].department) == (boss.id, "华东")


async def test_who_was_disabled_by_hand_is_not_active_again_in_the_morning(work: Work) -> None:
    known = await read(work, BOSS, REP)
    await work.members.save(replace(known["周强"], active=False))
    assert not (await read(work, BOSS, REP))["周强"].active
    await read(work, BOSS, replace(REP, active=False))
    assert (await read(work, BOSS, REP))["周强"].active, "opened again by the platform"
    assert not (await read(work, BOSS))["周强"].active, "has left"
    assert (await read(work, BOSS, REP))["周强"].active, "is back"


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_person_with_two_accounts_is_active_while_one_of_them_is(work: Work, leaves: bool) -> None:
    gone = (BOSS,) if leaves else (BOSS, replace(REP, active=False))
    await read(work, BOSS, REP)
    await read(work, BOSS, REP, platform="two")
    assert (await read(work, *gone))["周强"].active
    assert (await read(work, BOSS, REP, platform="two"))["周强"].active
    assert not (await read(work, *gone, platform="two"))["周强"].active
