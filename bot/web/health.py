"""Liveness, readiness, metrics."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import orjson
from aiohttp import web

from bot.metrics import Metrics
from storage.work import Database

Check = Callable[[], Awaitable[str]]
"""What is wrong in one sentence, "" when nothing is."""


class Health:
    """`/healthz`, `/readyz`, `/metrics`."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], metrics: Metrics, checks: Mapping[str, Check]
    ) -> None:
        self._database = database
        self._now = now
        self._metrics = metrics
        self._checks = checks

    def routes(self) -> list[web.RouteDef]:
        """The routes of operations."""
        return [
            web.get("/healthz", self.alive),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def alive(self, _request: web.Request) -> web.Response:
        """200 while the process lives."""
        return web.Response(text="ok")

    async def ready(self, _request: web.Request) -> web.Response:
        """200 when everything answers, else 503 with the reasons by name."""
        troubles = {}
        for name, check in self._checks.items():
            try:
                trouble = await check()
            except Exception as error:
                trouble = type(error).__name__
            if trouble:
                troubles[name] = trouble
        body = orjson.dumps({"ready": not troubles, "troubles": troubles})
        return web.Response(body=body, content_type="application/json", status=503 if troubles else 200)

    async def metrics(self, _request: web.Request) -> web.Response:
        """The counters, with the queues as they stand now."""
        async with self._database.read(self._now()) as work:
            depth = await work.outbox.depth()
            self._metrics.inbox_waiting.set(await work.inbox.waiting())
            self._metrics.timers_failed.set(await work.timers.failed())
        age = (self._now() - depth.oldest).total_seconds() if depth.oldest else 0
        self._metrics.outbox_waiting.set(depth.waiting)
        self._metrics.outbox_oldest.set(max(age, 0))
        self._metrics.outbox_abandoned.set(depth.abandoned)
        return web.Response(body=self._metrics.text(), content_type="text/plain")
