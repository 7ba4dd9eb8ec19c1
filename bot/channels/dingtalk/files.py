"""Files: sent as far as the robot may send them, fetched while their codes are fresh.

Source: protocols/dingtalk.md 2.6, 5.4, 7.7.
"""

import io
import zipfile
from pathlib import PurePath

from bot.channels.dingtalk import wire
from bot.channels.dingtalk.api import FILE_LIMIT, Api
from bot.channels.dingtalk.robot import Address, Robot
from bot.channels.dingtalk.troubles import Kind, Trouble

SENDABLE = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "bmp"})


class Files:
    """Files of one robot."""

    def __init__(self, api: Api, robot: Robot, robot_code: str) -> None:
        self._api = api
        self._robot = robot
        self._code = robot_code

    async def send(self, to: Address, name: str, content: bytes) -> str:
        """Send a file, a picture as a picture, a kind that the robot may not send inside a zip; its processQueryKey.

        Raises:
            Trouble: refused, or larger than 20 MB.
        """
        kind = PurePath(name).suffix.lower().lstrip(".")
        if kind in PICTURES and len(content) <= FILE_LIMIT:
            media = await self._api.upload("image", name, content)
            return await self._robot.send(to, "sampleImageMsg", {"photoURL": media})
        if kind not in SENDABLE:
            name, kind, content = f"{PurePath(name).stem or '文件'}.zip", "zip", zipped(name, content)
        if len(content) > FILE_LIMIT:
            raise Trouble("media/upload", "too large", Kind.NEVER, about="文件超过 20 MB，请拆小后再发")
        media = await self._api.upload("file", name, content)
        return await self._robot.send(to, "sampleFile", {"mediaId": media, "fileName": name, "fileType": kind})

    async def fetch(self, code: str) -> bytes:
        """What a downloadCode stands for.

        Raises:
            Trouble: the code is unknown or has expired, or the file is larger than 20 MB.
        """
        answer = await self._api.call(
            "POST", "/v1.0/robot/messageFiles/download", {"downloadCode": code, "robotCode": self._code}
        )
        return await self._api.download(wire.text(answer.get("downloadUrl")))


def zipped(name: str, content: bytes) -> bytes:
    """A zip that holds one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
