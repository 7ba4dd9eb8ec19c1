"""Which conversation a member writes into, and who hears of it (protocol 1.1, 1.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.platform import Bubble, BubbleKind, Group, Person
from bot.playground.wecom.apps import Apps
from bot.playground.wecom.bot import Bots
from bot.playground.wecom.corp import WeComApp, WeComBot
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.media import MediaStore

FILES = ("image", "voice", "video", "file")


class Conversations:
    """Names of conversations are those of `WeComPlatform`."""

    def __init__(self, ground: Ground, apps: Apps, bots: Bots, media: MediaStore) -> None:
        self._ground = ground
        self._apps = apps
        self._bots = bots
        self._media = media

    def app(self, account: str, chat: str | None) -> WeComApp:
        """The app in this conversation.

        Raises:
            KeyError: it is no conversation with an app.
        """
        if chat is None or chat == account:
            return self._ground.corp.apps[0]
        for app in self._ground.corp.apps:
            if chat == f"app:{app.agent_id}":
                return app
        raise KeyError(chat)

    def bot(self, chat: str | None) -> WeComBot | None:
        """The AI bot of this 1:1 conversation; None where it is none with a bot."""
        return self._ground.bot(chat.removeprefix("bot:")) if chat is not None and chat.startswith("bot:") else None

    def _group(self, account: str, chat: str | None) -> Group | None:
        group = self._ground.groups.get(chat or "")
        if group is not None and account not in group.members:
            raise ValueError(f"{account} 不在群「{group.name}」里")
        return group

    async def say(
        self, sender: Person, text: str, chat: str | None, at: Sequence[Person], quote: str | None, mention: bool
    ) -> str:
        """A text into a conversation; see `WeComPlatform.say`."""
        account = sender.account
        quoted = self._ground.screens.find(quote) if quote is not None else None
        if (group := self._group(account, chat)) is not None:
            return await self._say_in_group(account, text, group, at, quoted, mention)
        if (bot := self.bot(chat)) is not None:
            shown = self._show(account, str(chat), "text", {"text": text}, (account,), quoted)
            talk = self._bots.talk(bot, account, None, shown.id)
            return await self._bots.hear(talk, "text", {"content": text}, quoted)
        app = self.app(account, chat)
        self._show(account, self._ground.chat_of(app, account), "text", {"text": text}, (account,), quoted)
        return await self._apps.hear(app, account, "text", {"text": text})

    async def _say_in_group(
        self, account: str, text: str, group: Group, at: Sequence[Person], quoted: Bubble | None, mention: bool
    ) -> str:
        bot = self._bot_in_group(text)
        names = [person.name for person in at]
        if mention and bot is not None:
            names.insert(0, bot.name)
        written = " ".join([*(f"@{name}" for name in names if f"@{name}" not in text), text])
        shown = self._show(account, group.id, "text", {"text": written}, tuple(group.members), quoted)
        if bot is None or f"@{bot.name}" not in written:
            return ""
        talk = self._bots.talk(bot, account, group.id, shown.id)
        return await self._bots.hear(talk, "text", {"content": written}, quoted)

    def _bot_in_group(self, text: str) -> WeComBot | None:
        """The bot mentioned, else the first."""
        bots = self._ground.corp.bots
        return next((bot for bot in bots if f"@{bot.name}" in text), bots[0] if bots else None)

    def _show(
        self,
        account: str,
        chat: str,
        kind: BubbleKind,
        body: Mapping[str, Any],
        seen_by: tuple[str, ...],
        quoted: Bubble | None = None,
    ) -> Bubble:
        quote = quoted.id if quoted else None
        return self._ground.show(chat=chat, kind=kind, body=dict(body), seen_by=seen_by, sender=account, quote=quote)

    async def send(self, account: str, kind: BubbleKind, body: Mapping[str, Any], chat: str | None) -> str:
        """Something else than text into a conversation; see `WeComPlatform.send`."""
        group, bot = self._group(account, chat), self.bot(chat)
        whole = self._with_medium(kind, body)
        if group is not None:
            shown = self._show(account, group.id, kind, whole, tuple(group.members))
            words = str(whole.get("text", ""))
            bot = self._bot_in_group(words)
            if bot is None or kind != "image" or not words:
                return ""
            return await self._mixed(bot, account, f"@{bot.name} {words}", whole, group.id, shown)
        if bot is not None:
            shown = self._show(account, str(chat), kind, whole, (account,))
            return await self._send_to_bot(bot, account, kind, whole, shown)
        app = self.app(account, chat)
        self._show(account, self._ground.chat_of(app, account), kind, whole, (account,))
        return await self._apps.hear(app, account, kind, whole)

    def _with_medium(self, kind: BubbleKind, body: Mapping[str, Any]) -> dict[str, Any]:
        if kind not in FILES:
            return dict(body)
        if "media_id" in body:
            medium = self._media.use(body["media_id"])
        else:
            medium = self._media.add(kind, str(body.get("name", kind)), bytes(body.get("content", b"")))
        kept = {key: value for key, value in body.items() if key != "content"}
        return {**kept, "name": medium.name, "media_id": medium.id, "size": len(medium.content)}

    async def _send_to_bot(
        self, bot: WeComBot, account: str, kind: BubbleKind, body: dict[str, Any], shown: Bubble
    ) -> str:
        words = str(body.get("text", ""))
        if kind not in FILES:
            return ""
        if kind == "image" and words:
            return await self._mixed(bot, account, words, body, None, shown)
        talk = self._bots.talk(bot, account, None, shown.id)
        if kind == "voice":
            return await self._bots.hear(talk, "voice", {"content": words})
        return await self._bots.hear(talk, kind, self._link(bot, body))

    async def _mixed(
        self, bot: WeComBot, account: str, words: str, body: dict[str, Any], group: str | None, shown: Bubble
    ) -> str:
        picture = {"msgtype": "image", "image": self._link(bot, body)}
        items = [{"msgtype": "text", "text": {"content": words}}, picture]
        talk = self._bots.talk(bot, account, group, shown.id)
        return await self._bots.hear(talk, "mixed", {"msg_item": items})

    def _link(self, bot: WeComBot, body: Mapping[str, Any]) -> dict[str, str]:
        return self._bots.link(bot, self._media.use(body["media_id"]))
