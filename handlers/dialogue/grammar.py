"""Phrases with typed placeholders: the exact words of a command, before anything is guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.dialogue.command import Command

HOLE = re.compile(r"<(\w+)>")
NUMBER_PATTERN = r"#?[A-Za-z][-－]?\d{1,12}(?!\d)"
"""How a record number is typed: `A-000123`, `a123`, `#A000123`."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase such as `"认领 <number>"`: words, blanks that may be left out beside punctuation, and fields.

    `<number>` and every field that ends in `number` match only record numbers; `<rest>`-like fields match any text.
    """

    text: str
    command: type[Command]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str, command: type[Command]) -> "Phrase":
        """Compile a phrase for a command.

        Raises:
            ValueError: it names a field that the command does not have.
        """
        unknown = set(HOLE.findall(text)) - set(command.model_fields)
        if unknown:
            raise ValueError(f"{text!r}: {command.__name__} has no field {', '.join(sorted(unknown))}")
        return cls(text, command, re.compile(_pattern(text), re.DOTALL | re.IGNORECASE))

    def read(self, folded: str) -> Mapping[str, str] | None:
        """The fields when the whole text is this phrase, else None."""
        match = self.pattern.fullmatch(folded)
        return {name: value.strip() for name, value in match.groupdict().items() if value} if match else None

    @property
    def weight(self) -> tuple[int, int]:
        """More words before fewer, fewer holes before more: the exact phrase wins."""
        return len(HOLE.sub("", self.text)), -len(HOLE.findall(self.text))


def _pattern(text: str) -> str:
    parts: list[str] = []
    for index, piece in enumerate(HOLE.split(text)):
        if index % 2:
            hole = NUMBER_PATTERN if piece.endswith("number") else r".+?"
            parts.append(f"(?P<{piece}>{hole})")
        else:
            words = re.escape(piece.strip()).replace(r"\ ", r"\s*")
            parts.append(rf"\s*{words}\s*" if words else r"[\s:：,，]*")
    return "".join(parts) + r"[。.!！~]*"
