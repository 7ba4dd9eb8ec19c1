"""What is under way between members and AI bots."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.playground.platform import Bubble
from bot.playground.wecom.corp import WeComBot
from bot.playground.wecom.media import Medium


@dataclass(slots=True, kw_only=True)
class Talk:
    """One thing a member did with a bot, and where answers to it go."""

    bot: WeComBot
    account: str
    chat: str
    group: bool
    seen_by: tuple[str, ...]
    at: datetime
    quote: str | None = None
    open: bool = True
    stream: Bubble | None = None
    stream_id: str = ""
    carded: bool = False


@dataclass(slots=True)
class LateReply:
    """A `response_url`: one call within an hour."""

    talk: Talk
    used: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """A file at an address, encrypted with `key`, until `ends`."""

    key: str
    medium: Medium
    ends: datetime


@dataclass(slots=True)
class Traffic:
    """What is under way."""

    talks: list[Talk] = field(default_factory=list)
    polls: set[asyncio.Task[None]] = field(default_factory=set)
    late: dict[str, LateReply] = field(default_factory=dict)
    downloads: dict[str, Download] = field(default_factory=dict)
    welcomed: set[tuple[str, str, str]] = field(default_factory=set)
