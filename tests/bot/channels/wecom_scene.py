"""Our WeCom channels and the platform's other half, joined by real sockets on the loopback."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.channel import Channel, Hook, Incoming, Untrusted
from bot.channels.wecom import WeCom, WeComBot, WeComGroup
from bot.config import WeComBotConfig, WeComConfig, WeComGroupConfig
from bot.delivery import Outgoing
from bot.playground.platform import Bubble, Department, Exchange, Group, Person
from bot.playground.wecom import ContactSync, WeComApp, WeComCorp, WeComLimits, WeComPlatform
from bot.playground.wecom import WeComBot as BotAccount

PREFIX = "/platforms/wecom"
CORP = "ww1a2b3c4d5e6f7890"
SECRET = "app-secret-which-nobody-may-read"
TOKEN = "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo"
KEY = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
WEBHOOK = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
AGENT = 1000002
GROUP = "wrDemoChat01"
NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
SITE = "https://crm.example.com"
ZHOU, LINA, LIGONG = "zhouqiang", "lina", "ligong"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


@dataclass
class Scene:
    """The channels, the platform they talk to, and what has come in through `/hooks/...`."""

    platform: WeComPlatform
    clock: Clock
    app: WeCom
    bot: WeComBot
    group: WeComGroup
    session: aiohttp.ClientSession
    base: str
    incoming: list[Incoming] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    respond: Callable[[Incoming], Sequence[Outgoing]] = lambda incoming: ()
    carried: list[str] = field(default_factory=list)
    files: dict[int, tuple[str, bytes]] = field(default_factory=dict)

    async def load(self, file: int) -> tuple[str, bytes]:
        return self.files[file]

    async def receive(self, request: web.Request) -> web.Response:
        channels: dict[str, Channel] = {"main": self.app, "helper": self.bot}
        channel = channels[request.match_info["name"]]
        hook = Hook(
            method=request.method,
            query=request.query,
            headers=request.headers,
            body=await request.read(),
            door=request.match_info.get("door", ""),
        )
        try:
            received = channel.receive(hook)
        except Untrusted as error:
            self.refused.append(str(error))
            return web.Response(status=403)
        self.incoming += received.incoming
        answer, kind = received.answer, received.content_type
        if received.passive:
            messages = [message for each in received.incoming for message in self.respond(each)]
            answer, kind, carried = channel.passive(hook, messages)
            self.carried += carried
        return web.Response(body=answer, content_type=kind)

    def seen(self, account: str, chat: str | None = None) -> list[Bubble]:
        return [bubble for bubble in self.platform.screens.seen(account, chat) if not bubble.sender]

    def calls(self, path: str) -> list[Exchange]:
        """Our calls to this path, oldest first."""
        return [each for each in self.platform.wire if each.direction == "call" and f"/cgi-bin/{path}" in each.target]

    def spotless(self) -> None:
        """Nothing was cut, dropped, overlong, ignored or refused by the platform."""
        notes = self.platform.notes
        found = [*notes.truncations, *notes.dropped, *notes.overlong, *notes.ignored, *notes.refused]
        assert found == []


def people() -> list[Person]:
    return [
        Person(account="ZhouQiang", name="周强", departments=(3,), superior="LiNa", title="销售"),
        Person(account="LiNa", name="李娜", departments=(2,), leads=(2,), title="主管"),
        Person(account="LiGong", name="李工", departments=(2,)),
    ]


def config(base: str, **changes: Any) -> WeComConfig:
    values = {
        "corp_id": CORP,
        "agent_id": AGENT,
        "secret": SECRET,
        "token": TOKEN,
        "encoding_aes_key": KEY,
        "contacts_token": TOKEN,
        "contacts_aes_key": KEY,
        "api_base": base,
    }
    return WeComConfig.model_validate({**values, **changes})


def bot_config() -> WeComBotConfig:
    values = {"token": TOKEN, "encoding_aes_key": KEY, "app": "main", "name": "跟单助手"}
    return WeComBotConfig.model_validate(values)


@asynccontextmanager
async def scene(
    *,
    limits: WeComLimits | None = None,
    by_super_admin: bool = True,
    trusted_ips: set[str] | None = None,
    visible: tuple[int, ...] = (1,),
    **changes: Any,
) -> AsyncIterator[Scene]:
    """Everything running. `changes` are to our configuration of the app."""
    clock = Clock()
    corp = WeComCorp(
        corp_id=CORP,
        apps=[WeComApp(agent_id=AGENT, secret=SECRET, token=TOKEN, encoding_aes_key=KEY, visible_departments=visible)],
        contacts=ContactSync(secret="contacts-secret", token=TOKEN, encoding_aes_key=KEY),
        bots=[
            BotAccount(
                bot_id="aib-demo", name="跟单助手", token=TOKEN, encoding_aes_key=KEY, by_super_admin=by_super_admin
            )
        ],
        webhooks={WEBHOOK: GROUP},
        trusted_ips=trusted_ips,
    )
    departments = [
        Department(id=1, name="远山科技", parent=0),
        Department(id=2, name="管理部"),
        Department(id=3, name="销售部"),
    ]
    members = ["ZhouQiang", "LiNa", "LiGong"]
    platform = WeComPlatform(
        clock,
        corp,
        people=people(),
        departments=departments,
        groups=[Group(id=GROUP, name="作战群", members=members)],
        limits=limits,
    )
    site = web.Application()
    async with aiohttp.ClientSession() as session:
        server = TestServer(site)
        holder: list[Scene] = []

        async def receive(request: web.Request) -> web.Response:
            return await holder[0].receive(request)

        site.add_routes(platform.routes(PREFIX))
        site.add_routes([web.route("*", "/hooks/{name}", receive), web.route("*", "/hooks/{name}/{door}", receive)])
        await server.start_server()
        origin = str(server.make_url("")).rstrip("/")
        base = platform.base_url = origin + PREFIX
        app = WeCom("main", config(base, **changes), session=session, now=clock, site=SITE)
        bot = WeComBot("helper", bot_config(), app=app, session=session, now=clock)
        key = WeComGroupConfig.model_validate({"key": WEBHOOK, "api_base": base})
        group = WeComGroup("digest", key, session=session, now=clock, site=SITE)
        here = Scene(platform, clock, app, bot, group, session, base)
        app.load = here.load
        holder.append(here)
        corp.apps[0].callback_url = f"{origin}/hooks/main"
        corp.bots[0].callback_url = f"{origin}/hooks/helper"
        assert corp.contacts is not None
        corp.contacts.callback_url = f"{origin}/hooks/main/events"
        await platform.start()
        try:
            yield here
        finally:
            await platform.close()
            await server.close()
