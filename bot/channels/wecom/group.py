"""The group webhook: digests into one group, nothing back.

Source: protocols/wecom.md 5.10, 7.1 (WeCom documentation 99110).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import structlog

from bot.channels.channel import Directory, Hook, Keep, Now, PlatformTrouble, Received, Untrusted
from bot.channels.wecom import messages, parts
from bot.channels.wecom.api import FILE_TIMEOUT, encoded, exchange, form
from bot.channels.wecom.cards import Shown, template_card
from bot.channels.wecom.channel import SITE, Load, load_nothing, loaded
from bot.channels.wecom.codes import Answer, outcome
from bot.channels.wecom.layout import BOT
from bot.channels.wecom.texts import TEXT_BYTES, size
from bot.config import WeComGroupConfig
from bot.delivery import Delivery, Failed, Outgoing, Rejected, Sent
from bot.pace import Pace
from handlers.dialogue.card import Card

log = structlog.get_logger()

ADDRESS = "group"


class WeComGroup:
    """A group webhook. It has one address, `group`; its cards have no buttons, what to type stands in their text."""

    platform = "wecom"
    personal = False

    def __init__(
        self,
        name: str,
        config: WeComGroupConfig,
        *,
        session: aiohttp.ClientSession,
        now: Now,
        load: Load = load_nothing,
        site: str = SITE,
    ) -> None:
        self.name = name
        self.pace = Pace(per_minute=16, at_once=2)
        self._key = config.key.get_secret_value()
        self._base = config.api_base.rstrip("/")
        self._session = session
        self._load = load
        self._site = site

    def receive(self, hook: Hook) -> Received:
        """A webhook only sends.

        Raises:
            Untrusted: always.
        """
        raise Untrusted("door")

    def passive(self, hook: Hook, messages: Sequence[Outgoing]) -> tuple[bytes, str, tuple[str, ...]]:
        """There is nothing to answer."""
        return b"", "text/plain", ()

    def address_of(self, account: str) -> str:
        """The group: single people cannot be reached."""
        return ADDRESS

    def split(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """See `Channel.split`."""
        return parts.split(message, self._show)

    def _show(self, card: Card, task: str) -> Shown:
        words = [f"{button.text}: 请向跟单发送「{button.says}」" for button in card.buttons if button.says]
        text = "\n".join(part for part in (card.text, *(() if card.closed else words)) if part)
        shown = card.model_copy(update={"buttons": (), "choices": (), "input": None, "text": text})
        return template_card(shown, task=task, site=self._site, limits=BOT)

    async def send(self, message: Outgoing) -> Delivery:
        """See `Channel.send`; cards cannot be changed and nothing can be fetched."""
        try:
            match message.kind:
                case "text":
                    return await self._send_text(message)
                case "card" if message.card is not None:
                    card = self._show(message.card, message.key).body
                    return _delivered(await self._post(messages.to_group("template_card", card)))
                case "file":
                    return await self._send_file(message)
        except ValueError as error:
            return Rejected(f"card: {error}")
        except Exception as error:
            log.exception("sending failed", channel=self.name, key=message.key)
            return Failed(f"{message.kind}: {type(error).__name__}")
        return Rejected(f"{message.kind}: 群消息推送只能发送新消息")

    async def _send_text(self, message: Outgoing) -> Delivery:
        content = messages.group_text(message.text, message.mentions)
        if size(content["content"]) > TEXT_BYTES:
            return Rejected(f"a text of {size(content['content'])} bytes was not split")
        return _delivered(await self._post(messages.to_group("text", content)))

    async def _send_file(self, message: Outgoing) -> Delivery:
        file = await loaded(message, self._load)
        if isinstance(file, Rejected):
            return file
        params = {"key": self._key, "type": "file"}
        url = f"{self._base}/cgi-bin/webhook/upload_media"
        uploaded = await exchange(
            self._session,
            "POST",
            url,
            call="webhook/upload_media",
            params=params,
            data=form(*file),
            timeout=FILE_TIMEOUT,
            secrets=(self._key,),
        )
        if not uploaded.good:
            return _delivered(uploaded)
        media = {"media_id": str(uploaded.data.get("media_id", ""))}
        return _delivered(await self._post(messages.to_group("file", media)))

    async def _post(self, body: Mapping[str, Any]) -> Answer:
        return await exchange(
            self._session,
            "POST",
            f"{self._base}/cgi-bin/webhook/send",
            call="webhook/send",
            params={"key": self._key},
            data=encoded(body),
            secrets=(self._key,),
        )

    async def resolve(self, account: str) -> str:
        """Accounts are plain."""
        return account.lower()

    async def directory(self) -> Directory:
        """See `Channel.directory`.

        Raises:
            PlatformTrouble: always; the app reads it.
        """
        raise PlatformTrouble("a group webhook has no address book")

    async def check(self) -> str:
        """The platform offers no way to try a key without posting into the group."""
        return ""

    async def run(self, keep: Keep) -> None:
        """There is no standing connection."""

    async def close(self) -> None:
        """The session belongs to whoever made it."""


def _delivered(answer: Answer) -> Delivery:
    return Sent() if answer.good else outcome(answer)
