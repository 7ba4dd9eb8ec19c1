"""Dates, times, lengths and recurrences in Chinese, given a moment (corpus/README.md 1.3 and 2)."""

from handlers.language.moments.reading import Reader
from handlers.language.moments.values import (
    At,
    Between,
    Clock,
    Day,
    Every,
    Found,
    Lasting,
    Open,
    Part,
    Stretch,
    Vague,
    Value,
)

__all__ = [
    "At",
    "Between",
    "Clock",
    "Day",
    "Every",
    "Found",
    "Lasting",
    "Open",
    "Part",
    "Reader",
    "Stretch",
    "Vague",
    "Value",
]
