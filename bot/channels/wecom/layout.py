"""How much of a card fits where, and what has to follow as text.

Source: protocols/wecom.md 5.4, 5.10, 5.11 (WeCom documentation 90236, 99110, 101032). Lengths are characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

FOLLOWS = "…(全文见下条)"
PRIVATELY = "…(其余已私信)"
MISSING = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one kind of sender may write; the platform recommends these lengths and shows less of what is longer.

    `follows` ends what does not fit: it says where the rest is.
    """

    title: int
    subtitle: int
    body: int
    value: int
    jump: int
    choice_title: int
    option: int
    box_option: int
    label: int = 5
    button: int = 10
    vote_title: int = 16
    vote_body: int = 160
    rows: int = 6
    buttons: int = 6
    options: int = 10
    boxes: int = 20
    lists: int = 3
    follows: str = FOLLOWS


APP = Limits(
    title=36,
    subtitle=44,
    body=160,
    value=30,
    jump=18,
    choice_title=36,
    option=16,
    box_option=17,
)
BOT = Limits(
    title=26,
    subtitle=30,
    body=112,
    value=26,
    jump=13,
    choice_title=13,
    option=10,
    box_option=11,
)

BOT_IN_GROUP = replace(BOT, follows=PRIVATELY)
"""In a group the bot answers once; what does not fit reaches the person through the app."""


@dataclass(slots=True)
class Paper:
    """What a card has to say beside its fixed parts, in reading order: what was cut in `top`, then its text, then hints
    and what did not fit into rows."""

    top: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)

    def heading(self, text: str, limit: int) -> str:
        """A title within its limit; the whole of a longer one comes first in the text."""
        return self._fit(text, limit, self.top, "")

    def field(self, text: str, limit: int, label: str) -> str:
        """A value within its limit; the whole of a longer one comes below, with its label."""
        return self._fit(text, limit, self.below, f"{label}: ")

    def _fit(self, text: str, limit: int, spill: list[str], prefix: str) -> str:
        line = flat(text)
        if len(line) <= limit:
            return line
        spill.append(prefix + line)
        return line[: limit - 1] + "…"

    def laid_out(self, limit: int, mark: str) -> tuple[str, str]:
        """What fits into `limit` characters, ended by `mark` when it is not all, and the rest ("" when it is)."""
        lines = [line for line in (*self.top, *self.text, *self.below) if line.strip()]
        whole = "\n".join(lines)
        if len(whole) <= limit:
            return whole, ""
        shown = _fitting(lines, limit - len(mark) - 1)
        if shown:
            return "\n".join([*lines[:shown], mark]), "\n".join(lines[shown:])
        return lines[0][: limit - len(mark)] + mark, whole


def flat(text: str) -> str:
    """The text as one line; "-" when there is none."""
    return " ".join(text.split()) or "-"


def _fitting(lines: Sequence[str], limit: int) -> int:
    used = 0
    for number, line in enumerate(lines):
        used += len(line) + (number > 0)
        if used > limit:
            return number
    return len(lines)
