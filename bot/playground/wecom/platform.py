"""The emulated WeCom: what people do on it, and the HTTP interface it serves."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.playground.platform import BubbleKind, Department, Group, Now, Person
from bot.playground.wecom.api import Call, Endpoint, Gate
from bot.playground.wecom.appchat import AppChats
from bot.playground.wecom.approvals import Approvals
from bot.playground.wecom.apps import Apps
from bot.playground.wecom.bot import Bots
from bot.playground.wecom.callbacks import Callbacks, Mischief, Verification
from bot.playground.wecom.card_store import CardStore
from bot.playground.wecom.changes import Changes
from bot.playground.wecom.contacts import Contacts
from bot.playground.wecom.conversations import Conversations
from bot.playground.wecom.corp import WeComCorp, WeComLimits
from bot.playground.wecom.directory import Directory
from bot.playground.wecom.files import Files
from bot.playground.wecom.ground import Dropped, Ground, Notes, Truncation
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.messages import Messages, check_agent
from bot.playground.wecom.pressing import press
from bot.playground.wecom.replies import Line
from bot.playground.wecom.sign_in import SignIn
from bot.playground.wecom.tokens import Tokens
from bot.playground.wecom.webhook import Webhooks
from bot.playground.wecom.xml import Value

HANGZHOU = (30.2741, 120.1551)


class WeComPlatform:
    """The `Platform` of WeCom.

    Conversations (`chat`, also of bubbles): None or the account is the 1:1 conversation with the first app,
    `app:<agent id>` that with another app, `bot:<name>` that with an AI bot, anything else is a group's id.
    """

    name = "wecom"

    def __init__(
        self,
        now: Now,
        corp: WeComCorp,
        *,
        people: Iterable[Person] = (),
        departments: Iterable[Department] = (),
        groups: Iterable[Group] = (),
        limits: WeComLimits | None = None,
        base_url: str = "",
    ) -> None:
        directory = Directory(corp, people, departments)
        self._ground = ground = Ground(now, corp, limits or WeComLimits(), directory)
        ground.groups.update({group.id: group for group in groups})
        self.base_url = base_url
        self.corp, self.limits = corp, ground.limits
        self.people, self.departments, self.groups = directory.people, directory.departments, ground.groups
        self.screens, self.wire, self.faults = ground.screens, ground.wire, ground.faults
        self.callbacks = Callbacks(ground)
        self.tokens = Tokens(ground)
        self.media = MediaStore(ground)
        self.cards = CardStore(ground)
        self.apps = Apps(ground, self.callbacks, self.media, self.cards)
        self.bots = Bots(ground, self.callbacks, self.media, self.cards)
        self.sign_in = SignIn(ground)
        self.approvals = Approvals(ground, self.apps.tell_approval)
        self._conversations = Conversations(ground, self.apps, self.bots, self.media)
        self._files = Files(self.media)
        self._changes = Changes(ground, self.apps.tell_contacts, self.apps.tell)
        self._gate = Gate(ground, self.tokens, self._endpoints())

    @property
    def notes(self) -> Notes:
        """What a service should never cause: truncations, drops, overlong cards, replies that could not be used."""
        return self._ground.notes

    @property
    def truncations(self) -> list[Truncation]:
        """Texts the platform has cut in silence."""
        return self.notes.truncations

    @property
    def dropped(self) -> list[Dropped]:
        """Messages thrown away because a member got too many."""
        return self.notes.dropped

    @property
    def mischief(self) -> Mischief:
        """The fault switches of the callbacks."""
        return self.callbacks.mischief

    @property
    def base_url(self) -> str:
        """Where this platform is mounted, such as `http://127.0.0.1:8600/platforms/wecom`.

        It is part of the addresses the platform hands out, and learnt from the first call when it is empty.
        """
        return self._ground.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._ground.base_url = url.rstrip("/")

    async def start(self) -> None:
        """Be ready; connections and timers begin by themselves when they are needed."""

    async def close(self) -> None:
        """Stop the timers and close the connections."""
        await self.approvals.close()
        await self.bots.close()
        await self.callbacks.close()

    def routes(self, prefix: str = "") -> list[web.RouteDef]:
        """The platform's interface below `prefix`: `/cgi-bin/...`, the consent page, the long connection, pictures."""
        return [
            web.route("*", prefix + "/cgi-bin/{path:.+}", self._gate.serve),
            web.get(prefix + "/connect/oauth2/authorize", self.sign_in.authorize),
            web.get(prefix + "/openws", self.bots.connections.serve),
            web.get(prefix + "/wwpic/{key}", self._files.picture),
        ]

    def _endpoints(self) -> dict[str, Endpoint]:
        messages = Messages(self._ground, self.media, self.cards)
        return {
            "gettoken": Endpoint("GET", "nobody", self._get_token),
            "message/send": Endpoint("POST", "app", lambda call: messages.send(call.app, call.body(), call.raw)),
            "message/recall": Endpoint("POST", "app", lambda call: messages.recall(call.app, call.body())),
            "message/update_template_card": Endpoint("POST", "app", self._update_card),
            **AppChats(self._ground, self.media).endpoints(),
            **Webhooks(self._ground, self.media, self.cards).endpoints(),
            **Contacts(self._ground).endpoints(),
            **self._files.endpoints(),
            **self.sign_in.endpoints(),
            **self.bots.endpoints(),
            **self.approvals.endpoints(),
        }

    def _get_token(self, call: Call) -> dict[str, Any]:
        return self.tokens.get(call.asked("corpid"), call.asked("corpsecret"), call.address)

    def _update_card(self, call: Call) -> dict[str, Any]:
        body = call.body()
        check_agent(call.app, body)
        return self.cards.update(call.app, body)

    async def say(
        self,
        account: str,
        text: str,
        *,
        chat: str | None = None,
        at: Sequence[str] = (),
        quote: str | None = None,
        mention: bool = True,
    ) -> str:
        """See `Platform.say`. In a group the text goes out as `@bot @person text`; `mention=False` leaves the bot out.

        Returns:
            The platform's message id; "" where the bot heard nothing of it.

        Raises:
            KeyError: no such person, conversation or quoted bubble.
            ValueError: the person is not in the group.
        """
        named = [self.people[each] for each in at]
        return await self._conversations.say(self.people[account], text, chat, named, quote, mention)

    async def send(self, account: str, kind: BubbleKind, body: Mapping[str, Any], *, chat: str | None = None) -> str:
        """See `Platform.send`.

        Args:
            body: location: latitude, longitude, scale, label; link: title, description, url, picurl; files of any
                kind: `media_id` of something uploaded, or `name` and `content` (bytes); voice: also `text`, which AI
                bots get as recognised; image to a bot: also `text`, which makes it a mixed message.

        Returns:
            The platform's message id; "" where nobody hears of it: in groups everything but mixed messages.

        Raises:
            KeyError: no such person or conversation, or a key of the body is missing.
            ValueError: the person is not in the group.
        """
        if kind == "text":
            return await self.say(account, str(body["text"]), chat=chat)
        return await self._conversations.send(self.people[account].account, kind, body, chat)

    async def burst(self, account: str, texts: Sequence[str], *, chat: str | None = None) -> list[str]:
        """`account` writes several messages that are delivered at the same time; their ids."""
        return list(await asyncio.gather(*(self.say(account, text, chat=chat) for text in texts)))

    async def press(
        self, account: str, bubble: str, button: str, choices: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """See `Platform.press`; also items of the top-right menu, and questions in jumps of a bot's card.

        Raises:
            KeyError: no such bubble.
            ValueError: the account does not see such a button, or it is greyed; or a choice does not exist.
        """
        found = self.screens.find(bubble)
        pressed = press(found, account, button, choices or {})
        if pressed.question is not None:
            await self.say(account, pressed.question, chat=found.chat)
            return
        task = self.cards.task_of(found)
        if task is None:
            raise ValueError("这张卡片不会回传")
        if isinstance(task.owner, int):
            await self.apps.pressed(account, task, pressed)
        else:
            await self.bots.pressed(account, found, task, pressed)

    async def rate(
        self, account: str, bubble: str, kind: int, *, content: str = "", reasons: Sequence[int] = ()
    ) -> None:
        """`account` rates an AI bot's answer: 1 accurate, 2 inaccurate (with `reasons` 1-4), 3 withdrawn."""
        await self.bots.rate(account, self.screens.find(bubble), kind, content, reasons)

    async def enter(self, account: str, *, chat: str | None = None, position: tuple[float, float] = HANGZHOU) -> None:
        """See `Platform.enter`; an AI bot (`bot:<name>`) hears of the first entry of a day only."""
        if (bot := self._conversations.bot(chat)) is not None:
            await self.bots.enter(bot, account)
        else:
            await self.apps.enter(self._conversations.app(account, chat), account, *position)

    async def menu(self, account: str, kind: str, key: str, *, chat: str | None = None) -> None:
        """`account` uses the app's menu: kind `click` with its key, `view` with its URL, or another menu event."""
        await self.apps.tell(self._conversations.app(account, chat), account, kind, {"EventKey": key})

    async def tell(
        self, event: str, own: Mapping[str, Value] | None = None, *, account: str = "sys", chat: str | None = None
    ) -> bool:
        """Any other event of an app, known or unknown: `inactive_alert` with EffectTime, `subscribe` ...

        Returns:
            Whether the service acknowledged.
        """
        return await self.apps.tell(self._conversations.app(account, chat), account, event, own)

    async def change(self, change: str, **facts: Any) -> None:
        """See `Platform.change`; here also `tag_changed`.

        Args:
            facts: person_joined: `person` or its fields; person_changed: `account`, changed fields, `new_account`;
                person_left: `account`; department_added: `department` or its fields; department_changed: `id`,
                `name`, `parent`; department_removed: `id`; tag_changed: `id`, `people`, `departments`.

        Raises:
            ValueError: no such change.
            KeyError: a fact is missing, or unknown.
        """
        await self._changes.apply(change, facts)

    async def decide_approval(self, account: str, sp_no: str, agree: bool, speech: str = "") -> None:
        """`account` agrees to a request in the approval app or rejects it; the apps that may call it hear of it.

        Raises:
            KeyError: no such request.
            ValueError: it is closed, or it is not this person's turn.
        """
        await self.approvals.decide(account, sp_no, agree, speech)

    async def withdraw_approval(self, account: str, sp_no: str) -> None:
        """`account` takes back a request of their own, running or approved.

        Raises:
            KeyError: no such request.
            ValueError: it is somebody else's, or has ended otherwise.
        """
        await self.approvals.withdraw(account, sp_no)

    def login_code(self, account: str, *, chat: str | None = None) -> str:
        """The code a mobile page of the app gets when `account` opens it; good once, for five minutes."""
        return self.sign_in.code(account, self._conversations.app(account, chat))

    async def verify(self, line: Line | None = None) -> Verification:
        """The console's save button: the first app's address, or that of `line`, is asked to echo."""
        return await self.callbacks.verify(line or self.apps.line(self.corp.apps[0]))
