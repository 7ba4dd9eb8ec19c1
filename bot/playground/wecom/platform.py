"""The emulated WeCom: what people do on it, and the HTTP interface it serves."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.playground.platform import Bubble, BubbleKind, Department, Group, Now, Person
from bot.playground.wecom import events
from bot.playground.wecom.api import Call, Endpoint, Gate
from bot.playground.wecom.callbacks import Callbacks, Mischief, Verification
from bot.playground.wecom.card_store import CardStore
from bot.playground.wecom.contacts import Contacts
from bot.playground.wecom.corp import WeComApp, WeComCorp, WeComLimits
from bot.playground.wecom.directory import Directory
from bot.playground.wecom.ground import Ground, Notes
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.messages import Messages, check_agent
from bot.playground.wecom.pressing import Pressed, press
from bot.playground.wecom.replies import Line
from bot.playground.wecom.tokens import Tokens
from bot.playground.wecom.xml import Value


class WeComPlatform:
    """The `Platform` of WeCom."""

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
        ground.base_url = base_url
        ground.groups.update({group.id: group for group in groups})
        self.corp, self.limits = corp, ground.limits
        self.people, self.departments, self.groups = directory.people, directory.departments, ground.groups
        self.screens, self.wire, self.faults = ground.screens, ground.wire, ground.faults
        self.callbacks = Callbacks(ground)
        self.tokens = Tokens(ground)
        self.media = MediaStore(ground)
        self.cards = CardStore(ground)
        self.messages = Messages(ground, self.media, self.cards)
        self._contacts = Contacts(ground)
        self._gate = Gate(ground, self.tokens, self._endpoints())
        self._message_number = 7 * 10**18 + secrets.randbelow(10**18)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def notes(self) -> Notes:
        """What the service should never cause: truncations, drops, unusable replies."""
        return self._ground.notes

    @property
    def mischief(self) -> Mischief:
        """The fault switches of the callbacks."""
        return self.callbacks.mischief

    @property
    def base_url(self) -> str:
        """Where this platform is mounted; goes into the addresses it hands out."""
        return self._ground.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._ground.base_url = url.rstrip("/")

    async def start(self) -> None:
        """Nothing runs before it is needed; here for symmetry with `close`."""

    async def close(self) -> None:
        """Stop the timers and close the connections."""
        await self.callbacks.close()

    def routes(self, prefix: str = "") -> list[web.RouteDef]:
        """The routes of the platform's HTTP interface below `prefix`."""
        return [web.route("*", prefix + "/cgi-bin/{path:.+}", self._gate.serve)]

    def _endpoints(self) -> dict[str, Endpoint]:
        return {
            "gettoken": Endpoint("GET", "nobody", self._get_token),
            "message/send": Endpoint("POST", "app", lambda call: self.messages.send(call.app, call.body(), call.raw)),
            "message/recall": Endpoint("POST", "app", lambda call: self.messages.recall(call.app, call.body())),
            "message/update_template_card": Endpoint("POST", "app", self._update_card),
            **self._contacts.endpoints(),
        }

    def _get_token(self, call: Call) -> dict[str, Any]:
        return self.tokens.get(call.asked("corpid"), call.asked("corpsecret"), call.address)

    def _update_card(self, call: Call) -> dict[str, Any]:
        body = call.body()
        check_agent(call.app, body)
        return self.cards.update(call.app, body)

    def _app(self, chat: str | None) -> WeComApp:
        if chat is not None and chat.startswith("app:"):
            return self._ground.app(int(chat.removeprefix("app:")))
        return self.corp.apps[0]

    def _line(self, app: WeComApp) -> Line:
        return Line(kind="app", binding=app, corp_id=self.corp.corp_id, agent_id=app.agent_id)

    async def say(
        self, account: str, text: str, *, chat: str | None = None, at: Sequence[str] = (), quote: str | None = None
    ) -> str:
        """See `Platform.say`."""
        return await self._tell_app(self._app(chat), account, "text", {"text": text}, {"Content": text}, quote=quote)

    async def _tell_app(
        self,
        app: WeComApp,
        account: str,
        kind: BubbleKind,
        body: dict[str, Any],
        own: Mapping[str, Value],
        *,
        quote: str | None = None,
    ) -> str:
        chat = self._ground.chat_of(app, account)
        self._ground.show(chat=chat, kind=kind, body=body, seen_by=(account,), sender=account, quote=quote)
        self._message_number += 1
        number = self._message_number
        plain = events.message(
            self.corp.corp_id, account, self._ground.seconds(), kind, own, number=number, agent_id=app.agent_id
        )
        await self.callbacks.deliver(self._line(app), plain)
        return str(number)

    async def press(
        self, account: str, bubble: str, button: str, choices: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """See `Platform.press`.

        Raises:
            KeyError: no such bubble.
            ValueError: the account does not see such a button, or it is greyed; or a choice does not exist.
        """
        found = self.screens.find(bubble)
        pressed = press(found, account, button, choices or {})
        await self._press_on_app(account, found, pressed)

    async def _press_on_app(self, account: str, bubble: Bubble, pressed: Pressed) -> None:
        task = self.cards.task_of(bubble)
        if task is None or not isinstance(task.owner, int):
            raise ValueError("这张卡片不会回传")
        app = self._ground.app(task.owner)
        own = events.card_event(
            key=pressed.key,
            task_id=task.task_id,
            card_type=pressed.card_type,
            response_code=self.cards.code(task),
            selected=pressed.selected,
        )
        name = "template_card_menu_event" if pressed.menu else "template_card_event"
        await self._app_event(app, account, name, own)

    async def _app_event(self, app: WeComApp, account: str, name: str, own: Mapping[str, Value] | None = None) -> bool:
        plain = events.event(self.corp.corp_id, account, self._ground.seconds(), name, own, agent_id=app.agent_id)
        return await self.callbacks.deliver(self._line(app), plain)

    async def enter(self, account: str, *, chat: str | None = None) -> None:
        """See `Platform.enter`."""
        await self._app_event(self._app(chat), account, "enter_agent", {"EventKey": ""})

    async def verify(self, agent_id: int | None = None) -> Verification:
        """The console's save button: the first app's address, or that of `agent_id`, is asked to echo."""
        app = self.corp.apps[0] if agent_id is None else self._ground.app(agent_id)
        return await self.callbacks.verify(self._line(app))
