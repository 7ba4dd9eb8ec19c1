"""What we take from wechatpy: AES, padding, signature, and the reading of XML; known nowhere else.

wechatpy 1.8 knows no template card, contact, approval or life-cycle event: the classes for them are ours, registered
with its parser. Source: protocols/wecom.md 4.3, 4.4, 9 (WeCom documentation 90239, 90240, 90970, 91815).
"""

import math
from collections.abc import Iterator
from typing import Any, ClassVar
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from wechatpy.crypto.cryptography import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder
from wechatpy.enterprise.events import EVENT_TYPES
from wechatpy.enterprise.parser import parse_message
from wechatpy.events import BaseEvent
from wechatpy.fields import IntegerField, StringField
from wechatpy.utils import WeChatSigner

BLOCK = PKCS7Encoder.block_size


class BadXml(Exception):
    """A document that is not what the platform sends."""


def signature(*values: str) -> str:
    """Lower-case hex SHA-1 over the values sorted as byte strings (2.3)."""
    signer = WeChatSigner()
    signer.add_data(*(value.encode() for value in values))
    return str(signer.signature)


def encrypt(key: bytes, content: bytes) -> bytes:
    """AES-256-CBC with padding to 32 bytes; the IV is the first half of the key (2.4)."""
    return bytes(WeChatCipher(key).encrypt(PKCS7Encoder.encode(content)))


def decrypt(key: bytes, ciphertext: bytes) -> bytes:
    """The reverse, with the padding still on; the length has to be a positive multiple of 16."""
    return bytes(WeChatCipher(key).decrypt(ciphertext))


def child(document: str, name: str) -> str:
    """The text of a child of the root, "" when it is missing.

    Raises:
        BadXml: it cannot be read.
    """
    _refuse_doctype(document)
    try:
        return (ElementTree.fromstring(document).findtext(name) or "").strip()
    except (ElementTree.ParseError, ValueError) as error:
        raise BadXml("not XML") from error


def _refuse_doctype(document: str) -> None:
    """Entities are never expanded."""
    if "<!DOCTYPE" in document.upper() or "<!ENTITY" in document.upper():
        raise BadXml("document type")


class Event(BaseEvent):  # type: ignore[misc]
    """An event wechatpy has no class for."""

    event: ClassVar[str] = ""
    agent = IntegerField("AgentID", 0)


class CardEvent(Event):
    """A button or the submit button of a template card was pressed."""

    event = "template_card_event"
    key = StringField("EventKey")
    task = StringField("TaskId")
    code = StringField("ResponseCode")

    @property
    def selected(self) -> dict[str, str]:
        """Question key -> ids of the options chosen, joined by commas; one element or many read the same."""
        return {
            _text(item.get("QuestionKey")): ",".join(_texts(_part(item, "OptionIds").get("OptionId")))
            for item in _parts(_part(self._data, "SelectedItems"), "SelectedItem")
        }


class CardMenuEvent(CardEvent):
    """An item of the menu at a card's top right was pressed."""

    event = "template_card_menu_event"


class ContactEvent(Event):
    """The address book changed; only a stump of the change is told."""

    event = "change_contact"
    change = StringField("ChangeType")
    user = StringField("UserID")
    new_user = StringField("NewUserID")
    department = StringField("Department")
    party = StringField("Id")
    parent = StringField("ParentId")


class ApprovalEvent(Event):
    """An application of the platform's own approvals changed its state."""

    event = "sys_approval_change"


class OpenApprovalEvent(Event):
    """An application of the in-client approval engine changed its state."""

    event = "open_approval_change"


class MiniProgramEvent(Event):
    """A menu item opened a mini-program."""

    event = "view_miniprogram"


class LifeCycleEvent(Event):
    """The platform warns about an app nobody uses, suspends it, or opens it again (1.4)."""

    NAMES = (
        "inactive_alert",
        "close_inactive_agent",
        "reopen_inactive_agent",
        "low_active_alert",
        "low_active",
        "active_restored",
    )


EVENT_TYPES.update({kind.event: kind for kind in (CardEvent, CardMenuEvent, ContactEvent)})
EVENT_TYPES.update({kind.event: kind for kind in (ApprovalEvent, OpenApprovalEvent, MiniProgramEvent)})
EVENT_TYPES.update(dict.fromkeys(LifeCycleEvent.NAMES, LifeCycleEvent))


class Message:
    """A decrypted message or event; what it says is read with the kind of value that is expected.

    Attributes:
        parsed: wechatpy's object, of its classes or of ours above.
    """

    def __init__(self, document: str) -> None:
        _refuse_doctype(document)
        try:
            self.parsed: Any = parse_message(document)
            self._elements: dict[str, Any] = self.parsed._data
        except (ExpatError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadXml("message") from error
        self.type = self.text("MsgType").lower()
        self.event = self.text("Event").lower() if self.type == "event" else ""

    def text(self, name: str) -> str:
        """The text of an element, "" when it is empty or missing.

        Raises:
            BadXml: it has children or is repeated.
        """
        return _text(self._elements.get(name))

    def number(self, name: str) -> float:
        """The finite number in an element.

        Raises:
            BadXml: there is none.
        """
        try:
            value = float(self.text(name))
        except ValueError as error:
            raise BadXml(name) from error
        if not math.isfinite(value):
            raise BadXml(name)
        return value


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadXml("text expected")
    return value


def _texts(value: object) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if text := _text(each):
            yield text


def _part(of: dict[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadXml(name)
    return value


def _parts(of: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = of.get(name)
    listed = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(each, dict) for each in listed):
        raise BadXml(name)
    return listed
