"""Our DingTalk channel and the platform's other half, joined by real sockets on the loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.channel import Hook, Incoming, Untrusted
from bot.channels.dingtalk.channel import DingTalk
from bot.config import DingTalkConfig
from bot.delivery import Outgoing
from bot.playground.dingtalk import CardTemplate, DingTalkApp, DingTalkCorp, DingTalkLimits, DingTalkPlatform
from bot.playground.platform import Bubble, Department, Group, Person
from handlers.dialogue.card import Button, Card, Choice, Input, Line, Option, Style, Tone

PREFIX = "/platforms/dingtalk"
CORP = "ding9c0f5e7a1b2d3c4e"
CLIENT = "dingfk3vq8w0m1s2x9zt"
SECRET = "gpZeYOl8eSAjD_WYxXqpPLh8"
TOKEN = "q7TzC2mLx0Ka"
AES_KEY = "kgPoYqnCDoYzBKbftfOoXTZhQ8stzhe6SVI34Zwh8XA"
CARD_SECRET = "aPiS3cret-for-card-callback"
TEMPLATE = "11111111-2222-3333-4444-555555555555.schema"
GROUP = "cidA1b2C3d4E5=="
NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
ZHANG, LI, WANG = "zhangsan01", "lisi02", "manager09"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


@dataclass
class Kept:
    """An inbox that forgets nothing; refuses while there are `failures`, takes `seconds` for each."""

    incoming: list[Incoming] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    failures: int = 0
    seconds: float = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, several: Sequence[Incoming]) -> None:
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the database is away")
        self.incoming += several
        self.batches.append(len(several))
        async with self.changed:
            self.changed.notify_all()

    async def until(self, count: int = 1, *, seconds: float = 5) -> list[Incoming]:
        """Everything kept, as soon as that are `count`."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: len(self.incoming) >= count)
        return self.incoming


def config(base: str = "", **changed: Any) -> DingTalkConfig:
    values = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "robot_code": CLIENT,
        "corp_id": CORP,
        "card_template_id": TEMPLATE,
        "card_secret": CARD_SECRET,
        "event_token": TOKEN,
        "event_aes_key": AES_KEY,
    }
    if base:
        values |= {"api_base": f"{base}/api", "oapi_base": f"{base}/oapi"}
    return DingTalkConfig.model_validate(values | changed)


@asynccontextmanager
async def a_channel(now: Clock | None = None, **settings: Any) -> AsyncIterator[DingTalk]:
    """The channel alone, with nobody at the other end."""
    async with aiohttp.ClientSession() as http:
        channel = DingTalk("ding", config("http://127.0.0.1:9", **settings), session=http, now=now or Clock())
        yield channel
        await channel.close()


@dataclass
class Scene:
    platform: DingTalkPlatform
    clock: Clock
    http: aiohttp.ClientSession
    channel: DingTalk
    kept: Kept
    base: str
    make: Callable[..., DingTalk]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """While our Stream connection is up."""
        running = asyncio.create_task(self.channel.run(self.kept))
        try:
            await self.platform.connected()
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def last(self, account: str) -> Bubble:
        return self.platform.screens.seen(account)[-1]

    def calls(self, path: str) -> list[str]:
        """Bodies of the calls we made whose path holds `path`."""
        return [one.body for one in self.platform.wire if one.direction == "call" and path in one.target]


def people() -> list[Person]:
    return [
        Person(account=ZHANG, name="张三", mobile="13800000001", departments=(2,), superior=WANG),
        Person(account=LI, name="李四", departments=(2,), leads=(2,)),
        Person(account=WANG, name="王经理", title="经理"),
        Person(account="guest", name="外部王工", external=True, departments=()),
    ]


@asynccontextmanager
async def playing(limits: DingTalkLimits | None = None, **settings: Any) -> AsyncIterator[Scene]:
    """The platform on a loopback socket with our channel at it; `settings` are of the channel."""
    clock, kept = Clock(), Kept()
    mode = settings.get("mode", "stream")
    app = DingTalkApp(client_id=CLIENT, client_secret=SECRET, mode=mode, event_token=TOKEN, event_aes_key=AES_KEY)
    platform = DingTalkPlatform(
        clock,
        DingTalkCorp(corp_id=CORP, apps=[app], templates=[CardTemplate(id=TEMPLATE)]),
        people=people(),
        departments=[Department(id=1, name="远山科技", parent=0), Department(id=2, name="销售部")],
        groups=[Group(id=GROUP, name="华东大区冲刺群", members=[ZHANG, LI, WANG, "guest"])],
        limits=limits or DingTalkLimits(),
    )
    service = web.Application()
    service.add_routes(platform.routes(PREFIX))
    scene: Scene | None = None

    async def hooks(request: web.Request) -> web.Response:
        assert scene is not None
        hook = Hook(
            method=request.method,
            query=dict(request.query),
            headers=dict(request.headers),
            body=await request.read(),
            door=request.match_info.get("door", ""),
        )
        try:
            received = scene.channel.receive(hook)
        except Untrusted:
            return web.Response(status=403)
        await kept(received.incoming)
        return web.Response(body=received.answer, content_type=received.content_type)

    service.router.add_post("/hooks/ding", hooks)
    service.router.add_post("/hooks/ding/{door}", hooks)
    async with TestServer(service) as server, aiohttp.ClientSession() as http:
        site = str(server.make_url("")).rstrip("/")
        base = platform.base_url = site + PREFIX
        app.message_url, app.event_url = f"{site}/hooks/ding", f"{site}/hooks/ding/events"

        def make(load: Any = None, **changed: Any) -> DingTalk:
            return DingTalk("ding", config(base, **settings, **changed), session=http, now=clock, site=site, load=load)

        channel = make()
        scene = Scene(platform, clock, http, channel, kept, base, make)
        try:
            yield scene
        finally:
            await channel.close()
            await platform.close()


def approval(**changed: Any) -> Card:
    """A card with everything on it."""
    card = Card(
        title="特价申请 A-000123",
        subtitle="待审批",
        tone=Tone.WARNING,
        lines=(
            Line(label="申请人", text="张三"),
            Line(label="客户", text="宏达电子", page="https://crm.example/h5/customers/C-000012?sign=a(b)"),
            Line(label="历史", text="3 次", says="特价记录 宏达电子"),
        ),
        text="折扣 8 折\n# 不是标题 [x](http://evil)",
        buttons=(
            Button(
                text="同意", command='approval.agree {"number":"A-000123"}', says="同意 A-000123", style=Style.PRIMARY
            ),
            Button(text="拒绝", command='approval.refuse {"number":"A-000123"}', says="拒绝 A-000123"),
        ),
        page="https://crm.example/h5/approvals/A-000123",
        subject="approval:123",
    )
    return card.model_copy(update=changed)


def with_form(**changed: Any) -> Card:
    """A card with a drop-down and an input."""
    options = (Option(id="visit", text="拜访", says="阶段 拜访"), Option(id="quote", text="报价", says="阶段 报价"))
    return approval(
        choices=(Choice(field="stage", title="阶段", options=options, selected="visit"),),
        input=Input(field="note", label="意见", hint="写一句理由"),
        **changed,
    )


def outgoing(kind: Any = "text", **values: Any) -> Outgoing:
    return Outgoing(**{"key": "k-1", "address": f"user:{ZHANG}", "kind": kind} | values)
