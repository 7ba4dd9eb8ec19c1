"""Opening a stream: credentials and subscriptions are checked, a ticket for one socket is given."""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.frames import GatewayFaults
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.troubles import ApiTrouble


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket stands for."""

    client_id: str
    topics: frozenset[tuple[str, str]]
    until: datetime


class Tickets:
    """One-use tickets that live 90 seconds.

    Source: protocols/dingtalk.md 3.2, 3.10.1.
    """

    def __init__(self, ground: Ground, faults: GatewayFaults) -> None:
        self._ground = ground
        self._faults = faults
        self._tickets: dict[str, Ticket] = {}

    async def open(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/gateway/connections/open -> {endpoint, ticket}."""
        await self._misbehave()
        body = call.json()
        app = self._ground.apps.get(str(body.get("clientId")))
        if app is None or app.client_secret != body.get("clientSecret"):
            raise ApiTrouble("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        if not app.published or "stream" not in (app.mode, app.event_mode):
            raise ApiTrouble("stream.notEnabled", "应用未发布或未开启Stream模式")
        user_agent = body.get("ua", "")
        if not isinstance(user_agent, str) or len(user_agent) > 128 or not user_agent.isprintable():
            raise ApiTrouble("invalidParameter.ua", "ua is illegal")
        ticket = str(uuid.uuid4())
        until = self._ground.now() + self._ground.limits.ticket_life
        self._tickets[ticket] = Ticket(app.client_id, self._topics(body.get("subscriptions")), until)
        scheme = "wss" if call.request.scheme == "https" else "ws"
        return {"endpoint": f"{scheme}://{call.request.host}{self._ground.prefix}/connect", "ticket": ticket}

    def redeem(self, text: str) -> Ticket | None:
        """What the ticket stands for, once; `None` when unknown, used or expired."""
        ticket = self._tickets.pop(text, None)
        return ticket if ticket is not None and self._ground.now() < ticket.until else None

    async def _misbehave(self) -> None:
        if self._faults.slow_open_seconds:
            await asyncio.sleep(self._faults.slow_open_seconds)
        if self._faults.refuse_open and self._faults.refuse_open_times:
            self._faults.refuse_open_times -= 1
            raise ApiTrouble("system.busy", "系统繁忙", status=self._faults.refuse_open)

    @staticmethod
    def _topics(subscriptions: Any) -> frozenset[tuple[str, str]]:
        if not isinstance(subscriptions, list) or not subscriptions:
            raise ApiTrouble("invalidParameter.subscriptions", "subscriptions is mandatory")
        topics = set()
        for entry in subscriptions:
            kind, topic = (entry.get("type"), entry.get("topic")) if isinstance(entry, dict) else (None, None)
            good = (kind == "EVENT" and topic == "*") or (
                kind == "CALLBACK" and isinstance(topic, str) and topic.startswith("/")
            )
            if not good:
                raise ApiTrouble("invalidParameter.subscriptions", f"illegal subscription {kind} {topic}")
            topics.add((str(kind), str(topic)))
        return frozenset(topics)
