"""The gate of the platform's HTTP interface: faults, tokens, quotas, answers and the record of each call."""

import asyncio
import inspect
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from aiohttp import web

from bot.playground.platform import Exchange, Fault
from bot.playground.wecom.corp import ContactSync, WeComApp
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.quotas import HOUR, MINUTE, Windows
from bot.playground.wecom.results import ApiError, refusal
from bot.playground.wecom.tokens import Tokens

ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")
UNCOUNTED = ("message/send",)
GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"

Grant: TypeAlias = Literal["nobody", "app", "contacts", "any"]
"""Whose token a call wants; `nobody` is a call without one."""

Result: TypeAlias = dict[str, Any] | web.Response


@dataclass(frozen=True, slots=True)
class Call:
    """One call that has passed the gate."""

    request: web.Request
    raw: bytes
    address: str
    owner: WeComApp | ContactSync | None

    @property
    def app(self) -> WeComApp:
        """The app whose token was used."""
        if not isinstance(self.owner, WeComApp):
            raise ApiError(48002)
        return self.owner

    def asked(self, name: str) -> str:
        """A parameter of the query string, or the empty string."""
        return self.request.query.get(name, "")

    def number(self, name: str, default: int) -> int:
        """A whole number of the query string.

        Raises:
            ApiError: 40035.
        """
        value = self.asked(name)
        if value and not value.isdigit():
            raise ApiError(40035, f"{name} is not a number")
        return int(value) if value else default

    def body(self) -> dict[str, Any]:
        """The JSON object of a POST.

        Raises:
            ApiError: 40033 for `\\uXXXX` escapes, 40035 for anything that is no JSON object.
        """
        if ESCAPED.search(self.raw):
            raise ApiError(40033)
        try:
            body = json.loads(self.raw.decode())
        except ValueError as error:
            raise ApiError(40035, "Warning: wrong json format.") from error
        if not isinstance(body, dict):
            raise ApiError(40035, "Warning: wrong json format.")
        return body


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path below `/cgi-bin/`."""

    method: Literal["GET", "POST"]
    grant: Grant
    handle: Callable[[Call], Result | Awaitable[Result]]


class Gate:
    """Serves the endpoints given; everything else is 404."""

    def __init__(self, ground: Ground, tokens: Tokens, endpoints: Mapping[str, Endpoint]) -> None:
        self._ground = ground
        self._tokens = tokens
        self._endpoints = endpoints
        self._windows = Windows(ground.now)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and record it."""
        path, started = request.match_info["path"], time.perf_counter()
        raw = await request.content.read()
        if not self._ground.base_url:
            mount = request.path.partition("/cgi-bin/")[0]
            self._ground.base_url = f"{request.scheme}://{request.host}{mount}"
        fault = self._fault(path)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(float(fault.value))
        if fault is not None and fault.kind in ("reset", "status", "garbage"):
            response = _broken(fault)
        elif fault is not None and fault.kind == "errcode":
            response = _written(refusal(ApiError(int(fault.value)), request.remote or ""))
        else:
            response = await self._answer(path, request, raw)
        closed = fault is not None and fault.kind in ("reset", "reset_after")
        self._record(request, raw, response, 0 if closed else response.status, time.perf_counter() - started)
        if closed and request.transport is not None:
            request.transport.abort()
        return response

    def _fault(self, path: str) -> Fault | None:
        for fault in self._ground.faults:
            wanted = fault.path.rpartition("/cgi-bin/")[2].lstrip("/")
            if fault.times != 0 and path.startswith(wanted):
                fault.times -= fault.times > 0
                return fault
        return None

    async def _answer(self, path: str, request: web.Request, raw: bytes) -> web.Response:
        endpoint = self._endpoints.get(path) or self._endpoints.get(path.rpartition("/")[0] + "/*")
        if endpoint is None:
            return web.Response(status=404, text=GARBAGE, content_type="text/html")
        address = request.remote or ""
        try:
            if request.method != endpoint.method:
                raise ApiError(40035, f"need {endpoint.method}")
            if len(raw) > self._ground.limits.body_bytes and not request.content_type.startswith("multipart/"):
                raise ApiError(45002)
            owner = self._admitted(endpoint.grant, path, request, address)
            result = endpoint.handle(Call(request, raw, address, owner))
            return _written(await result if inspect.isawaitable(result) else result)
        except ApiError as error:
            return _written(refusal(error, address))

    def _admitted(self, grant: Grant, path: str, request: web.Request, address: str) -> WeComApp | ContactSync | None:
        if grant == "nobody":
            return None
        owner = self._tokens.check(request.query.get("access_token"))
        trusted = self._ground.corp.trusted_ips
        if trusted is not None and address not in trusted:
            raise ApiError(60020)
        if isinstance(owner, ContactSync) and grant == "app":
            raise ApiError(48009)
        if isinstance(owner, WeComApp) and grant == "contacts":
            raise ApiError(48002)
        if isinstance(owner, WeComApp) and owner.suspended:
            raise ApiError(48006)
        limits = self._ground.limits
        spans = ((MINUTE, limits.calls_per_minute), (HOUR, limits.calls_per_hour))
        if limits.base_quotas and path not in UNCOUNTED and not self._windows.take(path, *spans):
            raise ApiError(45009)
        return owner

    def _record(self, request: web.Request, raw: bytes, response: web.Response, status: int, took: float) -> None:
        self._ground.wire.append(
            Exchange(
                at=self._ground.now(),
                platform="wecom",
                direction="call",
                method=request.method,
                target=request.path_qs,
                headers=dict(request.headers),
                body=_readable(raw, request.content_type),
                plain="",
                status=status,
                answer=_readable(response.body, response.content_type),
                took_ms=took * 1000,
            )
        )


def _written(result: Result) -> web.Response:
    if isinstance(result, web.Response):
        return result
    return web.Response(text=json.dumps(result, ensure_ascii=False), content_type="application/json")


def _broken(fault: Fault) -> web.Response:
    status = int(fault.value) if fault.kind == "status" else 200
    return web.Response(status=status, text=GARBAGE, content_type="text/html")


def _readable(body: object, content_type: str) -> str:
    if not isinstance(body, bytes | bytearray):
        return ""
    if content_type.startswith(("application/json", "text/", "application/octet-stream")) and len(body) < 100_000:
        return body.decode(errors="replace")
    return f"<{content_type}, {len(body)} bytes>"
