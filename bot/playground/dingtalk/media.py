"""Files: what people send is downloaded by code and one-time address, what the service sends is uploaded first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.playground.dingtalk.call import Call, Upload
from bot.playground.dingtalk.corp import DingTalkApp
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.troubles import ApiTrouble, OapiTrouble

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffffff7f0009fb03"
    "fd05434545ca0000000049454e44ae426082"
)
"""A picture of one point, for people who send one without having one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file as kept."""

    name: str
    kind: str
    content: bytes


class Media:
    """Keeps files.

    Source: protocols/dingtalk.md 2.6, 7.7.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.files: dict[str, Stored] = {}
        self._codes: dict[str, tuple[str, str, datetime]] = {}
        self._addresses: dict[str, tuple[str, datetime]] = {}

    def keep(self, name: str, kind: str, content: bytes) -> str:
        """Keep a file; its media_id, such as `@lAD...`."""
        media_id = self._ground.fresh("@lAD")
        self.files[media_id] = Stored(name=name, kind=kind, content=content)
        return media_id

    def of_person(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a person sends without its `content`, which is kept (a picture of one point if there is none).

        Returns the body with `name`, `media_id` and `size` (bytes).
        """
        media_id = str(body.get("media_id", ""))
        if media_id not in self.files:
            content = body.get("content", PIXEL)
            media_id = self.keep(str(body.get("name", kind)), kind, content if isinstance(content, bytes) else PIXEL)
        shown = {name: value for name, value in body.items() if name != "content"}
        stored = self.files[media_id]
        return shown | {"name": stored.name, "media_id": media_id, "size": len(stored.content)}

    def download_code(self, app: DingTalkApp, media_id: str) -> str:
        """A code the app's robot can download the file with."""
        code = self._ground.fresh("dc-")
        self._codes[code] = (media_id, app.robot_code, self._ground.now() + self._ground.limits.download_code_life)
        return code

    def alias(self, code: str) -> str:
        """A second code for the same file."""
        other = f"p{code}"
        self._codes[other] = self._codes[code]
        return other

    async def download(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/robot/messageFiles/download {downloadCode, robotCode} -> {downloadUrl}."""
        body = call.json()
        media_id, robot_code, until = self._codes.get(str(body.get("downloadCode")), ("", "", self._ground.now()))
        if self._ground.now() >= until or robot_code != body.get("robotCode") or robot_code != call.caller.robot_code:
            raise ApiTrouble("invalidParameter.robotCode.downloadCode", "downloadCode无效")
        key = self._ground.fresh("f-")
        self._addresses[key] = (media_id, self._ground.now() + self._ground.limits.download_url_life)
        return {"downloadUrl": self._ground.url(f"/files/{key}")}

    async def fetch(self, request: web.Request) -> web.Response:
        """GET /files/{key}: the file, once; 404 when unknown, used or expired."""
        media_id, until = self._addresses.pop(request.match_info["key"], ("", self._ground.now()))
        if self._ground.now() >= until:
            return web.Response(status=404, text="NoSuchKey")
        return web.Response(body=self.files[media_id].content, content_type="application/octet-stream")

    async def upload(self, call: Call) -> dict[str, Any]:
        """POST oapi /media/upload, multipart `type` and `media` -> {media_id, created_at, type}."""
        kind, part = str(call.form.get("type") or call.query("type")), call.form.get("media")
        if kind not in ("image", "voice", "video", "file"):
            raise OapiTrouble(40004, "不合法的媒体文件类型")
        if not isinstance(part, Upload) or not part.name:
            raise OapiTrouble(400002, "缺少media文件")
        limits = self._ground.limits
        if len(part.content) > (limits.voice_bytes if kind == "voice" else limits.media_bytes):
            raise OapiTrouble(40006, "不合法的文件大小")
        created = int(self._ground.now().timestamp() * 1000)
        return {"media_id": self.keep(part.name, kind, part.content), "created_at": created, "type": kind}
