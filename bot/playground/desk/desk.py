"""The page of the demo and its control API. What the page does, tests do through the same endpoints.

GET  /                      the page                GET /playground/page/{file}   its scripts and styles
GET  /playground/state      people, bubbles, clock  GET /playground/live          WebSocket of changes
GET  /playground/wire       the last exchanges      GET /playground/explain       what the service explains
POST /playground/say|press|send|enter|follow|clock  JSON in, JSON out; 400 {"error": sentence} when refused
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from aiohttp import WSCloseCode, web
from pydantic import BaseModel, ValidationError
from yarl import URL

from bot.playground.cast import Actor
from bot.playground.clock import MovableClock
from bot.playground.desk.acts import Enter, Follow, MoveClock, Press, Refused, Say, Send, Stage, in_words
from bot.playground.desk.feed import Feed
from bot.playground.desk.files import files_of, picture_type
from bot.playground.desk.page import HEADERS, Page
from bot.playground.desk.samples import samples
from bot.playground.desk.shown import LABELS, clock_json, people_json, samples_json
from bot.playground.desk.wire import Wire
from bot.playground.platform import Platform

Explain: TypeAlias = Callable[[str, str], Awaitable[Sequence[Mapping[str, Any]]]]
"""(platform, account) -> what the service understood and did last, newest first: [{"title", "lines": [...]}]."""

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
Asked = TypeVar("Asked", bound=BaseModel)

WIRE_SECONDS = 0.4
MOST_BYTES = 64 * 1024


class Desk:
    """Where visitors sit.

    Args:
        platforms: by name; people, groups and screens are theirs.
        cast: whose chats the page offers first.
        bots: how the robot is called on each platform.
        explain: asked by the inspector, where the service has something to tell.
    """

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        cast: Sequence[Actor],
        clock: MovableClock,
        *,
        company: str = "远山科技",
        bots: Mapping[str, str] | None = None,
        explain: Explain | None = None,
    ) -> None:
        self._platforms = platforms
        self._cast = cast
        self._clock = clock
        self._company = company
        self._bots = dict(bots or dict.fromkeys(platforms, "跟单助手"))
        self._explain = explain
        self._boot = secrets.token_hex(4)
        self._stage = Stage(platforms, clock)
        self._feed = Feed(platforms, clock)
        self._wire = Wire(platforms)
        self._page = Page()
        self._files = {name: files_of(platform) for name, platform in platforms.items()}

    def routes(self) -> list[web.RouteDef]:
        """The page at `/`, everything else below `/playground/`."""
        return [
            web.get("/", self._page.index),
            web.get("/playground/page/{name}", self._page.asset),
            web.get("/playground/state", self.state),
            web.get("/playground/live", self.live),
            web.get("/playground/wire", self.wire),
            web.get("/playground/explain", self.explain),
            web.get("/playground/samples/{key}", self.sample),
            web.get("/playground/media/{platform}/{media_id}", self.media),
            web.post("/playground/say", self._act(Say, self._stage.say)),
            web.post("/playground/press", self._act(Press, self._stage.press)),
            web.post("/playground/send", self._act(Send, self._stage.send)),
            web.post("/playground/enter", self._act(Enter, self._stage.enter)),
            web.post("/playground/follow", self._act(Follow, self._stage.follow)),
            web.post("/playground/clock", self._act(MoveClock, self._move)),
        ]

    async def close(self) -> None:
        """Close the live connections; call it before the server stops."""
        self._feed.close()

    async def state(self, request: web.Request) -> web.Response:
        """Everything the page shows."""
        return _json(
            {
                "boot": self._boot,
                "company": self._company,
                "clock": clock_json(self._clock),
                "platforms": {
                    name: {"label": LABELS.get(name, name), "bot": self._bots.get(name, "机器人")}
                    for name in self._platforms
                },
                "people": people_json(self._platforms, self._cast),
                "bubbles": self._feed.bubbles(),
                "samples": samples_json(),
                "explains": self._explain is not None,
            }
        )

    async def live(self, request: web.Request) -> web.StreamResponse:
        """A WebSocket that tells of changed bubbles, the clock, and that there is something new on the wire."""
        if not _same_site(request):
            return _refusal("只能从本页连接", status=403)
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        with self._feed.watching() as queue:
            await socket.send_json({"type": "hello", "clock": clock_json(self._clock)})
            pump = asyncio.create_task(self._pump(socket, queue))
            try:
                async for _ in socket:
                    pass
            finally:
                pump.cancel()
                await asyncio.gather(pump, return_exceptions=True)
        return socket

    async def _pump(self, socket: web.WebSocketResponse, queue: asyncio.Queue[dict[str, Any] | None]) -> None:
        told = self._wire.last()
        while True:
            try:
                async with asyncio.timeout(WIRE_SECONDS):
                    event = await queue.get()
            except TimeoutError:
                if (last := self._wire.last()) != told:
                    told = last
                    await socket.send_json({"type": "wire", "last": last})
                continue
            if event is None:
                await socket.close(code=WSCloseCode.GOING_AWAY)
                return
            await socket.send_json(event)

    async def wire(self, request: web.Request) -> web.Response:
        """The last exchanges; query: after (number), platform, account, limit."""
        query = request.query
        after, limit = (int(query[key]) if query.get(key, "").isdigit() else 0 for key in ("after", "limit"))
        listed = self._wire.listed(
            after=after,
            platform=query.get("platform", ""),
            account=query.get("account", ""),
            limit=min(limit or 60, 200),
        )
        return _json({"last": self._wire.last(), "exchanges": listed})

    async def explain(self, request: web.Request) -> web.Response:
        """What the service tells of a person's last messages; query: person."""
        if self._explain is None:
            return _json({"items": []})
        try:
            platform, account = self._stage.find(request.query.get("person", ""))
        except Refused as refused:
            return _refusal(str(refused))
        return _json({"items": [dict(item) for item in await self._explain(platform.name, account)]})

    async def sample(self, request: web.Request) -> web.Response:
        """The picture of a sample."""
        sample = samples().get(request.match_info["key"])
        if sample is None or sample.kind != "image":
            raise web.HTTPNotFound
        return _picture(sample.body["content"])

    async def media(self, request: web.Request) -> web.Response:
        """A picture somebody sent; other files are not shown."""
        files = self._files.get(request.match_info["platform"])
        return _picture(files(request.match_info["media_id"]) if files else None)

    async def _move(self, act: MoveClock) -> dict[str, Any]:
        self._stage.move(act)
        return {"clock": clock_json(self._clock)}

    def _act(self, asked: type[Asked], do: Callable[[Asked], Awaitable[dict[str, Any]]]) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            if not _same_site(request) or request.content_type != "application/json":
                return _refusal("只接受本页发来的 JSON", status=403)
            if (request.content_length or 0) > MOST_BYTES:
                return _refusal("内容太长", status=413)
            try:
                return _json(await do(asked.model_validate_json(await request.read())))
            except ValidationError as error:
                first = error.errors()[0]
                return _refusal(f"{'.'.join(str(part) for part in first['loc']) or '请求'}：{first['msg']}")
            except Refused as refused:
                return _refusal(str(refused))
            except (KeyError, ValueError) as error:
                return _refusal(in_words(error))

        return handle


def _same_site(request: web.Request) -> bool:
    """Whether it comes from this page, or from no page at all."""
    origin = request.headers.get("Origin")
    return origin is None or URL(origin).authority == request.host


def _json(body: dict[str, Any]) -> web.Response:
    return web.json_response(body, headers=HEADERS)


def _refusal(sentence: str, *, status: int = 400) -> web.Response:
    return web.json_response({"error": sentence}, status=status, headers=HEADERS)


def _picture(content: bytes | None) -> web.Response:
    kind = picture_type(content) if content else None
    if content is None or kind is None:
        raise web.HTTPNotFound
    return web.Response(body=content, content_type=kind, headers={**HEADERS, "Cache-Control": "max-age=3600"})
