"""Words of command typed with the wrong character of the same sound: 跟近, 库纯, 题醒, 报消."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

_LISTS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
WORDS: tuple[str, ...] = tuple(_LISTS["words"].split())
"""Words whose misspelling is understood."""
_REAL = frozenset(_LISTS["real"].split()) | frozenset(WORDS)
_COMMON = frozenset(_LISTS["common"].split()) | frozenset(WORDS)
_SAME: dict[str, str] = _LISTS["same"]
_RUNS = re.compile(r"[\u4e00-\u9fff]{2,}")


def corrected(text: str) -> str:
    """The folded text with misspelt command words put right; its length does not change."""
    characters: list[str] | None = None
    for run in _RUNS.finditer(text):
        for at in range(run.start(), run.end() - 1):
            word = _SAME.get(text[at : at + 2]) or _misspelt(text, at)
            if word:
                characters = characters or list(text)
                characters[at : at + 2] = word
    return "".join(characters) if characters else text


def _misspelt(text: str, at: int) -> str | None:
    """The word that sounds like the two characters here and shares one with them."""
    first, second = text[at], text[at + 1]
    known = _sharing().get(first, ()) or _sharing().get(second, ())
    if not known or first + second in _REAL:
        return None
    word = _by_sound().get((_sound(first), _sound(second)))
    if word is None or (word[0] != first and word[1] != second):
        return None
    if text[at - 1 : at + 1] in _COMMON or text[at + 1 : at + 3] in _COMMON:
        return None
    return word


@lru_cache(maxsize=1)
def _by_sound() -> dict[tuple[str, str], str]:
    return {(_sound(word[0]), _sound(word[1])): word for word in WORDS if len(word) == 2}


@lru_cache(maxsize=1)
def _sharing() -> dict[str, frozenset[str]]:
    """The words each character stands in."""
    return {c: frozenset(word for word in WORDS if c in word) for c in "".join(WORDS)}


@lru_cache(maxsize=8192)
def _sound(character: str) -> str:
    """The toneless sound, with zh and z, ing and in taken as one."""
    from pypinyin import Style, lazy_pinyin

    sound: str = lazy_pinyin(character, style=Style.NORMAL)[0]
    for wide, narrow in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(wide):
            sound = narrow + sound[2:]
    return sound[:-1] if sound.endswith(("eng", "ing")) else sound
