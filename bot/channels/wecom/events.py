"""XML of the self-built app and of the contact-sync assistant -> Incoming.

Source: protocols/wecom.md 4.1-4.4 (WeCom documentation 90239, 90240, 90970, 90971).
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.channels.channel import Attachment, Incoming, Place, Untrusted
from bot.channels.wecom.platform_xml import BadXml, Message

SYSTEM = "sys"
MEMBER_CHANGES = {"create_user": "member", "update_user": "member", "delete_user": "member_left"}
PARTY_CHANGES = {
    "create_party": "department",
    "update_party": "department",
    "delete_party": "department_removed",
}


def incoming(plain: str) -> Incoming:
    """What a decrypted callback says, in neutral terms; accounts are lower case.

    Raises:
        Untrusted: -40002, it is not what the platform documents.
    """
    try:
        message = Message(plain)
        return Incoming(**_common(message, plain), **_own(message))
    except (BadXml, ValueError, OverflowError, OSError):
        raise Untrusted("-40002") from None


def _common(message: Message, plain: str) -> dict[str, Any]:
    sender = message.text("FromUserName").strip().lower()
    account = "" if sender == SYSTEM else sender
    number = message.text("MsgId")
    return {
        "key": number if number and message.type != "event" else hashlib.sha256(plain.encode()).hexdigest(),
        "account": account,
        "address": account,
        "sent_at": datetime.fromtimestamp(int(message.text("CreateTime")), UTC),
    }


def _own(message: Message) -> dict[str, Any]:
    readers = EVENTS if message.type == "event" else MESSAGES
    reader = readers.get(message.event or message.type)
    return reader(message) if reader else {"kind": "other"}


def _text(message: Message) -> dict[str, Any]:
    return {"kind": "message", "text": message.text("Content")}


def _image(message: Message) -> dict[str, Any]:
    return _attached(Attachment(kind="image", reference=_media(message), name="图片.jpg"))


def _voice(message: Message) -> dict[str, Any]:
    extension = message.text("Format").lower() or "amr"
    return _attached(Attachment(kind="voice", reference=_media(message), name=f"语音.{extension[:8]}"))


def _video(message: Message) -> dict[str, Any]:
    return _attached(Attachment(kind="video", reference=_media(message), name="视频.mp4"))


def _attached(attachment: Attachment) -> dict[str, Any]:
    return {"kind": "message", "attachments": (attachment,)}


def _media(message: Message) -> str:
    reference = message.text("MediaId")
    if not reference:
        raise BadXml("MediaId")
    return reference


def _location(message: Message) -> dict[str, Any]:
    latitude, longitude = message.number("Location_X"), message.number("Location_Y")
    place = Place(latitude=latitude, longitude=longitude, label=message.text("Label"))
    return {"kind": "message", "place": place}


def _link(message: Message) -> dict[str, Any]:
    parts = (message.text("Title"), message.text("Url"))
    return {"kind": "message", "text": " ".join(part for part in parts if part)}


def _press(message: Message) -> dict[str, Any]:
    pressed = message.parsed
    code = message.text("ResponseCode")
    issued = int(message.text("CreateTime"))
    return {
        "kind": "press",
        "handle": message.text("EventKey"),
        "card": message.text("TaskId"),
        "chosen": {question: chosen for question, chosen in pressed.selected.items() if question},
        "receipt": {"codes": [[code, issued]]} if code else {},
    }


def _enter(_: Message) -> dict[str, Any]:
    return {"kind": "enter"}


def _menu(message: Message) -> dict[str, Any]:
    return {"kind": "menu", "text": message.text("EventKey")}


def _contact(message: Message) -> dict[str, Any]:
    change = message.text("ChangeType")
    if change in MEMBER_CHANGES:
        facts = {
            "change": MEMBER_CHANGES[change],
            "account": message.text("UserID").lower(),
            "new_account": message.text("NewUserID").lower(),
            "department": message.text("Department"),
        }
    elif change in PARTY_CHANGES:
        facts = {"change": PARTY_CHANGES[change], "department": message.text("Id")}
    else:
        return {"kind": "other"}
    return {"kind": "directory", "facts": {name: value for name, value in facts.items() if value}}


def _imported(_: Message) -> dict[str, Any]:
    return {"kind": "directory", "facts": {"change": "all"}}


MESSAGES: dict[str, Callable[[Message], dict[str, Any]]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
}
EVENTS: dict[str, Callable[[Message], dict[str, Any]]] = {
    "template_card_event": _press,
    "template_card_menu_event": _press,
    "subscribe": _enter,
    "enter_agent": _enter,
    "click": _menu,
    "change_contact": _contact,
    "batch_job_result": _imported,
}
