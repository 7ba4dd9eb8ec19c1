"""Office time: working days and hours, quiet hours. Moments are aware UTC; days and hours are the company's."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")
"""The zone of a company that names none."""

OPENS = time(9)
CLOSES = time(18)
DAY = timedelta(days=1)
SUNDAY_AND_SATURDAY = frozenset({5, 6})
LONGEST_CLOSURE = 370
"""In days. A calendar that stays shut longer is a mistake in the data, not a holiday."""


class NeverOpen(ValueError):
    """The calendar has no working day within `LONGEST_CLOSURE` days."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When the company works: Monday to Friday but for `holidays`, and the make-up days 调休 in `workdays`.

    Hours are in `zone` and begin and end on the same day; lunch counts as working time.
    """

    holidays: frozenset[date] = field(default=frozenset(), repr=False)
    workdays: frozenset[date] = field(default=frozenset(), repr=False)
    start: time = OPENS
    end: time = CLOSES
    zone: tzinfo = OFFICE

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("the working day must end after it starts")

    def office_time(self, at: datetime) -> datetime:
        """The moment on the company's clock."""
        return at.astimezone(self.zone)

    def today(self, at: datetime) -> date:
        """The company's day at this moment."""
        return self.office_time(at).date()

    def moment(self, day: date, hour: time) -> datetime:
        """UTC of an hour on the company's clock."""
        return datetime.combine(day, hour, self.zone).astimezone(UTC)

    def is_workday(self, day: date) -> bool:
        """A make-up day works even when it is also listed as a holiday."""
        if day in self.workdays:
            return True
        return day.weekday() not in SUNDAY_AND_SATURDAY and day not in self.holidays

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        return self._seek(day, DAY)

    def previous_workday(self, day: date) -> date:
        """The last working day before `day`."""
        return self._seek(day, -DAY)

    def workday_from(self, day: date) -> date:
        """`day` itself when it is worked, else the next that is."""
        return day if self.is_workday(day) else self.next_workday(day)

    def add_workdays(self, day: date, count: int) -> date:
        """`count` working days on, or back when negative; `day` itself for none."""
        step = DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day = self._seek(day, step)
        return day

    def is_open(self, at: datetime) -> bool:
        """Within working hours; the closing minute is no longer within."""
        local = self.office_time(at)
        return self.is_workday(local.date()) and self.start <= local.time() < self.end

    def next_open(self, at: datetime) -> datetime:
        """`at` itself within working hours, else the next opening; UTC."""
        local = self.office_time(at)
        day = local.date()
        if self.is_workday(day):
            if local.time() < self.start:
                return self.moment(day, self.start)
            if local.time() < self.end:
                return at.astimezone(UTC)
        return self.moment(self.next_workday(day), self.start)

    def add_working(self, at: datetime, span: timedelta) -> datetime:
        """`span` of working time after `at`, UTC: 30 minutes from Friday 17:50 are Monday 09:20.

        A span that is used up exactly at closing time ends there. No span is the next open moment.
        """
        if span < timedelta(0):
            raise ValueError("working time runs forward")
        moment = self.next_open(at)
        while True:
            day = self.today(moment)
            left = self.moment(day, self.end) - moment
            if span <= left:
                return moment + span
            span -= left
            moment = self.moment(self.next_workday(day), self.start)

    def working_between(self, first: datetime, last: datetime) -> timedelta:
        """Working time from `first` to `last`; negative when `last` is the earlier one."""
        if last < first:
            return -self.working_between(last, first)
        total = timedelta(0)
        day, final = self.today(first), self.today(last)
        while day <= final:
            if self.is_workday(day):
                begun = max(first, self.moment(day, self.start))
                ended = min(last, self.moment(day, self.end))
                total += max(ended - begun, timedelta(0))
            day += DAY
        return total

    def _seek(self, day: date, step: timedelta) -> date:
        for _ in range(LONGEST_CLOSURE):
            day += step
            if self.is_workday(day):
                return day
        raise NeverOpen(f"no working day within {LONGEST_CLOSURE} days of {day}")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nobody is to be disturbed, on the company's clock; the span may pass midnight, equal ends mean never."""

    start: time
    end: time
    zone: tzinfo = OFFICE

    def quiet(self, at: datetime) -> bool:
        """The first minute is quiet, the last is not."""
        clock = at.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def ends(self, at: datetime) -> datetime:
        """When the quiet around `at` is over, UTC; `at` itself when it is not quiet."""
        if not self.quiet(at):
            return at.astimezone(UTC)
        local = at.astimezone(self.zone)
        day = local.date() + (DAY if local.time() >= self.end else timedelta(0))
        return datetime.combine(day, self.end, self.zone).astimezone(UTC)
