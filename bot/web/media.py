"""How a kept file is handed to a browser: its type by what it begins with, never as something that could run."""

from urllib.parse import quote

BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n", "image/png", "png"),
    (b"GIF8", "image/gif", "gif"),
    (b"BM", "image/bmp", "bmp"),
    (b"#!AMR", "audio/amr", "amr"),
    (b"OggS", "audio/ogg", "ogg"),
    (b"ID3", "audio/mpeg", "mp3"),
)
USUAL = {"image": ("image/jpeg", "jpg"), "voice": ("audio/amr", "amr"), "video": ("video/mp4", "mp4")}
ANYTHING = ("application/octet-stream", "")


def content_type(kind: str, content: bytes) -> str:
    """The media type of a picture, voice or video; everything else is only to be saved."""
    return _type(kind, content)[0]


def disposition(kind: str, name: str, content: bytes) -> str:
    """The value of Content-Disposition: what people look at and listen to opens in place, the rest is saved."""
    place = "attachment" if kind == "file" else "inline"
    ending = _type(kind, content)[1]
    whole = name if "." in name or not ending else f"{name}.{ending}"
    return f"{place}; filename*=UTF-8''{quote(whole, safe='')}"


def _type(kind: str, content: bytes) -> tuple[str, str]:
    if kind not in USUAL:
        return ANYTHING
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", "webp"
    family = USUAL[kind][0].partition("/")[0]
    known = ((type_, ending) for begin, type_, ending in BEGINNINGS if content.startswith(begin))
    return next((found for found in known if found[0].startswith(family)), USUAL[kind])
