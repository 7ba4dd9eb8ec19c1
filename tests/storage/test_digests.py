"""The lists of summaries on both databases."""

from domain.approvals import Verdict
from domain.digests import Part, Period, Span
from storage.work import Database
from tests.handlers.digests.scene import a_scene
from tests.makers import CALENDAR, NOW, local


async def test_each_list_has_its_records_with_number_owner_customer_and_moment(database: Database) -> None:
    async with database.begin(NOW) as work:
        scene = await a_scene(work)
        await scene.a_day()
        at = local("2025-06-11T18:02")
        period = Period.of(Span.day(CALENDAR.today(at)), CALENDAR, at)

        lists = {part: await work.digests.items(part, period, None) for part in Part}
        own = {part: await work.digests.items(part, period, frozenset({scene.zhou.id})) for part in Part}

        assert {part: [item.number for item in items] for part, items in lists.items()} == {
            Part.FOLLOW_UPS: ["F-000001", "F-000003", "F-000004", "F-000002"],
            Part.CUSTOMERS: ["C-000001", "C-000002"],
            Part.WAITING: ["A-000001", "A-000004"],
            Part.DECIDED: ["A-000002", "A-000003"],
            Part.DONE: ["T-000004"],
            Part.OVERDUE: ["T-000001"],
            Part.NEXT: ["T-000002"],
        }
        assert {part: len(items) for part, items in own.items() if items} == {
            Part.FOLLOW_UPS: 2, Part.CUSTOMERS: 1, Part.WAITING: 1, Part.OVERDUE: 1, Part.NEXT: 1,
        }  # fmt: skip
        first = own[Part.FOLLOW_UPS][0]
        assert (first.member, first.customer, first.text) == (scene.zhou.id, "恒泰机电", "谈了二期")
        assert first.at == local("2025-06-11T10:00")
        assert [item.text for item in lists[Part.DECIDED]] == ["同意: 报销680元", "驳回: 请假三天"]


async def test_the_approver_sees_what_waits_and_what_was_decided(database: Database) -> None:
    async with database.begin(NOW) as work:
        scene = await a_scene(work)
        await scene.approval(scene.zhou, scene.gao, "八折")
        await scene.approval(scene.li, scene.gao, "用车", Verdict.APPROVED)
        period = Period.of(Span.day(CALENDAR.today(NOW)), CALENDAR, NOW)
        manager = frozenset({scene.gao.id})

        assert [item.text for item in await work.digests.items(Part.WAITING, period, manager)] == ["八折"]
        assert [item.text for item in await work.digests.items(Part.DECIDED, period, manager)] == ["同意: 用车"]
        yesterday = Period.of(Span.of("2025-06-10", ""), CALENDAR, NOW)
        assert await work.digests.items(Part.WAITING, yesterday, manager) == ()


async def test_customers_out_of_a_file_are_not_new(database: Database) -> None:
    async with database.begin(NOW, cause="import:1", act="import.customers") as work:
        scene = await a_scene(work)
        old = await scene.customer("老客户", scene.zhou, "2025-06-11T10:20")
    async with database.begin(local("2025-06-11T11:00"), act="customer.new") as work:
        scene.work = work
        await scene.customer("新客户", scene.zhou, "2025-06-11T11:00")
        await work.customers.save(old.touched(local("2025-06-11T11:00")))
        period = Period.of(Span.day(CALENDAR.today(NOW)), CALENDAR, NOW)

        assert [item.text for item in await work.digests.items(Part.CUSTOMERS, period, None)] == ["新客户"]
