"""The session webhook: where to answer right where a person wrote, and until when.

Source: protocols/dingtalk.md 2.8.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from yarl import URL

from bot.channels.dingtalk.wire import document, moment, number, text, written

MARGIN = timedelta(minutes=5)
"""What must be left of the window for a message to be sent through it."""


@dataclass(frozen=True, slots=True)
class Window:
    """A reply address; the address is a credential and stays out of logs and texts. `until` in ms since 1970."""

    url: str = field(repr=False)
    until: int

    @classmethod
    def offered(cls, url: str, until: int, oapi_base: str) -> Self | None:
        """The window a message offers; `None` when it points elsewhere than to the old API's host, or to nothing."""
        return cls(url, until) if until > 0 and same_host(url, oapi_base) else None

    @classmethod
    def kept(cls, note: str, oapi_base: str) -> Self | None:
        """The window of an `Outgoing.window` note, `None` when there is none to be trusted."""
        kept = document(note)
        return cls.offered(text(kept.get("url")), number(kept.get("until")), oapi_base)

    def note(self) -> str:
        """The note that `kept` reads."""
        return written({"url": self.url, "until": self.until})

    def open_at(self, now: datetime) -> bool:
        """Whether it is open long enough for a message to go through."""
        end = moment(self.until)
        return end is not None and end - now > MARGIN


def same_host(url: str, base: str) -> bool:
    """Whether `url` has the scheme, host and port of `base` and names no user: the address comes from a message."""
    try:
        given, expected = URL(url), URL(base)
        return given.user is None and given.password is None and given.origin() == expected.origin()
    except (ValueError, TypeError):
        return False
