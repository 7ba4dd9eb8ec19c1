"""DingTalk's other half: what people can do in its client, and the servers the service talks to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from bot.playground.dingtalk.card_api import CardApi
from bot.playground.dingtalk.cards import Card, Cards
from bot.playground.dingtalk.changes import Changes
from bot.playground.dingtalk.corp import DingTalkApp, DingTalkCorp
from bot.playground.dingtalk.directory import Directory
from bot.playground.dingtalk.door import Door
from bot.playground.dingtalk.endpoints import endpoints
from bot.playground.dingtalk.events import Events
from bot.playground.dingtalk.frames import ROBOT, Push
from bot.playground.dingtalk.gateway import Gateway
from bot.playground.dingtalk.ground import NAME, Ground
from bot.playground.dingtalk.inbound import IN_GROUPS, Inbound
from bot.playground.dingtalk.limits import DingTalkLimits
from bot.playground.dingtalk.media import Media
from bot.playground.dingtalk.msgkeys import links_of
from bot.playground.dingtalk.notices import Notices
from bot.playground.dingtalk.presses import Presses
from bot.playground.dingtalk.pushes import HttpPushes
from bot.playground.dingtalk.robot import Robot
from bot.playground.dingtalk.sessions import Sessions
from bot.playground.dingtalk.todos import Todos
from bot.playground.dingtalk.tokens import Tokens
from bot.playground.dingtalk.troubles import OapiTrouble
from bot.playground.dingtalk.webhook import Webhooks
from bot.playground.dingtalk.workflow import Workflow
from bot.playground.platform import Bubble, BubbleKind, Department, Group, Now, Person

FILES = ("image", "voice", "video", "file")
DTMD = "dtmd://dingtalkclient/sendMessage"


class DingTalkPlatform:
    """The emulated DingTalk of one organisation; it fulfils `bot.playground.platform.Platform`.

    Args:
        now: the clock everything lives by; real time only measures how fast the service answers.
        corp: the organisation with its apps.
        people, departments, groups: who and what is there at the beginning; department 1 must be among them.
        base_url: where the service finds our mount point, such as `http://127.0.0.1:8600/platforms/dingtalk`;
            learnt from its first call when empty, which is too late for HTTP pushes before any call.

    Source: protocols/dingtalk.md 11.
    """

    name = NAME

    def __init__(
        self,
        now: Now,
        corp: DingTalkCorp,
        *,
        people: Iterable[Person] = (),
        departments: Iterable[Department] = (),
        groups: Iterable[Group] = (),
        limits: DingTalkLimits | None = None,
        base_url: str = "",
    ) -> None:
        ground = self.ground = Ground(now, corp, limits or DingTalkLimits())
        ground.people.update({person.account: person for person in people})
        ground.departments.update({department.id: department for department in departments})
        ground.groups.update({group.id: group for group in groups})
        self.base_url = base_url
        self.people, self.departments, self.groups = ground.people, ground.departments, ground.groups
        self.screens, self.wire, self.faults = ground.screens, ground.wire, ground.faults
        self.conditions, self.timers = ground.conditions, ground.timers
        self.tokens = Tokens(ground)
        self.gateway = Gateway(ground)
        self.pushes = HttpPushes(ground)
        self.media = Media(ground)
        self.sessions = Sessions(ground)
        self.webhooks = Webhooks(ground, self.sessions)
        self.inbound = Inbound(ground, self.media, self.sessions)
        self.robot = Robot(ground, self.inbound)
        self.cards = Cards(ground)
        self.card_api = CardApi(ground, self.cards, self.robot)
        self.directory = Directory(ground)
        self.events = Events(ground, self.gateway, self.pushes)
        self.todos = Todos(ground, self.events)
        self.notices = Notices(ground)
        self.workflow = Workflow(ground, self.events)
        self._presses = Presses(ground, self.cards, self.gateway, self.pushes)
        self._changes = Changes(ground, self.events)

    @property
    def base_url(self) -> str:
        """Where the service finds our mount point; goes into the addresses handed out."""
        return self.ground.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.ground.base_url = url.rstrip("/")

    def routes(self, prefix: str = "") -> list[web.RouteDef]:
        """Everything the service can call; `api_base` is `{prefix}/api`, `oapi_base` is `{prefix}/oapi`."""
        self.ground.prefix = prefix
        door = Door(self.ground, self.tokens)
        return [
            web.get(f"{prefix}/connect", self.gateway.connect),
            web.get(f"{prefix}/files/{{key}}", self.media.fetch),
            *(door.route(endpoint) for endpoint in endpoints(self)),
            *door.nowhere(),
        ]

    async def start(self) -> None:
        """Let timers run."""
        await self.timers.start()

    async def close(self) -> None:
        """Close sockets and stop timers."""
        await self.timers.close()
        await self.gateway.close()
        await self.pushes.close()

    async def tick(self) -> None:
        """Do at once what has become due on the clock, instead of within some 50 ms."""
        await self.timers.tick()

    async def connected(self, client_id: str | None = None, count: int = 1, *, seconds: float = 10.0) -> None:
        """Return as soon as the app (the first one) has `count` Stream sockets open.

        Raises:
            TimeoutError: not within `seconds` of real time.
        """
        await self.gateway.connected(self._app(client_id).client_id, count, seconds=seconds)

    async def say(
        self,
        account: str,
        text: str,
        *,
        chat: str | None = None,
        at: Sequence[str] = (),
        quote: str | None = None,
        app: str | None = None,
    ) -> str:
        """`account` writes to the robot 1:1, or @-mentions it and the accounts in `at` in the group `chat`.

        Args:
            app: Client ID of the app whose robot is meant; the first one when `None`.

        Returns the msgId, which is also the bubble's id.
        """
        robot = self._app(app)
        shown, sent = text, text
        if account not in self.ground.audience(chat or account):
            raise ValueError(f"{account} is not in {chat}")
        if chat is not None:
            names = [robot.robot_name, *(self.people[one].name for one in at)]
            shown, sent = " ".join([*(f"@{name}" for name in names), text]), f" {text}"
        bubble = self.ground.show(chat or account, "text", {"text": shown}, sender=account, quote=quote)
        message = self.inbound.message(robot, bubble, "text", {"text": {"content": sent}}, at=at)
        await self._tell(robot, bubble, message)
        return bubble.id

    async def send(
        self,
        account: str,
        kind: BubbleKind,
        body: Mapping[str, Any],
        *,
        chat: str | None = None,
        app: str | None = None,
    ) -> str:
        """`account` sends something else than text. Returns the msgId.

        Args:
            body: keys of the kind, all optional: {name, content (bytes) or media_id} of files of all kinds; voice also
                {text (what the platform recognises), duration (ms)}; video {duration (ms)}; text {richText: a list of
                texts and pictures}.

        In a group only pictures and richText (kind `text` with `richText`) reach the robot.
        """
        robot = self._app(app)
        shown = self.media.of_person(kind, body) if kind in FILES else dict(body)
        msgtype, members = self.inbound.content(robot, kind, shown)
        if msgtype == "richText":
            shown["text"] = "".join(part.get("text", "[图片]") for part in members["content"]["richText"])
        bubble = self.ground.show(chat or account, kind, shown, sender=account)
        if chat is None or msgtype in IN_GROUPS:
            await self._tell(robot, bubble, self.inbound.message(robot, bubble, msgtype, members))
        return bubble.id

    async def press(
        self, account: str, bubble: str, button: str, choices: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """`account` presses a button of a card, by key or text; a link button with dtmd speaks for the person.

        Raises:
            KeyError: no such bubble or button on this person's screen.
        """
        shown = self._on_screen(account, bubble)
        card = self.cards.of(bubble)
        if card is not None:
            await self._presses.press(account, card, shown, button, choices or {})
            return
        if _link(shown, button).startswith(DTMD):
            await self.follow(account, bubble, button)

    async def follow(self, account: str, bubble: str, title_or_url: str) -> str:
        """`account` follows a dtmd link of a bubble, which sends its text as that person; the new msgId.

        In a group the robot hears of it only while `conditions.dtmd_mentions_in_groups` is set.

        Raises:
            KeyError: no such bubble on this person's screen, or no such dtmd link in it.
        """
        shown = self._on_screen(account, bubble)
        url = _link(shown, title_or_url)
        if not url.startswith(DTMD):
            raise KeyError(f"no dtmd link {title_or_url}")
        text = parse_qs(urlsplit(url).query)["content"][0]
        if shown.chat not in self.groups:
            return await self.say(account, text)
        if self.conditions.dtmd_mentions_in_groups:
            return await self.say(account, text, chat=shown.chat)
        return self.ground.show(shown.chat, "text", {"text": text}, sender=account).id

    async def enter(self, account: str) -> None:
        """`account` opens the robot's conversation: everything there is read. The platform tells nobody."""
        for bubble in self.screens.seen(account):
            self.ground.read.setdefault(bubble.id, set()).add(account)

    async def change(self, change: str, **facts: Any) -> None:
        """The directory changes and the platform tells; see `Changes.make`."""
        await self._changes.make(change, facts)

    def login_code(self, account: str) -> str:
        """The code a mobile page that `account` has open gets; once, for 5 minutes."""
        return self.directory.login_code(account)

    def card(self, bubble: str) -> Card:
        """The card instance behind a bubble.

        Raises:
            KeyError: the bubble is none.
        """
        card = self.cards.of(bubble)
        if card is None:
            raise KeyError(bubble)
        return card

    def view(self, account: str, bubble: str) -> dict[str, Any]:
        """What `account` sees of a card: {template, outTrackId, params, buttons, links}; see `Card.body`.

        Raises:
            KeyError: no such bubble on this person's screen.
        """
        return self._on_screen(account, bubble).body_for(account)

    async def _tell(self, app: DingTalkApp, bubble: Bubble, message: Mapping[str, Any]) -> None:
        """Bring a robot message to the service and show what it answers on the spot."""
        if app.mode == "http":
            reply = await self.pushes.robot_message(app, message)
            if reply and reply.get("msgtype"):
                try:
                    self.webhooks.show(bubble.chat, reply)
                except OapiTrouble as trouble:
                    self.ground.show(bubble.chat, "notice", {"text": trouble.errmsg})
            return
        push = Push.about(app.client_id, ROBOT, message, again=self.ground.limits.robot_redelivery)
        await self.gateway.send(push)
        await self.gateway.answered(push, self.ground.limits.patience_seconds)

    def _app(self, client_id: str | None) -> DingTalkApp:
        return self.ground.apps[client_id] if client_id else self.ground.corp.apps[0]

    def _on_screen(self, account: str, bubble: str) -> Bubble:
        shown = self.screens.find(bubble)
        if account not in shown.seen_by:
            raise KeyError(f"{account} does not see {bubble}")
        return shown


def _link(bubble: Bubble, title_or_url: str) -> str:
    """The address of a link or link button of a bubble.

    Raises:
        KeyError: there is none of this title or address.
    """
    links = links_of(bubble.body)
    if bubble.kind == "markdown":
        links += re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", bubble.body["text"])
    if bubble.kind == "link":
        links.append((bubble.body["title"], bubble.body["messageUrl"]))
    for title, url in links:
        if title_or_url in (title, url):
            return str(url)
    raise KeyError(f"no link {title_or_url}")
