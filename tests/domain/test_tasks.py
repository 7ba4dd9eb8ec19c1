"""What becomes of a task."""

from datetime import timedelta

import pytest

from domain.due import Due
from domain.errors import NotFound
from domain.members import Member, Role, Sight
from domain.tasks import LONGEST, Task, TaskDone, TaskSettled, TaskState
from tests.makers import CALENDAR, NOW, local

ZHOU = Member(id=1, code="Y1", name="周凯", roles=(Role.SALES,))
LI = Member(id=2, code="Y2", name="李娜", roles=(Role.SALES,))


def a_task(due: str = "") -> Task:
    deadline = Due.of(due, CALENDAR, NOW) if due else None
    return Task.new("  发报价 ", owner=LI, by=ZHOU, at=NOW, due=deadline, customer=7, source="F-000001")


def test_a_new_task_knows_whose_it_is_and_when_it_is_due() -> None:
    task = a_task("2025-06-18")

    assert (task.content, task.owner, task.assigned_by, task.customer, task.source) == ("发报价", 2, 1, 7, "F-000001")
    assert (task.due_at, task.remind_at, task.hour_named) == (
        local("2025-06-18T18:00"),
        local("2025-06-18T09:00"),
        False,
    )


def test_a_very_long_text_is_cut() -> None:
    assert len(Task.new("长" * 5000, owner=LI, by=ZHOU, at=NOW).content) == LONGEST


def test_a_task_is_overdue_from_its_deadline_on_while_it_is_open() -> None:
    task = a_task("2025-06-11T15:00")

    assert not task.overdue(local("2025-06-11T14:59"))
    assert task.overdue(local("2025-06-11T15:00"))
    assert not task.done(LI, NOW).overdue(local("2025-06-12T15:00"))
    assert not a_task().overdue(local("2030-01-01T00:00"))


def test_a_finished_task_says_so_to_others_and_wants_no_reminder() -> None:
    task = a_task("2025-06-11T15:00").done(LI, NOW)

    assert (task.state, task.settled_at, task.remind_at) == (TaskState.DONE, NOW, None)
    assert task.events == (TaskDone(task=0, owner=2, customer=7, by=2, at=NOW),)


@pytest.mark.parametrize("how", ["done", "dropped"])
def test_a_settled_task_is_not_touched_again(how: str) -> None:
    task = a_task().done(LI, NOW) if how == "done" else a_task().dropped(NOW)
    words = "已经完成了" if how == "done" else "已经取消了"

    for change in (
        lambda: task.done(LI, NOW),
        lambda: task.dropped(NOW),
        lambda: task.snoozed(NOW),
        lambda: task.reworded("别的", None),
        lambda: task.due(Due.of("2025-06-18", CALENDAR, NOW)),
    ):
        with pytest.raises(TaskSettled, match=words):
            change()


def test_rewording_keeps_what_is_not_given() -> None:
    assert (a_task().reworded("", None).content, a_task().reworded("", None).customer) == ("发报价", 7)
    assert (a_task().reworded("发合同", 8).content, a_task().reworded("发合同", 8).customer) == ("发合同", 8)


def test_a_put_off_task_wants_exactly_the_new_moment() -> None:
    later = NOW + timedelta(hours=1)
    task = a_task("2025-06-11T15:00").snoozed(later)

    assert task.wants_reminder(later)
    assert not task.wants_reminder(local("2025-06-11T15:00"))
    assert not task.dropped(NOW).wants_reminder(later)


def test_after_its_reminder_it_comes_again_only_when_the_deadline_is_still_ahead() -> None:
    week = a_task("2025-W26")
    named = a_task("2025-06-11T15:00").snoozed(local("2025-06-11T11:00"))

    assert week.reminded(local("2025-06-23T09:00"), CALENDAR).remind_at == local("2025-06-27T09:00")
    assert week.reminded(local("2025-06-27T09:00"), CALENDAR).remind_at is None
    assert named.reminded(local("2025-06-11T11:00"), CALENDAR).remind_at == local("2025-06-11T15:00")
    assert a_task().snoozed(NOW).reminded(NOW, CALENDAR).remind_at is None
    assert a_task("2025-06-14").reminded(local("2025-06-12T09:00"), CALENDAR).remind_at == local("2025-06-13T09:00")


@pytest.mark.parametrize(
    ("member", "owners", "visible"), [(2, {2}, True), (1, {1}, True), (3, {3}, False), (4, {2, 4}, True)]
)
def test_a_task_is_seen_by_its_owner_its_giver_and_the_owners_superior(
    member: int, owners: set[int], visible: bool
) -> None:
    sight = Sight(member=member, everything=False, owners=frozenset(owners))

    if visible:
        assert a_task().require_visible(sight) == a_task()
    else:
        with pytest.raises(NotFound):
            a_task().require_visible(sight)
