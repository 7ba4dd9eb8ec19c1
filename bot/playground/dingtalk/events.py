"""Events of the organisation, told to every app over Stream or encrypted HTTP, until acknowledged or given up."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.corp import DingTalkApp
from bot.playground.dingtalk.frames import EVENTS, Push
from bot.playground.dingtalk.gateway import Gateway
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.pushes import HttpPushes

INNER = {"bpms_instance_change": "bpmsCallBackData", "bpms_task_change": "bpmsCallBackData"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in the organisation; `born` in ms."""

    id: str
    type: str
    born: int
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An event nobody accepted; it can be fetched from `ready` on."""

    client_id: str
    event: Event
    ready: datetime


class Events:
    """Tells events.

    Source: protocols/dingtalk.md 4.1-4.6.
    """

    def __init__(self, ground: Ground, gateway: Gateway, pushes: HttpPushes) -> None:
        self._ground = ground
        self._gateway = gateway
        self._pushes = pushes
        self.failed: list[Failed] = []

    async def tell(self, name: str, members: Mapping[str, Any]) -> None:
        """Tell every app; returns when each has acknowledged or the first try has failed."""
        event = Event(id=uuid.uuid4().hex, type=name, born=self._ground.ms(), members=members)
        for app in self._ground.apps.values():
            if app.event_mode == "stream":
                await self._over_stream(app, event)
            elif app.event_url:
                await self._over_http(app, event, 0)

    async def _over_stream(self, app: DingTalkApp, event: Event) -> None:
        headers = {
            "eventType": event.type,
            "eventId": event.id,
            "eventCorpId": self._ground.corp.corp_id,
            "eventBornTime": str(event.born),
            "eventUnifiedAppId": str(uuid.uuid5(uuid.NAMESPACE_OID, app.client_id)),
        }
        push = Push(
            client_id=app.client_id,
            type="EVENT",
            topic=EVENTS,
            data=json.dumps(event.members, ensure_ascii=False),
            headers=headers,
            deadline=self._ground.limits.event_deadline,
            again=self._ground.limits.event_redelivery,
            give_up=partial(self._list_as_failed, app, event),
        )
        await self._gateway.send(push)
        await self._gateway.answered(push, self._ground.limits.patience_seconds)

    async def _over_http(self, app: DingTalkApp, event: Event, tries: int) -> None:
        flat = {
            "EventType": event.type,
            "EventTime": event.born,
            "CorpId": self._ground.corp.corp_id,
            "BizId": uuid.uuid5(uuid.NAMESPACE_OID, event.id).hex,
            "eventId": event.id,
            **event.members,
        }
        if await self._pushes.event(app, flat):
            return
        waits = self._ground.limits.event_redelivery
        if tries < len(waits):
            self._ground.timers.after(waits[tries], partial(self._over_http, app, event, tries + 1))
        else:
            await self._list_as_failed(app, event)

    async def _list_as_failed(self, app: DingTalkApp, event: Event, push: Push | None = None) -> None:
        ready = self._ground.now() + self._ground.limits.failed_list_after
        self.failed.append(Failed(client_id=app.client_id, event=event, ready=ready))

    async def failed_result(self, call: Call) -> dict[str, Any]:
        """GET oapi /call_back/get_call_back_failed_result -> {has_more, failed_list}; what is read is gone."""
        now = self._ground.now()
        mine = [one for one in self.failed if one.client_id == call.caller.client_id and one.ready <= now]
        page = mine[: self._ground.limits.failed_list_page]
        self.failed = [one for one in self.failed if one not in page]
        entries = [
            {
                "call_back_tag": one.event.type,
                "event_time": one.event.born,
                one.event.type: {
                    "corpid": self._ground.corp.corp_id,
                    INNER.get(one.event.type, "callbackData"): one.event.members,
                },
            }
            for one in page
        ]
        return {"has_more": len(mine) > len(page), "failed_list": entries}
