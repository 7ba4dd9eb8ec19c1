"""What arrives from DingTalk, read leniently: robot messages, card callbacks, events -> Incoming.

Nothing here verifies anything, and nothing raises: a document of any shape becomes something that can be kept.

Source: protocols/dingtalk.md 2.3-2.5, 4.5, 4.6, 6.6, 8.3.
"""

from dataclasses import dataclass
from typing import Any

from bot.channels.channel import Incoming
from bot.channels.dingtalk import wire
from bot.channels.dingtalk.messages import attachments, mentions, quoted, shown_text, without_robot
from bot.channels.dingtalk.window import Window
from bot.channels.dingtalk.wire import Document

LONGEST_KEY = 128

CHANGES = {
    "user_add_org": "member",
    "user_active_org": "member",
    "user_modify_org": "member",
    "user_leave_org": "member_left",
    "org_dept_create": "department",
    "org_dept_modify": "department",
    "org_dept_remove": "department_removed",
}
"""Event types that are about the address book, as `Incoming.facts` calls the change."""


@dataclass(frozen=True, slots=True)
class Home:
    """What is ours: people of another organisation are external, reply addresses on another host are dropped."""

    corp_id: str
    oapi_base: str


def robot_message(data: Document, home: Home) -> Incoming:
    """A robot message; `key` is its msgId, which a redelivery repeats.

    Somebody of another organisation, or without a staffId, is `external` and known by the encrypted `senderId` alone,
    lest a staffId of theirs be taken for one of ours. Types the robot cannot read become `other`, their words as text.
    """
    outside = wire.text(data.get("senderCorpId")) not in ("", home.corp_id)
    staff = wire.text(data.get("senderStaffId")).strip()
    external = outside or not staff
    account = wire.text(data.get("senderId")) if external else staff
    group = wire.text(data.get("conversationId")) if wire.text(data.get("conversationType")) == "2" else ""
    window = Window.offered(
        wire.text(data.get("sessionWebhook")), wire.number(data.get("sessionWebhookExpiredTime")), home.oapi_base
    )
    text, found = without_robot(shown_text(data)), attachments(data)
    trouble = _trouble(data.get("errorCode"), data.get("errorMessage"))
    readable = bool(found or trouble) or (bool(text) and wire.text(data.get("msgtype")) != "unknownMsgType")
    return Incoming(
        key=_key(data.get("msgId"), data),
        kind="message" if readable else "other",
        account=account,
        name=wire.text(data.get("senderNick")),
        external=external,
        address=f"group:{group}" if group else f"user:{account}",
        group=group,
        group_name=wire.text(data.get("conversationTitle")) if group else "",
        text=text,
        attachments=found,
        mentions=mentions(data),
        window=window.note() if window else "",
        quoted=quoted(data),
        trouble=trouble,
        sent_at=wire.moment(data.get("createAt")),
    )


def card_callback(data: Document, home: Home) -> Incoming:
    """A press of a button or the sending of a form on one of our cards.

    A callback has no id of its own, so `key` is made of card, person, action ids and params. A double tap thus has one
    key; the params carry `rev`, the card's revision (`cards.variables`), which every update raises, so that the same
    button tapped again after the card has changed is something new. `handle` is the param `action` (the encoded
    command); a form that is sent by its own button has it, and `rev`, among its hidden fields. Of what is `chosen`,
    single choices arrive as {index, value} and count by their value.
    """
    actions, params = _pressed(data)
    form = wire.document(params.get("form"))
    card, account = wire.text(data.get("outTrackId")), wire.text(data.get("userId"))
    corp = wire.text(data.get("corpId"))
    external = corp not in ("", home.corp_id) or not account
    account = f"{corp}/{account}" if external and account else account
    in_group = wire.text(data.get("spaceType")).upper() == "IM_GROUP"
    group = wire.text(data.get("spaceId")) if in_group else ""
    handle = wire.text(params.get("action")) or wire.text(form.get("action"))
    return Incoming(
        key=wire.digest(card, account, actions, params),
        kind="press" if handle and card and account else "other",
        account=account,
        external=external,
        address=f"group:{group}" if group else f"user:{account}",
        group=group,
        handle=handle,
        card=card,
        same=True,
        chosen={name: _answer(value) for name, value in form.items() if name not in ("action", "rev")},
    )


def _pressed(data: Document) -> tuple[list[Any], Document]:
    """Action ids and params, from `content` or else its copy `value`, inside `cardPrivateData` or beside it."""
    actions: list[Any] = []
    params: Document = {}
    for name in ("content", "value"):
        outer = wire.document(data.get(name))
        inner = wire.document(outer.get("cardPrivateData"))
        actions = actions or wire.items(inner.get("actionIds") or outer.get("actionIds"))
        params = params or wire.document(inner.get("params")) or wire.document(outer.get("params"))
    return actions, params


def _answer(value: Any) -> str:
    for _ in range(3):
        value = value.get("value") if isinstance(value, dict) else value
    if isinstance(value, list):
        return ",".join(filter(None, map(_answer, value)))
    if isinstance(value, bool):
        return "true" if value else "false"
    return wire.text(value).strip()


def event(kind: str, event_id: str, corp_id: str, data: Document, home: Home) -> tuple[Incoming, ...]:
    """An event, one Incoming for each person or department it names; an event that is none of ours is `other`.

    The first has the event's id as its key, further ones the id with a number. Without an id (the oldest payloads) a
    hash of the content takes its place.
    """
    key = _key(event_id, [kind, data])
    trouble = _trouble(wire.member(data, "errCode"), wire.member(data, "errMsg"))
    change = CHANGES.get(kind)
    external = corp_id not in ("", home.corp_id)
    if change is None or external or trouble:
        return (Incoming(key=key, kind="other", external=external, trouble=trouble, text=kind),)
    name = "account" if change.startswith("member") else "department"
    named = wire.member(data, "userId" if name == "account" else "deptId")
    ids = list(dict.fromkeys(filter(None, map(wire.text, wire.items(named)))))
    facts = [{"change": change, name: one} for one in ids] or [{"change": "all"}]
    keys = [key, *(f"{key}/{number}" for number in range(2, len(facts) + 1))]
    return tuple(Incoming(key=key, kind="directory", facts=fact) for key, fact in zip(keys, facts, strict=True))


def http_event(data: Document, home: Home) -> tuple[Incoming, ...]:
    """A decrypted event of the HTTP push: everything on one level. The probe `check_url` is nothing to keep."""
    kind = wire.text(wire.member(data, "EventType"))
    if kind.startswith("check_"):
        return ()
    return event(kind, wire.text(wire.member(data, "eventId")), wire.text(wire.member(data, "CorpId")), data, home)


def stream_event(headers: Document, data: Document, home: Home) -> tuple[Incoming, ...]:
    """An event of the Stream push: its attributes are headers, or members where the documentation prints them."""

    def attribute(name: str) -> str:
        return wire.text(headers.get(name)) or wire.text(data.get(name))

    inner = wire.document(data.get("data")) or data
    return event(attribute("eventType"), attribute("eventId"), attribute("eventCorpId"), inner, home)


def _key(given: Any, content: Any) -> str:
    key = wire.text(given)
    return key if 0 < len(key) <= LONGEST_KEY else wire.digest(content)


def _trouble(code: Any, message: Any) -> str:
    number = wire.text(code)
    return f"{number} {wire.text(message)}".strip() if number not in ("", "0") else ""
