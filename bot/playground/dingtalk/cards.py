"""Interactive cards: instances, their data for all and for each, and where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.dingtalk.corp import CardTemplate, DingTalkApp, filled
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.limits import DingTalkLimits
from bot.playground.dingtalk.troubles import ApiTrouble
from bot.playground.platform import Bubble

SUBMIT = "提交"
"""What the form component's own button says."""


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One place a card is shown in; `carrier` is its processQueryKey."""

    bubble: Bubble
    space_type: str
    space_id: str
    carrier: str


@dataclass(slots=True, kw_only=True)
class Card:
    """A card instance. `private` is by account, whatever kind of id the service used.

    Source: protocols/dingtalk.md 6.1, 6.2.
    """

    out_track_id: str
    app: DingTalkApp
    template: CardTemplate
    data: dict[str, str]
    private: dict[str, dict[str, str]] = field(default_factory=dict)
    callback_type: str = ""
    route_key: str = ""
    user_id_type: int = 1
    spaces: set[str] = field(default_factory=set)
    deliveries: list[Delivery] = field(default_factory=list)
    streamed_at: float | None = None

    def variables(self, account: str) -> dict[str, str]:
        """The variables as this person's device has them: private over public data."""
        own = self.private.get(account, {})
        allowed = self.template.private
        return self.data | {name: value for name, value in own.items() if allowed is None or name in allowed}

    def buttons(self, account: str) -> list[dict[str, str]]:
        """Key and text of the buttons this person sees and the service hears of."""
        variables, template = self.variables(account), self.template
        if variables.get(template.shown_while, "true").lower() in ("false", "0", ""):
            return []
        texts = [(button.key, filled(button.text, variables)) for button in template.buttons]
        if template.form_key and variables.get("form"):
            texts.append((template.form_key, SUBMIT))
        return [{"key": key, "text": text} for key, text in texts if text]

    def links(self, account: str) -> list[dict[str, str]]:
        """Text and address of the link buttons this person sees."""
        variables = self.variables(account)
        links = [(filled(text, variables), filled(url, variables)) for text, url in self.template.links.items()]
        return [{"text": text, "url": url} for text, url in links if text and url]

    def body(self, account: str) -> dict[str, Any]:
        """The bubble's body as this person sees it."""
        return {
            "template": self.template.id,
            "outTrackId": self.out_track_id,
            "params": self.variables(account),
            "buttons": self.buttons(account),
            "links": self.links(account),
        }


def param_map(data: Any) -> Any:
    """The `cardParamMap` of a part of a request; whatever else stands there is left for `check_variables` to refuse."""
    return data.get("cardParamMap", {}) if isinstance(data, dict) else data


def check_variables(template: CardTemplate, variables: Any, limits: DingTalkLimits) -> dict[str, str]:
    """The `cardParamMap`, when it is as it must be.

    Raises:
        ApiTrouble: 400 param.*; not an object of strings, or a key, a value or the whole is too long.

    Source: protocols/dingtalk.md 6.5.
    """
    if not isinstance(variables, dict):
        raise ApiTrouble("param.cardParamMapInvalid", "cardParamMap 必须是对象")
    for key, value in variables.items():
        if not isinstance(value, str):
            raise ApiTrouble("param.cardParamMapInvalid", f"变量 {key} 的值必须是字符串")
        longest = limits.card_long_value_bytes if key in template.long_variables else limits.card_value_bytes
        if len(key.encode()) > limits.card_key_bytes or len(value.encode()) > longest:
            raise ApiTrouble("param.cardParamTooLong", f"变量 {key} 超长")
    if sum(len(key.encode()) + len(value.encode()) for key, value in variables.items()) > limits.card_total_bytes:
        raise ApiTrouble("param.cardDataTooLong", "卡片数据超长")
    return dict(variables)


class Cards:
    """All card instances, by app and outTrackId.

    Source: protocols/dingtalk.md 6.2, 6.4.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._cards: dict[tuple[str, str], Card] = {}
        self._by_bubble: dict[str, Card] = {}

    def find(self, app: DingTalkApp, out_track_id: Any) -> Card:
        """The card of the app with this id.

        Raises:
            ApiTrouble: 400 param.cardNotExist.
        """
        card = self._cards.get((app.client_id, str(out_track_id)))
        if card is None:
            raise ApiTrouble("param.cardNotExist", "卡片不存在")
        return card

    def of(self, bubble_id: str) -> Card | None:
        """The card a bubble shows."""
        return self._by_bubble.get(bubble_id)

    def create(self, app: DingTalkApp, body: Mapping[str, Any]) -> Card:
        """A new instance.

        Raises:
            ApiTrouble: 400 param.*; the template or the id is not usable, or the data breaks a limit.
        """
        template = self._template(body)
        out_track_id = body.get("outTrackId")
        if not isinstance(out_track_id, str) or not 1 <= len(out_track_id) <= self._ground.limits.out_track_id:
            raise ApiTrouble("param.outTrackIdInvalid", "outTrackId 无效")
        if (app.client_id, out_track_id) in self._cards:
            raise ApiTrouble("param.cardAlreadyExist", "卡片已存在")
        callback_type = body.get("callbackType", "")
        if callback_type not in ("", "STREAM", "HTTP"):
            raise ApiTrouble("param.callbackTypeInvalid", "callbackType 无效")
        if callback_type == "HTTP" and body.get("callbackRouteKey") not in app.card_routes:
            raise ApiTrouble("param.callbackRouteKeyNotExist", "callbackRouteKey 不存在")
        limits = self._ground.limits
        card = Card(
            out_track_id=out_track_id,
            app=app,
            template=template,
            data=check_variables(template, param_map(body.get("cardData") or {}), limits),
            callback_type=callback_type,
            route_key=str(body.get("callbackRouteKey", "")),
            user_id_type=int(body.get("userIdType") or 1),
        )
        card.private = self.private_data(card, body.get("privateData") or {})
        self._cards[app.client_id, out_track_id] = card
        return card

    def private_data(self, card: Card, entries: Any) -> dict[str, dict[str, str]]:
        """The `privateData` of a request by account.

        Raises:
            ApiTrouble: 400 param.userIdNotExist, or the data breaks a limit.
        """
        if not isinstance(entries, Mapping):
            raise ApiTrouble("param.privateDataInvalid", "privateData 必须是对象")
        found = {}
        for user_id, entry in entries.items():
            account = self.account(card, user_id)
            if account is None:
                raise ApiTrouble("param.userIdNotExist", f"用户不存在：{user_id}")
            found[account] = check_variables(card.template, param_map(entry), self._ground.limits)
        return found

    def account(self, card: Card, user_id: str) -> str | None:
        """The account behind an id of the card's `userIdType`."""
        if card.user_id_type == 2:
            return self._ground.by_union_id(user_id)
        return user_id if user_id in self._ground.people else None

    def write(
        self,
        card: Card,
        data: Mapping[str, str] | None,
        private: Mapping[str, Mapping[str, str]],
        options: Mapping[str, Any],
    ) -> None:
        """Change a card's data and every copy of it on the screens; without the options all is overwritten."""
        if data is not None:
            card.data = (card.data if options.get("updateCardDataByKey") else {}) | dict(data)
        for account, variables in private.items():
            before = card.private.get(account, {}) if options.get("updatePrivateDataByKey") else {}
            card.private[account] = before | dict(variables)
        for delivery in card.deliveries:
            self._draw(card, delivery.bubble)
            self._ground.screens.changed(delivery.bubble)

    def show(self, card: Card, chat: str, seen_by: tuple[str, ...] | None, more: Mapping[str, Any]) -> Bubble:
        """Show the card in a chat."""
        bubble = self._ground.show(chat, "card", card.body("") | dict(more), seen_by=seen_by)
        self._by_bubble[bubble.id] = card
        self._draw(card, bubble)
        return bubble

    def _draw(self, card: Card, bubble: Bubble) -> None:
        bubble.body = {**bubble.body, **card.body("")}
        bubble.overrides = {
            account: {**bubble.body, **card.body(account)} for account in card.private if account in bubble.seen_by
        }

    def _template(self, body: Mapping[str, Any]) -> CardTemplate:
        template = self._ground.templates.get(str(body.get("cardTemplateId")))
        if template is None:
            raise ApiTrouble("param.templateNotExist", "模板不存在")
        if not template.published:
            raise ApiTrouble("param.templateUnpublished", "模板未发布")
        return template
