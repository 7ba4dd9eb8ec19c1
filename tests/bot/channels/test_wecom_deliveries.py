"""What the platform delivers, read into neutral terms: one recorded body for each kind it documents."""

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.channels.wecom import bot_events
from bot.channels.wecom.bot_events import Conversation, mentioned, without_name
from bot.channels.wecom.events import incoming

DELIVERIES = Path(__file__).parents[2] / "deliveries" / "wecom"
APP = sorted(path.stem for path in (DELIVERIES / "app").glob("*.xml"))
BOT = sorted(path.stem for path in (DELIVERIES / "bot").glob("*.json"))
DOCUMENTED = {
    *("text", "image", "voice", "video", "location", "link", "subscribe", "unsubscribe", "enter_agent"),
    *("location_report", "click", "view", "view_miniprogram", "scancode_push", "scancode_waitmsg", "pic_sysphoto"),
    *("pic_photo_or_album", "pic_weixin", "location_select", "template_card_event", "template_card_menu_event"),
    *("open_approval_change", "sys_approval_change", "batch_job_result", "share_agent_change", "share_chain_change"),
    *("inactive_alert", "close_inactive_agent", "reopen_inactive_agent", "low_active_alert", "low_active"),
    *("active_restored", "change_external_contact", "change_external_chat"),
    *(f"change_contact_{kind}_{what}" for kind in ("create", "update", "delete") for what in ("user", "party")),
    "change_contact_update_tag",
}


def of_app(name: str) -> str:
    return (DELIVERIES / "app" / f"{name}.xml").read_text("utf-8")


def test_every_documented_kind_is_recorded() -> None:
    assert set(APP) >= DOCUMENTED
    kinds = {"text", "mixed", "image", "voice", "file", "video", "stream"}
    assert set(BOT) >= kinds | {"template_card_event", "enter_chat", "feedback_event", "disconnected_event"}


@pytest.mark.parametrize("name", APP)
def test_what_the_app_hears(name: str, snapshot: SnapshotAssertion) -> None:
    assert incoming(of_app(name)).model_dump(mode="json", exclude_defaults=True) == snapshot


@pytest.mark.parametrize("name", BOT)
def test_what_the_bot_hears(name: str, snapshot: SnapshotAssertion) -> None:
    data = json.loads((DELIVERIES / "bot" / f"{name}.json").read_text("utf-8"))
    happened = bot_events.incoming(data, name="跟单助手", signed=1767229500)
    assert happened.model_dump(mode="json", exclude_defaults=True) == snapshot


def test_a_repeat_has_the_same_key_and_another_event_of_the_same_second_has_not() -> None:
    joined = of_app("change_contact_create_user")
    somebody_else = joined.replace("wangfang", "zhaolei")
    assert incoming(joined).key == incoming(joined).key
    assert incoming(joined).key != incoming(somebody_else).key


def test_a_message_keeps_its_number_whatever_is_around_it() -> None:
    text = of_app("text")
    assert incoming(text.replace("回访", "再访")).key == incoming(text).key == "7459035031717794886"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("@跟单助手 查库存", "查库存"),
        ("查库存 @跟单助手", "查库存"),
        ("请\u2005@跟单助手\u2005查库存", "请\u2005 查库存"),
        ("@跟单助手查库存", "查库存"),
        ("＠跟单助手 查库存", "查库存"),
        ("@跟单助手2号 在吗", "@跟单助手2号 在吗"),
        ("没有提到", "没有提到"),
    ],
)
def test_the_bots_own_name_is_taken_out(written: str, read: str) -> None:
    assert without_name(written, "跟单助手") == read


def test_others_who_are_mentioned_are_told_once_and_addresses_of_mail_are_nobody() -> None:
    names = [each.name for each in mentioned("@李工 看一下, 抄送@王芳，@李工 邮件 a@b.com")]
    assert names == ["李工", "王芳"]


@pytest.mark.parametrize("address", ["user:lina", "group:wrDemo:Chat01:lina"])
def test_an_address_tells_whom_to_reach(address: str) -> None:
    conversation = Conversation.of(address)
    assert conversation.account == "lina"
    assert conversation.address == address


@pytest.mark.parametrize(
    ("account", "hidden"),
    [
        ("woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA", True),
        ("wolf", False),
        ("wonderful.employee.of.the.month", False),
        ("LiNa", False),
    ],
)
def test_encrypted_ids_are_told_from_accounts(account: str, hidden: bool) -> None:
    assert bot_events.encrypted(account) is hidden
    assert bot_events.plain_account(account) == (account if hidden else account.lower())
