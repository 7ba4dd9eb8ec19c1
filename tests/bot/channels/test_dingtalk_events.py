"""Recorded deliveries of every kind, and what they become."""

import json
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.channels.channel import Incoming
from bot.channels.dingtalk.events import Home, card_callback, http_event, robot_message, stream_event
from bot.channels.dingtalk.messages import without_robot
from bot.channels.dingtalk.window import Window, same_host

FOLDER = Path(__file__).parents[2] / "deliveries/dingtalk"
HOME = Home("ding9c0f5e7a1b2d3c4e", "https://oapi.dingtalk.com")
RECORDED = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "vectors")


def recorded(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def incoming(name: str) -> tuple[Incoming, ...]:
    data = recorded(name)
    if name.startswith("event_"):
        return stream_event(data["headers"], data["data"], HOME)
    return (card_callback(data, HOME) if name.startswith("card_") else robot_message(data, HOME),)


def one(name: str) -> Incoming:
    (only,) = incoming(name)
    return only


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_delivery(name: str, snapshot: SnapshotAssertion) -> None:
    assert [each.model_dump(mode="json", exclude_defaults=True) for each in incoming(name)] == snapshot


def test_a_double_tap_is_one_and_a_tap_after_a_change_another() -> None:
    assert one("card_button").key == card_callback(recorded("card_button"), HOME).key
    assert one("card_button").key != one("card_button_next_revision").key
    assert one("card_button").handle == one("card_button_next_revision").handle


def test_somebody_elses_staff_id_is_never_taken_for_ours() -> None:
    stranger = one("text_staff_id_of_another_company")
    assert stranger.external
    assert stranger.account == "$:LWCP_v1:$usrBBBB"
    assert one("card_from_outside").account == "ding0external/manager09"


def test_a_reply_address_elsewhere_is_dropped() -> None:
    assert one("text").window
    assert one("text_foreign_webhook").window == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://oapi.dingtalk.com/robot",
        "https://oapi.dingtalk.com:444/robot",
        "https://oapi.dingtalk.com.evil.example/robot",
        "https://oapi.dingtalk.com@evil.example/robot",
        "https://evil.example\\@oapi.dingtalk.com/robot",
        "https://user:pw@oapi.dingtalk.com/robot",
        "//oapi.dingtalk.com/robot",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_no_other_host_passes_for_the_platforms(url: str) -> None:
    assert not same_host(url, HOME.oapi_base)


def test_a_window_hides_its_address() -> None:
    window = Window.offered("https://oapi.dingtalk.com/robot?session=secret", 1, HOME.oapi_base)
    assert "secret" not in repr(window)


def test_an_event_over_http_is_the_same_as_over_stream() -> None:
    flat = {"EventType": "user_leave_org", "eventId": "e4", "CorpId": HOME.corp_id, "UserId": ["zhangsan01"]}
    assert http_event(flat, HOME) == incoming("event_person_left")


def test_an_event_of_another_company_changes_nothing_here() -> None:
    flat = {"EventType": "user_leave_org", "eventId": "e4", "CorpId": "ding0external", "UserId": ["zhangsan01"]}
    (event,) = http_event(flat, HOME)
    assert (event.kind, event.external) == ("other", True)


def test_an_event_without_an_id_is_known_by_its_content() -> None:
    old = {"EventType": "user_add_org", "TimeStamp": "1", "UserId": ["a"], "CorpId": HOME.corp_id}
    (first,), (again,), (other,) = (
        http_event(old, HOME),
        http_event(old, HOME),
        http_event({**old, "UserId": "b"}, HOME),
    )
    assert first.key == again.key != other.key
    assert other.facts == {"change": "member", "account": "b"}


def test_characters_without_a_utf8_form_are_replaced() -> None:
    message = robot_message(
        json.loads('{"msgtype":"text","text":{"content":"a\\ud800b"},"senderNick":"\\udfff"}'), HOME
    )
    assert (message.text, message.name) == ("a?b", "?")
    assert message.model_dump_json()


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("@跟单助手 我的待办", "我的待办"),
        ("＠跟单机器人, 日报", "日报"),
        ("@张工 X100支持信创吗", "@张工 X100支持信创吗"),
        ("@跟单助手", "@跟单助手"),
        ("问一下 @跟单助手 在吗", "问一下 @跟单助手 在吗"),
    ],
)
def test_a_robots_name_typed_by_hand_is_no_part_of_the_text(typed: str, left: str) -> None:
    assert without_robot(typed) == left
