"""The plain text of what the platform tells an app or the contact-sync assistant (protocol 4.1-4.4)."""

from collections.abc import Mapping, Sequence

from bot.playground.platform import BubbleKind
from bot.playground.wecom.xml import Markup, Value, document, elements, repeated


def message(
    corp_id: str, account: str, seconds: int, kind: str, own: Mapping[str, Value], *, number: int, agent_id: int
) -> str:
    """A message of a member; `number` is the MsgId, identical on repeats."""
    tail: dict[str, Value] = {"MsgId": number, "AgentID": agent_id}
    if kind == "location":
        tail["AppType"] = "wxwork"
    return document({**_head(corp_id, account, seconds, kind), **own, **tail})


def event(
    corp_id: str,
    account: str,
    seconds: int,
    name: str,
    own: Mapping[str, Value] | None = None,
    *,
    agent_id: int | None = None,
) -> str:
    """An event; `account` is `sys` for what nobody in particular did, `agent_id` None outside apps."""
    tail: dict[str, Value] = {} if agent_id is None else {"AgentID": agent_id}
    return document({**_head(corp_id, account, seconds, "event"), "Event": name, **(own or {}), **tail})


def _head(corp_id: str, account: str, seconds: int, kind: str) -> dict[str, Value]:
    return {"ToUserName": corp_id, "FromUserName": account, "CreateTime": seconds, "MsgType": kind}


def card_event(
    *, key: str, task_id: str, card_type: str, response_code: str, selected: Mapping[str, Sequence[str]]
) -> dict[str, Value]:
    """The own elements of `template_card_event` and `template_card_menu_event`."""
    own: dict[str, Value] = {
        "EventKey": key,
        "TaskId": task_id,
        "CardType": card_type,
        "ResponseCode": response_code,
    }
    if selected:
        items = [
            elements({"QuestionKey": question, "OptionIds": repeated("OptionId", options)})
            for question, options in selected.items()
        ]
        own["SelectedItems"] = repeated("SelectedItem", items)
    return own


def location_entered(latitude: float, longitude: float) -> dict[str, Value]:
    """The own elements of `LOCATION`."""
    return {"Latitude": latitude, "Longitude": longitude, "Precision": 65.0, "AppType": "wxwork"}


def contact_change(change: str, own: Mapping[str, Value]) -> dict[str, Value]:
    """The own elements of `change_contact`: a stump, as for callbacks configured after August 2022."""
    return {"ChangeType": Markup(change) if change != "update_tag" else change, **own}


MESSAGE_KINDS: frozenset[BubbleKind] = frozenset(("text", "image", "voice", "video", "location", "link"))
"""Kinds of bubble that an app hears of. Files are not among them (protocol 4.2, unconfirmed)."""
