"""Whatever happened, every number of every summary is the length of the list that it opens."""

from datetime import timedelta
from random import Random

import pytest

from domain.approvals import Verdict
from domain.digests import Part, Span
from domain.members import Member, Role
from handlers.digests.gathering import gathered, listed, own_scope, team_scope
from handlers.digests.showing import detail_of, digest_card
from tests.handlers.digests.scene import Scene
from tests.makers import NOW, a_member, asked


async def something_happens(scene: Scene, people: list[Member], chance: Random) -> None:
    """A record of some kind, of somebody, within a month around now."""
    who, other = chance.choice(people), chance.choice(people)
    at = NOW + timedelta(hours=chance.randint(-400, 400))
    local = scene.company.calendar.office_time(at).strftime("%Y-%m-%dT%H:%M")
    match chance.choice(list(Part)):
        case Part.FOLLOW_UPS:
            await scene.follow_up(who, "谈了", chance.randint(0, 9), local)
        case Part.CUSTOMERS:
            await scene.customer(f"客户{chance.random()}", chance.choice([who, None]), local)
        case Part.WAITING:
            await scene.approval(who, other, "用车")
        case Part.DECIDED:
            await scene.approval(who, other, "请假", chance.choice(list(Verdict)))
        case Part.DONE:
            task = await scene.task(who, "做完", "2025-06-20")
            await scene.work.tasks.save(task.done(other, at))
        case _:
            await scene.task(who, "要做", f"2025-06-{chance.randint(10, 30):02d}")


@pytest.mark.parametrize("seed", range(8))
async def test_numbers_reconcile(scene: Scene, seed: int) -> None:
    chance = Random(seed)
    admin = await a_member(scene.work, "沈总", Role.ADMIN)
    people = [scene.gao, scene.zhou, scene.li, scene.wang, admin]
    for _ in range(40):
        await something_happens(scene, people, chance)

    for reader in people:
        request = asked(scene.work, reader)
        sight = await request.sight()
        for scope in (own_scope(reader), team_scope(sight)):
            for span in (Span.day(request.today), Span.week(request.today), Span.month(request.today)):
                digest = await gathered(span, scope, request)
                lengths = {str(part): len(await listed(part, span, scope, request)) for part in Part}
                shown = {line.label: int(line.text) for line in digest_card(digest, {}, request, linked=False).lines}
                assert {label: shown.get(label, 0) for label in lengths} == lengths
                by_member = digest.by_member(Part.FOLLOW_UPS)
                assert sum(by_member.values()) == lengths[Part.FOLLOW_UPS]
                for member, count in by_member.items():
                    theirs = own_scope(await scene.work.members.by_id(member))
                    assert len(await listed(Part.FOLLOW_UPS, span, theirs, request)) == count
                assert all(detail_of(part, span, scope).typed() for part in Part)
