"""The calls for files, and the addresses pictures are looked at (protocol 5.9)."""

from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.playground.wecom.api import Call, Endpoint
from bot.playground.wecom.media import MediaStore, content_type
from bot.playground.wecom.multipart import uploaded


class Files:
    """`media/upload`, `media/get`, `media/uploadimg`, and `/wwpic/...`."""

    def __init__(self, media: MediaStore) -> None:
        self._media = media

    def endpoints(self) -> dict[str, Endpoint]:
        """The paths served here."""
        return {
            "media/upload": Endpoint("POST", "app", self.upload),
            "media/get": Endpoint("GET", "app", self.get),
            "media/uploadimg": Endpoint("POST", "app", self.upload_picture),
        }

    def upload(self, call: Call) -> dict[str, Any]:
        """`media/upload`."""
        name, content = uploaded(call)
        return self._media.upload(call.asked("type"), name, content)

    def upload_picture(self, call: Call) -> dict[str, Any]:
        """`media/uploadimg`."""
        name, content = uploaded(call)
        return self._media.upload_picture(name, content)

    def get(self, call: Call) -> web.Response:
        """`media/get`: the bytes; refusals are JSON."""
        medium = self._media.use(call.asked("media_id"))
        headers = {"Content-Disposition": f'attachment; filename="{quote(medium.name)}"'}
        return web.Response(body=medium.content, content_type=content_type(medium), headers=headers)

    async def picture(self, request: web.Request) -> web.Response:
        """A picture at its address, for everybody who knows it."""
        medium = self._media.picture(request.match_info["key"])
        if medium is None:
            raise web.HTTPNotFound
        return web.Response(body=medium.content, content_type=content_type(medium))
