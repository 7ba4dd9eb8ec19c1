"""The self-built app: 1:1 with every member, the directory, and the calls the AI bot leans on.

Source: protocols/wecom.md 3-5 (WeCom documentation 90238-90241, 90236, 94888, 90253, 101521).
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

import aiohttp
import structlog

from bot.channels.channel import Directory, Hook, Keep, Now, Received, Untrusted
from bot.channels.wecom import address_book, messages, parts
from bot.channels.wecom.api import LARGEST_FILE, WeComApi
from bot.channels.wecom.bot_events import encrypted
from bot.channels.wecom.cards import Shown, template_card
from bot.channels.wecom.codes import MEDIA_GONE, USED_CODE, Answer, outcome
from bot.channels.wecom.envelope import Envelope, sealed_xml
from bot.channels.wecom.events import incoming
from bot.channels.wecom.texts import TEXT_BYTES, size
from bot.config import ServiceConfig, WeComConfig
from bot.delivery import Delivery, Failed, Outgoing, Rejected, Sent
from bot.pace import Pace
from handlers.dialogue.card import Card

log = structlog.get_logger()

Load: TypeAlias = Callable[[int], Awaitable[tuple[str, bytes]]]
"""Reads stored content by its id: its name and its bytes. Raises KeyError when there is none."""

SITE = ServiceConfig().site
CODE_LIFE = timedelta(hours=72)
SMALLEST_FILE = 6
UPLOADS = 200
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
LARGEST_PICTURE = 10 * 1024 * 1024


async def load_nothing(file: int) -> tuple[str, bytes]:
    """There is no store.

    Raises:
        KeyError: always.
    """
    raise KeyError(file)


class WeCom:
    """A self-built app. Callbacks come to the door "", those of the contact-sync assistant to `events`.

    Args:
        site: where cards without a page lead.
        load: reads the content of files to be sent.
    """

    platform = "wecom"
    personal = True

    def __init__(
        self,
        name: str,
        config: WeComConfig,
        *,
        session: aiohttp.ClientSession,
        now: Now,
        load: Load = load_nothing,
        site: str = SITE,
    ) -> None:
        self.name = name
        self.pace = Pace()
        self.api_base = config.api_base
        self.site = site
        self.load = load
        self._agent = config.agent_id
        self._api = WeComApi(config, session, now)
        self._now = now
        self._accounts: dict[str, str] = {}
        self._uploads: OrderedDict[str, str] = OrderedDict()
        self._envelopes = {"": _envelope(config.token.get_secret_value(), config.encoding_aes_key, config)}
        if config.contacts_token.get_secret_value():
            token = config.contacts_token.get_secret_value()
            self._envelopes["events"] = _envelope(token, config.contacts_aes_key, config)

    def receive(self, hook: Hook) -> Received:
        """See `Channel.receive`; a verification is answered with its plain echo, everything else with nothing."""
        envelope = self._envelopes.get(hook.door)
        if envelope is None:
            raise Untrusted("door")
        if hook.method == "GET":
            return Received(answer=envelope.opened(hook, hook.query.get("echostr", ""), self._now()).encode())
        return Received(incoming=(incoming(envelope.opened(hook, sealed_xml(hook.body), self._now())),))

    def passive(self, hook: Hook, messages: Sequence[Outgoing]) -> tuple[bytes, str, tuple[str, ...]]:
        """Nothing is said in an answer: everything goes through the API."""
        return b"", "text/plain", ()

    def address_of(self, account: str) -> str:
        """The account itself."""
        return account.lower()

    def split(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """See `Channel.split`: texts of at most 2048 bytes, cards with what does not fit on them as text behind."""
        return parts.split(message, self._show)

    def _show(self, card: Card, task: str) -> Shown:
        return template_card(card, task=task, site=self.site)

    async def send(self, message: Outgoing) -> Delivery:
        """See `Channel.send`."""
        try:
            match message.kind:
                case "text":
                    return await self._send_text(message)
                case "card":
                    return await self._send_card(message)
                case "file":
                    return await self._send_file(message)
                case "update":
                    return await self._update(message)
                case "fetch":
                    return await self._fetch(message)
        except Exception as error:
            log.exception("sending failed", channel=self.name, key=message.key)
            return Failed(f"{message.kind}: {type(error).__name__}")

    async def _send_text(self, message: Outgoing) -> Delivery:
        content = messages.text(message.text)
        if size(content["content"]) > TEXT_BYTES:
            return Rejected(f"a text of {size(content['content'])} bytes was not split")
        return _delivered(await self._to_member(message, "text", content), message)

    async def _send_card(self, message: Outgoing) -> Delivery:
        if message.card is None:
            return Rejected("a card without content")
        try:
            body = self._show(message.card, message.key).body
        except ValueError as error:
            return Rejected(f"card: {error}")
        answer = await self._to_member(message, "template_card", body)
        delivered = _delivered(answer, message)
        if not isinstance(delivered, Sent):
            return delivered
        code, receipt = answer.data.get("response_code"), {"msgid": str(answer.data.get("msgid", ""))}
        codes = [[code, int(self._now().timestamp())]] if isinstance(code, str) and code else []
        return Sent({**receipt, "codes": codes})

    async def _to_member(self, message: Outgoing, kind: str, content: dict[str, Any]) -> Answer:
        body = messages.to_member(message.address, self._agent, kind, content, key=message.key)
        return await self._api.post("message/send", body)

    async def _send_file(self, message: Outgoing) -> Delivery:
        file = await loaded(message, self.load)
        if isinstance(file, Rejected):
            return file
        name, content = file
        kind = "image" if content.startswith(PICTURES) and len(content) <= LARGEST_PICTURE else "file"
        if message.key not in self._uploads:
            uploaded = await self._api.upload(kind, name, content)
            if not uploaded.good:
                return outcome(uploaded)
            self._remember(message.key, str(uploaded.data.get("media_id", "")))
        answer = await self._to_member(message, kind, {"media_id": self._uploads[message.key]})
        if answer.good or answer.code in MEDIA_GONE:
            del self._uploads[message.key]
        return _delivered(answer, message)

    def _remember(self, key: str, media_id: str) -> None:
        """A repeat has to name the same upload, or the platform takes it for another message (5.7)."""
        self._uploads[key] = media_id
        while len(self._uploads) > UPLOADS:
            self._uploads.popitem(last=False)

    async def _update(self, message: Outgoing) -> Delivery:
        if message.card is None:
            return Rejected("an update without a card")
        try:
            card = template_card(message.card, task="", site=self.site, update=True).body
        except ValueError as error:
            return Rejected(f"card: {error}")
        codes = self._usable(message.receipt.get("codes"))
        if message.spare and not message.card.closed and len(codes) == 1:
            return Sent(message.receipt)  # the only change left is kept for the card's end
        while codes:
            code, _ = codes.pop()
            answer = await self._api.post("message/update_template_card", messages.card_update(self._agent, code, card))
            if answer.good:
                return Sent({**message.receipt, "codes": codes})
            if answer.code != USED_CODE:
                return outcome(answer)
        return await self._show_anew(message)

    async def _show_anew(self, message: Outgoing) -> Delivery:
        """The new state as a card of its own, where the old one can be changed no more (one use, 72 hours)."""
        if message.spare:
            return Sent(message.receipt)
        receipt: Mapping[str, Any] = {}
        for number, part in enumerate(self.split(message.model_copy(update={"kind": "card", "receipt": {}}))):
            delivered = await self.send(part)
            if not isinstance(delivered, Sent):
                return delivered
            receipt = delivered.receipt if number == 0 else receipt
        return Sent(receipt)

    def _usable(self, codes: object) -> list[list[Any]]:
        """Codes that are not older than 72 hours, the newest last."""
        oldest = (self._now() - CODE_LIFE).timestamp()
        listed = codes if isinstance(codes, list | tuple) else []
        return sorted(
            ([code, issued] for code, issued in listed if issued > oldest), key=lambda each: (each[1], each[0])
        )

    async def _fetch(self, message: Outgoing) -> Delivery:
        answer = await self._api.media(message.text)
        if answer.good:
            return Sent(content=answer.content)
        return Rejected(answer.trouble) if answer.code in MEDIA_GONE else outcome(answer)

    async def resolve(self, account: str) -> str:
        """See `Channel.resolve`; what is found is remembered."""
        if not encrypted(account):
            return account.lower()
        if account not in self._accounts:
            answer = await self._api.post("batch/openuserid_to_userid", {"open_userid_list": [account]})
            if not answer.good:
                log.warning("an encrypted id cannot be resolved", channel=self.name, trouble=answer.trouble)
                return ""
            found = address_book.listed(answer.data, "userid_list")
            self._accounts |= {
                str(each.get("open_userid")): str(each["userid"]).lower() for each in found if each.get("userid")
            }
        return self._accounts.get(account, "")

    async def directory(self) -> Directory:
        """See `Channel.directory`."""
        return await address_book.read(self._api)

    async def check(self) -> str:
        """See `Channel.check`."""
        return await address_book.check(self._api)

    async def run(self, keep: Keep) -> None:
        """There is no standing connection."""

    async def close(self) -> None:
        """The session belongs to whoever made it."""


def _envelope(token: str, key: Any, config: WeComConfig) -> Envelope:
    return Envelope(token, key.get_secret_value(), config.corp_id)


async def loaded(message: Outgoing, load: Load) -> tuple[str, bytes] | Rejected:
    """The name and content of the file to be sent, or why it cannot be."""
    if message.file:
        try:
            name, content = await load(message.file)
        except KeyError:
            return Rejected(f"file {message.file} is not in the store")
    else:
        name, content = "全文.txt", message.text.encode("utf-8", "replace")
    if not SMALLEST_FILE <= len(content) <= LARGEST_FILE:
        return Rejected(f"a file of {len(content)} bytes: the platform takes {SMALLEST_FILE} to {LARGEST_FILE}")
    return message.filename or name, content


def _delivered(answer: Answer, message: Outgoing) -> Delivery:
    """What became of a message to one member: success with that member in a list of failures is none (class D)."""
    if not answer.good:
        return outcome(answer)
    for reason in ("invaliduser", "unlicenseduser"):
        if message.address.lower() in str(answer.data.get(reason) or "").lower().split("|"):
            return Rejected(f"{answer.call}: {reason}, 该成员不在应用可见范围内或没有接口许可")
    return Sent({"msgid": str(answer.data.get("msgid", ""))})
