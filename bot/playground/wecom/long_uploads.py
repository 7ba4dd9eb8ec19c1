"""Files that bots upload over the long connection, chunk by chunk (protocol 5.12)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.playground.wecom.ground import Ground
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.quotas import HOUR, MINUTE, Windows
from bot.playground.wecom.results import ApiError

LIFE = timedelta(minutes=30)
CHUNKS = 100
CHUNK_BYTES = 512 * 1024


@dataclass(slots=True, kw_only=True)
class Upload:
    """One file on its way; chunks by their index."""

    bot_id: str
    facts: dict[str, Any]
    begun: datetime
    chunks: dict[int, bytes] = field(default_factory=dict)


class LongUploads:
    """All files on their way."""

    def __init__(self, ground: Ground, media: MediaStore) -> None:
        self._ground = ground
        self._media = media
        self._windows = Windows(ground.now)
        self._uploads: dict[str, Upload] = {}

    def do(self, bot_id: str, command: str, body: dict[str, Any]) -> dict[str, Any]:
        """`aibot_upload_media_init`, `_chunk` or `_finish`; the body of its answer.

        Raises:
            ApiError: 40035, 40058 (size or md5 differ), 45009, and those of media.
        """
        if command == "aibot_upload_media_init":
            return self._begin(bot_id, body)
        upload = self._uploads.get(str(body.get("upload_id")))
        if upload is None or upload.bot_id != bot_id or self._ground.now() >= upload.begun + LIFE:
            raise ApiError(40035, "upload_id is unknown or expired")
        return self._take(upload, body) if command == "aibot_upload_media_chunk" else self._finish(upload, body)

    def _begin(self, bot_id: str, body: dict[str, Any]) -> dict[str, Any]:
        chunks = body.get("total_chunks")
        if not isinstance(chunks, int) or not 1 <= chunks <= CHUNKS:
            raise ApiError(40035, f"total_chunks is 1 to {CHUNKS}")
        limits = self._ground.limits
        if not self._windows.take(bot_id, (MINUTE, limits.long_per_minute), (HOUR, limits.long_per_hour)):
            raise ApiError(45009)
        upload_id = self._ground.id("UP")
        self._uploads[upload_id] = Upload(bot_id=bot_id, facts=body, begun=self._ground.now())
        return {"upload_id": upload_id}

    def _take(self, upload: Upload, body: dict[str, Any]) -> dict[str, Any]:
        index = body.get("chunk_index")
        if not isinstance(index, int) or not 0 <= index <= upload.facts["total_chunks"]:
            raise ApiError(40035, "chunk_index is out of range")
        try:
            chunk = base64.b64decode(str(body.get("base64_data")), validate=True)
        except binascii.Error as error:
            raise ApiError(40035, "base64_data is not base64") from error
        if len(chunk) > CHUNK_BYTES:
            raise ApiError(45001)
        upload.chunks.setdefault(index, chunk)
        return {}

    def _finish(self, upload: Upload, body: dict[str, Any]) -> dict[str, Any]:
        content = b"".join(upload.chunks[index] for index in sorted(upload.chunks))
        facts = upload.facts
        if len(upload.chunks) != facts["total_chunks"] or len(content) != facts.get("total_size"):
            raise ApiError(40058, "chunks are missing, or total_size differs")
        md5 = facts.get("md5")
        if md5 and hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
            raise ApiError(40058, "md5 differs")
        answer = self._media.upload(str(facts.get("type")), str(facts.get("filename", "")), content)
        del self._uploads[str(body["upload_id"])]
        return {key: answer[key] for key in ("type", "media_id", "created_at")}
