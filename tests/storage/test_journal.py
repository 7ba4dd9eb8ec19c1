"""What undo and the audit read."""

from datetime import timedelta

from storage.work import Database
from tests.makers import NOW, a_member


async def test_a_person_s_acts_are_found_latest_first_until_they_are_undone(database: Database) -> None:
    member = 5
    for minutes, cause, kind in ((0, "m:1", "customer"), (1, "m:2", "follow_up"), (2, "m:3", "member")):
        async with database.begin(NOW + timedelta(minutes=minutes), actor=member, cause=cause) as work:
            await work.journal.note(kind, 1, None, {"n": minutes})
    async with database.begin(NOW, actor=6, cause="m:4") as work:
        await work.journal.note("customer", 2, None, {})
        kinds = ["customer", "follow_up"]
        journal = work.journal
        assert await journal.causes(member, NOW, entities=kinds) == ["m:2", "m:1"]
        assert await journal.causes(member, NOW + timedelta(minutes=2), entities=kinds) == []
        await journal.mark_undone("m:2", member, "m:9")
        assert await journal.causes(member, NOW, entities=kinds) == ["m:1"]
        [entry] = await journal.of_cause("m:2")
        assert (entry.undone_by, entry.entity, entry.after) == ("m:9", "follow_up", {"n": 1})


async def test_one_cause_of_two_people_is_one_act_of_each(database: Database) -> None:
    for actor in (5, 6):
        async with database.begin(NOW, actor=actor, cause="shared") as work:
            await work.journal.note("customer", actor, None, {})
    async with database.begin(NOW) as work:
        await work.journal.mark_undone("shared", 5, "m:9")
        [mine] = await work.journal.of_cause("shared", actor=5)
        [other] = await work.journal.of_cause("shared", actor=6)
    assert (mine.entity_id, mine.undone_by) == (5, "m:9")
    assert (other.entity_id, other.undone_by) == (6, None)


async def test_every_save_of_a_unit_of_work_bears_its_cause_in_order(database: Database) -> None:
    async with database.begin(NOW, actor=None, cause="import") as work:
        first, second = await a_member(work, "林一"), await a_member(work, "周二")
    async with database.read(NOW) as work:
        entries = await work.journal.of_cause("import")
    assert [(entry.entity, entry.entity_id) for entry in entries] == [("member", first.id), ("member", second.id)]
    assert entries[0].after is not None
    assert entries[0].after["name"] == "林一"
