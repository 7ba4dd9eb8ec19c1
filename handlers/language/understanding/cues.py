"""The rules of `cues.toml`: what speaks for which intent, and how much."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MACRO = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over a message's shape, the intent it speaks for (or against, when negative) and how much.

    `staged` patterns look for stages of a deal, `addressed` ones for mentions, which others do not see at the start.
    """

    intent: str
    weight: float
    pattern: re.Pattern[str]
    why: str
    staged: bool
    addressed: bool


def _read(table: Mapping[str, Any]) -> Iterator[Rule]:
    macros = table["macros"]
    for intent, part in table.items():
        for rule in part.get("rules", ()):
            pattern = _MACRO.sub(lambda match: macros[match[1]], rule["pattern"])
            compiled = re.compile(pattern, re.DOTALL)
            yield Rule(intent, float(rule["weight"]), compiled, rule["why"], "G" in pattern, "M" in pattern)


RULES = tuple(_read(tomllib.loads(Path(__file__).with_name("cues.toml").read_text("utf-8"))))
