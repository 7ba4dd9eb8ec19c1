"""Files on the platform: temporary media, permanent pictures, downloads of AI bots (protocol 5.9, 5.10, 2.10)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground.wecom.ground import Ground
from bot.playground.wecom.quotas import Days
from bot.playground.wecom.results import ApiError, ok

KINDS = ("image", "voice", "video", "file")


@dataclass(slots=True, kw_only=True)
class Medium:
    """A file; `webhook` is the key of the only webhook that may use it, None for everybody in the company."""

    id: str
    kind: str
    name: str
    content: bytes
    created: datetime
    webhook: str | None = None


class MediaStore:
    """Temporary media of the company (3 days) and permanent pictures."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._media: dict[str, Medium] = {}
        self._pictures: dict[str, Medium] = {}
        self._days = Days(ground.now)

    def upload(self, kind: str, name: str, content: bytes, *, webhook: str | None = None) -> dict[str, object]:
        """The answer of `media/upload` and `webhook/upload_media`.

        Raises:
            ApiError: 40004, 40005, 40006, 44001, 45001.
        """
        allowed = KINDS if webhook is None else ("file", "voice")
        if kind not in allowed:
            raise ApiError(40004)
        self._check(kind, content)
        medium = self.add(kind, name, content, webhook=webhook)
        created = str(int(medium.created.timestamp()))
        return ok(type=kind, media_id=medium.id, created_at=created)

    def _check(self, kind: str, content: bytes) -> None:
        limits = self._ground.limits
        most = {
            "image": limits.image_bytes,
            "voice": limits.voice_bytes,
            "video": limits.video_bytes,
            "file": limits.file_bytes,
        }[kind]
        if not content:
            raise ApiError(44001)
        if len(content) <= 5:
            raise ApiError(40006, "media is smaller than 6 bytes")
        if len(content) > most:
            raise ApiError(45001)
        if kind != "file" and guess(content) != kind:
            raise ApiError(40005)

    def add(self, kind: str, name: str, content: bytes, *, webhook: str | None = None) -> Medium:
        """Keep a file without checking it, as when a member sends one."""
        medium = Medium(
            id=self._ground.id("3M"),
            kind=kind,
            name=name,
            content=content,
            created=self._ground.now(),
            webhook=webhook,
        )
        self._media[medium.id] = medium
        return medium

    def use(self, media_id: object, *kinds: str, webhook: str | None = None) -> Medium:
        """A file that is still there.

        Raises:
            ApiError: 40007 unknown, expired or another webhook's; 40004 of another kind than `kinds`.
        """
        medium = self._media.get(media_id) if isinstance(media_id, str) else None
        if medium is None or medium.webhook != webhook or self._older(medium, self._ground.limits.media_life):
            raise ApiError(40007)
        if kinds and medium.kind not in kinds:
            raise ApiError(40004)
        return medium

    def _older(self, medium: Medium, life: timedelta) -> bool:
        return self._ground.now() >= medium.created + life

    def upload_picture(self, name: str, content: bytes) -> dict[str, object]:
        """The answer of `media/uploadimg`: an address for ever.

        Raises:
            ApiError: as for media, 45009 after 1000 a day or 3000 a month.
        """
        self._check("image", content)
        limits = self._ground.limits
        if not self._days.take("day", limits.pictures_per_day):
            raise ApiError(45009)
        if not self._days.take("month", limits.pictures_per_month, form="%Y-%m"):
            raise ApiError(45009)
        key = hashlib.sha256(content).hexdigest()[:32]
        self._pictures[key] = Medium(id=key, kind="image", name=name, content=content, created=self._ground.now())
        return ok(url=f"{self._ground.base_url}/wwpic/{key}")

    def picture(self, key: str) -> Medium | None:
        """A picture by the last part of its address: a permanent one, or one a member sent (`PicUrl`)."""
        return self._pictures.get(key) or self._media.get(key)


def guess(content: bytes) -> str:
    """The kind of a file by its first bytes: JPG and PNG, AMR, MP4; anything else is `file`."""
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return "image"
    if content.startswith(b"#!AMR"):
        return "voice"
    return "video" if content[4:8] == b"ftyp" else "file"


def content_type(medium: Medium) -> str:
    """The content type the platform serves a file with."""
    if medium.kind == "image":
        return "image/png" if medium.content.startswith(b"\x89PNG") else "image/jpeg"
    return {"voice": "audio/amr", "video": "video/mp4"}.get(medium.kind, "application/octet-stream")


def decoded_picture(part: object, most: int) -> bytes:
    """The picture in a `{"base64", "md5"}` object, at most `most` bytes.

    Raises:
        ApiError: 40035, 40058 (md5 differs), 45001, 40005.
    """
    if not isinstance(part, dict) or not isinstance(part.get("base64"), str):
        raise ApiError(40035, "image.base64 is missing")
    try:
        content = base64.b64decode(part["base64"], validate=True)
    except binascii.Error as error:
        raise ApiError(40035, "image.base64 is not base64") from error
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != part.get("md5"):
        raise ApiError(40058, "image.md5 differs")
    if len(content) > most:
        raise ApiError(45001)
    if guess(content) != "image":
        raise ApiError(40005)
    return content
