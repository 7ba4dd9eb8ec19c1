"""Saving, finding, removing and bringing back entities, on both databases."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from domain.customers import Contact, Customer
from domain.entity import Event
from domain.errors import NotFound
from domain.members import Member
from storage.collection import StaleEntity
from storage.work import Database
from tests.makers import NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted(Event):
    customer: int
    colour: str


def a_customer(name: str = "远山机械", **more) -> Customer:
    return Customer(name=name, core=name, created_at=NOW, touched_at=NOW, **more)


async def test_what_is_saved_is_found_as_it_was(database: Database) -> None:
    contacts = (Contact(name="王敏", title="采购经理", phone="13800000000"),)
    fresh = a_customer(aliases=("远山", "YS"), contacts=contacts, owner=None, shared_with=(3, 4))
    async with database.begin(NOW) as work:
        saved = await work.customers.save(fresh)
    assert (saved.version, saved.number) == (1, f"C-{saved.id:06d}")
    async with database.read(NOW) as work:
        assert await work.customers.find(saved.id) == saved == replace(fresh, id=saved.id, version=1)
        assert await work.customers.by_ids([saved.id, 999]) == {saved.id: saved}
        assert await work.customers.by_ids([]) == {}
        for typed in (saved.number, f"c{saved.id}", f"#C-{saved.id}", f" C － {saved.id:04d} "):
            assert await work.customers.by_number(typed) == saved


async def test_a_number_of_another_kind_or_of_nothing_is_refused(database: Database) -> None:
    async with database.begin(NOW) as work:
        saved = await work.customers.save(a_customer())
        for typed in (f"F-{saved.id:06d}", "C-000999", "C-", "", "远山", "C-9999999999999"):
            with pytest.raises(NotFound, match="客户"):
                await work.customers.by_number(typed)
        with pytest.raises(NotFound, match="C-000999"):
            await work.customers.by_id(999)
        assert await work.customers.find(999) is None


async def test_every_save_raises_the_version_and_an_older_copy_is_stale(database: Database) -> None:
    async with database.begin(NOW) as work:
        first = await work.customers.save(a_customer())
        second = await work.customers.save(replace(first, region="华东"))
        assert second.version == 2
        with pytest.raises(StaleEntity):
            await work.customers.save(replace(first, region="华南"))
        with pytest.raises(StaleEntity):
            await work.customers.remove(first)
        with pytest.raises(StaleEntity):
            await work.customers.save(replace(first, id=999))
        assert await work.customers.by_id(first.id) == second


async def test_two_who_change_the_same_entity_do_not_overwrite_each_other(database: Database) -> None:
    async with database.begin(NOW) as work:
        saved = await work.customers.save(a_customer())
    async with database.read(NOW) as one:
        mine = await one.customers.by_id(saved.id)
    async with database.begin(NOW) as other:
        await other.customers.save(replace(await other.customers.by_id(saved.id), region="华北"))
    with pytest.raises(StaleEntity):
        async with database.begin(NOW) as work:
            await work.customers.save(replace(mine, level="A"))
    async with database.read(NOW) as work:
        assert (await work.customers.by_id(saved.id)).region == "华北"
        assert len(await work.journal.of_entity("customer", saved.id)) == 2


async def test_before_and_after_are_journalled_with_who_and_why(database: Database) -> None:
    async with database.begin(NOW, actor=7, cause="m:12", act="customer.new") as work:
        saved = await work.customers.save(a_customer())
    later = NOW + timedelta(minutes=1)
    async with database.begin(later, actor=8, cause="m:13", act="undo") as work:
        await work.customers.remove(saved)
        assert await work.customers.find(saved.id) is None
        made, removed = await work.journal.of_entity("customer", saved.id)
        back = await work.customers.restore(dict(removed.before or {}))
        assert back == saved
    assert (made.at, made.actor, made.cause, made.act, made.before) == (NOW, 7, "m:12", "customer.new", None)
    assert (removed.actor, removed.cause, removed.after) == (8, "m:13", None)
    assert made.after == removed.before
    async with database.read(later) as work:
        assert await work.customers.by_id(saved.id) == saved
        history = await work.journal.of_entity("customer", saved.id)
        assert [(entry.before is None, entry.after is None) for entry in history] == [
            (True, False),
            (False, True),
            (True, False),
        ]


async def test_an_id_is_never_used_again(database: Database) -> None:
    async with database.begin(NOW) as work:
        first = await work.customers.save(a_customer())
        await work.customers.remove(first)
    async with database.begin(NOW) as work:
        assert (await work.customers.save(a_customer())).id > first.id


async def test_events_are_published_once_with_the_id_the_entity_got(database: Database) -> None:
    async with database.begin(NOW) as work:
        fresh = a_customer().recording(Painted(customer=0, colour="red"), Painted(customer=5, colour="blue"))
        saved = await work.customers.save(fresh)
        assert work.happened == [Painted(customer=saved.id, colour="red"), Painted(customer=5, colour="blue")]
        await work.customers.save(replace(saved, region="华东"))
        assert len(work.happened) == 2


async def test_a_unit_of_work_that_raises_leaves_nothing_behind(database: Database) -> None:
    async def broken() -> None:
        async with database.begin(NOW) as work:
            await work.customers.save(a_customer())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    async with database.read(NOW) as work:
        assert await work.customers.find(1) is None
        assert await work.journal.of_entity("customer", 1) == []


async def test_collections_are_known_by_the_kind_of_their_entities(database: Database) -> None:
    async with database.read(NOW) as work:
        assert work.collection("customer") is work.customers
        assert work.collection(Member.kind) is work.members
        with pytest.raises(KeyError):
            work.collection("unicorn")
