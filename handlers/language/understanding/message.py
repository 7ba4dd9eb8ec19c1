"""A message taken apart: names, persons, times, numbers and codes, each where it stands in the folded text."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from domain.calendar import WorkCalendar
from handlers.language import spelling
from handlers.language.amounts import Money, Percent, moneys, percents, vague_end
from handlers.language.codes import Code, codes, phones
from handlers.language.feasts import Feast, state_feasts
from handlers.language.firms import firms
from handlers.language.folding import Folded, fold, squeeze
from handlers.language.moments import Found, Reader
from handlers.language.names import Kind, Lexicon, Name
from handlers.language.numbers import Number, numbers
from handlers.language.people import Mention, Person, mentions, persons

LONGEST = 2000
"""Characters of a message that are understood; what follows stays free text."""

_GREETING = re.compile(
    r"(?:(?:你好|您好|哈喽|哈啰|哈罗|嗨|hi|hello|hey|在吗|在不在|在么|早上好|上午好|下午好|晚上好|大家好|"
    r"各位好?|亲|小助手|助手|机器人|小秘|麻烦|辛苦|劳驾|"
    r"请问一?下?|请(?=[CSWTPKM\s提查看记帮登录建新加])|拜托|帮忙|帮我|帮个忙|帮(?!助)|给我(?!们)|那个|呃|嗯+|"
    r"额|哎|唉|啊|哦|然后|顺便|对了|话说|我想|我要(?!是)|我得|我需要|想要)(?:你|您|了|啦)?[\s,。.!~:、…]*)+"
)
_MENTIONS = re.compile(r"(?:M+[\s,，:：]*)+")
_MASKS: dict[Kind, str] = {"customer": "C", "contact": "P", "colleague": "K", "product": "S", "warehouse": "W"}


@dataclass(frozen=True)
class Message:
    """What was typed, when (on the company's clock, without zone), and what is known."""

    whole: Folded
    now: datetime
    lexicon: Lexicon
    calendar: WorkCalendar

    @classmethod
    def of(cls, text: str, now: datetime, lexicon: Lexicon, calendar: WorkCalendar) -> "Message":
        return cls(fold(text[:LONGEST]), now, lexicon, calendar)

    @property
    def text(self) -> str:
        return self.whole.text

    @cached_property
    def mentions(self) -> list[Mention]:
        return list(mentions(self.whole, self.lexicon)) if "@" in self.text else []

    @cached_property
    def names(self) -> list[Name]:
        taken = [(mention.start, mention.end) for mention in self.mentions]
        found = _outside(self.lexicon.find(self.text), taken)
        if any(name.kind == "customer" for name in found):
            return found
        return sorted([*found, *self._unknown_firms(found)], key=lambda name: name.start)

    def _unknown_firms(self, found: Sequence[Name]) -> Iterator[Name]:
        """Customers that nobody has entered, as typed; looked for where no known one is named."""
        spans = [(n.start, n.end, _MASKS[n.kind]) for n in found] + [(m.start, m.end, "M") for m in self.mentions]
        for start, end in firms(_masked(self.text, spans)):
            yield Name(start, end, "customer", (self.typed(start, end),))

    def of_kind(self, kind: Kind) -> list[Name]:
        return [name for name in self.names if name.kind == kind]

    @cached_property
    def phones(self) -> list[tuple[int, int, str]]:
        return phones(self.text)

    @cached_property
    def codes(self) -> list[Code]:
        taken = [(n.start, n.end) for n in self.names if n.kind == "product" and not n.weak]
        return list(codes(self.text, taken + [(a, b) for a, b, _ in self.phones]))

    @cached_property
    def persons(self) -> list[Person]:
        taken = [(m.start, m.end) for m in self.mentions]
        taken += [(n.start, n.end) for n in self.names if n.kind not in ("contact", "colleague")]
        return persons(self.whole, self.names, taken)

    @cached_property
    def named(self) -> str:
        """The corrected text with names, telephone numbers and codes blotted out by capitals."""
        spans = [(n.start, n.end, _MASKS[n.kind]) for n in self.names if not n.weak]
        spans += [(m.start, m.end, "M") for m in self.mentions]
        spans += [(start, end, "F") for start, end, _ in self.phones] + [(c.start, c.end, "I") for c in self.codes]
        spans += [(p.start, p.end, "K" if self.is_colleague(p) else "P") for p in self.persons]
        return _masked(spelling.corrected(self.text), spans)

    def is_colleague(self, person: Person) -> bool:
        return any(n.kind == "colleague" and n.start <= person.start < n.end for n in self.names)

    @cached_property
    def times(self) -> list[Found]:
        text, places = squeeze(self.named)
        read = Reader(text, self.now, self.calendar, self._feasts).found()
        return [replace(f, start=places[f.start], end=places[f.end - 1] + 1) for f in read]

    @property
    def _feasts(self) -> Callable[[], Sequence[Feast]]:
        own = self.lexicon.tables.feasts
        year = self.now.year
        return lambda: own or state_feasts((year, year + 1))

    @cached_property
    def _without_times(self) -> tuple[str, Sequence[int]]:
        return squeeze(_masked(self.named, [(f.start, f.end, "T") for f in self.times]))

    @cached_property
    def numbers(self) -> list[Number]:
        """Numbers outside names, codes and times, in tens of thousands where blurred (`80来万`)."""
        text, places = self._without_times
        found = [vague_end(text, number) for number in numbers(text)]
        return [replace(n, start=places[n.start], end=places[n.end - 1] + 1) for n in found]

    @cached_property
    def moneys(self) -> list[Money]:
        text, places = self._without_times
        return [replace(m, start=places[m.start], end=places[m.end - 1] + 1) for m in moneys(text, list(numbers(text)))]

    @cached_property
    def percents(self) -> list[Percent]:
        text, places = squeeze(self.named)
        found = percents(text, list(numbers(text)))
        return [replace(p, start=places[p.start], end=places[p.end - 1] + 1) for p in found]

    @cached_property
    def shape(self) -> str:
        """The corrected text with everything that is a value blotted out: T times, N numbers, C customers ..."""
        return _masked(
            self.named,
            [(f.start, f.end, "T") for f in self.times]
            + [(n.start, n.end, "N") for n in self.numbers if self.text[n.start : n.end] != "一"],
        )

    @cached_property
    def polite_end(self) -> int:
        """Where the message begins after greeting and politeness."""
        return self._behind(_GREETING, 0)

    @cached_property
    def core(self) -> int:
        """Where the message begins after greeting, politeness and mentions."""
        at = 0
        for _ in range(4):
            further = self._behind(_MENTIONS, self._behind(_GREETING, at))
            if further == at:
                break
            at = further
        return at

    def _behind(self, pattern: re.Pattern[str], at: int) -> int:
        match = pattern.match(self.named, at)
        return match.end() if match and self.named[match.end() :].strip() else at

    def typed(self, start: int, end: int) -> str:
        return self.whole.typed(start, end)


def _outside(names: Iterable[Name], taken: Sequence[tuple[int, int]]) -> list[Name]:
    return [n for n in names if not any(a < n.end and n.start < b for a, b in taken)]


def _masked(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    characters = list(text)
    for start, end, mask in spans:
        characters[start:end] = mask * (end - start)
    return "".join(characters)
