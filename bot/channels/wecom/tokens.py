"""The access token of an app: fetched once however many calls wait for it.

Source: protocols/wecom.md 5.1, 7.2 (WeCom documentation 91039, 90313).
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.channels.channel import Now
from bot.channels.wecom.codes import MENDED_BY_PEOPLE, UNREACHABLE, Answer

log = structlog.get_logger()

EARLY = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=2)
FIRST_PAUSE_OF_MISTAKES = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(minutes=20)
"""Wrong secrets block our address for an hour, for everybody behind it: after a refusal nobody asks for a while."""


class NoToken(Exception):
    """There is no token to be had; `answer` is what the platform said to `gettoken`."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.trouble)
        self.answer = answer


class Token:
    """One app's token. It is renewed five minutes before its end, or when a call finds it void.

    Args:
        fetch: asks `gettoken`.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Answer]], now: Now) -> None:
        self._fetch = fetch
        self._now = now
        self._lock = asyncio.Lock()
        self._value = ""
        self._until: datetime | None = None
        self._refusal: Answer | None = None
        self._refusals = 0
        self._quiet_until: datetime | None = None

    async def get(self, void: str = "") -> str:
        """A token that is not `void`, the one a call was just refused with.

        Raises:
            NoToken: the platform gives none; it is not asked again until a pause is over.
        """
        if self._fresh(void):
            return self._value
        async with self._lock:
            if self._fresh(void):
                return self._value
            return await self._renew()

    def _fresh(self, void: str) -> bool:
        return self._value != void and self._until is not None and self._now() < self._until

    async def _renew(self) -> str:
        if self._refusal and self._quiet_until and self._now() < self._quiet_until:
            raise NoToken(self._refusal)
        answer = await self._fetch()
        value, seconds = answer.data.get("access_token"), answer.data.get("expires_in")
        if answer.good and isinstance(value, str) and value and isinstance(seconds, int):
            self._refusal, self._refusals = None, 0
            life = timedelta(seconds=seconds)
            self._value, self._until = value, self._now() + max(life - EARLY, life / 2)
            return value
        refusal = Answer("gettoken", UNREACHABLE, "no token in the answer") if answer.good else answer
        self._refuse(refusal)
        raise NoToken(refusal)

    def _refuse(self, answer: Answer) -> None:
        first = FIRST_PAUSE_OF_MISTAKES if answer.code in MENDED_BY_PEOPLE or answer.code == 45009 else FIRST_PAUSE
        pause = min(first * 2 ** min(self._refusals, 10), LONGEST_PAUSE)
        self._refusal, self._refusals = answer, self._refusals + 1
        self._quiet_until = self._now() + pause
        log.warning("no access token", trouble=answer.trouble, pause=pause.total_seconds())
