"""The message templates of the robot API: which `msgKey` needs which members, and the bubble it becomes."""

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.dingtalk.troubles import ApiTrouble
from bot.playground.platform import BubbleKind


def _card(count: int) -> tuple[str, ...]:
    pairs = [(f"actionTitle{n}", f"actionURL{n}") for n in range(1, count + 1)]
    return ("title", "text", *(member for pair in pairs for member in pair))


MEMBERS: Mapping[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("title", "text", "picUrl", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    **{f"sampleActionCard{count}": _card(count) for count in range(2, 6)},
    "sampleActionCard6": ("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
    "sampleAudio": ("mediaId", "duration"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
    "sampleVideo": ("duration", "videoMediaId", "videoType", "picMediaId"),
}
"""The members `msgParam` must have, all of them strings. Source: protocols/dingtalk.md 5.4."""

FILE_TYPES = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})


def message_parameters(body: Mapping[str, Any], limit: int) -> tuple[str, dict[str, str]]:
    """`msgKey` and the members of `msgParam` of a send call.

    Args:
        limit: bytes `msgParam` may have.

    Raises:
        ApiTrouble: 400; no such key, `msgParam` is not a JSON text, is too long, or lacks a member.
    """
    key, text = str(body.get("msgKey")), body.get("msgParam")
    if key not in MEMBERS:
        raise ApiTrouble("invalidParameter.msgKey.invalid", f"msgKey {key} 无效")
    if not isinstance(text, str):
        raise ApiTrouble("invalidParameter.msgParam.invalid", "msgParam 必须是JSON字符串")
    if len(text.encode()) > limit:
        raise ApiTrouble("invalidParameter.msgParam.tooLong", "msgParam 超长")
    try:
        members = json.loads(text)
    except ValueError:
        members = None
    if not isinstance(members, dict) or not all(isinstance(value, str) for value in members.values()):
        raise ApiTrouble("invalidParameter.msgParam.invalid", "msgParam 必须是值为字符串的JSON对象")
    for member in MEMBERS[key]:
        if not members.get(member) and member not in ("picUrl", "picMediaId"):
            raise ApiTrouble("miss.param.msgParam", f"msgParam 缺少 {member}")
    if key == "sampleFile" and members["fileType"] not in FILE_TYPES:
        raise ApiTrouble("invalidParameter.msgParam.fileType", "文件类型不支持")
    return key, members


def bubble_of(key: str, members: Mapping[str, str]) -> tuple[BubbleKind, dict[str, Any]]:
    """Kind and body of the bubble a message becomes; an action card keeps its members, with its `msgKey`."""
    match key:
        case "sampleText":
            return "text", {"text": members["content"]}
        case "sampleMarkdown":
            return "markdown", {"title": members["title"], "text": members["text"]}
        case "sampleImageMsg":
            return "image", {"name": "图片", "media_id": members["photoURL"], "size": 0}
        case "sampleLink":
            return "link", dict(members)
        case "sampleAudio":
            return "voice", {"name": "语音", "media_id": members["mediaId"], "size": 0, "duration": members["duration"]}
        case "sampleFile":
            return "file", {"name": members["fileName"], "media_id": members["mediaId"], "size": 0}
        case "sampleVideo":
            return "video", {"name": "视频", "media_id": members["videoMediaId"], "size": 0}
        case _:
            return "card", {"msgKey": key, **members}


def links_of(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Title and address of every button of an action card, webhook-style or by `msgKey`."""
    if "actionCard" in body:
        card = body["actionCard"]
        single = [(card["singleTitle"], card["singleURL"])] if card.get("singleURL") else []
        return single + [(button["title"], button["actionURL"]) for button in card.get("btns") or ()]
    if "feedCard" in body:
        return [(link["title"], link["messageURL"]) for link in body["feedCard"]["links"]]
    pairs = [("singleTitle", "singleURL")]
    pairs += [(f"actionTitle{n}", f"actionURL{n}") for n in range(1, 6)]
    pairs += [(f"buttonTitle{n}", f"buttonUrl{n}") for n in range(1, 3)]
    return [(body[title], body[url]) for title, url in pairs if body.get(title) and body.get(url)]
