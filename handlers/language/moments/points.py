"""Reads one point in time at a place in a text: a day, a part of it, a time of it, or what stands of them together."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from domain.calendar import WorkCalendar
from handlers.language.feasts import Feast
from handlers.language.moments import clocks, days, periods
from handlers.language.moments.arithmetic import last_of_month
from handlers.language.moments.clocks import DayPart, Hand
from handlers.language.moments.days import Days
from handlers.language.moments.feast_days import NAMES as FEAST_NAMES
from handlers.language.moments.values import At, Clock, Day, Found, Part, Stretch, Vague, Value

DIGITS = "0123456789"
NUMERALS = "〇零一二两俩三四五六七八九十廿"
_DayReader = Callable[[re.Match[str], date], Days | None]
_DAY_READERS: tuple[tuple[re.Pattern[str], _DayReader, str], ...] = (
    (days.NUMERIC, days.numeric_date, DIGITS),
    (days.SOME_MONTHS, days.some_months, DIGITS + NUMERALS + "今本这当明来下后大去上前"),
    (periods.HALF, periods.half, DIGITS + NUMERALS + "今本这当明来下后大去上前"),
    (periods.QUARTER, periods.quarter_of, DIGITS + NUMERALS + "今本这当明来下后大去上前第q季"),
    (periods.EDGE, periods.edge_day, "本这上下月今明去后来年"),
    (periods.FEAST, periods.feast, DIGITS + "".join({n[0] for n in FEAST_NAMES}) + "今明来去后前大二"),
    (days.DATE, days.calendar_date, DIGITS + NUMERALS + "今本这当同明来下后大去上前次第正"),
    (days.DAY_TO_DAY, days.calendar_date, DIGITS + NUMERALS + "今本这当明来下后大去上前次"),
    (days.MONTH_TO_MONTH, days.calendar_date, DIGITS + NUMERALS + "今本明来后去前"),
    (days.COMING_DAYS, days.coming_days, "今明"),
    (days.RELATIVE, days.relative_day, "大前昨今明后当"),
    (days.WEEKDAY, days.weekday, "上下这本周星礼"),
)
DAY_STARTS: dict[str, list[tuple[re.Pattern[str], _DayReader]]] = {}
for _pattern, _reader, _starts in _DAY_READERS:
    for _character in set(_starts):
        DAY_STARTS.setdefault(_character, []).append((_pattern, _reader))
CLOCK_STARTS = frozenset(DIGITS + NUMERALS + "差")
PART_STARTS = frozenset(word[0] for word in clocks.PART_OF)
_GLUE = re.compile(r"[ 的,、(t]|\) ?")
_POINTS = re.compile(r"(?:这|那|有|以下|下面|如下|几|的|第|就|提了|快|慢|早|晚|多|少|好|便宜|低|高)$")
_POINTS_AFTER = re.compile(r"(?:是|建议|要求|意见|原因|问题|:|反馈|需求|想法|疑问|注意|说明|思考|经验)")


@dataclass(frozen=True)
class Points:
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

    def point(self, at: int, base: date | None = None, after: Found | None = None) -> Found | None:
        """A day, a part of it, a time of it, or as many of the three as stand together."""
        day = self._days(at, base)
        if day:
            return self.on(day, at, day.end, after)
        part, hand, end = self.time_at(at)
        if hand and not part and not self._is_clock(hand):
            return None
        if not hand and not part:
            return None
        return self._clock_alone(at, part, hand, end, after)

    def _days(self, at: int, base: date | None) -> Days | None:
        text = self.text
        for pattern, read in DAY_STARTS.get(text[at], ()):
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

    def time_at(self, at: int) -> tuple[DayPart | None, Hand | None, int]:
        text = self.text
        match = clocks.PART.match(text, at) if text[at : at + 1] and text[at] in PART_STARTS else None
        part = clocks.day_part(match) if match else None
        end = part.end if part else at
        hand = self._hand(self.glued(end)) if part else self._hand(at)
        return part, hand, hand.end if hand else end

    def _hand(self, at: int) -> Hand | None:
        text = self.text
        if at >= len(text) or text[at] not in CLOCK_STARTS:
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

    def glued(self, at: int) -> int:
        match = _GLUE.match(self.text, at)
        return match.end() if match else at

    def on(self, day: Days, start: int, end: int, after: Found | None = None) -> Found:
        """A day with what follows it: its weekday again, a part of it, a time."""
        if day.grain == "vague":
            return Found(start, end, Vague())
        end = self._weekday_again(day, end)
        inside = days.DAY_OF_IT.match(self.text, end) if day.grain in ("month", "year", "quarter", "week") else None
        one = days.day_of_it(day, inside) if inside else None
        if one:
            return self.on(one, start, one.end, after)
        if day.grain not in ("day", "weekend"):
            return Found(start, end, Stretch(day.first, day.last, day.grain), day.bare, _back(day))
        part, hand, stop = self.time_at(self.glued(end))
        if hand and not part and self.glued(end) > end and not self._is_clock(hand):
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
        if match and day.grain == "day" and days.WEEKDAYS[match[1]] == day.first.weekday():
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


def _part_of(first: Found | None) -> str:
    """The part of the day a range's end takes from its beginning: `下午两点到五点`."""
    moment = first.value.at.time() if first and isinstance(first.value, At) else None
    moment = first.value.clock if first and isinstance(first.value, Clock) else moment
    return "afternoon" if isinstance(moment, time) and moment.hour >= 12 else ""
