"""What the tests of understanding share: a company's names, a moment, and things people say."""

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from domain.calendar import OFFICE
from handlers.language.names import Lexicon
from handlers.language.understanding import Context, Understood, understand

HERE = Path(__file__).parent
CORPUS = HERE.parents[2] / "shared" / "corpus"
"""The yardsticks, where the checkout lies beside them."""
WEDNESDAY = datetime(2025, 7, 9, 10, 20, tzinfo=OFFICE)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    return Lexicon.from_gazetteer(json.loads((HERE / "gazetteer.json").read_text("utf-8")))


@lru_cache(maxsize=1)
def sayings() -> list[tuple[str, str]]:
    """Intent and text; `\\n` in the file is a line break."""
    lines = (HERE / "sayings.txt").read_text("utf-8").splitlines()
    return [(intent, text.replace("\\n", "\n")) for intent, _, text in (line.partition("|") for line in lines)]


def said(text: str, context: Context | None = None, *, at: datetime = WEDNESDAY) -> Understood:
    return understand(text, at=at, lexicon=lexicon(), context=context)
