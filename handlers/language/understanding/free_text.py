"""Free text taken verbatim out of a message (corpus/README.md 1.4)."""

import re
from collections.abc import Iterable

from handlers.language.understanding.message import Message

Span = tuple[int, int]
_EDGE = " \t\r\n,，。.;；:：、!！?？~～…·-—→|"
_HEAD = re.compile(
    r"^(?:(?:麻烦|请(?!.{0,12}[吃喝客])|拜托|帮忙|帮我|帮|一下|下|说|跟你说下?|那个|呃+|嗯+|额|哎|就是|到时候|记得|别忘了?|"
    r"的时候|的|了|去?帮|我(?=[,，]))(?=[\s\S])(?!给我)[\s,，:：]*)+"
)
_TAIL = re.compile(
    r"(?:[\s,，。!！~]*(?:谢谢(?:啦|了|大家)?|多谢|辛苦了?|麻烦了?|拜托了?|急+|哈|啦|可以吗|行吗|好吗|行不行|"
    r"谢啦|thanks?|thx|🙏|👌|哦|喔|帮(?:忙)?(?:答|看|查)?一?下))+[\s,，。!！~🙏👌]*$"
)


def between(message: Message, start: int, end: int, without: Iterable[Span] = ()) -> str:
    """What was typed from `start` to `end`, the spans left out, edges cleaned of punctuation and politeness."""
    pieces: list[str] = []
    at = start
    for left, right in sorted(without):
        if right <= at or left >= end:
            continue
        if left > at:
            pieces.append(message.typed(at, min(left, end)))
        at = max(at, right)
    if at < end:
        pieces.append(message.typed(at, end))
    return tidy(_glued(pieces))


def _glued(pieces: Iterable[str]) -> str:
    text = ""
    for piece in pieces:
        if text and text[-1] in _EDGE and piece[:1] in _EDGE:
            piece = piece.lstrip(_EDGE.replace("\n", ""))
        text += piece
    return text


def tidy(text: str) -> str:
    """Without punctuation, blanks and politeness at its edges; a closing full stop or emoji stays."""
    text = text.strip(_EDGE)
    return _TAIL.sub("", text).strip(_EDGE) or text


def without_lead(text: str, lead: re.Pattern[str] = _HEAD) -> str:
    """Without the lead-in, unless nothing would be left."""
    rest = lead.sub("", text, count=1).strip(_EDGE)
    return rest or text
