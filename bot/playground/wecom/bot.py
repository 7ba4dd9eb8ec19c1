"""The AI bot's other half: what members write to it, what it answers, now, bit by bit or late (protocol 4.5, 5.11)."""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.playground.platform import Bubble, BubbleKind
from bot.playground.wecom.api import Call, Endpoint
from bot.playground.wecom.bot_replies import BotReply, StreamState, read_late, read_reply, read_update
from bot.playground.wecom.callbacks import Answer, Callbacks
from bot.playground.wecom.card_store import CardStore, Task
from bot.playground.wecom.corp import WeComBot
from bot.playground.wecom.envelope import Envelope
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.long_connection import LongConnections
from bot.playground.wecom.media import MediaStore, Medium
from bot.playground.wecom.pressing import Pressed
from bot.playground.wecom.quotas import OFFICE
from bot.playground.wecom.replies import BadReply, Line
from bot.playground.wecom.results import ApiError, ok
from bot.playground.wecom.talk import Download, LateReply, Talk, Traffic


class Bots:
    """All AI bots of the company."""

    def __init__(self, ground: Ground, callbacks: Callbacks, media: MediaStore, cards: CardStore) -> None:
        self._ground = ground
        self._callbacks = callbacks
        self._media = media
        self._cards = cards
        self._traffic = Traffic()
        self.connections = LongConnections(ground, media, self.talk, self._shown, self._update)

    def endpoints(self) -> dict[str, Endpoint]:
        """The paths served here."""
        return {
            "aibot/response": Endpoint("POST", "nobody", self.respond),
            "aibot/download/*": Endpoint("GET", "nobody", self.download),
        }

    async def close(self) -> None:
        """Stop asking for the next states of streams, and hang up."""
        await self.connections.close()
        polls = list(self._traffic.polls)
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)

    def line(self, bot: WeComBot) -> Line:
        """The callback line of a bot."""
        return Line(kind="bot", binding=bot, corp_id=self._ground.corp.corp_id)

    def talk(self, bot: WeComBot, account: str, group: str | None, quote: str | None = None) -> Talk:
        """The conversation of this member with this bot: a group, or the two of them."""
        chat = group or f"bot:{bot.name}"
        seen_by = tuple(self._ground.groups[group].members) if group else (account,)
        talk = Talk(
            bot=bot, account=account, chat=chat, group=group is not None, seen_by=seen_by, at=self._ground.now()
        )
        talk.quote = quote
        return talk

    async def hear(self, talk: Talk, kind: str, part: Mapping[str, Any], quoted: Bubble | None = None) -> str:
        """Deliver a message of a member; its msgid, or "" where the member has too many open already."""
        mine = [each for each in self._traffic.talks if each.account == talk.account and each.bot is talk.bot]
        fresh = self._ground.now() - self._ground.limits.stream_life
        if sum(each.open and each.at > fresh for each in mine) >= self._ground.limits.open_messages:
            words = {"text": f"{talk.bot.name} 正在处理前面的消息, 请稍后再发"}
            self._ground.show(chat=talk.chat, kind="notice", body=words, seen_by=(talk.account,))
            return ""
        self._traffic.talks = [each for each in self._traffic.talks if each.open] + [talk]
        own = {**self._late(talk), "msgtype": kind, kind: part, **self._quoted(quoted, talk.bot)}
        message = self._message(talk, own)
        await self._deliver(talk, message, "message")
        if talk.stream is None and not talk.bot.secret:
            talk.open = False
        return str(message["msgid"])

    def _message(self, talk: Talk, own: Mapping[str, Any], *, chat_type: bool = True) -> dict[str, Any]:
        chat = {"chatid": talk.chat} if talk.group else {}
        kind = {"chattype": "group" if talk.group else "single"} if chat_type else {}
        message = {"msgid": self._ground.id("CAIQ"), "aibotid": talk.bot.bot_id, **chat, **kind}
        return {**message, "from": {"userid": self._known_as(talk.bot, talk.account)}, **own}

    def _known_as(self, bot: WeComBot, account: str) -> str:
        return account if bot.by_super_admin else self._ground.directory.open_id(account)

    def _late(self, talk: Talk) -> dict[str, str]:
        if talk.bot.secret:
            return {}
        code = self._ground.id("RESP")
        self._traffic.late[code] = LateReply(talk)
        return {"response_url": f"{self._ground.base_url}/cgi-bin/aibot/response?response_code={code}"}

    def _quoted(self, bubble: Bubble | None, bot: WeComBot) -> dict[str, Any]:
        if bubble is None:
            return {}
        if "media_id" in bubble.body and bubble.kind in ("image", "file", "video"):
            kind, part = bubble.kind, self.link(bot, self._media.use(bubble.body["media_id"]))
            return {"quote": {"msgtype": kind, kind: part}}
        words = (
            bubble.body.get("text") or bubble.body.get("title") or bubble.body.get("main_title", {}).get("title", "")
        )
        return {"quote": {"msgtype": "text", "text": {"content": words}}}

    def link(self, bot: WeComBot, medium: Medium) -> dict[str, str]:
        """A file's address for five minutes; encrypted with the bot's key, or a key of its own (long connection)."""
        code, ends = self._ground.id("FILE"), self._ground.now() + self._ground.limits.download_life
        own = {"aeskey": base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")} if bot.secret else {}
        self._traffic.downloads[code] = Download(own.get("aeskey", bot.encoding_aes_key), medium, ends)
        return {"url": f"{self._ground.base_url}/cgi-bin/aibot/download/{code}", **own}

    def download(self, call: Call) -> web.Response:
        """A file behind an address: sealed without header (protocol 2.10); 404 after five minutes."""
        found = self._traffic.downloads.get(call.request.match_info["path"].rpartition("/")[2])
        if found is None or self._ground.now() >= found.ends:
            return web.Response(status=404)
        content = Envelope("", found.key, "").seal_file(found.medium.content)
        return web.Response(body=content, content_type="application/octet-stream")

    async def _deliver(self, talk: Talk, message: dict[str, Any], callback: str, tries: int | None = None) -> bool:
        if talk.bot.secret:
            return await self.connections.tell(talk, message, callback)

        async def handle(answer: Answer) -> None:
            if answer.plain:
                self._guarded(talk, answer.plain, lambda: self._answered(talk, answer.plain, callback))

        plain = json.dumps(message, ensure_ascii=False)
        return await self._callbacks.deliver(self.line(talk.bot), plain, handle=handle, tries=tries)

    def _guarded(self, talk: Talk, plain: str, act: Callable[[], None]) -> None:
        try:
            act()
        except BadReply as error:
            self._callbacks.refuse(talk.bot.callback_url or "", str(error), plain)
        except ApiError as error:
            self._callbacks.refuse(talk.bot.callback_url or "", f"{error.code} {error}", plain)

    def _answered(self, talk: Talk, plain: str, callback: str) -> None:
        self._shown(talk, read_reply(plain, callback, self._ground.limits))

    def _shown(self, talk: Talk, reply: BotReply) -> None:
        self._check_card(talk, reply)
        if reply.stream is not None:
            self._advance(talk, reply.stream)
        self._show(talk, reply)

    def _check_card(self, talk: Talk, reply: BotReply) -> None:
        if reply.card is None:
            return
        if talk.carded:
            raise BadReply("a card was sent for this message already")
        if self._cards.used(talk.bot.bot_id, reply.card.card):
            raise ApiError(42014, "task_id has been used")

    def _show(self, talk: Talk, reply: BotReply) -> None:
        quote = talk.quote if talk.group else None
        feedback = {"feedback": reply.feedback} if reply.feedback else {}
        words = reply.text or reply.markdown
        if words is not None:
            kind: BubbleKind = "text" if reply.text else "markdown"
            body = {"text": words, **feedback}
            self._ground.show(chat=talk.chat, kind=kind, body=body, seen_by=talk.seen_by, quote=quote)
        if reply.card is not None:
            card = self._cards.accept(reply.card)
            bubble = self._ground.show(chat=talk.chat, kind="card", body=card, seen_by=talk.seen_by, quote=quote)
            self._cards.placed(self._cards.open(talk.bot.bot_id, card, talk.seen_by), bubble)
            talk.carded = True

    def _advance(self, talk: Talk, state: StreamState) -> None:
        if talk.stream is None:
            self._begin(talk, state)
        elif state.id != talk.stream_id:
            raise BadReply("stream.id is that of another stream")
        bubble = talk.stream
        assert bubble is not None
        pictures = [self._media.add("image", "图片", each) for each in state.pictures]
        shown = [{"name": each.name, "media_id": each.id, "size": len(each.content)} for each in pictures]
        bubble.body = {**bubble.body, "text": state.content, "finish": state.finish, "images": shown}
        talk.open = not state.finish
        self._ground.screens.changed(bubble)

    def _begin(self, talk: Talk, state: StreamState) -> None:
        body: dict[str, Any] = {"text": state.content, "finish": state.finish, "images": []}
        if state.feedback:
            body["feedback"] = state.feedback
        quote = talk.quote if talk.group else None
        talk.stream = self._ground.show(chat=talk.chat, kind="markdown", body=body, seen_by=talk.seen_by, quote=quote)
        talk.stream_id = state.id
        if not state.finish and not talk.bot.secret:
            poll = asyncio.get_running_loop().create_task(self._poll(talk))
            self._traffic.polls.add(poll)
            poll.add_done_callback(self._traffic.polls.discard)

    async def _poll(self, talk: Talk) -> None:
        limits = self._ground.limits
        most = int(limits.stream_life.total_seconds() / max(limits.stream_pause, 0.001))
        for _ in range(most):
            await asyncio.sleep(limits.stream_pause)
            if not talk.open or self._ground.now() >= talk.at + limits.stream_life:
                break
            refresh = self._message(talk, {"msgtype": "stream", "stream": {"id": talk.stream_id}})
            await self._deliver(talk, refresh, "stream")
        if talk.open and talk.stream is not None:
            talk.open = False
            talk.stream.body = {**talk.stream.body, "finish": True, "frozen": True}
            self._ground.screens.changed(talk.stream)
            self._callbacks.refuse(talk.bot.callback_url or "", "stream was not finished in time", talk.stream_id)

    async def enter(self, bot: WeComBot, account: str) -> None:
        """A member opens the 1:1 conversation; the bot hears of it once a day."""
        key = (bot.bot_id, account, self._ground.now().astimezone(OFFICE).date().isoformat())
        if key in self._traffic.welcomed:
            return
        self._traffic.welcomed.add(key)
        await self._tell(self.talk(bot, account, None), "enter_chat", None)

    async def _tell(self, talk: Talk, name: str, own: Mapping[str, Any] | None) -> None:
        event = {"eventtype": name, **({name: own} if own is not None else {})}
        facts = {"create_time": self._ground.seconds(), "msgtype": "event", "event": event}
        await self._deliver(talk, self._message(talk, facts, chat_type=talk.group), name)

    async def rate(self, account: str, bubble: Bubble, kind: int, content: str, reasons: Sequence[int]) -> None:
        """A member rates an answer that asked for it.

        Raises:
            ValueError: the answer cannot be rated.
        """
        if "feedback" not in bubble.body:
            raise ValueError("这条回复不能评价")
        detail = {"content": content, "inaccurate_reason_list": list(reasons)} if kind == 2 else {}
        talk = self._talk_of(bubble, account)
        own = {"id": _feedback_id(bubble.body["feedback"]), "type": kind, **detail}
        await self._tell(talk, "feedback_event", own)

    def _talk_of(self, bubble: Bubble, account: str) -> Talk:
        group = bubble.chat if bubble.chat in self._ground.groups else None
        bot = self._ground.corp.bots[0] if group else self._ground.bot(bubble.chat.removeprefix("bot:"))
        task = self._cards.task_of(bubble)
        if task is not None:
            bot = next(each for each in self._ground.corp.bots if each.bot_id == task.owner)
        return self.talk(bot, account, group, bubble.id)

    async def pressed(self, account: str, bubble: Bubble, task: Task, press: Pressed) -> None:
        """A member presses something on a bot's card: told once, within 5 seconds, never repeated."""
        talk = self._talk_of(bubble, account)
        chosen = [
            {"question_key": question, "option_ids": {"option_id": list(options)}}
            for question, options in press.selected.items()
        ]
        own: dict[str, Any] = {"card_type": press.card_type, "event_key": press.key, "task_id": task.task_id}
        if chosen:
            own["selected_items"] = {"selected_item": chosen}
        event = {"eventtype": "template_card_event", "template_card_event": own}
        facts = {"create_time": self._ground.seconds(), **self._late(talk), "msgtype": "event", "event": event}
        message = self._message(talk, facts)
        if talk.bot.secret:
            await self.connections.tell(talk, message, "template_card_event", task)
            return

        async def handle(answer: Answer) -> None:
            if answer.plain:
                self._guarded(talk, answer.plain, lambda: self._update(talk, task, answer.plain))

        plain = json.dumps(message, ensure_ascii=False)
        await self._callbacks.deliver(self.line(talk.bot), plain, handle=handle, tries=1)

    def _update(self, talk: Talk, task: Task, plain: str) -> None:
        users, checked = read_update(plain, task.task_id)
        targets = talk.seen_by
        if users is not None and talk.group:
            targets = tuple(each for each in talk.seen_by if self._known_as(talk.bot, each) in users)
        self._cards.replace(task, targets, self._cards.accept(checked))

    def respond(self, call: Call) -> dict[str, Any]:
        """A late reply: 60140 used, unknown or older than an hour; 40008 for updates of cards."""
        late = self._traffic.late.get(call.asked("response_code"))
        if late is None or late.used:
            raise ApiError(60140)
        if self._ground.now() >= late.talk.at + self._ground.limits.response_url_life:
            raise ApiError(60140)
        reply = read_late(call.body(), self._ground.limits)
        late.talk.carded = False
        self._check_card(late.talk, reply)
        late.used = True
        self._show(late.talk, reply)
        return ok()


def _feedback_id(feedback: object) -> str:
    return str(feedback.get("id")) if isinstance(feedback, dict) else str(feedback)
