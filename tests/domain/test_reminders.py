"""Recurrences, and what becomes of a reminder."""

from datetime import timedelta

import pytest

from domain.calendar import WorkCalendar
from domain.errors import BadValue, NotFound
from domain.members import Member, Sight
from domain.reminders import Recurrence, Reminder, ReminderSettled, ReminderState, new_reminder
from tests.makers import CALENDAR, NOW, local

ZHOU = Member(id=1, code="Y1", name="周凯")
LI = Member(id=2, code="Y2", name="李娜")
THREE = local("2025-06-11T15:00")


def a_reminder() -> Reminder:
    return new_reminder("交周报", owner=LI, by=ZHOU, at=NOW, customer=7)


@pytest.mark.parametrize(
    ("rule", "clock", "now", "runs"),
    [
        ("DAILY", "17:30", "2025-06-11T10:20", ["2025-06-11T17:30", "2025-06-12T17:30"]),
        ("DAILY", "09:00", "2025-06-11T09:00", ["2025-06-12T09:00"]),
        ("WORKDAY", "08:40", "2025-06-13T10:00", ["2025-06-16T08:40"]),
        ("WORKDAY", "09:00", "2025-09-26T10:00", ["2025-09-28T09:00", "2025-09-29T09:00"]),
        ("WORKDAY", "09:00", "2025-09-30T10:00", ["2025-10-09T09:00"]),
        ("WEEKLY:MO", "09:00", "2025-06-11T10:20", ["2025-06-16T09:00", "2025-06-23T09:00"]),
        ("WEEKLY:WE", "11:00", "2025-06-11T10:20", ["2025-06-11T11:00"]),
        ("MONTHLY:5", "10:00", "2025-06-11T10:20", ["2025-07-05T10:00"]),
        ("MONTHLY:31", "10:00", "2025-06-11T10:20", ["2025-06-30T10:00", "2025-07-31T10:00"]),
        ("MONTHLY:LAST", "10:00", "2025-06-11T10:20", ["2025-06-30T10:00", "2025-07-31T10:00"]),
    ],
)
def test_each_rule_comes_on_its_days(rule: str, clock: str, now: str, runs: list[str]) -> None:
    at, recurrence = local(now), Recurrence.of(rule, clock)

    for run in runs:
        at = recurrence.after(at, CALENDAR)
        assert at == local(run)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("DAILY", "每天 09:00"),
        ("workday", "每个工作日 09:00"),
        ("WEEKLY:SU", "每周日 09:00"),
        ("MONTHLY:05", "每月5号 09:00"),
        ("MONTHLY:LAST", "每月最后一天 09:00"),
    ],
)
def test_a_rule_without_an_hour_comes_at_nine_and_is_told_in_words(rule: str, words: str) -> None:
    assert str(Recurrence.of(rule)) == words


@pytest.mark.parametrize(("rule", "clock"), [("YEARLY", ""), ("WEEKLY:XX", ""), ("MONTHLY:32", ""), ("DAILY", "25:00")])
def test_an_unknown_rule_or_hour_is_refused(rule: str, clock: str) -> None:
    with pytest.raises(BadValue):
        Recurrence.of(rule, clock)


def test_a_rule_that_never_comes_is_refused() -> None:
    shut = WorkCalendar(holidays=frozenset(local("2025-06-01T12:00").date() + timedelta(n) for n in range(1200)))

    with pytest.raises(BadValue):
        Recurrence.of("WORKDAY").after(NOW, shut)


def test_a_single_reminder_comes_once() -> None:
    reminder = a_reminder().once(THREE, hour_named=True)

    assert reminder.recurrence is None
    assert reminder.wanted(THREE)
    assert reminder.rung(THREE, CALENDAR).next_at is None
    assert not reminder.rung(THREE, CALENDAR).wanted(THREE)


def test_missed_runs_fold_into_one() -> None:
    reminder = a_reminder().repeating(Recurrence.of("DAILY", "09:00"), NOW, CALENDAR, hour_named=True)

    assert reminder.next_at == local("2025-06-12T09:00")
    assert reminder.rung(local("2025-06-15T14:00"), CALENDAR).next_at == local("2025-06-16T09:00")


def test_putting_off_moves_the_same_reminder_and_its_rule_goes_on() -> None:
    reminder = a_reminder().repeating(Recurrence.of("DAILY", "09:00"), NOW, CALENDAR, hour_named=True)
    late = reminder.rung(local("2025-06-12T09:00"), CALENDAR).snoozed(local("2025-06-12T10:00"))

    assert late.wanted(local("2025-06-12T10:00"))
    assert late.rung(local("2025-06-12T10:00"), CALENDAR).next_at == local("2025-06-13T09:00")


def test_a_single_one_is_finished_for_good_and_a_rule_goes_on() -> None:
    single = a_reminder().once(THREE, hour_named=True).done(NOW)
    rule = a_reminder().repeating(Recurrence.of("DAILY"), NOW, CALENDAR, hour_named=False)

    assert (single.state, single.next_at) == (ReminderState.DONE, None)
    assert rule.done(NOW) is rule


@pytest.mark.parametrize(("how", "words"), [("done", "已经完成了"), ("dropped", "已经取消了")])
def test_a_settled_reminder_is_not_touched_again(how: str, words: str) -> None:
    reminder = a_reminder().done(NOW) if how == "done" else a_reminder().dropped(NOW)

    for change in (
        lambda: reminder.done(NOW),
        lambda: reminder.dropped(NOW),
        lambda: reminder.snoozed(THREE),
        lambda: reminder.once(THREE, hour_named=True),
        lambda: reminder.repeating(Recurrence.of("DAILY"), NOW, CALENDAR, hour_named=True),
        lambda: reminder.reworded("别的", None),
    ):
        with pytest.raises(ReminderSettled, match=words):
            change()


def test_rewording_keeps_what_is_not_given() -> None:
    kept, changed = a_reminder().reworded("", None), a_reminder().reworded("交月报", 8)

    assert (kept.content, kept.customer) == ("交周报", 7)
    assert (changed.content, changed.customer) == ("交月报", 8)


def test_a_reminder_is_private_to_whom_it_reminds_and_who_set_it() -> None:
    for member in (1, 2):
        assert a_reminder().require_visible(Sight(member=member, everything=False, owners=frozenset({member})))
    with pytest.raises(NotFound):
        a_reminder().require_visible(Sight(member=3, everything=True, owners=frozenset()))
