"""Every HTTP call the service makes: recorded, met with faults, checked for token, permission and rate, answered."""

import asyncio
import json
import logging
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from bot.playground.dingtalk.call import Call, Upload
from bot.playground.dingtalk.corp import DingTalkApp
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.tokens import Tokens
from bot.playground.dingtalk.troubles import ApiTrouble, OapiTrouble, scripted
from bot.playground.platform import Fault

log = logging.getLogger(__name__)

Side = Literal["api", "oapi"]

HTML = "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
BODY_LIMIT = 32 * 1024 * 1024


Serve = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An endpoint of the new (`api`) or the old (`oapi`) API.

    Attributes:
        free: needs no token.
        scope: the permission code it needs.
        counted: whether it counts against the monthly quota.
    """

    side: Side
    method: str
    path: str
    serve: Serve
    free: bool = False
    scope: str = ""
    counted: bool = True


async def _form(request: web.Request) -> dict[str, str | Upload]:
    form: dict[str, str | Upload] = {}
    for name, part in (await request.post()).items():
        if isinstance(part, web.FileField):
            with part.file as file:
                form[name] = Upload(part.filename, file.read())
        else:
            form[name] = str(part)
    return form


class Door:
    """Turns endpoints into routes.

    Source: protocols/dingtalk.md 8.1-8.5, 11.9, 11.11.
    """

    def __init__(self, ground: Ground, tokens: Tokens) -> None:
        self._ground = ground
        self._tokens = tokens
        self._recent: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._by_ip: dict[str, deque[float]] = defaultdict(deque)
        self._counted: dict[tuple[int, int], int] = defaultdict(int)

    def route(self, endpoint: Endpoint) -> web.RouteDef:
        """The route that serves `endpoint` below the mount point."""
        path = f"{self._ground.prefix}/{endpoint.side}{endpoint.path}"

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._handle(endpoint, request)

        return web.route(endpoint.method, path, handle)

    def nowhere(self) -> list[web.RouteDef]:
        """Routes for every other path of both sides; the calls are recorded and refused."""

        async def no_such_api(call: Call) -> None:
            raise ApiTrouble("InvalidAction.NotFound", "Specified api is not found, please check your url.", 404)

        async def no_such_uri(call: Call) -> None:
            raise OapiTrouble(404, "请求的URI地址不存在")

        return [
            self.route(Endpoint(side="api", method="*", path="/{rest:.*}", serve=no_such_api, free=True)),
            self.route(Endpoint(side="oapi", method="*", path="/{rest:.*}", serve=no_such_uri, free=True)),
        ]

    async def _handle(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        if not self._ground.base_url:
            self._ground.base_url = f"{request.scheme}://{request.host}{self._ground.prefix}"
        request = request.clone(client_max_size=BODY_LIMIT)
        call = await self._read(endpoint, request)
        fault = self._fault(call.path)
        status, answer = await self._answer(endpoint, call, fault)
        self._record(call, status, answer, began)
        if fault is not None and fault.kind in ("reset", "reset_after"):
            assert request.transport is not None
            request.transport.abort()
        kind = "text/html" if answer.startswith("<!DOCTYPE") else "application/json"
        return web.Response(status=status or 500, text=answer, content_type=kind)

    async def _read(self, endpoint: Endpoint, request: web.Request) -> Call:
        path = request.path.removeprefix(f"{self._ground.prefix}/{endpoint.side}")
        if request.content_type == "multipart/form-data":
            return Call(request=request, path=path, body=b"", form=await _form(request))
        return Call(request=request, path=path, body=await request.read())

    def _fault(self, path: str) -> Fault | None:
        faults = self._ground.faults
        for fault in faults:
            if fault.times != 0 and path.startswith(fault.path):
                if fault.times > 0:
                    fault.times -= 1
                return fault
        return None

    async def _answer(self, endpoint: Endpoint, call: Call, fault: Fault | None) -> tuple[int, str]:
        """Status and body; status 0 stands for a connection that is cut instead."""
        match fault:
            case Fault(kind="delay"):
                await asyncio.sleep(float(fault.value))
            case Fault(kind="status"):
                return int(fault.value), HTML.format(status=fault.value)
            case Fault(kind="garbage"):
                return 200, HTML.format(status="blocked")
            case Fault(kind="reset"):
                return 0, ""
        try:
            if fault is not None and fault.kind == "errcode":
                raise scripted(endpoint.side, fault.value)
            self._admit(endpoint, call)
            status, answer = 200, await endpoint.serve(call)
        except ApiTrouble as trouble:
            status, answer = trouble.status, trouble.answer()
        except OapiTrouble as trouble:
            status, answer = 200, trouble.answer()
        except Exception:
            log.exception("the playground could not serve %s", call.path)
            status, answer = 500, ApiTrouble("unknownError", "未知错误").answer()
        if isinstance(answer, str):
            return status, answer
        if endpoint.side == "oapi" and status == 200:
            answer = {"errcode": 0, "errmsg": "ok", "request_id": uuid.uuid4().hex[:12]} | answer
        return (0 if fault is not None and fault.kind == "reset_after" else status), json.dumps(
            answer, ensure_ascii=False
        )

    def _admit(self, endpoint: Endpoint, call: Call) -> None:
        self._check_ip(call)
        if endpoint.free:
            return
        call.app = self._tokens.of(endpoint.side, call)
        if endpoint.scope and endpoint.scope in self._ground.conditions.missing_scopes:
            raise (ApiTrouble if endpoint.side == "api" else OapiTrouble).no_permission(endpoint.scope)
        self._check_rate(endpoint, call.app)
        if endpoint.counted:
            self._count(endpoint)

    def _check_ip(self, call: Call) -> None:
        limits = self._ground.limits
        calls = self._by_ip[call.request.remote or ""]
        now = time.monotonic()
        calls.append(now)
        while calls and calls[0] <= now - limits.calls_per_ip_seconds:
            calls.popleft()
        if limits.calls_per_ip is not None and len(calls) > limits.calls_per_ip:
            self._ground.conditions.banned = True
            self._ground.timers.after(limits.ip_ban, self._lift_ban)
        if self._ground.conditions.banned:
            raise ApiTrouble.html(403, HTML.format(status="denied"))

    async def _lift_ban(self) -> None:
        self._ground.conditions.banned = False

    def _check_rate(self, endpoint: Endpoint, app: DingTalkApp) -> None:
        limit = self._ground.limits.calls_per_second
        calls = self._recent[app.client_id, f"{endpoint.method} {endpoint.path}"]
        now = time.monotonic()
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if limit is not None and len(calls) >= limit:
            raise scripted(
                endpoint.side, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi" if endpoint.side == "api" else 90018
            )
        calls.append(now)

    def _count(self, endpoint: Endpoint) -> None:
        limit = self._ground.limits.api_calls_per_month
        month = self._ground.month()
        used_up = limit is not None and self._counted[month] >= limit
        if used_up or self._ground.conditions.outbound_quota_used_up:
            raise scripted(
                endpoint.side, "Forbidden.AccessDenied.ApiCountLimitForOrg" if endpoint.side == "api" else 90020
            )
        self._counted[month] += 1

    def _record(self, call: Call, status: int, answer: str, began: float) -> None:
        body = call.body.decode("utf-8", "replace")
        if call.form:
            body = json.dumps({name: str(part) for name, part in call.form.items()}, ensure_ascii=False)
        self._ground.record(
            "call",
            call.request.method,
            str(call.request.rel_url).removeprefix(self._ground.prefix),
            headers=call.request.headers,
            body=body,
            status=status,
            answer=answer,
            took=time.perf_counter() - began,
        )
