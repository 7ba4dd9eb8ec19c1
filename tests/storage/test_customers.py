"""Finders of customers and follow-ups, and who is shown which."""

from datetime import timedelta

from domain.customers import Customer
from domain.follow_ups import FollowUp
from storage.customers import names_of
from storage.work import Database
from tests.makers import NOW

HOUR = timedelta(hours=1)


def a_customer(name: str, owner: int | None, hours: int = 0, **more) -> Customer:
    at = NOW + HOUR * hours
    return Customer(name=name, core=more.pop("core", name), owner=owner, created_at=at, touched_at=at, **more)


async def test_customers_are_found_by_core_owner_and_age(database: Database) -> None:
    async with database.begin(NOW) as work:
        old = await work.customers.save(a_customer("深圳华为", 1, core="华为"))
        new = await work.customers.save(a_customer("华为公司", 1, 2, core="华为"))
        await work.customers.save(a_customer("恒泰", 2, 1))
        await work.customers.save(a_customer("公海", None, 1))
        customers = work.customers
        assert await customers.by_core("华为") == [old, new]
        assert await customers.by_core("中兴") == []
        assert await customers.recent_of(1, limit=1) == [new]


def test_a_customer_answers_to_every_name_and_its_core() -> None:
    customer = a_customer("深圳市华为技术有限公司", 1, short="华为", aliases=("HW",))
    assert names_of(customer, str.lower, lambda name: name[3:5] if len(name) > 4 else "") == {
        "深圳市华为技术有限公司",
        "华为",
        "hw",
    }


async def test_follow_ups_are_found_by_customer_member_and_time(database: Database) -> None:
    def said(customer: int, member: int, hours: int) -> FollowUp:
        return FollowUp(customer=customer, member=member, content=f"{hours}", at=NOW + HOUR * hours)

    async with database.begin(NOW) as work:
        follow_ups = work.follow_ups
        first, second, third = [await follow_ups.save(said(*spec)) for spec in ((1, 1, 0), (1, 2, 1), (2, 1, 2))]
        assert await follow_ups.about_customer(1, 5) == [second, first]
        assert await follow_ups.about_customer(1, 1) == [second]
        assert await follow_ups.between(NOW, NOW + HOUR * 2, [1, 2]) == [first, second]
        assert await follow_ups.between(NOW, NOW + HOUR * 3, [1]) == [first, third]
        assert await follow_ups.last_of(1, NOW + HOUR) == third
        assert await follow_ups.last_of(2, NOW + HOUR * 2) is None
