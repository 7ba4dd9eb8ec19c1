"""Files in multipart bodies (protocol 5.9)."""

import re

from bot.playground.wecom.api import Call
from bot.playground.wecom.results import ApiError


def uploaded(call: Call) -> tuple[str, bytes]:
    """Name and content of the part `media`; names are raw UTF-8, the RFC 5987 form is not understood.

    Raises:
        ApiError: 40035 no multipart body, 44001 no part called `media`, 40063 a part without file name.
    """
    boundary = re.match(r'multipart/form-data;.*boundary="?([^";]+)"?', call.request.headers.get("Content-Type", ""))
    if boundary is None:
        raise ApiError(40035, "body is not multipart/form-data")
    for piece in call.raw.split(b"--" + boundary[1].encode())[1:]:
        head, blank, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode(errors="replace")
        if not blank or not re.search(r'[ ;]name="?media"?(;|\s|$)', headers):
            continue
        name = re.search(r'filename="([^"]+)"', headers)
        if name is None:
            raise ApiError(40063, "filename is missing")
        return name[1], content.removesuffix(b"\r\n")
    raise ApiError(44001)
