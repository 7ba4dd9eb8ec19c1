"""`/h5/...` and `/api/...`: every view once as a page, once as JSON; `/api/commands/{name}`."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web
from pydantic import ValidationError

from bot.dispatcher import Dispatcher
from bot.links import Links
from bot.tokens import token_name
from bot.web.media import content_type, disposition
from domain.errors import Refusal
from domain.members import Member
from handlers.dialogue.card import Card
from handlers.dialogue.command import command_named
from handlers.dialogue.question import Question
from handlers.dialogue.request import Company, Request
from handlers.dialogue.routes import Routes, View
from handlers.follow_ups import file_seen
from storage.work import Database, Work

HERE = Path(__file__).parent
POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-ancestors 'self'"
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
NUL = rb"\u0000"
GONE = "这个链接已经失效或不属于您。请回到聊天里重新打开。"
NO_FILE = "没有找到这个附件, 或还在下载。请稍后再打开, 或回到聊天里查看。"
LOST = "请回到聊天里, 从卡片上的链接打开。"
RUNNING = "请在企业的聊天软件里找到跟单助手, 发送「帮助」开始使用。页面从聊天卡片上的链接打开。"


class Views:
    """Doors to the views: signed links for pages, API tokens for JSON."""

    def __init__(
        self,
        database: Database,
        routes: Routes,
        dispatcher: Dispatcher,
        links: Links,
        company: Company,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._routes = routes
        self._dispatcher = dispatcher
        self._links = links
        self._company = company
        self._now = now
        self._pages: Any = None

    def routes(self) -> list[web.RouteDef]:
        """The routes of all views."""
        doors: list[web.RouteDef] = [
            web.get("/h5/static/{name}", self._static),
            web.get(r"/h5/files/{id:\d{1,18}}", self._file),
            web.post("/api/commands/{name}", self._command),
        ]
        for view in self._routes.views:
            doors.append(web.get(f"/h5{view.path}", self._page(view)))
            doors.append(web.get(f"/api{view.path}", self._json(view)))
        return [*doors, web.get("/h5{rest:(/.*)?}", self._lost)]

    def front(self) -> web.RouteDef:
        """What a browser gets that was only told our address."""
        return web.get("/", self._home)

    def _page(self, view: View) -> Callable[[web.Request], Any]:
        async def show(request: web.Request) -> web.Response:
            now = self._now()
            reader = self._links.reader(request.path, dict(request.query), now)
            until = int(request.query["until"]) if reader is not None else 0
            try:
                data = await self._shown(view, request, reader, now)
            except Refusal as refusal:
                return self._html("refused.html", {"title": "无法打开", "text": str(refusal)}, status=404)
            if data is None:
                return self._html("refused.html", {"title": "链接已失效", "text": GONE}, status=403)
            return self._html(view.template, data, reader, until)

        return show

    def _json(self, view: View) -> Callable[[web.Request], Any]:
        async def show(request: web.Request) -> web.Response:
            now = self._now()
            try:
                data = await self._shown(view, request, await self._token_holder(request, now), now)
            except Refusal as refusal:
                return _as_json({"code": refusal.code, "message": str(refusal)}, 404)
            return _as_json({"code": "unauthorized"}, 401) if data is None else _as_json(data)

        return show

    async def _shown(
        self, view: View, request: web.Request, reader: int | None, now: datetime
    ) -> Mapping[str, Any] | None:
        if reader is None:
            return None
        async with self._database.read(now) as work:
            member = await _active(work, reader)
            if member is None:
                return None
            asked = Request(at=now, work=work, company=self._company, cause="view", sender=member)
            extra = {k: v for k, v in request.query.items() if k in view.asks and k not in request.match_info}
            return await view.handler(asked, **request.match_info, **extra)

    async def _token_holder(self, request: web.Request, now: datetime) -> int | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not token:
            return None
        async with self._database.read(now) as work:
            holder = await work.settings.get(token_name(token.strip()))
        return int(holder) if holder is not None else None

    async def _command(self, request: web.Request) -> web.Response:
        now = self._now()
        kind = command_named(request.match_info["name"])
        holder = await self._token_holder(request, now)
        if holder is None:
            return _as_json({"code": "unauthorized"}, 401)
        async with self._database.read(now) as work:
            member = await _active(work, holder)
        if kind is None or kind.name not in self._routes.commands or member is None:
            return _as_json({"code": "not_found"}, 404)
        try:
            command = kind.model_validate_json((await request.read()).replace(NUL, b""))
            reply = await self._dispatcher.ask(command, member, now, f"api:{secrets.token_hex(12)}")
        except ValidationError as error:
            return _as_json({"code": "bad_request", "message": error.errors(include_url=False)[0]["msg"]}, 400)
        except Refusal as refusal:
            return _as_json({"code": refusal.code, "message": str(refusal)}, 409)
        except Question as question:
            return _as_json({"code": "incomplete", "field": question.field, "message": question.says}, 409)
        says = [part.model_dump(mode="json") if isinstance(part, Card) else {"text": part} for part in reply.says]
        return _as_json({"says": says, "record": reply.record})

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        known = {path.name: path for path in (HERE / "static").iterdir()}
        if name not in known:
            return web.Response(status=404)
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return web.Response(body=known[name].read_bytes(), content_type=kind, charset="utf-8", headers=HEADERS)

    async def _file(self, request: web.Request) -> web.Response:
        now = self._now()
        reader = self._links.reader(request.path, dict(request.query), now)
        async with self._database.read(now) as work:
            member = await _active(work, reader) if reader is not None else None
            if member is None:
                return self._html("refused.html", {"title": "链接已失效", "text": GONE}, status=403)
            asked = Request(at=now, work=work, company=self._company, cause="view", sender=member)
            file = await file_seen(int(request.match_info["id"]), asked)
        if file is None or file.content is None:
            return self._html("refused.html", {"title": "无法打开", "text": NO_FILE}, status=404)
        headers = {**HEADERS, "Content-Disposition": disposition(file.kind, file.name, file.content)}
        return web.Response(body=file.content, content_type=content_type(file.kind, file.content), headers=headers)

    async def _home(self, _request: web.Request) -> web.Response:
        return self._html("refused.html", {"title": "跟单服务在运行", "text": RUNNING})

    async def _lost(self, _request: web.Request) -> web.Response:
        return self._html("refused.html", {"title": "没有这个页面", "text": LOST}, status=404)

    def _html(
        self, template: str, data: Mapping[str, Any], reader: int | None = None, until: int = 0, status: int = 200
    ) -> web.Response:
        """A page; the links on it are good for as long as the one by which it was opened."""

        def link(path: str) -> str:
            return self._links.within(path, reader, until) if reader is not None else "#"

        text = self._environment().get_template(template).render(**data, link=link, company=self._company.name)
        return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)

    def _environment(self) -> Any:
        if self._pages is None:
            import jinja2

            loader = jinja2.FileSystemLoader(HERE / "templates")
            self._pages = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
        return self._pages


async def _active(work: Work, member_id: int) -> Member | None:
    member = await work.members.find(member_id)
    return member if member is not None and member.active else None


def _as_json(data: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(data), content_type="application/json", status=status)
