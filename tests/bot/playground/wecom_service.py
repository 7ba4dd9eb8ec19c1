"""A small service on a real socket, standing where Gendan would: opens callbacks, answers, calls the platform."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.playground.platform import Department, Group, Person
from bot.playground.wecom import ContactSync, Tag, WeComApp, WeComBot, WeComCorp, WeComLimits, WeComPlatform
from bot.playground.wecom.envelope import BadEnvelope, Envelope, Sealed

TOKEN = "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo"
KEY = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
CORP = "ww1a2b3c4d5e6f7890"
SECRET = "app-secret"
NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)


@dataclass
class Clock:
    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


@dataclass
class Heard:
    """One callback as the service read it."""

    path: str
    plain: str
    nonce: str

    @property
    def xml(self) -> dict[str, str]:
        return {each.tag: each.text or "" for each in ElementTree.fromstring(self.plain)}

    @property
    def json(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.plain)
        return loaded


@dataclass
class Service:
    """The stand-in; `answer` may return a plain passive reply, a status, or a whole response."""

    platform: WeComPlatform
    clock: Clock
    heard: list[Heard] = field(default_factory=list)
    forgeries: list[str] = field(default_factory=list)
    answer: Callable[[Heard], str | int | web.Response] | None = None
    sleep: float = 0.0
    base: str = ""
    session: aiohttp.ClientSession | None = None

    def envelope(self, path: str) -> Envelope:
        return Envelope(TOKEN, KEY, "" if path == "/bot" else CORP)

    async def receive(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            return await self.echo(request)
        raw = await request.text()
        bot = request.path == "/bot"
        encrypt = json.loads(raw)["encrypt"] if bot else ElementTree.fromstring(raw).findtext("Encrypt") or ""
        query = request.query
        sealed = Sealed(encrypt, query["msg_signature"], query["timestamp"], query["nonce"])
        try:
            plain = self.envelope(request.path).open(sealed)
        except BadEnvelope as error:
            self.forgeries.append(str(error))
            return web.Response(status=403)
        heard = Heard(request.path, plain, query["nonce"])
        self.heard.append(heard)
        await asyncio.sleep(self.sleep)
        said = self.answer(heard) if self.answer else ""
        if isinstance(said, web.Response):
            return said
        if isinstance(said, int):
            return web.Response(status=said)
        return web.Response(text=self.wrapped(request.path, said, query["nonce"]) if said else "")

    async def echo(self, request: web.Request) -> web.Response:
        query = request.query
        sealed = Sealed(query["echostr"], query["msg_signature"], query["timestamp"], query["nonce"])
        await asyncio.sleep(self.sleep)
        said = self.answer(Heard(request.path, "", "")) if self.answer else ""
        return web.Response(text=self.envelope(request.path).open(sealed) + str(said))

    def wrapped(self, path: str, plain: str, nonce: str) -> str:
        sealed = self.envelope(path).seal(plain, timestamp="1767585600", nonce=nonce)
        if path == "/bot":
            reply = {"encrypt": sealed.encrypt, "msgsignature": sealed.signature, "timestamp": 1767585600}
            return json.dumps({**reply, "nonce": nonce})
        return (
            f"<xml><Encrypt><![CDATA[{sealed.encrypt}]]></Encrypt><MsgSignature>{sealed.signature}</MsgSignature>"
            f"<TimeStamp>{sealed.timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    async def token(self, secret: str = SECRET) -> str:
        answer = await self.get("gettoken", corpid=CORP, corpsecret=secret)
        return str(answer["access_token"])

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        assert self.session is not None
        async with self.session.get(f"{self.base}/cgi-bin/{path}", params=query) as response:
            loaded: dict[str, Any] = await response.json()
            return loaded

    async def post(self, path: str, body: object, *, secret: str | None = SECRET, **query: str) -> dict[str, Any]:
        assert self.session is not None
        if secret is not None and "access_token" not in query:
            query["access_token"] = await self.token(secret)
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        url = path if path.startswith("http") else f"{self.base}/cgi-bin/{path}"
        async with self.session.post(url, params=query, data=raw) as response:
            loaded: dict[str, Any] = await response.json()
            return loaded

    async def send(self, touser: str, kind: str, part: object, **more: Any) -> dict[str, Any]:
        return await self.post(
            "message/send", {"touser": touser, "msgtype": kind, "agentid": 1000002, kind: part, **more}
        )


def a_corp() -> WeComCorp:
    return WeComCorp(
        corp_id=CORP,
        apps=[
            WeComApp(agent_id=1000002, secret=SECRET, token=TOKEN, encoding_aes_key=KEY),
            WeComApp(agent_id=1000003, secret="other-secret", name="仓库", visible_departments=(2,)),
        ],
        contacts=ContactSync(secret="sync-secret", token=TOKEN, encoding_aes_key=KEY),
        bots=[WeComBot(bot_id="aib-1", name="跟单助手", token=TOKEN, encoding_aes_key=KEY)],
        webhooks={"hook-key": "wr-sales"},
        tags={7: Tag(id=7, name="专家", people=["ligong"], departments=[2])},
    )


def a_platform(clock: Clock, **limits: Any) -> WeComPlatform:
    return WeComPlatform(
        clock,
        a_corp(),
        people=[
            Person(account="lina", name="李娜", mobile="13800000001", title="销售主管", leads=(1,)),
            Person(account="zhouqiang", name="周强", departments=(1, 2), superior="lina"),
            Person(account="ligong", name="李工", departments=(2,), superior="lina"),
            Person(account="lizhi", name="离职者", active=False),
        ],
        departments=[
            Department(id=1, name="远山科技", parent=0),
            Department(id=2, name="技术部"),
            Department(id=3, name="杭州技术部", parent=2),
        ],
        groups=[Group(id="wr-sales", name="销售群", members=["lina", "zhouqiang"])],
        limits=WeComLimits(**{"retry_pause": 0.0, "stream_pause": 0.01, **limits}),
    )


@asynccontextmanager
async def a_service(**limits: Any) -> AsyncIterator[Service]:
    """The service and the platform, each on a port of its own, knowing each other's address."""
    clock = Clock()
    platform = a_platform(clock, **limits)
    service = Service(platform, clock)
    hooks, cloud = web.Application(), web.Application()
    hooks.router.add_route("*", "/{name}", service.receive)
    cloud.add_routes(platform.routes("/platforms/wecom"))
    async with TestServer(hooks) as ours, TestServer(cloud) as theirs, aiohttp.ClientSession() as session:
        platform.corp.apps[0].callback_url = str(ours.make_url("/app"))
        platform.corp.bots[0].callback_url = str(ours.make_url("/bot"))
        assert platform.corp.contacts is not None
        platform.corp.contacts.callback_url = str(ours.make_url("/contacts"))
        service.base = platform.base_url = str(theirs.make_url("/platforms/wecom"))
        service.session = session
        await platform.start()
        yield service
        await platform.close()
