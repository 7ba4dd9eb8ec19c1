"""What happens when a person presses a button of a card: the callback, its deadline, its answer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.dingtalk.cards import SUBMIT, Card, Cards, check_variables, param_map
from bot.playground.dingtalk.corp import TemplateButton, filled
from bot.playground.dingtalk.frames import CARD, Push
from bot.playground.dingtalk.gateway import Gateway
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.pushes import HttpPushes
from bot.playground.dingtalk.troubles import ApiTrouble
from bot.playground.platform import Bubble

FAILED = "操作失败，请稍后再试"
"""The hint a client shows when the callback was not answered."""


class Presses:
    """Card callbacks.

    Source: protocols/dingtalk.md 6.6, 6.7.
    """

    def __init__(self, ground: Ground, cards: Cards, gateway: Gateway, pushes: HttpPushes) -> None:
        self._ground = ground
        self._cards = cards
        self._gateway = gateway
        self._pushes = pushes

    async def press(
        self, account: str, card: Card, bubble: Bubble, button: str, choices: Mapping[str, Sequence[str]]
    ) -> None:
        """Press the button with this key, text or action; a link opens on the device and the service hears nothing.

        Args:
            choices: what is entered in the card's form, by field; more than one value for fields with several. The
                form's own button sends all fields; another button sends them only if there are choices.

        Raises:
            KeyError: the card shows this person no such button.
        """
        if any(button == link["text"] for link in card.links(account)):
            return
        callback = self._callback(account, card, bubble, self._action(account, card, button, choices))
        answer = await self._ask(card, callback)
        if answer is None:
            self._hint(account, bubble)
        else:
            self._apply(account, card, bubble, answer)

    def _action(self, account: str, card: Card, button: str, choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """`actionIds` and `params` of the press."""
        variables = card.variables(account)
        submit = {"key": card.template.form_key, "text": SUBMIT}
        if submit in card.buttons(account) and button in submit.values():
            params = {name: filled(value, variables) for name, value in card.template.form_params.items()}
            return {"actionIds": [submit["key"]], "params": params | {"form": _entered(variables["form"], choices)}}
        form = {"form": _entered(variables.get("form", ""), choices)} if choices else {}
        pressed = self._find(card, account, button, variables)
        params = {name: filled(value, variables) for name, value in pressed.params.items()}
        return {"actionIds": [pressed.key], "params": {**params, **form}}

    @staticmethod
    def _find(card: Card, account: str, button: str, variables: Mapping[str, str]) -> TemplateButton:
        shown = {entry["key"] for entry in card.buttons(account)}
        for one in card.template.buttons:
            names = (one.key, filled(one.text, variables), filled(one.params.get("action", ""), variables))
            if one.key in shown and button in names:
                return one
        raise KeyError(f"no button {button}")

    def _callback(self, account: str, card: Card, bubble: Bubble, action: Mapping[str, Any]) -> dict[str, Any]:
        delivery = next(one for one in card.deliveries if one.bubble is bubble)
        content = json.dumps({"cardPrivateData": action}, ensure_ascii=False)
        return {
            "type": "actionCallback",
            "outTrackId": card.out_track_id,
            "corpId": self._ground.corp.corp_id,
            "userId": self._ground.union_id(account) if card.user_id_type == 2 else account,
            "userIdType": card.user_id_type,
            "spaceType": delivery.space_type,
            "spaceId": delivery.space_id,
            "extension": "{}",
            "content": content,
            "value": content,
        }

    async def _ask(self, card: Card, callback: Mapping[str, Any]) -> dict[str, Any] | None:
        """The service's answer, `None` when there was none in time."""
        if card.callback_type == "HTTP":
            return await self._pushes.card(card.app.card_routes[card.route_key], callback)
        if card.callback_type != "STREAM":
            return None
        push = Push.about(card.app.client_id, CARD, callback)
        await self._gateway.send(push)
        ack = await self._gateway.answered(push, self._ground.limits.card_answer_seconds)
        if ack is None or ack.code != 200 or not isinstance(ack.data, dict):
            return None
        response = ack.data.get("response")
        return response if isinstance(response, dict) else {}

    def _apply(self, account: str, card: Card, bubble: Bubble, answer: Mapping[str, Any]) -> None:
        limits = self._ground.limits
        try:
            public, private = (
                check_variables(card.template, param_map(answer[part]), limits) if part in answer else None
                for part in ("cardData", "userPrivateData")
            )
        except ApiTrouble:
            self._hint(account, bubble)
            return
        if public is not None or private is not None:
            own = {} if private is None else {account: private}
            self._cards.write(card, public, own, answer.get("cardUpdateOptions") or {})

    def _hint(self, account: str, bubble: Bubble) -> None:
        self._ground.show(bubble.chat, "notice", {"text": FAILED}, seen_by=[account])


def _entered(form: str, choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The values of a form: plain text, `{index, value}` for a choice of one, lists for several.

    Fields nobody touched, hidden ones among them, have their `defaultValue`.
    """
    try:
        fields = {field["name"]: field for field in json.loads(form or "{}").get("fields", ())}
    except (ValueError, AttributeError, TypeError, KeyError):
        fields = {}
    defaults = {name: [field["defaultValue"]] for name, field in fields.items() if field.get("defaultValue")}
    entered = defaults | {name: list(values) for name, values in choices.items()}
    return {name: _value(fields.get(name, {}), values) for name, values in entered.items()}


def _value(field: Mapping[str, Any], values: list[str]) -> Any:
    options = [option.get("value") for option in field.get("options") or ()]
    if field.get("type") in ("SELECT", "CHECKBOX_GROUP") and values:
        return {"index": options.index(values[0]) if values[0] in options else -1, "value": values[0]}
    if field.get("type") in ("MULTI_SELECT", "MULTI_CHECKBOX_GROUP"):
        places = [options.index(value) if value in options else -1 for value in values]
        return {"index": places, "value": values}
    return values[0] if len(values) == 1 else values
