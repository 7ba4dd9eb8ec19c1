"""What an expression of time can mean. Days and moments are on the company's clock and carry no zone."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day."""

    day: date


@dataclass(frozen=True, slots=True)
class At:
    """A moment on a day."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day that names no day."""

    clock: time


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day, such as `明天上午`; `hour` is when it is taken to begin (corpus/README.md 1.3)."""

    day: date | None
    part: str
    hour: time


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `first` to `last`, both included.

    `grain` is week, month, quarter, half, year, weekend, days, or rolling where the ends count from now.
    """

    first: date
    last: date
    grain: str


@dataclass(frozen=True, slots=True)
class Between:
    """From a moment to a moment, or from a time of day to another."""

    first: datetime | time
    last: datetime | time


@dataclass(frozen=True, slots=True)
class Open:
    """One bound only; `how` is since, after, until or before."""

    bound: "Day | At | Clock | Part | Stretch"
    how: str


@dataclass(frozen=True, slots=True)
class Lasting:
    """A length of time."""

    months: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Every:
    """A recurrence in the words of RFC 5545; `monthday` -1 is the last day, `daily` names Monday to Friday WORKDAY."""

    freq: str
    interval: int = 1
    byday: tuple[str, ...] = ()
    monthday: int | None = None
    month: int | None = None
    clock: time | None = None


@dataclass(frozen=True, slots=True)
class Vague:
    """A time that is named but fixes no day: `九月中旬`, `过两天`."""


Value = Day | At | Clock | Part | Stretch | Between | Open | Lasting | Every | Vague


@dataclass(frozen=True, slots=True)
class Found:
    """A time expression in a text.

    `bare` is true when which day is meant was inferred (`周三`, `5号`, `下午`), and `back` is then the last such one
    before, for what has happened.
    """

    start: int
    end: int
    value: Value
    bare: bool = False
    back: Value | None = None
