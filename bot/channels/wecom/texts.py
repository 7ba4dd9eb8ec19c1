"""Text within the platform's limits: counted in bytes, cut between characters, free of markup nobody meant.

Source: protocols/wecom.md 5.3, 5.13, 8.3 (WeCom documentation 90236, 99110, 101031).
"""

import re

TEXT_BYTES = 2048
WEBHOOK_MARKDOWN_BYTES = 4096
BOT_BYTES = 20480
MOST_PARTS = 5

LINK = re.compile(r"<(?=\s*/?\s*a\b|@)", re.IGNORECASE)
INLINE = str.maketrans({"<": "＜", "[": "［", "]": "］", "`": "｀", "*": "＊", "|": "｜", "~": "～"})
AT_LINE_START = re.compile(r"^(\s*)([>#])", re.MULTILINE)
LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
WIDE = {">": "＞", "#": "＃"}


def plain(text: str) -> str:
    """Text for a `text` message: what looks like a link or a mention stays words."""
    return LINK.sub("＜", text)


def markdown(text: str) -> str:
    """Text for a markdown message: marks become their full-width twins, since no dialect documents an escape."""
    flat = LOOSE_UNDERSCORE.sub("＿", text.translate(INLINE))
    return AT_LINE_START.sub(lambda found: found[1] + WIDE[found[2]], flat)


def html(text: str) -> str:
    """Text for a textcard's description."""
    return text.replace("<", "＜").replace(">", "＞").replace("\n", "<br>")


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def head(text: str, limit: int) -> str:
    """As much of the text as fits into `limit` bytes, whole characters only."""
    return text.encode("utf-8", "replace")[:limit].decode(errors="ignore")


def shortened(text: str, limit: int) -> str:
    """The text within `limit` bytes, ending in … when something is missing."""
    return text if size(text) <= limit else head(text, limit - size("…")) + "…"


def numbered(text: str, limit: int = TEXT_BYTES) -> tuple[str, ...]:
    """The text as parts of at most `limit` bytes, marked (1/3) when there are several.

    Empty when there would be more than five: then it is better sent as a file.
    """
    if size(text) <= limit:
        return (text,)
    parts: list[str] = []
    rest = text
    while rest and len(parts) <= MOST_PARTS:
        part = _first(rest, limit - len("(1/5)\n"))
        parts.append(part.strip("\n"))
        rest = rest[len(part) :]
    if len(parts) > MOST_PARTS:
        return ()
    return tuple(f"({number}/{len(parts)})\n{part}" for number, part in enumerate(parts, 1))


def _first(text: str, limit: int) -> str:
    part = head(text, limit)
    if len(part) == len(text):
        return part
    line_end = part.rfind("\n")
    return part[: line_end + 1] if line_end > len(part) // 2 else part
