"""Finders of tasks and reminders on both databases."""

from dataclasses import replace

from domain.due import Due
from domain.members import Member, Sight
from domain.reminders import Recurrence, new_reminder
from domain.tasks import Task
from storage.work import Database, Work
from tests.makers import CALENDAR, NOW, local

ZHOU = Member(id=1, code="Y1", name="周凯")
LI = Member(id=2, code="Y2", name="李娜")
EVERYTHING = Sight(member=9, everything=True, owners=frozenset())
OWN = Sight(member=1, everything=False, owners=frozenset({1}))


async def a_task(work: Work, content: str, due: str = "", owner: Member = ZHOU, **more: object) -> Task:
    deadline = Due.of(due, CALENDAR, local("2025-06-01T09:00")) if due else None
    task = Task.new(content, owner=owner, by=ZHOU, at=NOW, due=deadline, **more)  # type: ignore[arg-type]
    return await work.tasks.save(task)


def contents(tasks: object) -> list[str]:
    return [task.content for task in tasks]  # type: ignore[attr-defined]


async def test_open_tasks_stand_by_deadline_and_those_without_one_last(database: Database) -> None:
    async with database.begin(NOW) as work:
        await a_task(work, "无期")
        await a_task(work, "后", "2025-06-13", customer=7, source="F-000001")
        await a_task(work, "先", "2025-06-10T09:00")
        await a_task(work, "别人的", "2025-06-09", LI)

        assert contents(await work.tasks.open_of(1)) == ["先", "后", "无期"]
        assert contents(await work.tasks.given_by(1)) == ["别人的"]
        assert contents(await work.tasks.open_for_customer(7)) == ["后"]
        assert contents(await work.tasks.open_from("F-000001")) == ["后"]
        assert contents(await work.tasks.overdue(NOW)) == ["别人的", "先"]
        assert contents(await work.tasks.overdue(NOW, OWN)) == ["先"]


async def test_settled_tasks_leave_the_lists(database: Database) -> None:
    async with database.begin(NOW) as work:
        task = await a_task(work, "发报价", "2025-06-11")
        await work.tasks.save((await a_task(work, "写标书", "2025-06-11")).dropped(NOW))
        assert contents(await work.tasks.open_of(task.owner)) == ["发报价"]
        await work.tasks.save(task.done(ZHOU, NOW))
        assert contents(await work.tasks.open_of(task.owner)) == []


async def test_a_task_comes_back_as_it_was_kept(database: Database) -> None:
    async with database.begin(NOW) as work:
        task = await a_task(work, "发报价", "2025-06-18T15:00", customer=7, source="F-000001")

    async with database.read(NOW) as work:
        assert await work.tasks.by_number("t1") == task


async def test_reminders_to_come_stand_in_the_order_of_their_moments(database: Database) -> None:
    async with database.begin(NOW) as work:
        for content, when in (("后", "2025-06-13T09:00"), ("先", "2025-06-12T09:00")):
            fresh = new_reminder(content, owner=ZHOU, by=ZHOU, at=NOW)
            await work.reminders.save(fresh.once(local(when), hour_named=True))
        rule = new_reminder("每天", owner=ZHOU, by=LI, at=NOW)
        rule = rule.repeating(Recurrence.of("DAILY", "08:00"), NOW, CALENDAR, hour_named=True)
        saved = await work.reminders.save(rule)
        await work.reminders.save(replace(rule, owner=2))

        assert contents(await work.reminders.to_come(1)) == ["每天", "先", "后"]
        await work.reminders.save(saved.dropped(NOW))
        assert contents(await work.reminders.to_come(1)) == ["先", "后"]
        assert (await work.reminders.by_number("R-000003")).recurrence == Recurrence.of("DAILY", "08:00")
