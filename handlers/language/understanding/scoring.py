"""How likely each intent is, by the cues in a message's shape."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from handlers.language.understanding.cues import RULES
from handlers.language.understanding.message import Message


@dataclass(frozen=True, slots=True)
class Cue:
    """What spoke for (or, negative, against) an intent, and the words it was."""

    intent: str
    weight: float
    why: str
    words: str


def scores(message: Message) -> tuple[list[tuple[str, float]], list[Cue]]:
    """Intents from the likeliest to the least likely, and every cue."""
    plain, addressed = Shape.of(message.shape, message.core), Shape.of(message.shape, message.polite_end)
    staged = Shape.of(_staged(message), message.core)
    totals = dict.fromkeys(_INTENTS, 0.0)
    cues: list[Cue] = []
    for rule in RULES:
        shape = staged if rule.staged else addressed if rule.addressed else plain
        match = rule.pattern.search(shape.text)
        if match:
            totals[rule.intent] += rule.weight
            cues.append(Cue(rule.intent, rule.weight, rule.why, shape.typed(message, match)))
    return sorted(totals.items(), key=lambda item: -item[1]), cues


_INTENTS = tuple(dict.fromkeys(rule.intent for rule in RULES))
_RUNS = re.compile(r"([A-Z])\1+")


@dataclass(frozen=True, slots=True)
class Shape:
    """A message's shape with every value one capital, and where each character stood."""

    text: str
    places: Sequence[int]

    @classmethod
    def of(cls, shape: str, start: int) -> Self:
        places: list[int] = []
        at = start
        for run in _RUNS.finditer(shape, start):
            places.extend(range(at, run.start() + 1))
            at = run.end()
        places.extend(range(at, len(shape)))
        return cls("".join([shape[place] for place in places]), places)

    def typed(self, message: Message, match: re.Match[str]) -> str:
        """The words that matched, as typed."""
        if match.start() == match.end():
            return ""
        end = self.places[match.end()] if match.end() < len(self.places) else len(message.text)
        return message.typed(self.places[match.start()], end).strip()


def _staged(message: Message) -> str:
    """The shape with the stages of a deal blotted out by G."""
    text = list(message.shape)
    for hit in message.lexicon.tables.stages.find(message.shape):
        text[hit.start : hit.end] = "G" * (hit.end - hit.start)
    return "".join(text)
