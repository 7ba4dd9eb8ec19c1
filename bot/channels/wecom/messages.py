"""Bodies of `message/send`, of `update_template_card` and of the group webhook.

Source: protocols/wecom.md 5.2, 5.3, 5.5, 5.7, 5.10 (WeCom documentation 90236, 94888, 99110).
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.wecom import texts

REPEAT_SECONDS = 1800
LONGEST_REPEAT_SECONDS = 14400
TEXTCARD_TITLE, TEXTCARD_DESCRIPTION = 128, 512


def to_member(account: str, agent_id: int, kind: str, content: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """A message to one member that the platform shows once, however often it is sent.

    Args:
        kind: `text`, `markdown`, `textcard`, `image`, `file`, `news`, `template_card` ...
        content: the object named like the kind.
        key: the message's own; the span of the duplicate check depends on it, so that two messages that say the same
            are two, and a repeat of one, byte for byte the same, is none.
    """
    span = REPEAT_SECONDS
    if kind != "template_card":
        span += zlib.crc32(key.encode()) % (LONGEST_REPEAT_SECONDS - REPEAT_SECONDS)
    return {
        "touser": account,
        "msgtype": kind,
        "agentid": agent_id,
        kind: content,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": span,
    }


def text(content: str) -> dict[str, str]:
    """A `text`, at most 2048 bytes; longer ones have to be split before."""
    return {"content": texts.plain(content) or "-"}


def markdown(content: str) -> dict[str, str]:
    """A `markdown` of text without markup of its own, at most 2048 bytes for members."""
    return {"content": texts.markdown(content) or "-"}


def textcard(title: str, description: str, url: str, button: str = "详情") -> dict[str, str]:
    """A `textcard`: title 128 bytes, description 512 bytes, both shortened with …; `button` up to 4 characters."""
    return {
        "title": texts.shortened(title.strip() or "-", TEXTCARD_TITLE),
        "description": texts.shortened(texts.html(description) or "-", TEXTCARD_DESCRIPTION),
        "url": url,
        "btntxt": button[:4],
    }


def card_update(agent_id: int, response_code: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """Replace a card for everybody it was sent to; the code is good for this one call (5.5)."""
    return {"atall": 1, "agentid": agent_id, "response_code": response_code, "template_card": card}


def greyed(agent_id: int, response_code: str, words: str) -> dict[str, Any]:
    """Replace the buttons of a card by grey words for everybody it was sent to (5.5)."""
    return {"atall": 1, "agentid": agent_id, "response_code": response_code, "button": {"replace_name": words}}


def to_group(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """A message through a group webhook."""
    return {"msgtype": kind, kind: content}


def group_text(content: str, mentions: Sequence[str] = ()) -> dict[str, Any]:
    """A webhook's `text`, with the accounts to be @-mentioned (`@all` is everybody)."""
    return {"content": texts.plain(content) or "-", **({"mentioned_list": list(mentions)} if mentions else {})}
