"""Reads every time expression of a folded and squeezed text, left to right, longest first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from handlers.language.moments import clocks, days, lengths
from handlers.language.moments.days import Days
from handlers.language.moments.feast_blocks import around_feast
from handlers.language.moments.joining import joined
from handlers.language.moments.points import CLOCK_STARTS, DAY_STARTS, DIGITS, NUMERALS, PART_STARTS, Points
from handlers.language.moments.repeats import STARTS as REPEAT_STARTS
from handlers.language.moments.repeats import repeat
from handlers.language.moments.values import At, Clock, Day, Found, Open, Part, Stretch, Vague, Value

_LENGTH_STARTS = frozenset(DIGITS + NUMERALS + "半百几数")


_ROLLING_STARTS = frozenset("最近过未接今往前后上下")
_NOW = re.compile(r"现在|此刻|此时|眼下|now(?![a-z])")
_VAGUE_STARTS = frozenset("过等这前后隔改回尽近上中下农阴")
_STARTS = (
    frozenset(DAY_STARTS)
    | _LENGTH_STARTS
    | CLOCK_STARTS
    | PART_STARTS
    | _ROLLING_STARTS
    | _VAGUE_STARTS
    | REPEAT_STARTS
    | frozenset("再约节国元春新清劳端放长假截直不现此眼n")
)

_TO = re.compile(r" ?(?:(?:起|开始)?(?:一?直)?[到至]|-{1,2}|~|—{1,2}|–|→) ?")
_BEFORE = re.compile(r" ?(?P<or>[及或和])?(?P<w>之前|以前|前|截止)(?!天|年|面|期|台|去|往|后|提|三|五|十|端|沿)")
_AFTER = re.compile(r" ?(?P<or>[及或和])?(?P<w>之后|以后|后|以来|起|开始)(?!天|面|续|期|台|端|勤|来|市|到|至)")
_UNTIL = re.compile(r"(?:截至|截止到?|直到|不晚于|不迟于|最迟|最晚)(?:于|到)?")
_WEEKDAY_ONLY = re.compile(r"[一二三四五六日天](?![一二三四五六七八九十个天年月号台点])")


@dataclass(frozen=True)
class Reader(Points):
    """Reads all expressions of a text."""

    def found(self) -> Iterator[Found]:
        """Expressions that do not overlap, in order."""
        at, text, size = 0, self.text, len(self.text)
        while at < size:
            if text[at] in _STARTS:
                found = self._at(at)
                if found and found.end > at:
                    yield found
                    at = found.end
                    continue
            if text[at].isdigit():
                while at < size and text[at].isdigit():
                    at += 1
                continue
            at += 1

    def _at(self, at: int) -> Found | None:
        return (
            self._now(at)
            or self._repeat(at)
            or self._vague(at)
            or self._feast(at)
            or self._length(at)
            or self._rolling(at)
            or self._range_or_point(at)
        )

    def _now(self, at: int) -> Found | None:
        """The moment itself; in the office 现在 says nothing about when."""
        match = _NOW.match(self.text, at) if not self.office else None
        return Found(at, match.end(), At(self.now)) if match else None

    def _repeat(self, at: int) -> Found | None:
        if self.text[at] not in REPEAT_STARTS:
            return None
        read = repeat(self.text, at)
        if not read:
            return None
        every, end = read
        part, hand, stop = self.time_at(self.glued(end))
        if hand:
            clock, _ = clocks.turned(hand, part.name if part else "", office=self.office)
            return Found(at, stop, replace(every, clock=clock))
        if part:
            return Found(at, part.end, replace(every, clock=part.hour))
        return Found(at, end, every)

    def _vague(self, at: int) -> Found | None:
        match = lengths.VAGUE.match(self.text, at) if self.text[at] in _VAGUE_STARTS else None
        return Found(at, match.end(), Vague()) if match else None

    def _feast(self, at: int) -> Found | None:
        """Before or after an official holiday, `国庆后`, `节前`, `年后第一天上午`."""
        if not self.office:
            return None
        read = around_feast(self.text, at, self.today, self.calendar, self.feasts)
        if not read:
            return None
        day, end = read
        return self.on(Days(at, end, day, day), at, end)

    def _length(self, at: int) -> Found | None:
        text, start = self.text, at
        passing = lengths.PASSING.match(text, at)
        if passing:
            at = passing.end()
        if at >= len(text) or text[at] not in _LENGTH_STARTS:
            return None
        match = lengths.LENGTH.match(text, at)
        length = lengths.length(match) if match else None
        if not match or not length or self._is_date(at, length.end):
            return None
        return self._counted(start, length, passed=passing is not None)

    def _is_date(self, at: int, end: int) -> bool:
        """`15年一月` and `3日下午` are dates, not lengths."""
        text = self.text
        if text[end - 1] == "年" and text[end : end + 1] != "后":
            date_match = days.DATE.match(text, at)
            return (
                bool(date_match and date_match.end() > end)
                or text[at] in "零〇0"
                or bool(date_match and date_match["y"] and len(date_match["y"]) == 4)
            )
        return text[end - 1] == "日" and not re.compile(r"内|之|以|后|前").match(text, end)

    def _counted(self, start: int, length: lengths.Length, *, passed: bool) -> Found | None:
        text, end = self.text, length.end
        after, within, before = (p.match(text, end) for p in (lengths.AFTER, lengths.WITHIN, lengths.BEFORE))
        if not (after or within or before or passed):
            return Found(start, end, length.lasting)
        side = after or within or before
        end = side.end() if side else end
        direction = -1 if before else 1
        if length.workdays:
            if length.workdays > 400:
                return None
            day = self.calendar.add_workdays(self.today, direction * length.workdays)
            return self.on(Days(start, end, day, day), start, end)
        value = lengths.counted(length, self.now, direction)
        if within and not self.office and isinstance(value, Day):
            return Found(start, end, Stretch(self.today, value.day, "rolling"))
        if isinstance(value, Day):
            return self.on(Days(start, end, value.day, value.day), start, end)
        return Found(start, end, value) if value else None

    def _rolling(self, at: int) -> Found | None:
        match = lengths.ROLLING.match(self.text, at) if self.text[at] in _ROLLING_STARTS else None
        value = lengths.rolling(match, self.today) if match else None
        return Found(at, match.end(), value) if match and value else None

    def _range_or_point(self, at: int) -> Found | None:
        until = _UNTIL.match(self.text, at)
        first = self.point(until.end() if until else at)
        if not first:
            return None
        if until:
            return replace(first, start=at, value=_bounded(first.value, "until"))
        to = _TO.match(self.text, first.end)
        if to:
            second = self._end_of(first, to.end())
            value = joined(first, second, self.now) if second else None
            if second and value:
                return Found(first.start, second.end, value, bare=first.bare)
        return self._bound(first)

    def _end_of(self, first: Found, at: int) -> Found | None:
        if at >= len(self.text):
            return None
        base = first_day(first.value)
        lone = _WEEKDAY_ONLY.match(self.text, at)
        if lone and base and re.search(r"(?:周|星期|礼拜).$", self.text[first.start : first.end]):
            weekday = days.WEEKDAYS[lone[0]]
            day = base + timedelta(days=(weekday - base.weekday()) % 7)
            return Found(at, lone.end(), Day(day))
        return self.point(at, base=base, after=first)

    def _bound(self, found: Found) -> Found:
        if isinstance(found.value, Vague):
            return found
        before = _BEFORE.match(self.text, found.end)
        if before:
            how = "until" if before["or"] else "before"
            return replace(found, end=before.end(), value=_bounded(found.value, how))
        after = _AFTER.match(self.text, found.end)
        if after:
            how = "since" if after["or"] or after["w"] in ("起", "开始", "以来") else "after"
            return replace(found, end=after.end(), value=_bounded(found.value, how))
        return found


def _bounded(value: Value, how: str) -> Value:
    return Open(value, how) if isinstance(value, Day | At | Clock | Part | Stretch) else value


def first_day(value: Value) -> date | None:
    """The day of a single point of time, or the first of a stretch; None where no day is told."""
    match value:
        case Day(day):
            return day
        case At(at):
            return at.date()
        case Part(day=day):
            return day
        case Stretch(first=first):
            return first
    return None
