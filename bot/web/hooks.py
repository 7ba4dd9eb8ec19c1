"""`/hooks/{channel}`: where platforms deliver."""

import time
from collections.abc import Mapping

import structlog
from aiohttp import web

from bot.channels.channel import Channel, Hook, Received, Untrusted
from bot.inbox import InboxKeeper, InboxReader
from bot.metrics import Metrics
from bot.outbox import OutboxSender, Passive
from bot.speaker import passive_window

log = structlog.get_logger()

LARGEST = 64 * 1024
"""Bytes of a callback's body; more is refused (design.md 7)."""

DOORS = ("", "cards", "events")


class Hooks:
    """Verifies, keeps, acknowledges; nothing else happens before the answer."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        keeper: InboxKeeper,
        reader: InboxReader,
        sender: OutboxSender,
        metrics: Metrics,
    ) -> None:
        self._channels = channels
        self._keeper = keeper
        self._reader = reader
        self._sender = sender
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        """The routes of the callbacks."""
        paths = ("/hooks/{channel}", "/hooks/{channel}/{door}")
        return [web.route(method, path, self.receive) for method in ("GET", "POST") for path in paths]

    async def receive(self, request: web.Request) -> web.Response:
        """One callback: 200 after it is kept, 403 when it is not the platform's, 503 when it cannot be kept."""
        began = time.perf_counter()
        channel = self._channels.get(request.match_info["channel"])
        door = request.match_info.get("door", "")
        if channel is None or door not in DOORS:
            return web.Response(status=404)
        self._metrics.received.labels(channel.name).inc()
        body = await self._body(request)
        if body is None:
            return web.Response(status=413)
        hook = Hook(method=request.method, query=request.query, headers=request.headers, body=body, door=door)
        try:
            received = channel.receive(hook)
        except Untrusted as reason:
            self._metrics.refused.labels(channel.name).inc()
            log.warning("callback refused", channel=channel.name, reason=str(reason))
            return web.Response(status=403)
        try:
            await self._keeper.keep(channel.name, received.incoming)
        except Exception:
            return web.Response(status=503)
        answer = await self._passive(channel, hook, received)
        self._metrics.to_ack.labels(channel.name).observe(time.perf_counter() - began)
        if answer is None:
            return web.Response(body=received.answer, content_type=received.content_type)
        response = web.Response(body=answer.body, content_type=answer.content_type)
        await self._sender.carried(answer, arrived=await _written(response, request))
        return response

    async def _passive(self, channel: Channel, hook: Hook, received: Received) -> Passive | None:
        """What is to be said in the answer itself; it is kept already, so trouble here only costs that way."""
        if not received.passive or not received.incoming:
            return None
        key = received.incoming[0].key
        try:
            if not await self._reader.handled(channel.name, key, received.passive):
                return None
            return await self._sender.passive(channel, hook, passive_window(channel.name, key))
        except Exception as trouble:
            log.error("no passive answer", channel=channel.name, trouble=repr(trouble))
            return None

    @staticmethod
    async def _body(request: web.Request) -> bytes | None:
        if (request.content_length or 0) > LARGEST:
            return None
        body = await request.content.read(LARGEST + 1)
        while len(body) <= LARGEST and not request.content.at_eof():
            more = await request.content.read(LARGEST + 1 - len(body))
            if not more:
                break
            body += more
        return body if len(body) <= LARGEST else None


async def _written(response: web.Response, request: web.Request) -> bool:
    """Whether the answer left for a platform that was still listening."""
    try:
        await response.prepare(request)
        await response.write_eof()
    except OSError:
        return False
    return request.transport is not None and not request.transport.is_closing()
