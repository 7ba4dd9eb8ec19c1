"""A company's tables of words: expense categories, leave types, stages, sources, methods of payment, holidays."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from handlers.language.feasts import Feast
from handlers.language.folding import folded

PARTS = ("stages", "categories", "leave_types", "sources", "methods")


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of a table in a folded text, and the table's value it stands for."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """Values with their synonyms; the longest synonym wins."""

    values: Mapping[str, str]
    pattern: re.Pattern[str] = field(repr=False)

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> Self:
        values: dict[str, str] = {}
        for value, synonyms in words.items():
            for word in (value, *synonyms):
                values.setdefault(folded(word), value)
        known = sorted((word for word in values if word), key=len, reverse=True)
        return cls(values, re.compile("|".join(map(re.escape, known)) if known else r"(?!)"))

    def find(self, text: str) -> list[Hit]:
        """Every word of the table in a folded text, in order."""
        return [Hit(match.start(), match.end(), self.values[match[0]]) for match in self.pattern.finditer(text)]


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables; `feasts` are empty when the company follows the State Council's calendar."""

    stages: Table
    categories: Table
    leave_types: Table
    sources: Table
    methods: Table
    feasts: tuple[Feast, ...] = ()
    workdays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """From the shape of the gazetteer's `config`; a value that the defaults know has their synonyms too."""
        shipped = _shipped()
        parts = {}
        for part in PARTS:
            own = config.get(part) or shipped[part]
            parts[part] = Table.of({value: [*words, *shipped[part].get(value, ())] for value, words in own.items()})
        feasts = tuple(
            Feast(tuple(feast["name"]), date.fromisoformat(feast["first"]), date.fromisoformat(feast["last"]))
            for feast in config.get("holidays", ())
        )
        workdays = frozenset(date.fromisoformat(day) for day in config.get("workdays_on_weekends", ()))
        return cls(**parts, feasts=tuple(sorted(feasts, key=lambda feast: feast.first)), workdays=workdays)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("tables.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def default_tables() -> Tables:
    """The tables of a company that has none of its own."""
    return Tables.of(_shipped())
