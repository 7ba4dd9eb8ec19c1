"""One form for full width, traditional characters and case, with the way back to what was typed."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_BLANKS = re.compile(r" +")
_MAGNITUDES = frozenset("十百千万亿兆")


@lru_cache(maxsize=1)
def _simplify() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


class _Characters(dict[str, str]):
    """Each character's folded form, worked out when first met; format characters fold to nothing."""

    def __missing__(self, character: str) -> str:
        if unicodedata.category(character) in ("Cf", "Mn", "Me"):
            folded = ""
        elif character < "\x80":
            folded = " " if character in "\t\r\f\v" else character.lower()
        else:
            plain = unicodedata.normalize("NFKC", character).lower()
            folded = " " if plain.isspace() else _simplify()(plain)
        if len(self) < 50_000:
            self[character] = folded
        return folded


_FOLDED = _Characters()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for every character of it, where in the original it came from."""

    original: str
    text: str
    origin: tuple[int, ...]

    def typed(self, start: int, end: int) -> str:
        """What was typed between two places of the folded text."""
        if start >= end:
            return ""
        return self.original[self.origin[start] : self.origin[end - 1] + 1]


def folded(text: str) -> str:
    """NFKC, simplified, lower case, character by character; line breaks stay, other white space becomes a blank."""
    return "".join([_FOLDED[character] for character in text])


def fold(text: str) -> Folded:
    """The text folded, with the way back."""
    characters: list[str] = []
    origin: list[int] = []
    for index, typed in enumerate(text):
        for character in _FOLDED[typed]:
            characters.append(character)
            origin.append(index)
    return Folded(text, "".join(characters), tuple(origin))


def squeeze(text: str) -> tuple[str, Sequence[int]]:
    """A folded text without the blanks beside a Chinese character, and each remaining character's place in it.

    A blank between `万` and a digit stays: it separates two numbers, while those in `三千 八百` and `15 万` do not.
    """
    if " " not in text:
        return text, range(len(text))
    places: list[int] = []
    done = 0
    for blank in _BLANKS.finditer(text):
        places.extend(range(done, blank.start()))
        if not _loose(text[blank.start() - 1 : blank.start()], text[blank.end() : blank.end() + 1]):
            places.append(blank.start())
        done = blank.end()
    places.extend(range(done, len(text)))
    return "".join([text[place] for place in places]), places


def _loose(left: str, right: str) -> bool:
    if not left or not right or (left in _MAGNITUDES and right.isdigit()):
        return False
    return is_chinese(left) or is_chinese(right)


def is_chinese(character: str) -> bool:
    """A Han character (the common blocks, and 〇)."""
    return "\u3400" <= character <= "\u9fff" or character == "〇"
