"""What the robot says: into the window a message opened, to a person, into a group; and taking it back.

Source: protocols/dingtalk.md 2.8, 5.2-5.5, 5.7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from bot.channels.channel import Now
from bot.channels.dingtalk import wire
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.cards import ActionCard
from bot.channels.dingtalk.troubles import Kind, Trouble
from bot.channels.dingtalk.window import Window

MOST_MENTIONS = 50
PARAM_LIMIT = 15_000
REPLY_LIMIT = 20_000
SEND = "robot/oToMessages/batchSend"


@dataclass(frozen=True, slots=True)
class Address:
    """A conversation: the 1:1 one with a person (`user:STAFFID`), or a group (`group:CONVERSATIONID`)."""

    user: str = ""
    group: str = ""

    @classmethod
    def of(cls, address: str) -> Self:
        """Read an address of ours.

        Raises:
            ValueError: it is none.
        """
        kind, _, identity = address.partition(":")
        if not identity or kind not in ("user", "group"):
            raise ValueError("地址不是钉钉会话，无法发送")
        return cls(**{kind: identity})

    def __str__(self) -> str:
        return f"group:{self.group}" if self.group else f"user:{self.user}"


class Robot:
    """Plain messages of the robot. None of these calls has a key against doubles."""

    def __init__(self, api: Api, robot_code: str, now: Now) -> None:
        self._api = api
        self._code = robot_code
        self._now = now

    async def say(self, to: Address, text: str, window: Window | None, mentions: Sequence[str] = ()) -> str:
        """Send a text; the processQueryKey where the platform gives one.

        In a group people are mentioned through the window alone; the API has no way to (5.3).

        Raises:
            Trouble: refused.
        """
        wanted = tuple(dict.fromkeys(mentions))[:MOST_MENTIONS] if to.group else ()
        shown = "".join(f"@{account} " for account in wanted if f"@{account}" not in text) + text
        reply: dict[str, Any] = {"msgtype": "text", "text": {"content": shown}}
        if wanted:
            reply["at"] = {"atUserIds": list(wanted), "isAtAll": False}
        return await self._reply_or_send(to, window, reply, "sampleText", {"content": text})

    async def show(self, to: Address, card: ActionCard, window: Window | None) -> str:
        """Send a card without a template; the processQueryKey where the platform gives one.

        Raises:
            Trouble: refused.
        """
        return await self._reply_or_send(to, window, card.webhook(), *card.sample())

    async def _reply_or_send(
        self, to: Address, window: Window | None, reply: Mapping[str, Any], key: str, parameters: Mapping[str, str]
    ) -> str:
        """Through the window while it is open, which costs no call; else, or when it has closed early, by the API."""
        if window is not None and window.open_at(self._now()):
            try:
                await self._api.reply(window.url, reply)
            except Trouble as trouble:
                if trouble.kind is not Kind.SESSION:
                    raise
            else:
                return ""
        return await self.send(to, key, parameters)

    async def send(self, to: Address, key: str, parameters: Mapping[str, str]) -> str:
        """Send a message template (5.4); its processQueryKey.

        Raises:
            Trouble: refused, also when the one person it was for was refused or slowed down.
        """
        body = {"robotCode": self._code, "msgKey": key, "msgParam": wire.written(parameters)}
        if to.group:
            answer = await self._api.call(
                "POST", "/v1.0/robot/groupMessages/send", {**body, "openConversationId": to.group}
            )
        else:
            answer = await self._api.call("POST", "/v1.0/robot/oToMessages/batchSend", {**body, "userIds": [to.user]})
            if wire.items(answer.get("invalidStaffIdList")):
                raise Trouble(SEND, "invalidStaffId", Kind.NEVER)
            if wire.items(answer.get("flowControlledStaffIdList")):
                raise Trouble(SEND, "flowControlled", Kind.SLOWER, wait=timedelta(minutes=2))
        return wire.text(answer.get("processQueryKey"))

    async def take_back(self, to: Address, query_key: str) -> bool:
        """Recall a message of the last 24 hours; whether it is gone now.

        Raises:
            Trouble: too fast, or the whole channel has to wait; a message that cannot be recalled is no trouble.
        """
        body = {"robotCode": self._code, "processQueryKeys": [query_key]}
        path = "/v1.0/robot/otoMessages/batchRecall"
        if to.group:
            path, body = "/v1.0/robot/groupMessages/recall", {**body, "openConversationId": to.group}
        try:
            answer = await self._api.call("POST", path, body)
        except Trouble as trouble:
            if trouble.kind in (Kind.NEVER, Kind.UNSURE):
                return False
            raise
        return query_key in map(wire.text, wire.items(answer.get("successResult")))


def carries(card: ActionCard) -> bool:
    """Whether one call can carry the card."""
    parameters = wire.written(card.sample()[1]).encode()
    return len(parameters) <= PARAM_LIMIT and len(wire.written(card.webhook()).encode()) <= REPLY_LIMIT
