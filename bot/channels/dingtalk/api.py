"""HTTP calls to DingTalk: the token, the new and the old API, reply addresses, files.

Every trouble comes out as `Trouble`; its text never holds a token, an address or an answer's content.

Source: protocols/dingtalk.md 2.6, 2.8, 5.1, 7.7, 8.2.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiohttp
from yarl import URL

from bot.channels.channel import Now
from bot.channels.dingtalk import wire
from bot.channels.dingtalk.troubles import Kind, Trouble, of_code, of_errcode
from bot.config import DingTalkConfig

T = TypeVar("T")

PATIENCE = aiohttp.ClientTimeout(total=10)
FILE_PATIENCE = aiohttp.ClientTimeout(total=60)
FILE_LIMIT = 20 * 1024 * 1024
"""Bytes of a file, in and out (7.7)."""

EARLY = timedelta(minutes=10)
"""How long before its end a token is renewed."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, good until `until`; the text stays out of `repr`."""

    text: str
    until: datetime

    def __repr__(self) -> str:
        return f"Token(until={self.until})"


class Tokens:
    """The app's access token, fetched once however many ask at the same time."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]], now: Now) -> None:
        self._fetch = fetch
        self._now = now
        self._token: Token | None = None
        self._fetching: asyncio.Task[Token] | None = None

    async def get(self) -> str:
        """A token that is good for some minutes.

        Raises:
            Trouble: it cannot be had.
        """
        if self._token is not None and self._now() < self._token.until:
            return self._token.text
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._renew())
            self._fetching.add_done_callback(lambda task: task.cancelled() or task.exception())
        return (await asyncio.shield(self._fetching)).text

    async def _renew(self) -> Token:
        self._token = await self._fetch()
        return self._token

    def drop(self, text: str) -> None:
        """Forget this token, unless another has replaced it already."""
        if self._token is not None and self._token.text == text:
            self._token = None

    def close(self) -> None:
        """Stop fetching."""
        if self._fetching is not None:
            self._fetching.cancel()


class Api:
    """The calls of one app. Plain sends have no key against doubles: nothing is repeated here but after a bad token."""

    def __init__(self, config: DingTalkConfig, session: aiohttp.ClientSession, now: Now) -> None:
        self._config = config
        self._api_base = config.api_base.rstrip("/")
        self._oapi_base = config.oapi_base.rstrip("/")
        self._session = session
        self._now = now
        self._tokens = Tokens(self._fetch_token, now)

    async def _fetch_token(self) -> Token:
        path = "/v1.0/oauth2/accessToken"
        secret = self._config.client_secret.get_secret_value()
        body = {"appKey": self._config.client_id, "appSecret": secret}
        answer = await self._new("POST", path, body, {})
        text, seconds = wire.text(answer.get("accessToken")), wire.number(answer.get("expireIn"))
        if not text:
            raise Trouble(_short(path), "no token", Kind.UNSURE)
        life = timedelta(seconds=max(seconds, 0))
        return Token(text, self._now() + max(life - EARLY, life / 2))

    async def check_token(self) -> None:
        """Get a token.

        Raises:
            Trouble: it cannot be had.
        """
        await self._tokens.get()

    async def call(self, method: str, path: str, body: Mapping[str, Any]) -> wire.Document:
        """A call of the new API, such as `/v1.0/robot/oToMessages/batchSend`; its answer.

        Raises:
            Trouble: refused, or without an answer that could be read.
        """

        async def attempt(token: str) -> wire.Document:
            return await self._new(method, path, body, {"x-acs-dingtalk-access-token": token})

        return await self._with_token(attempt)

    async def open(self, path: str, body: Mapping[str, Any]) -> wire.Document:
        """A call of the new API that carries its credentials in the body.

        Raises:
            Trouble: as of `call`; `code` of a refusal by HTTP status alone is the status.
        """
        return await self._new("POST", path, body, {})

    async def old(self, path: str, body: Mapping[str, Any]) -> Any:
        """A call of the old API, such as `/topapi/v2/user/get`; the `result` of its answer.

        Raises:
            Trouble: refused, or without an answer that could be read.
        """

        async def attempt(token: str) -> Any:
            url = URL(self._oapi_base + path).update_query(access_token=token)
            return (await self._old(_short(path), url, data=wire.written(body).encode(), json=True)).get("result")

        return await self._with_token(attempt)

    async def _with_token(self, attempt: Callable[[str], Awaitable[T]]) -> T:
        token = await self._tokens.get()
        try:
            return await attempt(token)
        except Trouble as trouble:
            if trouble.kind is not Kind.TOKEN:
                raise
        self._tokens.drop(token)
        token = await self._tokens.get()
        try:
            return await attempt(token)
        except Trouble as trouble:
            if trouble.kind is Kind.TOKEN:
                self._tokens.drop(token)
            raise

    async def reply(self, url: str, body: Mapping[str, Any]) -> None:
        """A message to a reply address; no token, and not counted as a call.

        Raises:
            Trouble: kind SESSION when the address has expired.
        """
        await self._old("sessionWebhook", URL(url), data=wire.written(body).encode(), json=True)

    async def upload(self, kind: str, name: str, content: bytes) -> str:
        """The media_id of a file (`kind` image or file).

        Raises:
            Trouble: refused.
        """

        async def attempt(token: str) -> str:
            form = aiohttp.FormData()
            form.add_field("type", kind)
            form.add_field("media", content, filename=name, content_type="application/octet-stream")
            url = URL(self._oapi_base + "/media/upload").update_query(access_token=token, type=kind)
            answer = await self._old("media/upload", url, data=form, patience=FILE_PATIENCE)
            return wire.text(answer.get("media_id"))

        return await self._with_token(attempt)

    async def download(self, url: str) -> bytes:
        """What lies at an address the platform gave, fetched without a token.

        Raises:
            Trouble: no http address, larger than 20 MB, or not to be had.
        """
        call = "download"
        if not url.startswith(("http://", "https://")):
            raise Trouble(call, "no address", Kind.NEVER)
        try:
            async with self._session.get(URL(url, encoded=True), timeout=FILE_PATIENCE, max_redirects=3) as response:
                if response.status != 200:
                    kind = Kind.UNSURE if response.status >= 500 else Kind.NEVER
                    raise Trouble(call, f"HTTP {response.status}", kind)
                return await _limited(response)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise Trouble(call, type(error).__name__, Kind.UNSURE) from None

    async def _new(self, method: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> wire.Document:
        call = _short(path)
        status, text = await self._exchange(
            call,
            method,
            URL(self._api_base + path),
            data=wire.written(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json", **headers},
        )
        answer = wire.read(text)
        _raise_if_blocked(call, status, answer)
        if status < 400 and isinstance(answer, dict):
            return answer
        if not isinstance(answer, dict):
            kind, wait = (Kind.UNSURE, None) if status < 400 else of_code(status, "")
            raise Trouble(call, f"HTTP {status}", kind, wait=wait, status=status)
        code = wire.text(wire.member(answer, "code")) or f"HTTP {status}"
        kind, wait = of_code(status, code)
        raise Trouble(call, code, kind, wait=wait, about=_about(answer), status=status)

    async def _old(
        self, call: str, url: URL, *, data: Any, json: bool = False, patience: aiohttp.ClientTimeout = PATIENCE
    ) -> wire.Document:
        headers = {"Content-Type": "application/json"} if json else {}
        status, text = await self._exchange(call, "POST", url, data=data, headers=headers, patience=patience)
        answer = wire.read(text)
        _raise_if_blocked(call, status, answer)
        if not isinstance(answer, dict) or "errcode" not in answer:
            code = wire.text(wire.document(answer).get("code"))
            kind, wait = of_code(status, code) if status >= 400 else (Kind.UNSURE, None)
            raise Trouble(call, code or f"HTTP {status}", kind, wait=wait)
        errcode = wire.number(answer["errcode"])
        if errcode == 0:
            return answer
        telling, kind, wait = of_errcode(errcode, wire.text(answer.get("sub_code")), wire.text(answer.get("errmsg")))
        raise Trouble(call, str(telling), kind, wait=wait, about=_about(answer))

    async def _exchange(
        self,
        call: str,
        method: str,
        url: URL,
        *,
        data: Any,
        headers: Mapping[str, str],
        patience: aiohttp.ClientTimeout = PATIENCE,
    ) -> tuple[int, bytes]:
        """Status and body; what keeps an answer from coming is told by the name of its class alone."""
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Trouble(call, type(error).__name__, Kind.UNSURE) from None

    def close(self) -> None:
        """Stop fetching tokens; the session belongs to whoever gave it."""
        self._tokens.close()


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > FILE_LIMIT:
            raise Trouble("download", "larger than 20 MB", Kind.NEVER)
    return bytes(content)


def _short(path: str) -> str:
    return re.sub(r"^/(v1\.0|topapi(/v2)?)/", "", path).lstrip("/")


def _raise_if_blocked(call: str, status: int, answer: Any) -> None:
    """The ban of a source address: a page instead of JSON, or a JSON of another world (8.1)."""
    if (status == 403 and not isinstance(answer, dict)) or (isinstance(answer, dict) and "punish" in answer):
        raise Trouble(call, "blocked", Kind.BLOCKED)


def _about(answer: wire.Document) -> str:
    """What support asks for: missing permissions and the request's id, and nothing else of the answer."""
    detail = wire.document(wire.member(answer, "accessdenieddetail"))
    scopes = [wire.text(scope) for scope in wire.items(wire.member(detail, "requiredScopes"))]
    request = wire.text(wire.member(answer, "requestid")) or wire.text(wire.member(answer, "request_id"))
    parts = [*filter(None, scopes), f"request {request}" if request else ""]
    return ", ".join(part for part in parts if re.fullmatch(r"[\w .:,-]{1,120}", part))
