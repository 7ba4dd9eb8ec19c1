"""Reads every time expression of a folded and squeezed text, left to right, longest first."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from domain.calendar import WorkCalendar
from handlers.language.feasts import Feast
from handlers.language.moments import clocks, days, lengths
from handlers.language.moments.arithmetic import last_of_month
from handlers.language.moments.clocks import DayPart, Hand
from handlers.language.moments.days import Days
from handlers.language.moments.feast_blocks import around_feast
from handlers.language.moments.feast_days import NAMES as FEAST_NAMES
from handlers.language.moments.joining import joined
from handlers.language.moments.repeats import STARTS as REPEAT_STARTS
from handlers.language.moments.repeats import repeat
from handlers.language.moments.values import At, Clock, Day, Every, Found, Open, Part, Stretch, Vague, Value

_DIGITS = "0123456789"
_NUMERALS = "〇零一二两俩三四五六七八九十廿"
_DayReader = Callable[[re.Match[str], date], Days | None]
_DAY_READERS: tuple[tuple[re.Pattern[str], _DayReader, str], ...] = (
    (days.NUMERIC, days.numeric_date, _DIGITS),
    (days.SOME_MONTHS, days.some_months, _DIGITS + _NUMERALS + "今本这当明来下后大去上前"),
    (days.HALF, days.half, _DIGITS + _NUMERALS + "今本这当明来下后大去上前"),
    (days.QUARTER, days.quarter_of, _DIGITS + _NUMERALS + "今本这当明来下后大去上前第q季"),
    (days.EDGE, days.edge_day, "本这上下月今明去后来年"),
    (days.FEAST, days.feast, _DIGITS + "".join({n[0] for n in FEAST_NAMES}) + "今明来去后前大二"),
    (days.DATE, days.calendar_date, _DIGITS + _NUMERALS + "今本这当同明来下后大去上前次第正"),
    (days.DAY_TO_DAY, days.calendar_date, _DIGITS + _NUMERALS + "今本这当明来下后大去上前次"),
    (days.MONTH_TO_MONTH, days.calendar_date, _DIGITS + _NUMERALS + "今本明来后去前"),
    (days.RELATIVE, days.relative_day, "大前昨今明后当"),
    (days.WEEKDAY, days.weekday, "上下这本周星礼"),
)
_BY_FIRST: dict[str, list[tuple[re.Pattern[str], _DayReader]]] = {}
for _pattern, _reader, _starts in _DAY_READERS:
    for _character in set(_starts):
        _BY_FIRST.setdefault(_character, []).append((_pattern, _reader))
_LENGTH_STARTS = frozenset(_DIGITS + _NUMERALS + "半百几数")
_CLOCK_STARTS = frozenset(_DIGITS + _NUMERALS + "差")
_PART_STARTS = frozenset(word[0] for word in clocks._PART_OF)
_ROLLING_STARTS = frozenset("最近过未接今往前后")
_VAGUE_STARTS = frozenset("过等这前后隔改回尽近上中下农阴")
_STARTS = (
    frozenset(_BY_FIRST)
    | _LENGTH_STARTS
    | _CLOCK_STARTS
    | _PART_STARTS
    | _ROLLING_STARTS
    | _VAGUE_STARTS
    | REPEAT_STARTS
    | frozenset("再约节")
)
_GLUE = re.compile(r"[ 的,、(t]|\) ?")
_TO = re.compile(r" ?(?:(?:起|开始)?(?:一?直)?[到至]|-{1,2}|~|—{1,2}|–|→) ?")
_BEFORE = re.compile(r" ?(?P<or>[及或和])?(?P<w>之前|以前|前|截止)(?!天|年|面|期|台|去|往|后|提|三|五|十|端|沿)")
_AFTER = re.compile(r" ?(?P<or>[及或和])?(?P<w>之后|以后|后|以来|起|开始)(?!天|面|续|期|台|端|勤|来|市|到|至)")
_UNTIL = re.compile(r"(?:截至|截止到?|直到|不晚于|不迟于|最迟|最晚)(?:于|到)?")
_WEEKDAY_ONLY = re.compile(r"[一二三四五六日天](?![一二三四五六七八九十个天年月号台点])")
_POINTS = re.compile(r"(?:这|那|有|以下|下面|如下|几|的|第|就|提了|快|慢|早|晚|多|少|好|便宜|低|高)$")
_POINTS_AFTER = re.compile(r"(?:是|建议|要求|意见|原因|问题|:|反馈|需求|想法|疑问|注意|说明|思考|经验)")


@dataclass(frozen=True)
class Reader:
    """One text at one moment.

    `office` reads as the bot does (corpus/README.md 1.3): an hour from 1 to 6 alone is the afternoon, a time alone is
    the next such moment. Otherwise words are taken as they stand.
    """

    text: str
    now: datetime
    calendar: WorkCalendar
    feasts: Callable[[], Sequence[Feast]]
    office: bool = True

    @cached_property
    def today(self) -> date:
        return self.now.date()

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
            self._repeat(at)
            or self._vague(at)
            or self._feast(at)
            or self._length(at)
            or self._rolling(at)
            or self._range_or_point(at)
        )

    def _repeat(self, at: int) -> Found | None:
        if self.text[at] not in REPEAT_STARTS:
            return None
        read = repeat(self.text, at)
        if not read:
            return None
        every, end = read
        part, hand, stop = self._time(self._glued(end))
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
        return self._on(Days(at, end, day, day), at, end)

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
            return self._on(Days(start, end, day, day), start, end)
        value = lengths.counted(length, self.now, direction)
        if within and not self.office and isinstance(value, Day):
            return Found(start, end, Stretch(self.today, value.day, "rolling"))
        if isinstance(value, Day):
            return self._on(Days(start, end, value.day, value.day), start, end)
        return Found(start, end, value) if value else None

    def _rolling(self, at: int) -> Found | None:
        match = lengths.ROLLING.match(self.text, at) if self.text[at] in _ROLLING_STARTS else None
        value = lengths.rolling(match, self.today) if match else None
        return Found(at, match.end(), value) if match and value else None

    def _range_or_point(self, at: int) -> Found | None:
        until = _UNTIL.match(self.text, at)
        first = self._point(until.end() if until else at)
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
        base = _first_day(first.value)
        lone = _WEEKDAY_ONLY.match(self.text, at)
        if lone and base and re.search(r"(?:周|星期|礼拜).$", self.text[first.start : first.end]):
            weekday = days._WEEKDAYS[lone[0]]
            day = base + timedelta(days=(weekday - base.weekday()) % 7)
            return Found(at, lone.end(), Day(day))
        return self._point(at, base=base, after=first)

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

    def _point(self, at: int, base: date | None = None, after: Found | None = None) -> Found | None:
        """A day, a part of it, a time of it, or as many of the three as stand together."""
        day = self._days(at, base)
        if day:
            return self._on(day, at, day.end, after)
        part, hand, end = self._time(at)
        if hand and not part and not self._is_clock(hand):
            return None
        if not hand and not part:
            return None
        return self._clock_alone(at, part, hand, end, after)

    def _days(self, at: int, base: date | None) -> Days | None:
        text = self.text
        for pattern, read in _BY_FIRST.get(text[at], ()):
            match = pattern.match(text, at)
            if not match or match.end() == at:
                continue
            if base and read in (days.calendar_date, days.weekday):
                day = read(match, self.today, base)
            else:
                day = read(match, self.today)
            if day and not self._lone_year(match, day):
                return day
        return None

    def _lone_year(self, match: re.Match[str], day: Days) -> bool:
        said = match.groupdict().get("y") or ""
        return day.grain == "year" and len(said) == 2 and said[0] not in "零〇09"

    def _time(self, at: int) -> tuple[DayPart | None, Hand | None, int]:
        text = self.text
        match = clocks.PART.match(text, at) if text[at : at + 1] and text[at] in _PART_STARTS else None
        part = clocks.day_part(match) if match else None
        end = part.end if part else at
        hand = self._hand(self._glued(end)) if part else self._hand(at)
        return part, hand, hand.end if hand else end

    def _hand(self, at: int) -> Hand | None:
        text = self.text
        if at >= len(text) or text[at] not in _CLOCK_STARTS:
            return None
        for pattern, read in (
            (clocks.DIGITAL, clocks.digital),
            (clocks.TO_HOUR, clocks.to_hour),
            (clocks.SPOKEN, clocks.spoken),
            (clocks.ENGLISH, clocks.english),
            (clocks.HOUR_ONLY, clocks.hour_only),
        ):
            match = pattern.match(text, at)
            hand = read(match) if match else None
            if hand:
                return hand
        return None

    def _is_clock(self, hand: Hand) -> bool:
        """Whether a time alone is one: `便宜一点` and `有两点要求` are not."""
        said = self.text[hand.start : hand.end]
        if not said.endswith("点") or said[0].isdigit():
            return True
        before = self.text[max(0, hand.start - 3) : hand.start]
        if said == "一点" and before and before[-1] not in "在到约近从于至,. ":
            return False
        return not _POINTS.search(before) and not _POINTS_AFTER.match(self.text, hand.end)

    def _glued(self, at: int) -> int:
        match = _GLUE.match(self.text, at)
        return match.end() if match else at

    def _on(self, day: Days, start: int, end: int, after: Found | None = None) -> Found:
        """A day with what follows it: its weekday again, a part of it, a time."""
        if day.grain == "vague":
            return Found(start, end, Vague())
        end = self._weekday_again(day, end)
        if day.grain not in ("day", "weekend"):
            return Found(start, end, Stretch(day.first, day.last, day.grain), day.bare, _back(day))
        part, hand, stop = self._time(self._glued(end))
        if hand and not part and self._glued(end) > end and not self._is_clock(hand):
            hand = None
        if hand:
            return self._at_hour(day, start, stop, part, hand)
        if part:
            value = Part(day.first, part.name, part.hour)
            back = Part(day.back, part.name, part.hour) if day.back else None
            return Found(start, part.end, value, day.bare, back)
        if day.grain == "weekend":
            return Found(start, end, Stretch(day.first, day.last, "weekend"), day.bare)
        return Found(start, end, Day(day.first), day.bare, Day(day.back) if day.back else None)

    def _weekday_again(self, day: Days, end: int) -> int:
        match = re.compile(r"[,(、 ]?(?:周|星期|礼拜)([一二三四五六日天])\)?").match(self.text, end)
        if match and day.grain == "day" and days._WEEKDAYS[match[1]] == day.first.weekday():
            return match.end()
        return end

    def _at_hour(self, day: Days, start: int, end: int, part: DayPart | None, hand: Hand) -> Found:
        clock, later = clocks.turned(hand, part.name if part else "", office=self.office)
        chosen = day.first
        if day.bare and day.weekday == self.today.weekday() and datetime.combine(self.today, clock) > self.now:
            chosen = self.today
        shift = timedelta(days=later)
        back = At(datetime.combine(day.back, clock)) if day.back else None
        return Found(start, end, At(datetime.combine(chosen, clock) + shift), day.bare, back)

    def _clock_alone(
        self, at: int, part: DayPart | None, hand: Hand | None, end: int, after: Found | None
    ) -> Found | None:
        if not hand:
            if not part:
                return None
            day = self.today if self.office else None
            return Found(at, part.end, Part(day, part.name, part.hour), bare=True)
        clock, later = clocks.turned(hand, part.name if part else _part_of(after), office=self.office)
        if not self.office or after:
            return Found(at, end, Clock(clock), bare=True)
        moment = datetime.combine(self.today, clock) + timedelta(days=later)
        earlier = moment if moment <= self.now else moment - timedelta(days=1)
        return Found(at, end, At(moment if moment > self.now else moment + timedelta(days=1)), True, At(earlier))


def _back(day: Days) -> Value | None:
    if day.back is None:
        return None
    return Stretch(day.back, last_of_month(day.back), "month") if day.grain == "month" else Day(day.back)


def _bounded(value: Value, how: str) -> Value:
    return Open(value, how) if isinstance(value, Day | At | Clock | Part | Stretch) else value


def _part_of(first: Found | None) -> str:
    """The part of the day a range's end takes from its beginning: `下午两点到五点`."""
    moment = first.value.at.time() if first and isinstance(first.value, At) else None
    moment = first.value.clock if first and isinstance(first.value, Clock) else moment
    return "afternoon" if isinstance(moment, time) and moment.hour >= 12 else ""


def _first_day(value: Value) -> date | None:
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


__all__ = ["Every", "Reader"]
