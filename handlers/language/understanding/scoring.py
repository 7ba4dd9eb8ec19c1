"""How likely each intent is, by the cues in a message's shape."""

from dataclasses import dataclass

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
    shape = message.shape[message.core :]
    staged = _staged(message)[message.core :]
    totals: dict[str, float] = {}
    cues: list[Cue] = []
    for rule in RULES:
        match = rule.pattern.search(staged if rule.staged else shape)
        if match:
            start, end = message.core + match.start(), message.core + match.end()
            totals[rule.intent] = totals.get(rule.intent, 0.0) + rule.weight
            cues.append(Cue(rule.intent, rule.weight, rule.why, message.typed(start, end)))
        else:
            totals.setdefault(rule.intent, 0.0)
    return sorted(totals.items(), key=lambda item: -item[1]), cues


def _staged(message: Message) -> str:
    """The shape with the stages of a deal blotted out by G."""
    text = list(message.shape)
    for hit in message.lexicon.tables.stages.find(message.shape):
        text[hit.start : hit.end] = "G" * (hit.end - hit.start)
    return "".join(text)
