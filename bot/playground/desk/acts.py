"""What the page asks for, checked, and done on the platform the person is on."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any, Protocol, runtime_checkable
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from bot.playground.clock import MovableClock
from bot.playground.desk.samples import samples
from bot.playground.platform import BubbleKind, Platform

DTMD = "dtmd://dingtalkclient/sendMessage"


class Act(BaseModel):
    """Something a person does; `person` is `platform:account`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str


class Say(Act):
    """A text to the bot 1:1 (`chat` is `None`) or in a group, where `at` are accounts."""

    text: str = Field(min_length=1, max_length=20_000)
    chat: str | None = None
    at: tuple[str, ...] = ()
    quote: str | None = None


class Press(Act):
    """A button of a card by key or text, with what is chosen in its fields."""

    bubble: str
    button: str
    choices: dict[str, list[str]] = Field(default_factory=dict)


class Send(Act):
    """Something else than text: a sample by its key, or `kind` with a `body` of one's own."""

    sample: str = ""
    kind: BubbleKind | None = None
    body: dict[str, str | int | float] = Field(default_factory=dict)
    chat: str | None = None


class Enter(Act):
    """The bot's conversation is opened."""


class Follow(Act):
    """A link that speaks for the person (DingTalk's dtmd), by title or address."""

    bubble: str
    link: str


class MoveClock(BaseModel):
    """One of three ways forward."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minutes: int | None = Field(default=None, ge=0, le=60 * 24 * 366)
    to: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    next_workday: bool = False


class Refused(Exception):
    """What was asked for cannot be done; the text is for the person at the page."""


@runtime_checkable
class Follower(Protocol):
    """A platform that knows links which speak."""

    async def follow(self, account: str, bubble: str, title_or_url: str) -> str:
        """The link is followed; the new message's id."""


class Stage:
    """The platforms, acted upon."""

    def __init__(self, platforms: Mapping[str, Platform], clock: MovableClock) -> None:
        self._platforms = platforms
        self._clock = clock

    def find(self, person: str) -> tuple[Platform, str]:
        """The platform and the account of a person.

        Raises:
            Refused: there is nobody of that name.
        """
        name, _, account = person.partition(":")
        platform = self._platforms.get(name)
        if platform is None or account not in platform.people:
            raise Refused(f"没有这个人：{person}")
        return platform, account

    async def say(self, act: Say) -> dict[str, Any]:
        """A message is written; its id."""
        platform, account = self.find(act.person)
        chat = None if act.chat == account else act.chat
        return {"message": await platform.say(account, act.text, chat=chat, at=act.at, quote=act.quote)}

    async def press(self, act: Press) -> dict[str, Any]:
        """A button is pressed.

        Raises:
            Refused: the card is not there any more.
        """
        platform, account = self.find(act.person)
        if all(bubble.id != act.bubble for bubble in platform.screens.bubbles):
            raise Refused("这张卡片是演练场重启之前的，已经点不了了。请直接打字，例如「待我审批」")
        await platform.press(account, act.bubble, act.button, act.choices or None)
        return {}

    async def send(self, act: Send) -> dict[str, Any]:
        """A file, voice, place is sent; the message's id."""
        platform, account = self.find(act.person)
        kind, body = act.kind, dict[str, Any](act.body)
        if act.sample:
            sample = samples().get(act.sample)
            if sample is None:
                raise Refused(f"没有这个样例：{act.sample}")
            kind, body = sample.kind, {**sample.body, **body}
        if kind is None:
            raise Refused("要发送什么？请给出 sample 或 kind")
        chat = None if act.chat == account else act.chat
        return {"message": await platform.send(account, kind, body, chat=chat)}

    async def enter(self, act: Enter) -> dict[str, Any]:
        """The conversation is opened."""
        platform, account = self.find(act.person)
        await platform.enter(account)
        return {}

    async def follow(self, act: Follow) -> dict[str, Any]:
        """The link speaks."""
        platform, account = self.find(act.person)
        if isinstance(platform, Follower):
            return {"message": await platform.follow(account, act.bubble, act.link)}
        spoken = parse_qs(urlsplit(act.link).query).get("content", [""])[0]
        if not act.link.startswith(DTMD) or not spoken:
            raise Refused("这个链接不会发送消息")
        return {"message": await platform.say(account, spoken)}

    def move(self, act: MoveClock) -> None:
        """The clock goes forward.

        Raises:
            Refused: none or several ways are named.
        """
        if sum((act.minutes is not None, act.to is not None, act.next_workday)) != 1:
            raise Refused("请给出 minutes、to、next_workday 之一")
        if act.minutes is not None:
            self._clock.forward(timedelta(minutes=act.minutes))
        elif act.to is not None:
            self._clock.to_local(time.fromisoformat(act.to))
        else:
            self._clock.next_workday()


def in_words(error: Exception) -> str:
    """A refusal of a platform as a sentence."""
    said = str(error.args[0]) if error.args else ""
    return said if re.search(r"[\u4e00-\u9fff]", said) else f"做不到：{said or type(error).__name__}"
