"""What a robot message says: its text, what is attached, who is mentioned, what it quotes.

Source: protocols/dingtalk.md 1.3, 2.4, 2.5.
"""

import re
from typing import Any, Literal

from bot.channels.channel import Attachment, Mentioned
from bot.channels.dingtalk import wire
from bot.channels.dingtalk.wire import Document

KINDS: dict[str, Literal["image", "voice", "video", "file"]] = {
    "picture": "image",
    "audio": "voice",
    "video": "video",
    "file": "file",
}

_ROBOT = re.compile(r"^(?:[@＠][^\s@＠,，:：]{0,12}(?:助手|机器人|跟单|小助)[\s,，:：\u2005]+)+")


def shown_text(data: Document) -> str:
    """What the person wrote or said, stripped; for a type the robot cannot read the platform's words for that."""
    content = data.get("content")
    match wire.text(data.get("msgtype")):
        case "text":
            written = data.get("text")
            return _stripped(written.get("content") if isinstance(written, dict) else written or content)
        case "richText":
            return _rich_text(content)
        case "audio":
            return _stripped(wire.document(content).get("recognition"))
        case "unknownMsgType":
            return _stripped(wire.document(content).get("unknownMsgType"))
        case "picture" | "video" | "file":
            return ""
    return _anything(data)


def without_robot(text: str) -> str:
    """The text without a robot's name that was typed at its start instead of picked; a colleague is not called so."""
    return _ROBOT.sub("", text) or text


def _stripped(value: Any) -> str:
    return wire.text(value).strip()


def _parts(content: Any) -> list[Document]:
    inner = content.get("richText") if isinstance(content, dict) else content
    return [part for part in wire.items(inner) if isinstance(part, dict)]


def _rich_text(content: Any) -> str:
    """The texts in their order; a picture between them is a line break, a mention is left out."""
    pieces = [
        "" if part.get("type") == "at" else wire.text(part.get("text")) or ("\n" if _code(part) else "")
        for part in _parts(content)
    ]
    lines = (line.strip() for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line)


def _anything(data: Document) -> str:
    """Usable text of a type that is not documented (markdown, forwarded cards and chats), found by member name."""
    inside = {name: data.get(name) for name in ("text", "content")}
    found = [_stripped(value) for name, value in wire.walk(inside) if name in ("text", "content", "title")]
    return "\n".join(dict.fromkeys(line for line in found if line and line[0] not in "{["))


def attachments(data: Document) -> tuple[Attachment, ...]:
    """Pictures, voices, videos and files; `reference` is the downloadCode, good for minutes. `seconds` from ms."""
    content = data.get("content")
    kind = wire.text(data.get("msgtype"))
    if kind == "richText":
        return tuple(Attachment(kind="image", reference=code) for part in _parts(content) if (code := _code(part)))
    if kind in KINDS:
        inside = wire.document(content)
        code = _code(inside)
        duration = wire.number(inside.get("duration"))
        about = Attachment(
            kind=KINDS[kind],
            reference=code,
            name=wire.text(inside.get("fileName")),
            seconds=duration / 1000 if 0 < duration < 10**9 else 0,
        )
        return (about,) if code else ()
    codes = {wire.text(value): None for name, value in wire.walk(content) if name == "downloadCode"}
    return tuple(Attachment(kind="file", reference=code) for code in codes if code)


def _code(part: Document) -> str:
    return wire.text(part.get("downloadCode")) or wire.text(part.get("pictureDownloadCode"))


def mentions(data: Document) -> tuple[Mentioned, ...]:
    """Who is mentioned beside the robot.

    The platform lists people by encrypted id and, mostly, staffId; rich text may name them. Somebody of whom neither is
    known stays in the list without account and name, so that it can be asked who was meant.
    """
    robot = wire.text(data.get("chatbotUserId"))
    listed: dict[str, Mentioned] = {}
    for entry in wire.items(data.get("atUsers")):
        user = wire.document(entry)
        encrypted, staff = wire.text(user.get("dingtalkId")), wire.text(user.get("staffId"))
        if (encrypted or staff) and not (encrypted and encrypted == robot):
            listed.setdefault(encrypted or staff, Mentioned(account=staff))
    for part in _parts(data.get("content")):
        if part.get("type") == "at" and wire.text(part.get("atUserId")) != robot:
            _name(listed, wire.text(part.get("atUserId")), wire.text(part.get("atName")).lstrip("@").strip())
    return tuple(listed.values())


def _name(listed: dict[str, Mentioned], identity: str, name: str) -> None:
    """Give the listed person with this id the name; else the first one nothing is known of; else list the name."""
    if not name:
        return
    for key, one in listed.items():
        if identity and identity in (key, one.account):
            listed[key] = one.model_copy(update={"name": name})
            return
    for key, one in listed.items():
        if not one.account and not one.name:
            listed[key] = one.model_copy(update={"name": name})
            return
    listed[f"name {name}"] = Mentioned(name=name)


def quoted(data: Document) -> str:
    """The text of the message this one answers, or `card:pqk:KEY` for a card of ours, whose content is not told.

    Source: protocols/dingtalk.md 2.5 (`originalProcessQueryKey` is the processQueryKey or carrierId of our send).
    """
    text, sent = _quoted_text(data), wire.text(data.get("originalProcessQueryKey"))
    return text or (f"card:pqk:{sent}" if sent else "")


def _quoted_text(data: Document) -> str:
    written = wire.document(data.get("text"))
    replied = wire.document(written.get("repliedMsg")) or wire.document(data.get("quoteMessage"))
    if not replied:
        return ""
    kind = wire.text(replied.get("msgType")) or wire.text(replied.get("msgtype")) or "text"
    content = replied.get("content")
    if kind == "text":
        inside = wire.document(content) or wire.document(replied.get("text"))
        return _stripped(inside.get("text") or inside.get("content") or content)
    if kind == "unknownMsgType":
        return ""
    return shown_text({"msgtype": kind, "content": content, "text": content})
