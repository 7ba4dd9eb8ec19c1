"""What an app answers at once to a callback, shown to the member (protocol 3.4, 3.5)."""

from collections.abc import Callable
from typing import Any, ClassVar
from xml.etree.ElementTree import Element

from bot.playground.wecom import xml
from bot.playground.wecom.card_store import CardStore, Task
from bot.playground.wecom.cards import check_card
from bot.playground.wecom.contents import Look
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.passive_cards import card_from_xml
from bot.playground.wecom.replies import BadReply
from bot.playground.wecom.results import ApiError

ANSWERABLE = frozenset(
    (
        "",
        "subscribe",
        "enter_agent",
        "LOCATION",
        "click",
        "view",
        "view_miniprogram",
        "scancode_waitmsg",
        "template_card_menu_event",
    )
)
"""Events that accept a message as answer; "" is an ordinary message."""

UPDATES = ("update_button", "update_template_card")


class AppReplies:
    """Shows passive replies; a bad one raises `BadReply` and shows nothing."""

    def __init__(self, ground: Ground, media: MediaStore, cards: CardStore) -> None:
        self._ground = ground
        self._media = media
        self._cards = cards

    def show(self, app: WeComApp, account: str, plain: str, *, event: str = "", task: Task | None = None) -> None:
        """Show the reply `plain` to `account`.

        Args:
            event: the event it answers; empty for a message.
            task: of the card that was pressed.

        Raises:
            BadReply: names not swapped, a kind this callback does not accept, or refused contents.
        """
        try:
            root = xml.parse(plain)
        except xml.BadXml as error:
            raise BadReply(f"no XML: {error}") from error
        kind = self._checked_kind(root, account, event)
        try:
            if kind in UPDATES:
                self._update(root, kind, account, task)
            else:
                self._message(root, kind, app, account)
        except ApiError as error:
            raise BadReply(f"{error.code} {error}") from error

    def _checked_kind(self, root: Element, account: str, event: str) -> str:
        if xml.content(root, "ToUserName") != account or xml.content(root, "FromUserName") != self._ground.corp.corp_id:
            raise BadReply("ToUserName and FromUserName are not swapped")
        if not xml.content(root, "CreateTime").isdigit():
            raise BadReply("CreateTime is no number")
        kind = xml.content(root, "MsgType")
        if kind in UPDATES and event in ("template_card_event", "template_card_menu_event"):
            return kind
        if kind not in self.READERS or event not in ANSWERABLE:
            raise BadReply(f"{kind or 'nothing'} is no answer to {event or 'a message'}")
        return kind

    def _update(self, root: Element, kind: str, account: str, task: Task | None) -> None:
        if task is None or not self._ground.limits.passive_card_update:
            return
        if kind == "update_button":
            words = xml.content(root, "Button/ReplaceName")
            if not words:
                raise BadReply("Button/ReplaceName is empty")
            self._cards.close(task, (account,), words)
            return
        element = root.find("TemplateCard")
        checked = check_card(card_from_xml(element) if element is not None else None, updating=True)
        self._cards.replace(task, (account,), self._cards.accept(checked))

    def _message(self, root: Element, kind: str, app: WeComApp, account: str) -> None:
        look = self.READERS[kind](self, root)
        chat = self._ground.chat_of(app, account)
        self._ground.show(chat=chat, kind=look.kind, body=look.body, seen_by=(account,))

    def _text(self, root: Element) -> Look:
        content = xml.content(root, "Content")
        if not content:
            raise ApiError(44004)
        return Look(kind="text", body={"text": self._cut(content, self._ground.limits.text_bytes, "Content")})

    def _image(self, root: Element) -> Look:
        return Look(kind="image", body=self._medium(xml.content(root, "Image/MediaId"), "image"))

    def _voice(self, root: Element) -> Look:
        return Look(kind="voice", body=self._medium(xml.content(root, "Voice/MediaId"), "voice"))

    def _video(self, root: Element) -> Look:
        body = self._medium(xml.content(root, "Video/MediaId"), "video")
        title = self._cut(xml.content(root, "Video/Title"), 128, "Video/Title")
        description = self._cut(xml.content(root, "Video/Description"), 512, "Video/Description")
        return Look(kind="video", body={**body, "title": title, "description": description})

    def _medium(self, media_id: str, kind: str) -> dict[str, Any]:
        medium = self._media.use(media_id, kind)
        return {"name": medium.name, "media_id": medium.id, "size": len(medium.content)}

    def _news(self, root: Element) -> Look:
        items = root.findall("Articles/item")
        if not items or xml.content(root, "ArticleCount") != str(len(items)):
            raise BadReply("ArticleCount differs from the articles")
        articles = [self._article(item) for item in items]
        return Look(kind="link", body={**articles[0], "articles": articles})

    def _article(self, item: Element) -> dict[str, Any]:
        return {
            "title": self._cut(xml.content(item, "Title"), 128, "Title"),
            "description": self._cut(xml.content(item, "Description"), 512, "Description"),
            "url": xml.content(item, "Url"),
            "picurl": xml.content(item, "PicUrl"),
        }

    def _cut(self, value: str, most: int, field: str) -> str:
        return self._ground.cut(value, most, path="passive reply", field=field)

    READERS: ClassVar[dict[str, Callable[["AppReplies", Element], Look]]] = {
        "text": _text,
        "image": _image,
        "voice": _voice,
        "video": _video,
        "news": _news,
    }
