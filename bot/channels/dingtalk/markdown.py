"""DingTalk's small markdown: other people's text made harmless, line breaks, links.

Source: protocols/dingtalk.md 5.4, 6.14.
"""

import re
from urllib.parse import quote

_LOOKALIKES = str.maketrans("[]<>*_`~|", "［］＜＞＊＿｀～｜")
_HEADING = re.compile(r"^(\s*)(#+)", re.MULTILINE)
BREAK = "  \n  "


def escaped(text: str) -> str:
    """Text that shows as it is.

    Whether clients honour backslashes is not documented, so characters that mark up are replaced by their full-width
    forms: a customer called `[x](http://evil)` stays a name, `##` at the start of a line no heading, `3*4*5` upright.
    """
    safe = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LOOKALIKES)
    return _HEADING.sub(lambda mark: mark[1] + "＃" * len(mark[2]), safe)


def broken(text: str) -> str:
    """Text whose line feeds show: a single one is ignored unless spaces stand on both sides."""
    return re.sub(r"[ \t]*\n[ \t]*", BREAK, text)


def plain(text: str) -> str:
    """Somebody's text as markdown that shows exactly it."""
    return broken(escaped(text))


def link(text: str, address: str) -> str:
    """A link; the address keeps to characters that cannot end it."""
    return f"[{escaped(text)}]({quote(address, safe=_URL)})"


_URL = "%/:?#@!$&'*+,;=-._~"


def speaking(words: str) -> str:
    """The address that makes the client send `words` to the robot in the user's name (a dtmd link)."""
    return f"dtmd://dingtalkclient/sendMessage?content={quote(words, safe='')}"
