"""JSON of the AI bot -> Incoming.

Source: protocols/wecom.md 4.5, 4.6 (WeCom documentation 100719, 101027).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.channel import Attachment, Incoming, Mentioned, Untrusted

WINDOW_SECONDS = 3600
"""A response_url takes one call within an hour."""

ENCRYPTED = re.compile(r"wo(?=[^A-Z]*[A-Z])[0-9A-Za-z_-]{20,126}")
MENTION = re.compile(r"(?<![0-9A-Za-z._-])[@＠]([^\s@＠,，。；;:：!！?？、()（）\"“”]{1,32})")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where the bot was spoken to. Its address is `user:USERID` or `group:CHATID:USERID`, so that the person can still
    be reached through the app when the bot may not answer any more."""

    account: str
    group: str = ""

    @property
    def address(self) -> str:
        """The address of the conversation."""
        return f"group:{self.group}:{self.account}" if self.group else f"user:{self.account}"

    @classmethod
    def of(cls, address: str) -> "Conversation":
        """The conversation of an address; a bare account is that person's."""
        kind, _, rest = address.partition(":")
        if kind == "group":
            group, _, account = rest.rpartition(":")
            return cls(account, group)
        return cls(rest if kind == "user" else address)


def plain_account(account: str) -> str:
    """Accounts do not depend on case and are kept in lower case; encrypted ids do, and stay as they are."""
    return account if encrypted(account) else account.lower()


def encrypted(account: str) -> bool:
    """Whether it looks like an id that only this bot sees (1.5)."""
    return ENCRYPTED.fullmatch(account) is not None


def incoming(data: Mapping[str, Any], *, name: str, signed: int) -> Incoming:
    """What a decrypted callback says, in neutral terms.

    Args:
        name: the bot's display name, taken out of what is written in groups.
        signed: Unix seconds of the callback's signature; messages carry no time of their own.

    Raises:
        Untrusted: -40002, it is not what the platform documents.
    """
    try:
        return Incoming(**_common(data, signed), **_own(data, name, signed))
    except (ValueError, OverflowError, OSError, TypeError):
        raise Untrusted("-40002") from None


def event_type(data: Mapping[str, Any]) -> str:
    """The `eventtype` of an event, "" for messages."""
    return _text(_part(data, "event"), "eventtype") if data.get("msgtype") == "event" else ""


def pressed_task(data: Mapping[str, Any]) -> str:
    """The task id of the card an event tells of, "" when there is none."""
    return _text(_part(_part(data, "event"), "template_card_event"), "task_id")


def _common(data: Mapping[str, Any], signed: int) -> dict[str, Any]:
    key, sender, group = _text(data, "msgid"), _part(data, "from"), _text(data, "chatid")
    account = plain_account(_text(sender, "userid").strip())
    if not key or len(key) > 256:
        raise ValueError("msgid")
    created = data.get("create_time", signed)
    url = _text(data, "response_url")
    return {
        "key": key,
        "account": account,
        "external": bool(_text(sender, "corpid")),
        "address": Conversation(account, group).address,
        "group": group,
        "window": json.dumps({"url": url, "until": signed + WINDOW_SECONDS}) if url else "",
        "sent_at": datetime.fromtimestamp(int(created), UTC),
    }


def _own(data: Mapping[str, Any], name: str, signed: int) -> dict[str, Any]:
    kind = _text(data, "msgtype")
    if kind == "event":
        return _event(data)
    reader = MESSAGES.get(kind)
    if reader is None:
        return {"kind": "other"}
    values = {"kind": "message", **reader(_part(data, kind))}
    quoted = _quoted(data)
    if quoted:
        values["quoted"] = quoted
    if "text" in values:
        values["text"] = without_name(values["text"], name)
        values["mentions"] = mentioned(values["text"])
    return values


def without_name(text: str, name: str) -> str:
    """The text without the bot's own `@name`, wherever it stands."""
    own = re.compile(rf"[@＠]{re.escape(name)}(?![0-9A-Za-z_])[\u2005\u00a0 ]?")
    return own.sub(" ", text).strip() if name else text.strip()


def mentioned(text: str) -> tuple[Mentioned, ...]:
    """Others who are @-mentioned, each once; the platform tells them as text only (1.2)."""
    return tuple(Mentioned(name=name) for name in dict.fromkeys(MENTION.findall(text)))


def _event(data: Mapping[str, Any]) -> dict[str, Any]:
    match event_type(data):
        case "enter_chat":
            return {"kind": "enter"}
        case "template_card_event":
            return _press(_part(_part(data, "event"), "template_card_event"))
    return {"kind": "other"}


def _press(pressed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "press",
        "handle": _text(pressed, "event_key"),
        "card": _text(pressed, "task_id"),
        "chosen": dict(_chosen(_part(pressed, "selected_items"))),
    }


def _chosen(selected: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in _parts(selected, "selected_item"):
        ids = _part(item, "option_ids").get("option_id", [])
        listed = ids if isinstance(ids, list) else [ids]
        if question := _text(item, "question_key"):
            yield question, ",".join(_clean(each) for each in listed if each)


def _written(part: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": _text(part, "content")}


def _picture(part: Mapping[str, Any]) -> dict[str, Any]:
    return {"attachments": (Attachment(kind="image", reference=_url(part), name="图片.jpg"),)}


def _film(part: Mapping[str, Any]) -> dict[str, Any]:
    return {"attachments": (Attachment(kind="video", reference=_url(part), name="视频.mp4"),)}


def _file(part: Mapping[str, Any]) -> dict[str, Any]:
    name = _text(part, "filename") or _text(part, "name") or "文件"
    return {"attachments": (Attachment(kind="file", reference=_url(part), name=name),)}


def _mixed(part: Mapping[str, Any]) -> dict[str, Any]:
    texts, pictures = [], []
    for item in _parts(part, "msg_item"):
        match _text(item, "msgtype"):
            case "text":
                texts.append(_text(_part(item, "text"), "content"))
            case "image":
                pictures += _picture(_part(item, "image"))["attachments"]
    return {"text": "\n".join(text for text in texts if text), "attachments": tuple(pictures)}


def _quoted(data: Mapping[str, Any]) -> str:
    quote = _part(data, "quote")
    kind = _text(quote, "msgtype")
    if kind in ("text", "voice"):
        return _text(_part(quote, kind), "content")
    if kind == "mixed":
        return str(_mixed(_part(quote, "mixed"))["text"])
    task = _text(_part(quote, "template_card"), "task_id") if kind == "template_card" else ""
    return f"card:{task}" if task else ""


MESSAGES: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "text": _written,
    "voice": _written,
    "image": _picture,
    "video": _film,
    "file": _file,
    "mixed": _mixed,
}


def _url(part: Mapping[str, Any]) -> str:
    url = _text(part, "url")
    if not url.startswith(("https://", "http://")):
        raise ValueError("url")
    return url


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return "" if value is None else _clean(value)


def _clean(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text expected")
    return CONTROL.sub("", value)


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(name)
    return value


def _parts(of: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = of.get(name)
    listed = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(each, dict) for each in listed):
        raise ValueError(name)
    return listed
