"""Calls to the platform over HTTP.

Bodies are raw UTF-8, without `\\u` escapes (40033). A call gives an `Answer`, whatever happens: transport trouble is
`UNREACHABLE`. Tokens, keys and addresses that answer once never appear in an answer's text or in a log.
Source: protocols/wecom.md 5, 6, 8.3 (WeCom documentation 90664, 90236, 94888, 90253, 90208, 90201).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from bot.channels.channel import Now
from bot.channels.wecom.codes import TOKEN, UNREACHABLE, Answer
from bot.channels.wecom.tokens import NoToken, Token
from bot.config import WeComConfig

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
FILE_TIMEOUT = aiohttp.ClientTimeout(total=120, connect=5)
LARGEST_FILE = 20 * 1024 * 1024
MEDIA = "media/get"
ANSWER_TYPES = ("application/json", "text/plain", "text/html")
JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}


def encoded(body: Mapping[str, Any]) -> bytes:
    """A body as bytes; the same value always gives the same bytes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def exchange(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    call: str,
    params: Mapping[str, str] | None = None,
    data: bytes | aiohttp.FormData | None = None,
    timeout: aiohttp.ClientTimeout = TIMEOUT,
    secrets: tuple[str, ...] = (),
) -> Answer:
    """One request and what came of it; `secrets` are taken out of the answer's words."""
    headers = JSON_TYPE if isinstance(data, bytes) else None
    try:
        async with session.request(
            method, url, params=params, data=data, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            body = await read(response)
            if response.status >= 300:
                return Answer(call, UNREACHABLE, f"HTTP {response.status}")
            kind = response.content_type
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(call, UNREACHABLE, type(error).__name__)
    if body is None:
        return Answer(call, UNREACHABLE, "the answer is too large")
    return _read(call, kind, body, secrets)


async def read(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, None when it is larger than `LARGEST_FILE`."""
    pieces, size = [], 0
    async for piece in response.content.iter_chunked(1 << 16):
        size += len(piece)
        if size > LARGEST_FILE:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _read(call: str, kind: str, body: bytes, secrets: tuple[str, ...]) -> Answer:
    data: Any = None
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        if call != MEDIA:
            return Answer(call, UNREACHABLE, "the answer is not JSON")
    if call == MEDIA and not (kind in ANSWER_TYPES and isinstance(data, dict) and data.get("errcode")):
        return Answer(call, 0, content=body)
    code = data.get("errcode", 0) if isinstance(data, dict) else None
    if not isinstance(code, int):
        return Answer(call, UNREACHABLE, "the answer is not an object with a code")
    return Answer(call, code, _scrubbed(str(data.get("errmsg", "")), secrets), data)


def _scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text[:300]


def form(filename: str, content: bytes) -> aiohttp.FormData:
    """A file for upload; the name travels as raw UTF-8 and is what the receiver sees (5.9)."""
    safe = "".join(mark for mark in filename if mark not in '"\\/\r\n').strip() or "file"
    data = aiohttp.FormData(quote_fields=False, charset="utf-8")
    data.add_field("media", content, filename=safe[-120:], content_type="application/octet-stream")
    return data


class WeComApi:
    """The calls of one self-built app."""

    def __init__(self, config: WeComConfig, session: aiohttp.ClientSession, now: Now) -> None:
        self._config = config
        self._session = session
        self._token = Token(self._get_token, now)

    def _url(self, path: str) -> str:
        return f"{self._config.api_base.rstrip('/')}/cgi-bin/{path}"

    async def _get_token(self) -> Answer:
        secret = self._config.secret.get_secret_value()
        params = {"corpid": self._config.corp_id, "corpsecret": secret}
        return await exchange(
            self._session, "GET", self._url("gettoken"), call="gettoken", params=params, secrets=(secret,)
        )

    async def token(self) -> Answer:
        """Whether a token is to be had: a good answer, or the platform's refusal."""
        try:
            await self._token.get()
        except NoToken as error:
            return error.answer
        return Answer("gettoken", 0)

    async def get(self, path: str, **params: str) -> Answer:
        """A GET with the app's token."""
        return await self._call("GET", path, params)

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """A POST of a JSON body with the app's token."""
        data = encoded(body)
        return await self._call("POST", path, {}, lambda: data)

    async def upload(self, kind: str, filename: str, content: bytes) -> Answer:
        """`media/upload`; a good answer's data have the `media_id`, good for three days."""
        params = {"type": kind}
        return await self._call("POST", "media/upload", params, lambda: form(filename, content), FILE_TIMEOUT)

    async def media(self, media_id: str) -> Answer:
        """`media/get`; a good answer has the `content`."""
        return await self._call("GET", MEDIA, {"media_id": media_id}, timeout=FILE_TIMEOUT)

    async def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        data: Callable[[], bytes | aiohttp.FormData] | None = None,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> Answer:
        """One call; repeated once, and only because its token was void."""
        try:
            token = await self._token.get()
            answer = await self._once(method, path, params, data, timeout, token)
            if answer.code in TOKEN:
                token = await self._token.get(void=token)
                answer = await self._once(method, path, params, data, timeout, token)
        except NoToken as error:
            return error.answer
        return answer

    async def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        data: Callable[[], bytes | aiohttp.FormData] | None,
        timeout: aiohttp.ClientTimeout,
        token: str,
    ) -> Answer:
        return await exchange(
            self._session,
            method,
            self._url(path),
            call=path,
            params={"access_token": token, **params},
            data=data() if data else None,
            timeout=timeout,
            secrets=(token, self._config.secret.get_secret_value()),
        )
