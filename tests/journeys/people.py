"""A person at a screen: what the journeys are told with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.playground.platform import Bubble, BubbleKind
from tests.scene import PAUSE, Scene

HELPER = "bot:跟单助手"
"""The 1:1 conversation with the AI bot."""

WECOM_GROUP, DING_GROUP = "wrGroup1", "cidGroup1=="


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; `chat` is where they write (None: 1:1 with the app or the robot)."""

    scene: Scene
    account: str
    chat: str | None = None

    async def says(self, text: str, *, at: Sequence[str] = (), quote: str | None = None) -> str:
        """Write; everything new on the screen, as one text."""
        self.scene.clock.forward(seconds=PAUSE)
        before = len(self._seen())
        await self._platform.say(self.account, text, chat=self.chat, at=at, quote=quote)
        return await self._news(before)

    async def taps(self, button: str, choices: Any = None, *, on: Bubble | None = None) -> str:
        """Press a button of the latest card that shows it, or of this one; everything new on the screen."""
        self.scene.clock.forward(seconds=PAUSE)
        before = len(self._seen())
        card = on or self.scene.card_with(self.account, button)
        await self._platform.press(self.account, card.id, button, choices)
        return await self._news(before)

    async def sends(self, kind: BubbleKind, **body: Any) -> str:
        """Send a picture, voice, position or file; everything new on the screen."""
        self.scene.clock.forward(seconds=PAUSE)
        before = len(self._seen())
        await self._platform.send(self.account, kind, body, chat=self.chat)
        return await self._news(before)

    async def _news(self, before: int) -> str:
        await self.scene.settled()
        return "\n\n".join(words(b, self.account) for b in self._seen()[before:] if b.sender != self.account)

    def sees(self) -> list[str]:
        """Everything on the screen that the service said, oldest first, as it looks now."""
        return [words(bubble, self.account) for bubble in self._seen() if not bubble.sender]

    def card(self, part: str) -> Bubble:
        """The latest message of the service that says this."""
        for bubble in reversed(self._seen()):
            if not bubble.sender and part in words(bubble, self.account):
                return bubble
        raise AssertionError(f"{self.account} does not see {part!r}:\n" + "\n\n".join(self.sees()))

    def now_on(self, card: Bubble) -> str:
        """What a card says now."""
        return words(card, self.account)

    @property
    def _platform(self) -> Any:
        return self.scene.platform_of(self.account)

    def _seen(self) -> list[Bubble]:
        return self._platform.screens.seen(self.account)


def words(bubble: Bubble, account: str) -> str:
    """All that a message says, whatever platform shows it: its texts, and the words of what greys it."""
    closed = bubble.closed_for.get(account)
    texts = [*_texts(bubble.body_for(account)), *([f"[{closed}]"] if closed else [])]
    return "\n".join(text for text in texts if text).replace("\\", "").replace("&nbsp;", " ")


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
