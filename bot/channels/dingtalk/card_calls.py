"""Interactive cards of our template: sent once under our own id, changed in place.

Source: protocols/dingtalk.md 6.2-6.7.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.dingtalk import wire
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.cards import status, variables
from bot.channels.dingtalk.robot import Address
from bot.channels.dingtalk.troubles import Kind, Trouble
from bot.config import DingTalkConfig
from handlers.dialogue.card import Card

CREATE = "/v1.0/card/instances/createAndDeliver"


class NotDelivered(Exception):
    """The card was made but the conversation did not take it: nobody sees it, and its id is used up."""


class CardCalls:
    """The card calls of one app. Presses come back the way the robot's messages do (`mode`)."""

    def __init__(self, api: Api, config: DingTalkConfig, *, name: str, site: str) -> None:
        self._api = api
        self._config = config
        self._route = f"gendan-{name}"
        self._url = f"{site.rstrip('/')}/hooks/{name}/cards"
        self._registered = False
        self._registering = asyncio.Lock()

    @property
    def usable(self) -> bool:
        """Whether there is a template and a way for presses to come back."""
        way_back = self._config.mode == "stream" or bool(self._config.card_secret.get_secret_value())
        return bool(self._config.card_template_id) and way_back

    async def create(self, to: Address, card: Card, key: str, mentions: Sequence[str] = ()) -> dict[str, Any]:
        """Send the card under the outTrackId `key`; its receipt {"pqk", "rev"}.

        A card that exists already (a repeat after an unknown outcome) counts as sent.

        Raises:
            ValueError: a variable is too long.
            NotDelivered: the platform made the card and delivered it nowhere.
            Trouble: refused.
        """
        body = {
            "cardTemplateId": self._config.card_template_id,
            "outTrackId": key,
            "userIdType": 1,
            "cardData": {"cardParamMap": variables(card, key=key, rev=1)},
            **await self._way_back(),
            **self._space(to, card, mentions),
        }
        try:
            answer = await self._api.call("POST", CREATE, body)
        except Trouble as trouble:
            if trouble.kind is Kind.DONE:
                return {"pqk": "", "rev": 1}
            raise
        results = [wire.document(r) for r in wire.items(wire.document(answer.get("result")).get("deliverResults"))]
        refused = [result for result in results if result.get("success") is not True]
        if refused:
            raise NotDelivered(wire.text(refused[0].get("errorMsg"))[:80])
        return {"pqk": wire.text(results[0].get("carrierId")) if results else "", "rev": 1}

    async def update(self, card: Card, key: str, receipt: Mapping[str, Any]) -> dict[str, Any]:
        """Replace what the card with the outTrackId `key` shows; its receipt, with the next revision.

        Raises:
            ValueError: a variable is too long.
            Trouble: refused; kind MISSING when there is no such card.
        """
        rev = wire.number(receipt.get("rev")) + 1
        body = {
            "outTrackId": key,
            "userIdType": 1,
            "cardData": {"cardParamMap": variables(card, key=key, rev=rev)},
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
        }
        await self._api.call("PUT", "/v1.0/card/instances", body)
        return {"pqk": wire.text(receipt.get("pqk")), "rev": rev}

    async def _way_back(self) -> dict[str, str]:
        """How presses reach us; over HTTP our address is registered first, once."""
        if self._config.mode == "stream":
            return {"callbackType": "STREAM"}
        async with self._registering:
            if not self._registered:
                await self._register()
                self._registered = True
        return {"callbackType": "HTTP", "callbackRouteKey": self._route}

    async def _register(self) -> None:
        body = {
            "callbackRouteKey": self._route,
            "callbackUrl": self._url,
            "apiSecret": self._config.card_secret.get_secret_value(),
            "forceUpdate": True,
        }
        await self._api.call("POST", "/v1.0/card/callbacks/register", body)

    def _space(self, to: Address, card: Card, mentions: Sequence[str]) -> dict[str, Any]:
        alert = " ".join(filter(None, (card.title, status(card))))[:100]
        model = {
            "supportForward": False,
            "lastMessageI18n": {"ZH_CN": alert},
            "notification": {"alertContent": alert, "notificationOff": False},
        }
        robot = {"robotCode": self._config.robot_code}
        if to.group:
            at = {"atUserIds": {account: account for account in mentions}} if mentions else {}
            return {
                "openSpaceId": f"dtv1.card//IM_GROUP.{to.group}",
                "imGroupOpenSpaceModel": model,
                "imGroupOpenDeliverModel": robot | at,
            }
        return {
            "openSpaceId": f"dtv1.card//IM_ROBOT.{to.user}",
            "imRobotOpenSpaceModel": model,
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", **robot},
        }
