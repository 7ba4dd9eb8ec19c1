"""A small service on real sockets, standing where Gendan would: a Stream client, HTTP receivers, API calls."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.playground.dingtalk import CardTemplate, DingTalkApp, DingTalkCorp, DingTalkLimits, DingTalkPlatform
from bot.playground.dingtalk.envelope import EventEnvelope
from bot.playground.dingtalk.frames import CARD, ROBOT
from bot.playground.platform import Department, Group, Person

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "deliveries" / "dingtalk" / "vectors.json").read_text("utf-8")
)

PREFIX = "/platforms/dingtalk"
CORP = "ding9c0f5e7a1b2d3c4e"
CLIENT = "dingfk3vq8w0m1s2x9zt"
SECRET = "gpZeYOl8eSAjD_WYxXqpPLh8"
TOKEN = "q7TzC2mLx0Ka"
AES_KEY = "kgPoYqnCDoYzBKbftfOoXTZhQ8stzhe6SVI34Zwh8XA"
TEMPLATE = "11111111-2222-3333-4444-555555555555.schema"
GROUP = "cidA1b2C3d4E5=="
NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
QUICK = DingTalkLimits(patience_seconds=0.3, card_answer_seconds=0.8, http_push_seconds=0.8, ping_answer_seconds=0.8)
ALL = (("EVENT", "*"), ("CALLBACK", ROBOT), ("CALLBACK", CARD))

Answer = Callable[[dict[str, Any]], Any]


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


def ok(frame: dict[str, Any]) -> dict[str, Any]:
    """The ACK a good client gives."""
    if frame["headers"]["topic"] == "ping":
        return {"code": 200, "data": frame["data"]}
    data: dict[str, Any] = {"status": "SUCCESS"} if frame["type"] == "EVENT" else {"response": {}}
    return {"code": 200, "data": json.dumps(data)}


def silent(frame: dict[str, Any]) -> None:
    """No ACK at all."""


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition()` holds; a failure after five seconds."""
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


@dataclass
class Client:
    """One Stream connection; `answer` makes the ACK of a frame, `None` for none."""

    socket: aiohttp.ClientWebSocketResponse
    answer: Answer = ok
    frames: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    async def run(self) -> None:
        async for message in self.socket:
            self.texts.append(message.data)
            try:
                frame = json.loads(message.data)
            except ValueError:
                continue
            self.frames.append(frame)
            ack = self.answer(frame)
            if ack is not None:
                headers = {"messageId": frame["headers"].get("messageId"), "contentType": "application/json"}
                await self.socket.send_json({"message": "OK", "headers": headers, **ack})

    def data(self, topic: str = ROBOT) -> list[dict[str, Any]]:
        """The content of all frames of a topic."""
        return [json.loads(frame["data"]) for frame in self.frames if frame["headers"]["topic"] == topic]


@dataclass
class Scene:
    """The platform on a socket, and what a service does with it."""

    platform: DingTalkPlatform
    clock: Clock
    http: aiohttp.ClientSession
    base: str
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self, **changed: Any) -> tuple[int, Any]:
        body = {
            "clientId": CLIENT,
            "clientSecret": SECRET,
            "subscriptions": [{"type": kind, "topic": topic} for kind, topic in ALL],
            "ua": "test/1.0",
        }
        return await self.call("POST", "api", "/v1.0/gateway/connections/open", body | changed)

    async def connect(self, answer: Answer = ok, topics: Sequence[tuple[str, str]] = ALL) -> Client:
        status, opened = await self.open(subscriptions=[{"type": kind, "topic": topic} for kind, topic in topics])
        assert status == 200, opened
        before = len(self.platform.gateway.connections)
        socket = await self.http.ws_connect(f"{opened['endpoint']}?ticket={opened['ticket']}", max_msg_size=0)
        await self.platform.connected(count=before + 1)
        client = Client(socket, answer)
        self.tasks.append(asyncio.create_task(client.run()))
        return client

    async def call(
        self, method: str, side: str, path: str, body: Any = None, *, token: str = "", **more: Any
    ) -> tuple[int, Any]:
        """Status and JSON of a call; `token` goes where the side wants it."""
        url = f"{self.base}/{side}{path}"
        if token and side == "api":
            more["headers"] = {"x-acs-dingtalk-access-token": token}
        elif token:
            url += f"{'&' if '?' in url else '?'}access_token={token}"
        async with self.http.request(method, url, json=body, **more) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith("{") else text

    async def token(self) -> str:
        _, answer = await self.call("POST", "api", "/v1.0/oauth2/accessToken", {"appKey": CLIENT, "appSecret": SECRET})
        return str(answer["accessToken"])

    async def api(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        return await self.call(method, "api", path, body, token=await self.token(), **more)

    async def oapi(self, path: str, body: Any = None, method: str = "POST") -> Any:
        _, answer = await self.call(method, "oapi", path, body, token=await self.token())
        return answer

    async def reply(self, webhook: str, message: dict[str, Any]) -> dict[str, Any]:
        async with self.http.post(webhook, json=message) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    def texts(self, account: str, chat: str | None = None) -> list[str]:
        return [str(bubble.body.get("text")) for bubble in self.platform.screens.seen(account, chat)]


@dataclass
class Receiver:
    """The service's HTTP addresses; `answer` gets the path and the decoded body."""

    answer: Callable[[str, dict[str, Any]], Any] = lambda path, body: {"msgtype": "empty"}
    heard: list[tuple[str, dict[str, str], dict[str, str], dict[str, Any]]] = field(default_factory=list)
    base: str = ""

    async def receive(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.heard.append((request.path, dict(request.headers), dict(request.query), body))
        answer = self.answer(request.path, body)
        if asyncio.iscoroutine(answer):
            answer = await answer
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for heard, _, _, body in self.heard if heard == path]


def sealed_success(owner: str = CLIENT) -> dict[str, str]:
    """The reply to an encrypted event."""
    envelope = EventEnvelope(TOKEN, AES_KEY, owner)
    sealed = envelope.seal("success")
    signature = envelope.sign("1767229999123", "nQ8xZr2K", sealed)
    return {"msg_signature": signature, "encrypt": sealed, "timeStamp": "1767229999123", "nonce": "nQ8xZr2K"}


def people() -> list[Person]:
    return [
        Person(account="zhangsan01", name="张三", mobile="13800000001", departments=(2,), superior="manager09"),
        Person(account="lisi02", name="李四", departments=(2,), leads=(2,)),
        Person(account="manager09", name="王经理", title="经理"),
        Person(account="guest", name="外部王工", external=True, departments=()),
    ]


@asynccontextmanager
async def serving(app: DingTalkApp | None = None, limits: DingTalkLimits = QUICK, **corp: Any) -> AsyncIterator[Scene]:
    """The platform on a loopback socket, with one app, four people, two departments and a group."""
    clock = Clock()
    apps = corp.pop("apps", None) or [app or DingTalkApp(client_id=CLIENT, client_secret=SECRET)]
    platform = DingTalkPlatform(
        clock,
        DingTalkCorp(corp_id=CORP, apps=apps, **({"templates": [CardTemplate(id=TEMPLATE)]} | corp)),
        people=people(),
        departments=[Department(id=1, name="远山科技", parent=0), Department(id=2, name="销售部")],
        groups=[Group(id=GROUP, name="华东大区冲刺群", members=["zhangsan01", "lisi02", "manager09", "guest"])],
        limits=limits,
    )
    service = web.Application()
    service.add_routes(platform.routes(PREFIX))
    async with TestServer(service) as server, aiohttp.ClientSession() as http:
        platform.base_url = str(server.make_url(PREFIX))
        scene = Scene(platform, clock, http, platform.base_url)
        try:
            yield scene
        finally:
            await platform.close()
            for task in scene.tasks:
                task.cancel()
            await asyncio.gather(*scene.tasks, return_exceptions=True)


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[Receiver]:
    """The receiver on a loopback socket."""
    service = web.Application()
    service.router.add_post("/{path:.*}", receiver.receive)
    async with TestServer(service) as server:
        receiver.base = str(server.make_url("")).rstrip("/")
        yield receiver
