"""Files on either platform, for pictures on the page."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.playground.dingtalk.platform import DingTalkPlatform
from bot.playground.platform import Platform
from bot.playground.wecom.platform import WeComPlatform

Files: TypeAlias = Callable[[str], bytes | None]
"""The content of a file by its media id."""


def files_of(platform: Platform) -> Files:
    """Where the files of this platform are found."""
    if isinstance(platform, WeComPlatform):
        return _wecom(platform)
    if isinstance(platform, DingTalkPlatform):
        return _dingtalk(platform)
    return _nothing


def _wecom(platform: WeComPlatform) -> Files:
    def find(media_id: str) -> bytes | None:
        medium = platform.media.picture(media_id)
        return medium.content if medium else None

    return find


def _dingtalk(platform: DingTalkPlatform) -> Files:
    def find(media_id: str) -> bytes | None:
        stored = platform.media.files.get(media_id)
        return stored.content if stored else None

    return find


def _nothing(media_id: str) -> bytes | None:
    return None


SIGNATURES: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


def picture_type(content: bytes) -> str | None:
    """The content type of a picture by its first bytes; `None` for anything else."""
    return next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)
