"""From a slot's value to a deadline and its reminder."""

from datetime import timedelta

import pytest

from domain.calendar import WorkCalendar
from domain.due import Due, PastMoment, reminding
from domain.errors import BadValue
from tests.makers import CALENDAR, NOW, local


def due(value: str, at: str = "2025-06-11T10:20") -> Due:
    return Due.of(value, CALENDAR, local(at))


def test_a_named_hour_is_deadline_and_reminder() -> None:
    assert due("2025-06-18T15:00") == Due(
        at=local("2025-06-18T15:00"), hour_named=True, remind_at=local("2025-06-18T15:00")
    )


def test_a_named_hour_may_have_seconds_and_a_blank() -> None:
    assert due("2025-06-18 15:00:00").at == local("2025-06-18T15:00")


def test_a_day_ends_at_closing_time_and_is_brought_to_mind_in_its_morning() -> None:
    assert due("2025-06-18") == Due(at=local("2025-06-18T18:00"), hour_named=False, remind_at=local("2025-06-18T09:00"))


@pytest.mark.parametrize(
    ("value", "reminded"),
    [
        ("2025-06-14", "2025-06-13T09:00"),
        ("2025-10-03", "2025-09-30T09:00"),
        ("2025-09-28", "2025-09-28T09:00"),
    ],
)
def test_a_day_off_is_brought_to_mind_on_the_working_day_before(value: str, reminded: str) -> None:
    assert due(value).remind_at == local(reminded)


@pytest.mark.parametrize(
    ("now", "reminded"),
    [
        ("2025-06-11T08:59", "2025-06-11T09:00"),
        ("2025-06-11T10:20", "2025-06-11T17:00"),
        ("2025-06-11T17:00", None),
    ],
)
def test_today_is_brought_to_mind_in_its_next_useful_hour(now: str, reminded: str | None) -> None:
    assert due("2025-06-11", now).remind_at == (local(reminded) if reminded else None)


def test_today_after_closing_time_ends_at_midnight() -> None:
    assert due("2025-06-11", "2025-06-11T19:00").at == local("2025-06-11T23:59")


def test_a_day_off_said_too_late_for_the_working_day_before_is_brought_to_mind_on_itself() -> None:
    assert due("2025-06-14", "2025-06-13T18:00").remind_at == local("2025-06-14T09:00")


def test_a_week_ends_on_its_last_working_day_and_begins_on_its_first() -> None:
    week = due("2025-W26")

    assert (week.at, week.remind_at) == (local("2025-06-27T18:00"), local("2025-06-23T09:00"))


def test_this_week_is_brought_to_mind_on_its_last_day() -> None:
    assert due("2025-W24").remind_at == local("2025-06-13T09:00")


def test_a_month_ends_on_its_last_working_day() -> None:
    month = due("2025-07")

    assert (month.at, month.remind_at) == (local("2025-07-31T18:00"), local("2025-07-01T09:00"))


def test_a_week_without_a_working_day_keeps_its_own_ends() -> None:
    shut = WorkCalendar(holidays=frozenset(local("2025-06-23T12:00").date() + timedelta(n) for n in range(7)))

    assert Due.of("2025-W26", shut, NOW).at == local("2025-06-29T18:00")


@pytest.mark.parametrize("value", ["2025-06-11T10:20", "2025-06-10", "2025-W23", "2025-05"])
def test_what_is_over_is_refused(value: str) -> None:
    with pytest.raises(PastMoment, match="已经过去了"):
        due(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "明天",
        "2025-13-01",
        "2025-02-30",
        "2025-W60",
        "2025-00",
        "2025-06-18T25:00",
        "2050-01-01",
        "2050-01-01T09:00",
    ],
)
def test_what_is_no_moment_of_the_next_years_is_refused(value: str) -> None:
    with pytest.raises(BadValue, match="看不懂"):
        due(value)


def test_no_useful_hour_is_left_on_the_evening_of_a_day_off() -> None:
    assert reminding(local("2025-06-14T12:00").date(), CALENDAR, local("2025-06-14T18:00")) is None
