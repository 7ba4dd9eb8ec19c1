"""A clock that the demo and the tests push forward."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TypeAlias

from bot.playground.platform import Now
from bot.playground.workdays import ZONE, is_workday, moment, office_day, workday

OPENING = time(9, 0)
DEMO_BEGINS = time(10, 0)
DEMO_HOURS = (time(9, 30), time(16, 30))

Listener: TypeAlias = Callable[[datetime], None]


class MovableClock:
    """Real time plus an offset that only grows.

    Args:
        real: the real moment, aware, UTC.
    """

    def __init__(self, real: Now) -> None:
        self._real = real
        self._listeners: list[Listener] = []
        self.offset = timedelta()

    def now(self) -> datetime:
        """The moment it is for everybody who lives by this clock, aware, UTC."""
        return self._real() + self.offset

    def listen(self, listener: Listener) -> None:
        """Call `listener` with the new moment after every move."""
        self._listeners.append(listener)

    def forward(self, span: timedelta) -> datetime:
        """Move by `span`; the new moment.

        Raises:
            ValueError: it would go backwards.
        """
        if span < timedelta():
            raise ValueError("时间只能往前走")
        self.offset += span
        now = self.now()
        for listener in self._listeners:
            listener(now)
        return now

    def to_local(self, clock: time) -> datetime:
        """Move to the next time the office clock shows `clock`: today, or tomorrow where it has passed."""
        local = self.now().astimezone(ZONE)
        day = local.date() if local.time() < clock else local.date() + timedelta(days=1)
        return self._to(moment(day, clock.hour, clock.minute))

    def next_workday(self, at: time = OPENING) -> datetime:
        """Move to the next working day after today."""
        return self._to(moment(workday(office_day(self.now()), 1), at.hour, at.minute))

    def into_office_hours(self) -> datetime:
        """Move on to where a demo can begin: within office hours nothing happens, else the next working morning."""
        local = self.now().astimezone(ZONE)
        first, last = DEMO_HOURS
        if is_workday(local.date()) and local.time() < last:
            return self.now() if local.time() >= first else self.to_local(DEMO_BEGINS)
        return self.next_workday(DEMO_BEGINS)

    def _to(self, target: datetime) -> datetime:
        return self.forward(target - self.now())
