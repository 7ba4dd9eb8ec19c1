"""Group webhooks: whoever has the key may write (protocol 5.10)."""

from typing import Any

from bot.playground.platform import Group
from bot.playground.wecom.api import Call, Endpoint
from bot.playground.wecom.card_store import CardStore
from bot.playground.wecom.cards import check_card
from bot.playground.wecom.contents import TO_WEBHOOK, Contents, Look
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.media import MediaStore, decoded_picture
from bot.playground.wecom.multipart import uploaded
from bot.playground.wecom.quotas import MINUTE, Windows
from bot.playground.wecom.results import ApiError, ok


class Webhooks:
    """`webhook/send` and `webhook/upload_media`."""

    def __init__(self, ground: Ground, media: MediaStore, cards: CardStore) -> None:
        self._ground = ground
        self._media = media
        self._cards = cards
        self._windows = Windows(ground.now)

    def endpoints(self) -> dict[str, Endpoint]:
        """The paths served here."""
        return {
            "webhook/send": Endpoint("POST", "nobody", lambda call: self.send(call.asked("key"), call.body())),
            "webhook/upload_media": Endpoint("POST", "nobody", self.upload),
        }

    def _group(self, key: str) -> Group:
        group = self._ground.groups.get(self._ground.corp.webhooks.get(key, ""))
        if group is None:
            raise ApiError(93000)
        return group

    def send(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        """`webhook/send`: 93000 wrong key, 45009 after 20 a minute."""
        group = self._group(key)
        look = self._look(key, body)
        if not self._windows.take(key, (MINUTE, self._ground.limits.webhook_per_minute)):
            raise ApiError(45009)
        self._ground.show(chat=group.id, kind=look.kind, body=look.body, seen_by=tuple(group.members))
        return ok()

    def _look(self, key: str, body: dict[str, Any]) -> Look:
        if body.get("msgtype") == "template_card":
            checked = check_card(body.get("template_card"), "webhook")
            return Look(kind="card", body=self._cards.accept(checked))
        if body.get("msgtype") == "image":
            return self._image(body.get("image"))
        return Contents(self._ground, self._media, "webhook/send", webhook=key).read(body, TO_WEBHOOK)

    def _image(self, part: object) -> Look:
        name, content = "图片", decoded_picture(part, self._ground.limits.webhook_image_bytes)
        medium = self._media.add("image", name, content)
        return Look(kind="image", body={"name": name, "media_id": medium.id, "size": len(content)})

    def upload(self, call: Call) -> dict[str, Any]:
        """`webhook/upload_media`: the file works for this webhook only."""
        key = call.asked("key")
        self._group(key)
        name, content = uploaded(call)
        return self._media.upload(call.asked("type"), name, content, webhook=key)
