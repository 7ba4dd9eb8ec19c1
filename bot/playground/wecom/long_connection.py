"""The long connection of AI bots: one WebSocket per bot instead of callbacks and response addresses (protocol 5.12)."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web

from bot.playground.platform import BubbleKind, Exchange
from bot.playground.wecom.bot_replies import BotReply, read_frame
from bot.playground.wecom.card_store import Task
from bot.playground.wecom.corp import WeComBot
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.long_uploads import LongUploads
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.quotas import HOUR, MINUTE, Windows
from bot.playground.wecom.replies import BadReply
from bot.playground.wecom.results import ApiError, refusal
from bot.playground.wecom.talk import Talk

PROMPT = timedelta(seconds=5)
DAY = timedelta(hours=24)
FILES: dict[str, BubbleKind] = {"file": "file", "image": "image", "voice": "voice", "video": "video"}
ANSWERS = {
    "aibot_respond_welcome_msg": ("enter_chat", PROMPT, ("text", "template_card")),
    "aibot_respond_msg": ("message", DAY, ("stream", "template_card", "markdown", *FILES)),
    "aibot_respond_update_msg": ("template_card_event", PROMPT, ()),
}
"""Command -> the callback it answers, how long it may, and the kinds of message."""
PUSHED = ("markdown", "template_card", *FILES)


@dataclass(slots=True, kw_only=True)
class Asked:
    """A callback frame that may be answered under its `req_id`."""

    talk: Talk
    callback: str
    at: datetime
    task: Task | None = None
    begun: datetime | None = None
    answered: bool = False


@dataclass(slots=True)
class Connection:
    """One socket; `bot` is None until it has subscribed."""

    socket: web.WebSocketResponse
    bot: WeComBot | None = None
    asked: dict[str, Asked] = field(default_factory=dict)


class LongConnections:
    """All sockets; `show` puts a reply on screens, `update` changes a card."""

    def __init__(
        self,
        ground: Ground,
        media: MediaStore,
        talk: Callable[[WeComBot, str, str | None], Talk],
        show: Callable[[Talk, BotReply], None],
        update: Callable[[Talk, Task, str], None],
    ) -> None:
        self._ground = ground
        self._media = media
        self._talk = talk
        self._show = show
        self._update = update
        self._windows = Windows(ground.now)
        self._uploads = LongUploads(ground, media)
        self._live: dict[str, Connection] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self._written: set[tuple[str, str]] = set()

    async def close(self) -> None:
        """Close every socket."""
        await asyncio.gather(*(socket.close() for socket in self._sockets))

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until it ends or stays silent for too long."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        connection = Connection(socket)
        try:
            while True:
                message = await socket.receive(timeout=self._ground.limits.long_silence_seconds)
                if message.type is not WSMsgType.TEXT:
                    break
                await self._answer(connection, message.data, request.remote or "")
        except TimeoutError:
            await socket.close()
        finally:
            self._sockets.discard(socket)
            if connection.bot is not None and self._live.get(connection.bot.bot_id) is connection:
                del self._live[connection.bot.bot_id]
        return socket

    async def _answer(self, connection: Connection, raw: str, address: str) -> None:
        frame: dict[str, Any] = {}
        req_id = ""
        try:
            frame = _object(raw)
            req_id = _text(frame.get("headers"), "req_id")
            body = await self._do(connection, str(frame.get("cmd")), req_id, frame.get("body"))
            answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok", **({"body": body} if body else {})}
        except ApiError as error:
            answer = refusal(error, address)
        except BadReply as error:
            answer = refusal(ApiError(40035, str(error)), address)
        written = json.dumps({"headers": {"req_id": req_id}, **answer}, ensure_ascii=False)
        self._record(str(frame.get("cmd", "")), raw, written)
        if not connection.socket.closed:
            await connection.socket.send_str(written)

    async def _do(self, connection: Connection, command: str, req_id: str, body: object) -> dict[str, Any]:
        if command == "ping":
            return {}
        if not isinstance(body, dict):
            raise ApiError(40035, "body is not an object")
        if command == "aibot_subscribe":
            await self._subscribe(connection, body)
            return {}
        if connection.bot is None:
            raise ApiError(846609)
        if command in ANSWERS:
            self._respond(connection, command, req_id, body)
        elif command == "aibot_send_msg":
            self._push(connection.bot, body)
        elif command.startswith("aibot_upload_media_"):
            return self._uploads.do(connection.bot.bot_id, command, body)
        else:
            raise ApiError(40035, f"there is no command {command}")
        return {}

    async def _subscribe(self, connection: Connection, body: dict[str, Any]) -> None:
        bot = next((each for each in self._ground.corp.bots if each.bot_id == body.get("bot_id")), None)
        if bot is not None and not bot.secret:
            raise ApiError(846601)
        if bot is None or body.get("secret") != bot.secret:
            raise ApiError(853000)
        older = self._live.get(bot.bot_id)
        connection.bot = bot
        self._live[bot.bot_id] = connection
        if older is not None and older is not connection:
            event = {"msgtype": "event", "event": {"eventtype": "disconnected_event"}}
            head = {"msgid": self._ground.id("CAIQ"), "aibotid": bot.bot_id, "create_time": self._ground.seconds()}
            await self._send(older, "aibot_event_callback", self._ground.id("req-"), {**head, **event})
            # The close waits for the other side; the newcomer does not.
            closing = asyncio.get_running_loop().create_task(older.socket.close())
            closing.add_done_callback(lambda _: self._sockets.discard(older.socket))

    async def tell(self, talk: Talk, message: dict[str, Any], callback: str, task: Task | None = None) -> bool:
        """Send a callback to the bot's connection; whether there is one."""
        if callback == "message":
            self._written.add((talk.bot.bot_id, talk.chat if talk.group else talk.account))
        connection = self._live.get(talk.bot.bot_id)
        if connection is None or connection.socket.closed:
            return False
        req_id = self._ground.id("req-")
        connection.asked[req_id] = Asked(talk=talk, callback=callback, at=self._ground.now(), task=task)
        kind = "msg" if callback == "message" else "event"
        body = {**message, "create_time": self._ground.seconds()}
        await self._send(connection, f"aibot_{kind}_callback", req_id, body)
        return True

    async def _send(self, connection: Connection, command: str, req_id: str, body: dict[str, Any]) -> None:
        frame = {"cmd": command, "headers": {"req_id": req_id}, "body": body}
        written = json.dumps(frame, ensure_ascii=False)
        self._record(command, written, "")
        await connection.socket.send_str(written)

    def _respond(self, connection: Connection, command: str, req_id: str, body: dict[str, Any]) -> None:
        callback, life, kinds = ANSWERS[command]
        asked = connection.asked.get(req_id)
        if asked is None or asked.callback != callback:
            raise ApiError(846605)
        if self._ground.now() >= asked.at + life:
            raise ApiError(846604)
        if asked.answered:
            raise ApiError(846606)
        if asked.task is not None:
            self._update(asked.talk, asked.task, json.dumps(body))
            asked.answered = True
            return
        kind = body.get("msgtype")
        if asked.begun is not None and kind != "stream":
            raise ApiError(846606)
        if asked.begun is not None and self._ground.now() >= asked.begun + self._ground.limits.stream_life:
            raise ApiError(846608)
        finished = self._say(asked.talk, body, kinds)
        asked.begun = asked.begun or self._ground.now()
        asked.answered = finished
        asked.talk.open = not finished

    def _push(self, bot: WeComBot, body: dict[str, Any]) -> None:
        chat = body.get("chatid")
        if body.get("chat_type", 0) not in (0, 1, 2) or not isinstance(chat, str):
            raise ApiError(40035, "chatid is a text, chat_type 1 or 2")
        group = body.get("chat_type", 0) != 1 and chat in self._ground.groups
        person = None if group else self._ground.directory.find(chat)
        if not group and (person is None or body.get("chat_type") == 2):
            raise ApiError(40050)
        account = person.account if person is not None else ""
        if (bot.bot_id, chat if group else account) not in self._written:
            raise ApiError(846607)
        self._say(self._talk(bot, account, chat if group else None), body, PUSHED)

    def _say(self, talk: Talk, body: dict[str, Any], kinds: tuple[str, ...]) -> bool:
        """Show a message within the conversation's quota; whether it is finished."""
        limits = self._ground.limits
        kind = str(body.get("msgtype"))
        if kind not in kinds:
            raise ApiError(40008)
        part = body.get(kind)
        media_id = part.get("media_id") if isinstance(part, dict) else None
        medium = self._media.use(media_id, kind) if kind in FILES else None
        reply = read_frame(body, limits) if medium is None else None
        key = (talk.bot.bot_id, talk.chat, talk.seen_by if not talk.group else ())
        if not self._windows.take(key, (MINUTE, limits.long_per_minute), (HOUR, limits.long_per_hour)):
            raise ApiError(846607)
        if medium is not None:
            shown = {"name": medium.name, "media_id": medium.id, "size": len(medium.content)}
            quote = talk.quote if talk.group else None
            self._ground.show(chat=talk.chat, kind=FILES[kind], body=shown, seen_by=talk.seen_by, quote=quote)
        if reply is not None:
            self._show(talk, reply)
        return reply is None or reply.stream is None or reply.stream.finish

    def _record(self, command: str, frame: str, answer: str) -> None:
        self._ground.wire.append(
            Exchange(
                at=self._ground.now(),
                platform="wecom",
                direction="frame",
                method="WS",
                target=command,
                headers={},
                body=frame,
                plain="",
                status=101,
                answer=answer,
            )
        )


def _object(raw: str) -> dict[str, Any]:
    try:
        frame = json.loads(raw)
    except ValueError as error:
        raise ApiError(40035, "no JSON") from error
    if not isinstance(frame, dict):
        raise ApiError(40035, "no JSON object")
    return frame


def _text(part: object, key: str) -> str:
    if not isinstance(part, dict) or not isinstance(part.get(key), str) or not part[key]:
        raise ApiError(40035, f"{key} is missing")
    return str(part[key])
