from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import OFFICE, NeverOpen, QuietHours, WorkCalendar

CALENDAR = WorkCalendar(
    holidays=frozenset({date(2025, 10, 1) + timedelta(days=n) for n in range(8)}),
    workdays=frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
)
MOMENTS = st.integers(0, 60 * 24 * 60).map(
    lambda minutes: datetime(2025, 9, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
SPANS = st.timedeltas(timedelta(0), timedelta(days=10))


def office(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE).astimezone(UTC)


def test_a_make_up_day_is_worked_and_a_holiday_is_not() -> None:
    assert CALENDAR.is_workday(date(2025, 9, 28))
    assert not CALENDAR.is_workday(date(2025, 9, 27))
    assert not CALENDAR.is_workday(date(2025, 10, 8))
    assert CALENDAR.next_workday(date(2025, 9, 30)) == date(2025, 10, 9)
    assert CALENDAR.previous_workday(date(2025, 10, 9)) == date(2025, 9, 30)
    assert CALENDAR.workday_from(date(2025, 10, 9)) == date(2025, 10, 9)


def test_working_days_are_counted_over_the_holiday_in_both_directions() -> None:
    assert CALENDAR.add_workdays(date(2025, 9, 30), 3) == date(2025, 10, 11)
    assert CALENDAR.add_workdays(date(2025, 10, 11), -3) == date(2025, 9, 30)
    assert CALENDAR.add_workdays(date(2025, 10, 4), 0) == date(2025, 10, 4)


@pytest.mark.parametrize(
    ("at", "span", "due"),
    [
        ("2025-06-13T17:50", timedelta(minutes=30), "2025-06-16T09:20"),
        ("2025-06-13T17:30", timedelta(minutes=30), "2025-06-13T18:00"),
        ("2025-06-14T12:00", timedelta(hours=1), "2025-06-16T10:00"),
        ("2025-06-13T07:00", timedelta(0), "2025-06-13T09:00"),
        ("2025-09-30T17:00", timedelta(hours=2), "2025-10-09T10:00"),
        ("2025-06-16T09:00", timedelta(hours=18), "2025-06-17T18:00"),
    ],
)
def test_working_time_passes_only_when_the_office_is_open(at: str, span: timedelta, due: str) -> None:
    assert CALENDAR.add_working(office(at), span) == office(due)


@given(MOMENTS, SPANS)
def test_what_was_added_lies_between(at: datetime, span: timedelta) -> None:
    assert CALENDAR.working_between(at, CALENDAR.add_working(at, span)) == span


def test_working_time_backwards_is_negative_and_cannot_be_added() -> None:
    assert CALENDAR.working_between(office("2025-06-16T10:00"), office("2025-06-13T17:00")) == -timedelta(hours=2)
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add_working(office("2025-06-16T10:00"), -timedelta(1))


def test_the_next_open_moment_is_now_within_hours() -> None:
    assert CALENDAR.next_open(office("2025-06-13T12:00")) == office("2025-06-13T12:00")
    assert CALENDAR.next_open(office("2025-06-13T18:00")) == office("2025-06-16T09:00")
    assert not CALENDAR.is_open(office("2025-06-13T18:00"))
    assert CALENDAR.office_time(office("2025-06-13T18:00")).hour == 18


def test_a_calendar_that_never_opens_says_so() -> None:
    shut = WorkCalendar(holidays=frozenset({date(2025, 1, 1) + timedelta(days=n) for n in range(800)}))
    with pytest.raises(NeverOpen):
        shut.next_workday(date(2025, 1, 1))
    with pytest.raises(ValueError, match="end after"):
        WorkCalendar(start=time(18), end=time(9))


@pytest.mark.parametrize(
    ("at", "quiet", "ends"),
    [
        ("2025-06-13T21:29", False, "2025-06-13T21:29"),
        ("2025-06-13T21:30", True, "2025-06-14T08:00"),
        ("2025-06-14T00:10", True, "2025-06-14T08:00"),
        ("2025-06-14T08:00", False, "2025-06-14T08:00"),
    ],
)
def test_quiet_hours_pass_midnight(at: str, quiet: bool, ends: str) -> None:
    hours = QuietHours(time(21, 30), time(8))
    assert hours.quiet(office(at)) is quiet
    assert hours.ends(office(at)) == office(ends)


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    noon = QuietHours(time(12), time(13, 30))
    assert noon.ends(office("2025-06-13T12:30")) == office("2025-06-13T13:30")
    assert not noon.quiet(office("2025-06-13T14:00"))
    assert not QuietHours(time(8), time(8)).quiet(office("2025-06-13T08:00"))
