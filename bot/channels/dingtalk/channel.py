"""DingTalk as a Channel: a robot of an internal app."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import aiohttp

from bot.channels.channel import Directory, Hook, Incoming, Keep, Now, PlatformTrouble, Received, Untrusted
from bot.channels.dingtalk import parts, wire
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.card_calls import CardCalls, NotDelivered
from bot.channels.dingtalk.cards import ActionCard, action_card
from bot.channels.dingtalk.contacts import Contacts
from bot.channels.dingtalk.envelope import EventEnvelope, check_card, check_robot
from bot.channels.dingtalk.events import Home, card_callback, http_event, robot_message
from bot.channels.dingtalk.files import Files
from bot.channels.dingtalk.robot import Address, Robot, carries
from bot.channels.dingtalk.stream import Stream
from bot.channels.dingtalk.troubles import Kind, Trouble, says
from bot.channels.dingtalk.window import Window
from bot.config import DingTalkConfig
from bot.delivery import Delivery, Failed, Outgoing, Rejected, Sent
from bot.pace import Pace
from handlers.dialogue.card import Card

log = logging.getLogger(__name__)

Load: TypeAlias = Callable[[int], Awaitable[tuple[str, bytes]]]
"""Name and bytes of the file with this id."""

NOTHING_TO_SAY = b'{"msgtype":"empty"}'
JSON = "application/json"


class DingTalk:
    """One robot. In mode "stream" everything arrives by `run`, in mode "http" by `receive`.

    Sends: cards have a key against doubles (outTrackId), plain messages have none. A call whose outcome is unknown is
    `Failed` in both cases and so repeated: a reminder that comes twice is better than one that does not come.
    """

    platform = "dingtalk"
    personal = True

    def __init__(
        self,
        name: str,
        config: DingTalkConfig,
        *,
        session: aiohttp.ClientSession,
        now: Now,
        site: str = "",
        load: Load | None = None,
    ) -> None:
        """`site` is where DingTalk reaches us in mode "http"; `load` gives the files that are sent by their id."""
        self.name = name
        self.pace = Pace(per_minute=16, at_once=8)
        self._config = config
        self._now = now
        self._load = load
        self._home = Home(config.corp_id, config.oapi_base)
        self._api = Api(config, session, now)
        self._robot = Robot(self._api, config.robot_code, now)
        self._cards = CardCalls(self._api, config, name=name, site=site)
        self._files = Files(self._api, self._robot, config.robot_code)
        self._stream = Stream(config, self._api, session)

    def receive(self, hook: Hook) -> Received:
        """Verify and read a callback: robot messages at "", card callbacks at "cards", encrypted events at "events".

        Raises:
            Untrusted: forged, damaged, too old, or for somebody else.
        """
        if hook.method != "POST":
            raise Untrusted("method")
        match hook.door:
            case "":
                return self._receive_message(hook)
            case "cards":
                return self._receive_press(hook)
            case "events":
                return self._receive_event(hook)
        raise Untrusted("door")

    def _receive_message(self, hook: Hook) -> Received:
        secret = self._config.client_secret.get_secret_value()
        check_robot(_header(hook, "timestamp"), _header(hook, "sign"), secret=secret, now=self._now())
        return _received((robot_message(_document(hook), self._home),), NOTHING_TO_SAY)

    def _receive_press(self, hook: Hook) -> Received:
        signature = "x-ddpaas-signature"
        secret = self._config.card_secret.get_secret_value()
        check_card(_header(hook, f"{signature}-timestamp"), _header(hook, signature), secret=secret, now=self._now())
        return _received((card_callback(_document(hook), self._home),), b"{}")

    def _receive_event(self, hook: Hook) -> Received:
        envelope = self._envelope()
        signature = hook.query.get("msg_signature") or hook.query.get("signature", "")
        encrypt = _document(hook).get("encrypt")
        if not isinstance(encrypt, str):
            raise Untrusted("body")
        plain = envelope.open(signature, hook.query.get("timestamp", ""), hook.query.get("nonce", ""), encrypt)
        event = wire.read(plain)
        if not isinstance(event, dict):
            raise Untrusted("body")
        answer = envelope.seal("success", timestamp=str(round(self._now().timestamp() * 1000)))
        return _received(http_event(event, self._home), wire.written(answer).encode())

    def _envelope(self) -> EventEnvelope:
        token, key = self._config.event_token.get_secret_value(), self._config.event_aes_key.get_secret_value()
        if not token:
            raise Untrusted("900004")
        return EventEnvelope(token, key, self._config.client_id)

    def passive(self, hook: Hook, messages: Sequence[Outgoing]) -> tuple[bytes, str, tuple[str, ...]]:
        """Nothing is said in an answer: replies go through the session webhook."""
        return NOTHING_TO_SAY, JSON, ()

    def address_of(self, account: str) -> str:
        """The address of the 1:1 conversation with an account."""
        return str(Address(user=account))

    def split(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """The message as calls that each fit; see `parts.split`."""
        return parts.split(message)

    async def send(self, message: Outgoing) -> Delivery:
        """Make one call (two where the first turns out not to be possible); trouble is a value, never an exception.

        The receipt of a card is {"pqk": processQueryKey or carrierId, "rev": its revision}; without `rev` it was sent
        without a template.
        """
        try:
            return await self._send(message)
        except Trouble as trouble:
            return trouble.delivery()
        except ValueError as error:
            return Rejected(str(error))
        except Exception as error:
            log.exception("sending failed")
            return Failed(type(error).__name__)

    async def _send(self, message: Outgoing) -> Delivery:
        if message.kind == "fetch":
            return Sent(content=await self._files.fetch(message.text))
        to = Address.of(message.address)
        window = Window.kept(message.window, self._config.oapi_base)
        match message.kind:
            case "text":
                return _sent(await self._say(to, message, window))
            case "file":
                return _sent(await self._send_file(to, message))
            case "card":
                return Sent(receipt=await self._send_card(to, _card_of(message), message, window))
        return Sent(receipt=await self._update(to, _card_of(message), message, window))

    async def _say(self, to: Address, message: Outgoing, window: Window | None) -> str:
        if not parts.fits(message.text):
            return await self._files.send(to, "消息全文.txt", message.text.encode("utf-8", "replace"))
        return await self._robot.say(to, message.text, window, message.mentions)

    async def _send_file(self, to: Address, message: Outgoing) -> str:
        if self._load is None:
            raise ValueError("没有文件存储，无法发送文件")
        name, content = await self._load(message.file)
        return await self._files.send(to, message.filename or name, content)

    async def _send_card(self, to: Address, card: Card, message: Outgoing, window: Window | None) -> dict[str, Any]:
        """By the template; where that is not possible, without: whoever it was for sees it in any case."""
        if self._cards.usable:
            try:
                return await self._cards.create(to, card, message.key, message.mentions)
            except (ValueError, NotDelivered) as error:
                log.warning("card %s goes out without its template: %s", message.key, error)
            except Trouble as trouble:
                if trouble.kind is not Kind.TEMPLATE:
                    raise
                log.error("card template: %s", says(trouble))
        return {"pqk": await self._robot.show(to, _plain(card, to), window)}

    async def _update(self, to: Address, card: Card, message: Outgoing, window: Window | None) -> dict[str, Any]:
        """In place where there is a template; else the old message is recalled, and the new state sent if need be."""
        if self._cards.usable and ("rev" in message.receipt or not message.receipt):
            try:
                return await self._cards.update(card, message.task, message.receipt)
            except ValueError as error:
                log.warning("card %s is sent anew: %s", message.task, error)
            except Trouble as trouble:
                if trouble.kind is not Kind.MISSING:
                    raise
        query_key = wire.text(message.receipt.get("pqk"))
        if query_key:
            await self._robot.take_back(to, query_key)
        if message.spare:
            return {}
        return {"pqk": await self._robot.show(to, _plain(card, to), window)}

    async def resolve(self, account: str) -> str:
        """ "": DingTalk tells no plain account for an encrypted id."""
        return ""

    async def directory(self) -> Directory:
        """The address book, read whole.

        Raises:
            PlatformTrouble: it cannot be read; the text says why.
        """
        try:
            return await Contacts(self._api).read()
        except Trouble as trouble:
            raise PlatformTrouble(says(trouble)) from None

    async def check(self) -> str:
        """What is wrong with credentials, permissions or the set-up in a Chinese sentence, "" when all is well."""
        try:
            await self._api.check_token()
            await self._api.old("/topapi/v2/department/get", {"dept_id": 1})
        except Trouble as trouble:
            return f"钉钉不可用：{says(trouble)}"
        if self._config.mode == "stream":
            return await self._check_stream()
        if self._config.card_template_id and not self._cards.usable:
            return "卡片按钮收不到回调：请设置 card_secret，或改用 stream 模式"
        return ""

    async def _check_stream(self) -> str:
        try:
            await self._stream.open()
        except Trouble as trouble:
            return f"打不开 Stream 连接：请确认机器人已发布、消息接收模式为 Stream（{says(trouble)}）"
        return ""

    async def run(self, keep: Keep) -> None:
        """Serve the Stream connection until cancelled; return at once in mode "http"."""
        if self._config.mode == "stream":
            await self._stream.run(keep)

    @property
    def connected(self) -> bool:
        """Whether messages can reach us: always over HTTP, over Stream while a connection stands."""
        return self._config.mode == "http" or self._stream.connected

    async def close(self) -> None:
        """Let go of what is under way; the session belongs to whoever gave it."""
        self._api.close()


def _header(hook: Hook, name: str) -> str | None:
    return next((value for key, value in hook.headers.items() if key.lower() == name), None)


def _document(hook: Hook) -> wire.Document:
    document = wire.read(hook.body)
    if not isinstance(document, dict):
        raise Untrusted("body")
    return document


def _received(incoming: tuple[Incoming, ...], answer: bytes) -> Received:
    return Received(incoming=incoming, answer=answer, content_type=JSON)


def _sent(query_key: str) -> Sent:
    return Sent(receipt={"pqk": query_key} if query_key else {})


def _card_of(message: Outgoing) -> Card:
    if message.card is None:
        raise ValueError("没有卡片内容，无法发送")
    return message.card


def _plain(card: Card, to: Address) -> ActionCard:
    """The card without a template, with links while they fit into one call.

    Raises:
        ValueError: it does not fit even without them.
    """
    for links in (True, False):
        shown = action_card(card, personal=bool(to.user), links=links)
        if carries(shown):
            return shown
    raise ValueError("卡片内容过长，无法发送")
