"""Two time expressions with 到 between them become one."""

from datetime import date, datetime, timedelta

from handlers.language.moments.values import At, Between, Clock, Day, Found, Part, Stretch, Value

_DAY = timedelta(days=1)


def joined(first: Found, second: Found, now: datetime) -> Value | None:
    """From one to the other, both included; None when they do not go together."""
    match first.value, second.value:
        case (Day() | Stretch(), Day() | Stretch()):
            return _days(first, second)
        case At(at), At(until):
            return Between(at, until) if at < until else None
        case At(at), Clock(clock):
            return Between(at, _later(at, datetime.combine(at.date(), clock)))
        case Clock(clock), Clock(until):
            return Between(clock, until)
        case Clock(clock), At(until):
            return Between(datetime.combine(now.date(), clock), until)
        case Part(day=day, hour=hour), Part(day=until_day, hour=until_hour) if day and until_day:
            start, end = datetime.combine(day, hour), datetime.combine(until_day, until_hour)
            return Between(start, end) if start < end else None
        case Part(day=day, hour=hour), At(until) if day:
            return Between(datetime.combine(day, hour), until)
    return None


def _days(first: Found, second: Found) -> Stretch | None:
    begin, end = _ends(first.value)[0], _ends(second.value)[1]
    if end < begin and isinstance(first.back, Day):
        begin = first.back.day
    return Stretch(begin, end, "days") if begin <= end else None


def _ends(value: Value) -> tuple[date, date]:
    match value:
        case Day(day):
            return day, day
        case Stretch(first, last):
            return first, last
    raise TypeError(f"no days: {value}")


def _later(at: datetime, until: datetime) -> datetime:
    """`上午9点到3点` ends in the afternoon, `晚上10点到1点` the next day."""
    for step in (timedelta(0), timedelta(hours=12), _DAY):
        if until + step > at:
            return until + step
    return until + _DAY
