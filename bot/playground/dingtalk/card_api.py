"""The card calls of the service: create, deliver, update, stream, register a callback address."""

import time
from collections.abc import Mapping
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.cards import Card, Cards, Delivery, check_variables, param_map
from bot.playground.dingtalk.corp import CardRoute
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.robot import Robot
from bot.playground.dingtalk.troubles import ApiTrouble
from bot.playground.platform import Bubble

PREFIX = "dtv1.card//"
SPACES = {"IM_GROUP": "imGroup", "IM_ROBOT": "imRobot", "IM_SINGLE": "imSingle", "ONE_BOX": "top"}
"""Space types and what their two models are called. Source: protocols/dingtalk.md 6.2, 6.3."""


class NotDelivered(Exception):
    """One space did not take the card; the reason becomes `errorMsg` of its result."""


class CardApi:
    """The card endpoints.

    Source: protocols/dingtalk.md 6.2-6.4, 6.7, 6.15.
    """

    def __init__(self, ground: Ground, cards: Cards, robot: Robot) -> None:
        self._ground = ground
        self._cards = cards
        self._robot = robot

    async def create(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/card/instances -> {success, result: outTrackId}."""
        body = call.json()
        card = self._cards.create(call.caller, body)
        self._add_spaces(card, body)
        return {"success": True, "result": card.out_track_id}

    async def deliver(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/card/instances/deliver -> {success, result: one entry per space}."""
        body = call.json()
        card = self._cards.find(call.caller, body.get("outTrackId"))
        return {"success": True, "result": self._deliver(card, body)}

    async def create_and_deliver(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/card/instances/createAndDeliver -> {success, result: {outTrackId, deliverResults}}."""
        body = call.json()
        _spaces(body, self._ground.limits.open_space_id)
        card = self._cards.create(call.caller, body)
        self._add_spaces(card, body)
        results = self._deliver(card, body)
        return {"success": True, "result": {"outTrackId": card.out_track_id, "deliverResults": results}}

    async def update(self, call: Call) -> dict[str, Any]:
        """PUT api /v1.0/card/instances -> {success, result: true}; overwrites unless told `...ByKey`."""
        body = call.json()
        card = self._cards.find(call.caller, body.get("outTrackId"))
        data = None
        if body.get("cardData") is not None:
            data = check_variables(card.template, param_map(body["cardData"]), self._ground.limits)
        private = self._cards.private_data(card, body.get("privateData") or {})
        self._cards.write(card, data, private, body.get("cardUpdateOptions") or {})
        return {"success": True, "result": True}

    async def add_spaces(self, call: Call) -> dict[str, Any]:
        """PUT api /v1.0/card/instances/spaces: space models added to a card -> {success, result: true}."""
        body = call.json()
        self._add_spaces(self._cards.find(call.caller, body.get("outTrackId")), body)
        return {"success": True, "result": True}

    async def stream(self, call: Call) -> dict[str, Any]:
        """PUT api /v1.0/card/streaming: one variable of a card grows -> {success, result: true}."""
        body = call.json()
        card = self._cards.find(call.caller, body.get("outTrackId"))
        key, content = body.get("key"), body.get("content")
        if not body.get("guid") or not isinstance(key, str) or not isinstance(content, str):
            raise ApiTrouble("param.streamingInvalid", "guid、key、content 不能为空")
        every, now = self._ground.limits.streaming_seconds, time.monotonic()
        if every is not None and card.streamed_at is not None and now - card.streamed_at < every:
            raise ApiTrouble("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
        card.streamed_at = now
        whole = content if body.get("isFull") else card.data.get(key, "") + content
        self._cards.write(card, {key: whole}, {}, {"updateCardDataByKey": True})
        return {"success": True, "result": True}

    async def register(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/card/callbacks/register -> {success, result: {callbackUrl, apiSecret}}."""
        body = call.json()
        key, url, routes = body.get("callbackRouteKey"), body.get("callbackUrl"), call.caller.card_routes
        if not key or not str(url).startswith(("http://", "https://")):
            raise ApiTrouble("param.callbackUrlInvalid", "callbackUrl 无效")
        if key in routes and not body.get("forceUpdate"):
            raise ApiTrouble("param.callbackRouteKeyExist", "callbackRouteKey 已存在")
        routes[key] = CardRoute(url=str(url), api_secret=str(body.get("apiSecret") or ""))
        return {"success": True, "result": {"callbackUrl": url, "apiSecret": routes[key].api_secret}}

    def _add_spaces(self, card: Card, body: Mapping[str, Any]) -> None:
        for space, name in SPACES.items():
            model = body.get(f"{name}OpenSpaceModel")
            if model is None:
                continue
            if not isinstance(model, dict) or (space.startswith("IM_") and "supportForward" not in model):
                raise ApiTrouble("param.spaceModelInvalid", f"{name}OpenSpaceModel.supportForward 不能为空")
            card.spaces.add(space)

    def _deliver(self, card: Card, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        results = []
        for space, space_id in _spaces(body, self._ground.limits.open_space_id):
            result = {"spaceType": space, "spaceId": space_id, "success": True, "carrierId": "", "errorMsg": ""}
            try:
                result["carrierId"] = self._deliver_into(card, space, space_id, body)
            except NotDelivered as reason:
                result |= {"success": False, "errorMsg": str(reason)}
            results.append(result)
        return results

    def _deliver_into(self, card: Card, space: str, space_id: str, body: Mapping[str, Any]) -> str:
        model = body.get(f"{SPACES.get(space, '')}OpenDeliverModel")
        if not isinstance(model, dict):
            raise NotDelivered(f"deliver model of {space} is missing")
        if space not in card.spaces:
            raise NotDelivered(f"space model of {space} is missing")
        bubble = self._show(card, space, space_id, model)
        carrier = self._ground.fresh("pqk-card-")
        card.deliveries.append(Delivery(bubble=bubble, space_type=space, space_id=space_id, carrier=carrier))
        group = bubble.chat if bubble.chat in self._ground.groups else ""
        self._robot.show_key(carrier, card.app.robot_code, group, [bubble])
        return carrier

    def _show(self, card: Card, space: str, space_id: str, model: Mapping[str, Any]) -> Bubble:
        if space == "IM_ROBOT":
            if model.get("spaceType") != "IM_ROBOT":
                raise NotDelivered("spaceType is illegal")
            self._check_robot(card, model)
            account = self._cards.account(card, space_id)
            if account is None or not self._ground.people[account].active:
                raise NotDelivered("spaceId is illegal")
            return self._cards.show(card, account, None, {})
        gone = space_id not in self._ground.groups or space_id in self._ground.conditions.disbanded_groups
        if space not in ("IM_GROUP", "ONE_BOX") or gone:
            raise NotDelivered("spaceId is illegal")
        if space == "ONE_BOX":
            return self._cards.show(card, space_id, None, {"top": True})
        self._check_robot(card, model)
        members = self._ground.audience(space_id)
        chosen = {self._cards.account(card, user_id) for user_id in model.get("recipients") or ()}
        seen_by = tuple(account for account in members if account in chosen) if chosen else None
        at = [self._cards.account(card, user_id) for user_id in model.get("atUserIds") or {} if user_id != "@ALL"]
        return self._cards.show(card, space_id, seen_by, {"at": [account for account in at if account in members]})

    def _check_robot(self, card: Card, model: Mapping[str, Any]) -> None:
        if model.get("robotCode", card.app.robot_code) != card.app.robot_code:
            raise NotDelivered("robotCode is illegal")


def _spaces(body: Mapping[str, Any], limit: int) -> list[tuple[str, str]]:
    """Types and ids of an `openSpaceId`, in its order."""
    text = body.get("openSpaceId")
    if not isinstance(text, str) or not text.lower().startswith(PREFIX) or len(text) > limit:
        raise ApiTrouble("param.openSpaceIdInvalid", "openSpaceId 无效")
    spaces = []
    for part in text[len(PREFIX) :].split(";"):
        kind, _, space_id = part.removeprefix(PREFIX).partition(".")
        spaces.append((kind.upper(), space_id))
    return spaces
