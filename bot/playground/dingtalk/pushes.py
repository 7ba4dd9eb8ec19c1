"""Pushes over HTTP: signed robot messages, encrypted events, signed card callbacks, and the check of the replies."""

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.playground.dingtalk.corp import CardRoute, DingTalkApp
from bot.playground.dingtalk.envelope import BadEnvelope, EventEnvelope, card_sign, robot_sign
from bot.playground.dingtalk.ground import Ground

JSON = "application/json; charset=utf-8"


class HttpPushes:
    """Calls the service's addresses.

    Source: protocols/dingtalk.md 2.1, 2.2, 2.7, 4.3, 6.7.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._session: aiohttp.ClientSession | None = None
        self._checked: set[str] = set()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def robot_message(self, app: DingTalkApp, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """Push a robot message; the service's reply message, `None` unless it answered 200 with an object in time."""
        timestamp = str(self._ground.ms())
        headers = {"timestamp": timestamp, "sign": robot_sign(timestamp, app.client_secret)}
        body = json.dumps(message, ensure_ascii=False)
        status, text = await self._post(app.message_url, body, headers, self._ground.limits.http_push_seconds)
        return _object(text) if status == 200 else None

    async def event(self, app: DingTalkApp, event: Mapping[str, Any]) -> bool:
        """Push an event; whether the encrypted `success` came in time. The address is probed before the first one."""
        if app.client_id not in self._checked and not await self.check_address(app):
            return False
        return await self._sealed(app, event)

    async def check_address(self, app: DingTalkApp) -> bool:
        """Probe the event address with `check_url`, as saving it in the console does."""
        if await self._sealed(app, {"EventType": "check_url"}):
            self._checked.add(app.client_id)
        return app.client_id in self._checked

    async def card(self, route: CardRoute, callback: Mapping[str, Any]) -> dict[str, Any] | None:
        """Push a card callback; the answer, `None` unless it was 200 with an object within the deadline."""
        headers = {}
        if route.api_secret:
            timestamp = str(self._ground.ms())
            headers["x-ddpaas-signature-timestamp"] = timestamp
            headers["x-ddpaas-signature"] = card_sign(timestamp, route.api_secret)
        body = json.dumps(callback, ensure_ascii=False)
        status, text = await self._post(route.url, body, headers, self._ground.limits.card_answer_seconds)
        return _object(text) if status == 200 else None

    async def _sealed(self, app: DingTalkApp, event: Mapping[str, Any]) -> bool:
        envelope = EventEnvelope(app.event_token, app.event_aes_key, app.client_id)
        plain = json.dumps(event, ensure_ascii=False)
        sealed, timestamp, nonce = envelope.seal(plain), str(self._ground.ms()), secrets.token_hex(4)
        query = {"msg_signature": envelope.sign(timestamp, nonce, sealed), "timestamp": timestamp, "nonce": nonce}
        url = f"{app.event_url}{'&' if '?' in app.event_url else '?'}{urlencode(query)}"
        body = json.dumps({"encrypt": sealed})
        limit = self._ground.limits.http_push_seconds
        status, text = await self._post(url, body, {}, limit, plain=plain, envelope=envelope)
        return status == 200 and _opened(envelope, text) == "success"

    async def _post(
        self,
        url: str,
        body: str,
        headers: Mapping[str, str],
        seconds: float,
        *,
        plain: str = "",
        envelope: EventEnvelope | None = None,
    ) -> tuple[int, str]:
        """Status and text of the answer; status 0 when there was none within `seconds` of real time."""
        began = time.perf_counter()
        self._session = self._session or aiohttp.ClientSession(trust_env=False)
        sent = {"Content-Type": JSON, **headers}
        try:
            async with asyncio.timeout(seconds):
                async with self._session.post(url, data=body.encode(), headers=sent) as response:
                    status, text = response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            status, text = 0, type(error).__name__
        self._ground.record(
            "callback",
            "POST",
            url,
            headers=sent,
            body=body,
            plain=plain,
            status=status,
            answer=text,
            answer_plain=_opened(envelope, text) if envelope else "",
            took=time.perf_counter() - began,
        )
        return status, text


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _opened(envelope: EventEnvelope, text: str) -> str:
    """The text inside an encrypted reply, "" when it is not one."""
    reply = _object(text) or {}
    try:
        return envelope.open(
            str(reply["msg_signature"]), str(reply["timeStamp"]), str(reply["nonce"]), str(reply["encrypt"])
        )
    except (BadEnvelope, KeyError):
        return ""
