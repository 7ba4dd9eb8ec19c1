"""Calling the service: verification, delivery, repeats, and everything that can go wrong (protocol 2.2, 3.1, 11)."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from bot.playground.platform import Exchange
from bot.playground.wecom.ground import Ground, RefusedReply
from bot.playground.wecom.replies import BadReply, Line, open_reply

AGENT = "Mozilla/4.0"
FORGED_OWNER = "ww0000000000000000"


@dataclass(slots=True)
class Mischief:
    """What goes wrong with the next callbacks; the numbers count down.

    Attributes:
        duplicate: delivered once more although acknowledged.
        lose: never delivered.
        hold: kept back until the callback after it has been delivered.
        wrong_signature: signed with another token.
        wrong_receiveid: sealed for another company.
        slow_reader: real seconds between the pieces in which bodies are written and answers read; 0 is off.
    """

    duplicate: int = 0
    lose: int = 0
    hold: int = 0
    wrong_signature: int = 0
    wrong_receiveid: int = 0
    slow_reader: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service said in time; `plain` is its passive reply, empty when it only acknowledged."""

    status: int
    body: bytes
    plain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome of pressing save in the console; `reason` is empty when the address is accepted."""

    reason: str
    status: int
    body: bytes
    took: float

    @property
    def accepted(self) -> bool:
        """Whether the address was accepted."""
        return not self.reason


Handle: TypeAlias = Callable[[Answer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One callback to be delivered, identical however often it is repeated."""

    line: Line
    plain: str
    tries: int
    handle: Handle | None
    forged_signature: bool = False
    forged_owner: bool = False


class Callbacks:
    """The platform's client towards the service."""

    def __init__(self, ground: Ground) -> None:
        self.mischief = Mischief()
        self._ground = ground
        self._session: aiohttp.ClientSession | None = None
        self._held: list[Parcel] = []

    async def close(self) -> None:
        """Give up the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, headers={"User-Agent": AGENT})
        return self._session

    async def verify(self, line: Line) -> Verification:
        """GET with an echo; accepted when it comes back byte for byte within a second (protocol 2.2).

        Raises:
            ValueError: no address is configured.
        """
        if line.binding.callback_url is None:
            raise ValueError("没有配置回调地址")
        echo = str(10**18 + secrets.randbelow(9 * 10**18))
        timestamp, nonce = str(self._ground.seconds()), _nonce()
        sealed = line.envelope.seal(echo, timestamp=timestamp, nonce=nonce)
        url = _address(line, sealed.signature, timestamp, nonce, echostr=sealed.encrypt)
        status, body, headers, took = await self._exchange("GET", url, None, self._ground.limits.verify_seconds)
        self._record("GET", url, headers, "", echo, status, body, body.decode(errors="replace"), took)
        reason = ""
        if status != 200:
            reason = "没有及时应答" if status == 0 else f"应答状态 {status}"
        elif body != echo.encode():
            reason = "应答不是解密后的明文"
        return Verification(reason=reason, status=status, body=body, took=took)

    async def deliver(self, line: Line, plain: str, *, handle: Handle | None = None, tries: int | None = None) -> bool:
        """Deliver `plain`, repeated as the platform repeats; `handle` gets the first answer in time.

        Returns:
            Whether the service has acknowledged. False also when the callback was lost or is held back.
        """
        if line.binding.callback_url is None:
            return False
        parcel = self._packed(line, plain, handle, tries or self._ground.limits.callback_tries)
        if self.mischief.lose > 0:
            self.mischief.lose -= 1
            return False
        if self.mischief.hold > 0:
            self.mischief.hold -= 1
            self._held.append(parcel)
            return False
        acknowledged = await self._attempt(parcel)
        await self.release()
        if self.mischief.duplicate > 0:
            self.mischief.duplicate -= 1
            await self._attempt(Parcel(line, plain, parcel.tries, None))
        return acknowledged

    async def release(self) -> None:
        """Deliver what was held back."""
        held, self._held = self._held, []
        for each in held:
            await self._attempt(each)

    def _packed(self, line: Line, plain: str, handle: Handle | None, tries: int) -> Parcel:
        forged_signature, forged_owner = self.mischief.wrong_signature > 0, self.mischief.wrong_receiveid > 0
        self.mischief.wrong_signature -= forged_signature
        self.mischief.wrong_receiveid -= forged_owner
        return Parcel(line, plain, tries, handle, forged_signature, forged_owner)

    async def _attempt(self, parcel: Parcel) -> bool:
        for attempt in range(parcel.tries):
            if attempt:
                await asyncio.sleep(self._ground.limits.retry_pause)
            answer = await self._post(parcel)
            if answer is None:
                continue
            if answer.status == 200:
                if parcel.handle is not None:
                    await parcel.handle(answer)
                return True
            if not self._ground.limits.repeat_on_status:
                return False
        return False

    async def _post(self, parcel: Parcel) -> Answer | None:
        line, (timestamp, nonce) = parcel.line, (str(self._ground.seconds()), _nonce())
        owner = FORGED_OWNER if parcel.forged_owner else None
        sealed = line.envelope.seal(parcel.plain, timestamp=timestamp, nonce=nonce, receive_id=owner)
        signature = sealed.signature[::-1] if parcel.forged_signature else sealed.signature
        url = _address(line, signature, timestamp, nonce)
        body = line.wrapped(sealed)
        status, raw, headers, took = await self._exchange("POST", url, body, self._ground.limits.callback_seconds)
        plain, reason = "", ""
        if status == 200:
            try:
                plain = open_reply(line, nonce, raw.decode(errors="replace"))
            except BadReply as error:
                reason = str(error)
                self.refuse(str(url), reason, raw.decode(errors="replace"))
        self._record("POST", url, headers, body, parcel.plain, status, raw, plain or reason, took)
        return Answer(status=status, body=raw, plain=plain) if status else None

    def refuse(self, target: str, reason: str, plain: str) -> None:
        """Note a passive reply that cannot be used."""
        self._ground.notes.refused.append(
            RefusedReply(at=self._ground.now(), target=target, reason=reason, plain=plain)
        )

    async def _exchange(
        self, method: str, url: URL, body: str | None, seconds: float
    ) -> tuple[int, bytes, dict[str, str], float]:
        headers = {"User-Agent": AGENT}
        if body is not None:
            kind = "application/json" if body.startswith("{") else "text/xml"
            headers["Content-Type"] = f"{kind}; charset=utf-8"
        started = time.perf_counter()
        status, raw = 0, b""
        try:
            async with asyncio.timeout(seconds):
                data = None if body is None else self._data(body.encode())
                async with self._client().request(
                    method, url, data=data, headers=headers, allow_redirects=False
                ) as response:
                    raw = await self._read(response)
                    status = response.status
        except (TimeoutError, aiohttp.ClientError) as error:
            raw = type(error).__name__.encode()
        return status, raw, headers, time.perf_counter() - started

    def _data(self, body: bytes) -> bytes | AsyncIterator[bytes]:
        return body if not self.mischief.slow_reader else self._dribble(body)

    async def _dribble(self, body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 256):
            yield body[start : start + 256]
            await asyncio.sleep(self.mischief.slow_reader)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        if not self.mischief.slow_reader:
            return await response.read()
        pieces = []
        async for piece in response.content.iter_chunked(64):
            pieces.append(piece)
            await asyncio.sleep(self.mischief.slow_reader)
        return b"".join(pieces)

    def _record(
        self,
        method: str,
        url: URL,
        headers: dict[str, str],
        body: str,
        plain: str,
        status: int,
        answer: bytes,
        answer_plain: str,
        took: float,
    ) -> None:
        self._ground.wire.append(
            Exchange(
                at=self._ground.now(),
                platform="wecom",
                direction="callback",
                method=method,
                target=str(url),
                headers=headers,
                body=body,
                plain=plain,
                status=status,
                answer=answer.decode(errors="replace"),
                answer_plain=answer_plain,
                took_ms=took * 1000,
            )
        )


def _nonce() -> str:
    return str(1_000_000_000 + secrets.randbelow(9_000_000_000))


def _address(line: Line, signature: str, timestamp: str, nonce: str, **more: str) -> URL:
    url = line.binding.callback_url or ""
    fields = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, **more}
    joint = "&" if "?" in url else "?"
    return URL(url + joint + urlencode(fields, quote_via=quote, safe=""), encoded=True)
