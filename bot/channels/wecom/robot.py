"""The AI bot in callback mode: the only one that hears groups. It answers once where it was asked; whatever else there
is to say reaches the person through the self-built app.

Source: protocols/wecom.md 3, 4.5, 4.6, 5.11 (WeCom documentation 100719, 101027, 101031-101033, 101138).
"""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import structlog
from yarl import URL

from bot.channels.channel import Directory, Hook, Keep, Now, PlatformTrouble, Received, Untrusted
from bot.channels.wecom import bot_events, parts, texts
from bot.channels.wecom.api import FILE_TIMEOUT, encoded, exchange, read
from bot.channels.wecom.bot_events import Conversation
from bot.channels.wecom.cards import Shown, template_card
from bot.channels.wecom.channel import WeCom
from bot.channels.wecom.codes import UNREACHABLE, outcome
from bot.channels.wecom.envelope import Envelope, json_object, sealed_json, sent_seconds
from bot.channels.wecom.layout import BOT, BOT_IN_GROUP
from bot.config import WeComBotConfig
from bot.delivery import Delivery, Failed, Outgoing, Rejected, Sent
from bot.pace import Pace
from handlers.dialogue.card import Card

log = structlog.get_logger()

JSON = "application/json"
WELCOME = "您好, 我是{name}。直接说要做的事, 例如「跟进 远山 …」「查库存 A100」; 发送「帮助」看全部功能。"
PLATFORM = URL("https://qyapi.weixin.qq.com")
FINISHED = "已收到, 结果会另行发送。"
PASSIVE_SECONDS = 3.5
REMEMBERED_WINDOWS = 2000
WINDOW_TRIES = 3
"""Calls of one reply address that find nobody there before the person is told through the app instead."""


@dataclass(frozen=True, slots=True)
class Window:
    """The right to answer once where the person wrote, until a moment (Unix seconds)."""

    url: str
    until: float

    @classmethod
    def of(cls, note: str) -> "Window | None":
        """The window a note speaks of, None when it is no note of ours."""
        try:
            data = json.loads(note) if note else {}
            return cls(str(data["url"]), float(data["until"]))
        except (ValueError, KeyError, TypeError):
            return None


class WeComBot:
    """An AI bot. `app` resolves its ids and reaches people when the bot may not speak."""

    platform = "wecom"
    personal = False

    def __init__(
        self, name: str, config: WeComBotConfig, *, app: WeCom, session: aiohttp.ClientSession, now: Now
    ) -> None:
        self.name = name
        self.pace = Pace()
        self._title = config.name
        self._app = app
        self._session = session
        self._now = now
        self._envelope = Envelope(config.token.get_secret_value(), config.encoding_aes_key.get_secret_value(), "")
        self._used: OrderedDict[str, int] = OrderedDict()

    def receive(self, hook: Hook) -> Received:
        """See `Channel.receive`. Entering is welcomed in the answer; a card's event waits for its update."""
        if hook.door:
            raise Untrusted("door")
        if hook.method == "GET":
            echo = self._envelope.opened(hook, hook.query.get("echostr", ""), self._now())
            return Received(answer=echo.encode())
        data = self._opened(hook)
        if data.get("msgtype") == "stream":
            return Received(answer=self._sealed(hook, _finished(data)), content_type=JSON)
        happened = bot_events.incoming(data, name=self._title, signed=sent_seconds(hook))
        match happened.kind:
            case "enter":
                waiting, welcome = happened.model_copy(update={"passive": True}), self._sealed(hook, self._welcome())
                return Received(incoming=(waiting,), answer=welcome, content_type=JSON, passive=PASSIVE_SECONDS)
            case "press":
                waiting = happened.model_copy(update={"passive": True})
                return Received(incoming=(waiting,), passive=PASSIVE_SECONDS)
        return Received(incoming=(happened,))

    def _opened(self, hook: Hook) -> dict[str, Any]:
        return json_object(self._envelope.opened(hook, sealed_json(hook.body), self._now()))

    def _sealed(self, hook: Hook, answer: Mapping[str, Any]) -> bytes:
        """A passive answer; its nonce has to be the callback's (2.7)."""
        seconds = int(self._now().timestamp())
        plain = encoded(answer).decode()
        sealed = self._envelope.seal(plain, timestamp=str(seconds), nonce=hook.query.get("nonce", ""))
        return encoded(
            {
                "encrypt": sealed.encrypt,
                "msgsignature": sealed.signature,
                "timestamp": seconds,
                "nonce": sealed.nonce,
            }
        )

    def _welcome(self) -> dict[str, Any]:
        return {"msgtype": "text", "text": {"content": WELCOME.format(name=self._title)}}

    def passive(self, hook: Hook, messages: Sequence[Outgoing]) -> tuple[bytes, str, tuple[str, ...]]:
        """See `Channel.passive`: the new state of the card that was pressed, or what greets who enters."""
        data = self._opened(hook)
        match bot_events.event_type(data):
            case "template_card_event":
                return self._card_answer(hook, bot_events.pressed_task(data), messages)
            case "enter_chat":
                return self._welcome_answer(hook, messages)
        return b"", "text/plain", ()

    def _card_answer(self, hook: Hook, task: str, messages: Sequence[Outgoing]) -> tuple[bytes, str, tuple[str, ...]]:
        for message in messages:
            if message.kind != "update" or message.task != task or message.card is None:
                continue
            try:
                card = template_card(message.card, task=task, site=self._app.site, limits=BOT, update=True).body
            except ValueError:
                log.warning("a card cannot be updated", channel=self.name, key=message.key)
                continue
            answer = {"response_type": "update_template_card", "template_card": card}
            return self._sealed(hook, answer), JSON, (message.key,)
        return b"", "text/plain", ()

    def _welcome_answer(self, hook: Hook, messages: Sequence[Outgoing]) -> tuple[bytes, str, tuple[str, ...]]:
        first = next((message for message in messages if message.kind == "text"), None)
        if first is None or texts.size(first.text) > texts.TEXT_BYTES:
            return self._sealed(hook, self._welcome()), JSON, ()
        return self._sealed(hook, {"msgtype": "text", "text": {"content": first.text}}), JSON, (first.key,)

    def address_of(self, account: str) -> str:
        """The person's 1:1 conversation; without a window it is reached through the app."""
        return Conversation(bot_events.plain_account(account)).address

    def split(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """See `Channel.split`. A card to look at that does not fit is one markdown message, and stays one."""
        if message.kind == "card" and message.card is not None and _only_shown(message.card):
            return (message,)
        limit = texts.BOT_BYTES if message.window else texts.TEXT_BYTES
        return parts.split(message, partial(self._show, address=message.address), limit=limit)

    def _show(self, card: Card, task: str, *, address: str) -> Shown:
        limits = BOT_IN_GROUP if Conversation.of(address).group else BOT
        return template_card(card, task=task, site=self._app.site, limits=limits)

    async def send(self, message: Outgoing) -> Delivery:
        """See `Channel.send`: where the person wrote while that is possible, else to the person through the app."""
        try:
            if message.kind == "fetch":
                return await self._fetch(message.text)
            if message.kind in ("text", "card") and (window := self._window(message)):
                delivered = await self._reply(window, message)
                if delivered is not None:
                    return delivered
            return await self._through_app(message)
        except Exception as error:
            log.exception("sending failed", channel=self.name, key=message.key)
            return Failed(f"{message.kind}: {type(error).__name__}")

    def _window(self, message: Outgoing) -> Window | None:
        """The window of a message if it is still open and leads to the platform."""
        window = Window.of(message.window)
        if window is None or self._used.get(window.url, 0) >= WINDOW_TRIES or self._now().timestamp() >= window.until:
            return None
        try:
            trusted = URL(window.url).origin() in (PLATFORM, URL(self._app.api_base).origin())
        except ValueError:
            return None
        return window if trusted else None

    async def _reply(self, window: Window, message: Outgoing) -> Delivery | None:
        """The late reply (one per address); None when it does not fit or the window turns out to be shut."""
        try:
            body = self._body(message)
        except ValueError as error:
            return Rejected(f"card: {error}")
        if texts.size(body.get("markdown", {}).get("content", "")) > texts.BOT_BYTES:
            return None
        tries = self._used.get(window.url, 0) + 1
        self._use(window, WINDOW_TRIES)
        answer = await exchange(
            self._session, "POST", window.url, call="response_url", data=encoded(body), secrets=(window.url,)
        )
        if answer.good:
            return Sent()
        if answer.code == UNREACHABLE:
            self._use(window, tries)
            return outcome(answer) if tries < WINDOW_TRIES else None
        log.info("the reply address is shut", channel=self.name, key=message.key, code=answer.code)
        return None

    def _use(self, window: Window, tries: int) -> None:
        self._used[window.url] = tries
        while len(self._used) > REMEMBERED_WINDOWS:
            self._used.popitem(last=False)

    def _body(self, message: Outgoing) -> dict[str, Any]:
        if message.card is None:
            return _markdown(texts.markdown(message.text))
        shown = self._show(message.card, message.key, address=message.address)
        if shown.more and _only_shown(message.card):
            return _markdown(as_markdown(message.card))
        return {"msgtype": "template_card", "template_card": shown.body}

    async def _through_app(self, message: Outgoing) -> Delivery:
        """To the person, 1:1; a card's new state is a fresh card unless the app has sent the card itself."""
        account = await self.resolve(Conversation.of(message.address).account)
        if not account:
            return Rejected("机器人给出的成员 ID 无法转换。请让超级管理员创建机器人, 或检查应用的可见范围")
        changes: dict[str, Any] = {"address": self._app.address_of(account), "window": ""}
        if message.kind == "update" and not message.receipt.get("codes"):
            if message.spare:
                return Sent()
            changes["kind"] = "card"
        receipt: Mapping[str, Any] = {}
        for number, part in enumerate(self._app.split(message.model_copy(update=changes))):
            delivered = await self._app.send(part)
            if not isinstance(delivered, Sent):
                return delivered
            receipt = delivered.receipt if number == 0 else receipt
        return Sent(receipt)

    async def _fetch(self, url: str) -> Delivery:
        """A file behind a download address: five minutes, encrypted with the bot's own key (2.10)."""
        try:
            async with self._session.get(url, timeout=FILE_TIMEOUT, allow_redirects=False) as response:
                if response.status in (403, 404, 410):
                    return Rejected("附件的下载地址已过期 (5 分钟), 请让发送人重发")
                if response.status >= 300:
                    return Failed(f"download: HTTP {response.status}")
                content = await read(response)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            return Failed(f"download: {type(error).__name__}")
        if content is None:
            return Rejected("附件超过 20 MB, 请让发送人压缩后重发")
        try:
            return Sent(content=self._envelope.open_file(content))
        except Untrusted as error:
            return Rejected(f"download: {error}")

    async def resolve(self, account: str) -> str:
        """See `Channel.resolve`."""
        return await self._app.resolve(account)

    async def directory(self) -> Directory:
        """See `Channel.directory`.

        Raises:
            PlatformTrouble: always; the app reads it.
        """
        raise PlatformTrouble("the AI bot has no address book")

    async def check(self) -> str:
        """A bot has no credentials of its own that could be tried; whether its callback opens shows on saving it."""
        return ""

    async def run(self, keep: Keep) -> None:
        """There is no standing connection in callback mode."""

    async def close(self) -> None:
        """The session belongs to whoever made it."""


def as_markdown(card: Card) -> str:
    """A whole card as the bot's markdown."""
    lines = [f"**{texts.markdown(card.title)}**", texts.markdown(card.subtitle)]
    lines += [f"{texts.markdown(line.label)}: {_linked(line.text, line.page)}" for line in card.lines]
    lines += [texts.markdown(card.text), _linked(card.page_text, card.page) if card.page else ""]
    return "\n".join(line for line in lines if line)


def _linked(text: str, page: str) -> str:
    words = texts.markdown(text) or "-"
    return f"[{words}]({page})" if page.startswith(("https://", "http://")) else words


def _only_shown(card: Card) -> bool:
    return card.closed or not (card.buttons or card.choices or card.input)


def _markdown(content: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": content or "-"}}


def _finished(data: Mapping[str, Any]) -> dict[str, Any]:
    """The last state of a stream, so that the platform stops asking."""
    stream = data.get("stream")
    name = stream.get("id") if isinstance(stream, dict) else ""
    content = {"id": name if isinstance(name, str) else "", "finish": True, "content": FINISHED}
    return {"msgtype": "stream", "stream": content}
