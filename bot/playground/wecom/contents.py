"""The simple kinds of message: what is accepted, what is cut, and how it looks (protocol 5.3, 5.8, 5.10)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.playground.platform import BubbleKind
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.results import ApiError

CONFIDENTIAL = (".txt", ".pdf", ".doc", ".docx", ".ppt", ".pptx", ".xls", ".xlsx", ".xml")
CONFIDENTIAL_PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".gif")

TO_MEMBERS = frozenset(
    ("text", "markdown", "textcard", "news", "mpnews", "image", "voice", "video", "file", "miniprogram_notice")
)
TO_APPCHAT = TO_MEMBERS - {"miniprogram_notice"}
TO_WEBHOOK = frozenset(("text", "markdown", "markdown_v2", "news", "file", "voice"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A message as screens show it."""

    kind: BubbleKind
    body: dict[str, Any]


class Contents:
    """Reads the object of one message sent to `path`; `webhook` is the key of the webhook it came through."""

    def __init__(self, ground: Ground, media: MediaStore, path: str, *, webhook: str | None = None) -> None:
        self._ground = ground
        self._media = media
        self._path = path
        self._webhook = webhook

    def read(self, message: dict[str, Any], kinds: Collection[str]) -> Look:
        """The message as it will be shown.

        Raises:
            ApiError: 40008 unknown kind, 40035 wrong JSON type, and what the kind refuses.
        """
        kind = message.get("msgtype")
        if not isinstance(kind, str) or kind not in kinds:
            raise ApiError(40008)
        part = message.get(kind)
        if part is None:
            raise ApiError(44004, f"{kind} is missing")
        if not isinstance(part, dict):
            raise ApiError(40035, f"{kind} is not an object")
        self._check_safe(message, kind, part)
        return self.READERS[kind](self, part)

    def _check_safe(self, message: dict[str, Any], kind: str, part: dict[str, Any]) -> None:
        safe = message.get("safe", 0)
        if isinstance(safe, bool) or safe not in (0, 1, 2):
            raise ApiError(40035, "safe is not 0, 1 or 2")
        if safe and kind not in ("text", "image", "video", "file", "mpnews"):
            raise ApiError(40074)
        if safe == 2 and kind != "mpnews":
            raise ApiError(40035, "safe is not 0 or 1")
        if safe == 1 and kind == "file":
            name = self._media.use(part.get("media_id"), "file").name.lower()
            if not name.endswith(CONFIDENTIAL + CONFIDENTIAL_PICTURES):
                raise ApiError(40005)

    def _text(self, part: dict[str, Any]) -> Look:
        content = self._content(part)
        if self._webhook is not None:
            self._limit(content, self._ground.limits.webhook_text_bytes)
        else:
            content = self._cut(content, self._ground.limits.text_bytes, "text.content")
        mentioned: list[str] = []
        for key in ("mentioned_list", "mentioned_mobile_list"):
            listed = part.get(key, [])
            if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
                raise ApiError(40035, f"{key} is not an array of strings")
            mentioned += listed
        return Look(kind="text", body={"text": content, **({"mentioned": mentioned} if mentioned else {})})

    def _markdown(self, part: dict[str, Any]) -> Look:
        limits = self._ground.limits
        content = self._content(part)
        self._limit(content, limits.markdown_bytes if self._webhook is None else limits.webhook_markdown_bytes)
        return Look(kind="markdown", body={"text": content})

    def _textcard(self, part: dict[str, Any]) -> Look:
        title = self._cut(self._required(part, "title", 41016), 128, "textcard.title")
        description = self._cut(self._required(part, "description", 41033), 512, "textcard.description")
        url = self._url(part, required=True)
        label = part.get("btntxt", "详情")
        if not isinstance(label, str):
            raise ApiError(40035, "btntxt is not a string")
        body = {"title": title, "description": description, "url": url, "btntxt": label[:4]}
        return Look(kind="link", body=body)

    def _news(self, part: dict[str, Any]) -> Look:
        articles = [self._article(each) for each in self._articles(part)]
        return Look(kind="link", body={**articles[0], "articles": articles})

    def _articles(self, part: dict[str, Any]) -> list[dict[str, Any]]:
        articles = part.get("articles")
        if not isinstance(articles, list) or not all(isinstance(each, dict) for each in articles):
            raise ApiError(40035, "articles is not a list of objects")
        if not articles:
            raise ApiError(44004)
        if len(articles) > 8:
            raise ApiError(45008)
        return articles

    def _article(self, article: dict[str, Any]) -> dict[str, Any]:
        return {
            "title": self._cut(self._required(article, "title", 41016), 128, "news.title"),
            "description": self._cut(self._optional(article, "description"), 512, "news.description"),
            "url": self._url(article, required="appid" not in article),
            "picurl": self._optional(article, "picurl"),
        }

    def _mpnews(self, part: dict[str, Any]) -> Look:
        articles = []
        for article in self._articles(part):
            title = self._cut(self._required(article, "title", 41016), 128, "mpnews.title")
            self._media.use(article.get("thumb_media_id"), "image")
            content = self._required(article, "content", 44004)
            self._limit(content, 666 * 1024)
            digest = self._cut(self._optional(article, "digest"), 512, "mpnews.digest")
            url = self._optional(article, "content_source_url")
            articles.append({"title": title, "description": digest, "url": url, "content": content})
        return Look(kind="link", body={**articles[0], "articles": articles})

    def _image(self, part: dict[str, Any]) -> Look:
        return self._medium("image", part)

    def _voice(self, part: dict[str, Any]) -> Look:
        return self._medium("voice", part)

    def _file(self, part: dict[str, Any]) -> Look:
        return self._medium("file", part)

    def _video(self, part: dict[str, Any]) -> Look:
        look = self._medium("video", part)
        look.body["title"] = self._cut(self._optional(part, "title"), 128, "video.title")
        look.body["description"] = self._cut(self._optional(part, "description"), 512, "video.description")
        return look

    def _medium(self, kind: BubbleKind, part: dict[str, Any]) -> Look:
        medium = self._media.use(part.get("media_id"), kind, webhook=self._webhook)
        return Look(kind=kind, body={"name": medium.name, "media_id": medium.id, "size": len(medium.content)})

    def _miniprogram(self, part: dict[str, Any]) -> Look:
        self._required(part, "appid", 40063)
        title = self._required(part, "title", 41016)
        rows = part.get("content_item", [])
        if not isinstance(rows, list) or len(rows) > 10 or not all(isinstance(row, dict) for row in rows):
            raise ApiError(40035, "content_item is no list of at most 10 objects")
        if not 4 <= len(title) <= 12:
            raise ApiError(40058, "title needs 4 to 12 characters")
        for row in rows:
            if len(self._required(row, "key", 40063)) > 10 or len(self._required(row, "value", 40063)) > 30:
                raise ApiError(40058, "content_item is too long")
        return Look(
            kind="link", body={"title": title, "description": self._optional(part, "description"), "rows": rows}
        )

    def _content(self, part: dict[str, Any]) -> str:
        return self._required(part, "content", 44004)

    def _required(self, part: dict[str, Any], key: str, code: int) -> str:
        value = self._optional(part, key)
        if not value:
            raise ApiError(code)
        return value

    def _optional(self, part: dict[str, Any], key: str) -> str:
        value = part.get(key) if part.get(key) is not None else ""
        if not isinstance(value, str):
            raise ApiError(40035, f"{key} is not a string")
        return value

    def _url(self, part: dict[str, Any], *, required: bool) -> str:
        url = self._required(part, "url", 40063) if required else self._optional(part, "url")
        if len(url.encode()) > 2048:
            raise ApiError(40039)
        if url and not url.startswith(("http://", "https://")):
            raise ApiError(40094)
        return url

    def _limit(self, content: str, most: int) -> None:
        if len(content.encode()) > most:
            raise ApiError(45002)

    def _cut(self, value: str, most: int, field: str) -> str:
        return self._ground.cut(value, most, path=self._path, field=field)

    READERS: ClassVar[dict[str, Callable[["Contents", dict[str, Any]], Look]]] = {
        "text": _text,
        "markdown": _markdown,
        "markdown_v2": _markdown,
        "textcard": _textcard,
        "news": _news,
        "mpnews": _mpnews,
        "image": _image,
        "voice": _voice,
        "video": _video,
        "file": _file,
        "miniprogram_notice": _miniprogram,
    }
