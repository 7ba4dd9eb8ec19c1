"""Times, numbers and money of a text as plain JSON values, in the format of corpus/score_time.py."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from domain.calendar import WorkCalendar
from handlers.language.amounts import fractions, moneys, percents
from handlers.language.feasts import Feast
from handlers.language.folding import fold, squeeze
from handlers.language.moments import (
    At,
    Between,
    Clock,
    Day,
    Every,
    Lasting,
    Open,
    Part,
    Reader,
    Stretch,
    Vague,
    Value,
)
from handlers.language.moments.clocks import PLAIN_NAMES
from handlers.language.numbers import numbers

_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
_PHONE = re.compile(r"(?<!\d)\d{3}-\d{3,4}-\d{4}(?!\d)")
LONGEST = 4000
"""Characters of a message that are read; what is behind them is free text in any case."""


def entities(text: str, now: datetime) -> list[dict[str, Any]]:
    """Every time, number and amount, each kind read on its own; `now` is local to the text and without a zone."""
    plain, _ = squeeze(fold(text[:LONGEST]).text)
    plain = _PHONE.sub(_blanks, _ADDRESS.sub(_blanks, plain))
    return [*_times(plain, now), *_amounts(plain)]


def _blanks(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def _no_feasts() -> Sequence[Feast]:
    return ()


def _times(text: str, now: datetime) -> Iterator[dict[str, Any]]:
    for found in Reader(text, now, WorkCalendar(), _no_feasts, office=False).found():
        entity = _time(found.value)
        if entity:
            yield entity


def _amounts(text: str) -> Iterator[dict[str, Any]]:
    found = list(numbers(text))
    for number in found:
        yield {"kind": "number", "value": _plain(number.value)}
    for fraction in fractions(text, found):
        yield {"kind": "number", "value": str(float(fraction.value))}
    for percent in percents(text, found):
        yield {"kind": "number", "value": _plain(percent.value), "unit": "%"}
    for money in moneys(text, found):
        if money.least is not None:
            ends = {"min": _plain(money.least), "max": _plain(money.value)}
            yield {"kind": "money", **ends, "currency": money.currency}
        yield {"kind": "money", "value": _plain(money.value), "currency": money.currency}


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _time(value: Value) -> dict[str, Any] | None:
    match value:
        case Day(day):
            return {"kind": "date", "value": day.isoformat()}
        case At(at):
            return {"kind": "datetime", "value": at.isoformat()}
        case Clock(clock):
            return {"kind": "time", "value": clock.isoformat()}
        case Part(day, part, _):
            named = PLAIN_NAMES.get(part, part)
            return {"kind": "range", "date": day.isoformat() if day else None, "part": named}
        case Stretch(first, last):
            return {"kind": "range", "start": first.isoformat(), "end": last.isoformat()}
        case Between(first, last):
            ends = ("start_time", "end_time") if isinstance(first, time) else ("start", "end")
            return {"kind": "range", ends[0]: first.isoformat(), ends[1]: last.isoformat()}
        case Lasting(months, seconds):
            return {"kind": "duration", "months": months, "seconds": seconds}
        case Open(bound, how):
            return _open(bound, how)
        case Every():
            return _every(value)
        case Vague():
            return None
    return None


def _open(bound: Value, how: str) -> dict[str, Any]:
    side = "start" if how in ("since", "after") else "end"
    other = "end" if side == "start" else "start"
    match bound:
        case Clock(clock):
            return {"kind": "range", f"{side}_time": clock.isoformat(), f"{other}_time": None, "open": how}
        case At(at):
            edge = at.isoformat()
        case Stretch(first, last):
            edge = (first if how in ("since", "before") else last).isoformat()
        case Part(day, _, hour) if day:
            edge = datetime.combine(day, hour).isoformat()
        case Day(day):
            edge = day.isoformat()
        case _:
            return {"kind": "range", "start": None, "end": None, "open": how}
    return {"kind": "range", side: edge, other: None, "open": how}


def _every(every: Every) -> dict[str, Any]:
    entity: dict[str, Any] = {"kind": "set", "freq": every.freq, "interval": every.interval}
    if every.byday:
        entity["byday"] = list(every.byday)
    if every.monthday is not None:
        entity["bymonthday"] = [every.monthday]
    if every.month is not None:
        entity["bymonth"] = [every.month]
    if every.clock is not None:
        entity["time"] = every.clock.strftime("%H:%M")
    return entity
