"""The envelope: every published and made vector gets its verdict, and nothing from outside breaks it."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Channel, Hook, Incoming, Received, Untrusted
from bot.channels.wecom import WeCom, WeComBot
from bot.channels.wecom.envelope import Envelope, Sealed, sealed_json, sealed_xml, unpadded
from bot.channels.wecom.envelope import aes_key as key_bytes
from bot.config import ConfigTrouble
from tests.bot.channels.wecom_scene import CORP, KEY, TOKEN, bot_config, config

DELIVERIES = Path(__file__).parents[2] / "deliveries" / "wecom"
VECTORS = json.loads((DELIVERIES / "vectors.json").read_text("utf-8"))
ALL = {vector["id"]: vector for vector in VECTORS["vectors"] + VECTORS["published"]}
NOON = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)
SECONDS = str(int(NOON.timestamp()))


def opened(vector: Mapping[str, Any]) -> str:
    envelope = Envelope(vector["token"], vector["encoding_aes_key"], vector["receiveid"])
    values = (vector[name] for name in ("encrypt", "msg_signature", "timestamp", "nonce"))
    return envelope.open(Sealed(*values))


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_vector_gets_its_verdict(name: str) -> None:
    vector = ALL[name]
    if vector["expect"]["verdict"] == "accept":
        assert opened(vector) == vector["plaintext"]
        return
    with pytest.raises(Untrusted) as refusal:
        opened(vector)
    assert str(refusal.value) == str(vector["expect"]["code"])


@pytest.mark.parametrize("name", sorted(name for name, vector in ALL.items() if "random_hex" in vector))
def test_sealing_gives_the_same_bytes_as_the_official_library(name: str) -> None:
    vector = ALL[name]
    if vector["expect"]["verdict"] != "accept":
        return
    envelope = Envelope(vector["token"], vector["encoding_aes_key"], vector["receiveid"])
    salt = bytes.fromhex(vector["random_hex"])
    sealed = envelope.seal(vector["plaintext"], timestamp=vector["timestamp"], nonce=vector["nonce"], salt=salt)
    assert (sealed.encrypt, sealed.signature) == (vector["encrypt"], vector["msg_signature"])


@pytest.mark.parametrize("name", sorted(name for name, vector in ALL.items() if "post_body" in vector))
def test_the_ciphertext_is_found_in_every_body(name: str) -> None:
    vector = ALL[name]
    body = vector["post_body"].encode()
    assert (sealed_json if body.startswith(b"{") else sealed_xml)(body) == vector["encrypt"]


def test_the_file_vector_opens() -> None:
    (vector,) = VECTORS["media"]
    content = base64.b64decode(vector["ciphertext_base64"])
    assert unpadded(key_bytes(vector["encoding_aes_key"]), content) == base64.b64decode(vector["plaintext_base64"])


@pytest.mark.parametrize("key", ["", "short", "!" * 43])
def test_a_key_that_cannot_be_one_is_named_in_the_configuration(key: str) -> None:
    with pytest.raises(ConfigTrouble, match="encoding_aes_key"):
        Envelope("token", key, "")


@pytest.fixture(scope="module")
def channels() -> dict[str, Channel]:
    session: Any = None
    app = WeCom("main", config("http://127.0.0.1:9"), session=session, now=lambda: NOON)
    bot = WeComBot("helper", bot_config(), app=app, session=session, now=lambda: NOON)
    return {"app": app, "bot": bot}


def hook(name: str, plain: str, *, timestamp: str = SECONDS, method: str = "POST", door: str = "") -> Hook:
    """A callback sealed as the platform does it."""
    envelope = Envelope(TOKEN, KEY, "" if name == "bot" else CORP)
    sealed = envelope.seal(plain, timestamp=timestamp, nonce="1500007919")
    query = {"msg_signature": sealed.signature, "timestamp": timestamp, "nonce": sealed.nonce}
    if method == "GET":
        return Hook(method="GET", query={**query, "echostr": sealed.encrypt}, headers={}, body=b"", door=door)
    if name == "bot":
        body = json.dumps({"encrypt": sealed.encrypt})
    else:
        body = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{sealed.encrypt}]]></Encrypt></xml>"
    return Hook(method="POST", query=query, headers={}, body=body.encode(), door=door)


@pytest.mark.parametrize("name", ["app", "bot"])
def test_a_verification_is_answered_by_its_plain_echo(channels: dict[str, Channel], name: str) -> None:
    assert channels[name].receive(hook(name, "6218340071935502817", method="GET")) == Received(
        answer=b"6218340071935502817"
    )


def test_the_documented_query_string_verifies(channels: dict[str, Channel]) -> None:
    vector = ALL["01-verify-url"]
    query = {name: values[0] for name, values in parse_qs(vector["query_string"]).items()}
    app = WeCom(
        "main",
        config("http://127.0.0.1:9"),
        session=None,  # type: ignore[arg-type]
        now=lambda: datetime.fromtimestamp(int(vector["timestamp"]), UTC),
    )
    received = app.receive(Hook(method="GET", query=query, headers={}, body=b""))
    assert received.answer.decode() == vector["expect"]["http_body"]


@pytest.mark.parametrize(("off", "welcome"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)])
def test_clocks_more_than_five_minutes_apart_are_refused(channels: dict[str, Channel], off: int, welcome: bool) -> None:
    text = (DELIVERIES / "app" / "text.xml").read_text("utf-8")
    stamp = str(int((NOON + timedelta(seconds=off)).timestamp()))
    late = hook("app", text, timestamp=stamp)
    if welcome:
        assert channels["app"].receive(late).incoming[0].kind == "message"
        return
    with pytest.raises(Untrusted, match="timestamp"):
        channels["app"].receive(late)


def test_the_contact_callback_has_a_door_of_its_own(channels: dict[str, Channel]) -> None:
    text = (DELIVERIES / "app" / "change_contact_create_user.xml").read_text("utf-8")
    (told,) = channels["app"].receive(hook("app", text, door="events")).incoming
    assert told.kind == "directory"
    with pytest.raises(Untrusted, match="door"):
        channels["app"].receive(hook("app", text, door="cards"))
    with pytest.raises(Untrusted, match="door"):
        channels["bot"].receive(hook("bot", "{}", door="events"))


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "<xml></xml>",
        "<a><b></a>",
        "<xml><MsgType>text</MsgType></xml>",
        "<xml><MsgType>text</MsgType><CreateTime>x</CreateTime></xml>",
        "<xml><MsgType>text</MsgType><CreateTime>99999999999999999</CreateTime></xml>",
        "<xml><MsgType>text</MsgType><CreateTime>1</CreateTime><Content><b>1</b></Content></xml>",
        "<xml><MsgType>text</MsgType><MsgType>text</MsgType><CreateTime>1</CreateTime></xml>",
        "<xml><MsgType>image</MsgType><CreateTime>1</CreateTime></xml>",
        "<xml><MsgType>location</MsgType><CreateTime>1</CreateTime><Location_X>nan</Location_X></xml>",
        '<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>text</MsgType><CreateTime>1</CreateTime></xml>',
        "<xml><MsgType>event</MsgType><Event>template_card_event</Event><CreateTime>1</CreateTime>"
        "<SelectedItems>x</SelectedItems></xml>",
    ],
)
def test_a_sealed_message_that_makes_no_sense_is_refused(channels: dict[str, Channel], plain: str) -> None:
    with pytest.raises(Untrusted, match="-40002"):
        channels["app"].receive(hook("app", plain))


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "[]",
        "{}",
        '{"msgid":1}',
        '{"msgid":"1","msgtype":"text","text":"x","from":{}}',
        '{"msgid":"1","msgtype":"text","text":{"content":1},"from":{}}',
        '{"msgid":"1","msgtype":"image","image":{"url":"file:///etc/passwd"},"from":{}}',
        '{"msgid":"1","create_time":NaN}',
        '{"msgid":"1","create_time":1e300,"msgtype":"event","event":{}}',
        '{"msgid":"1","msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":[]}}',
    ],
)
def test_sealed_json_that_makes_no_sense_is_refused(channels: dict[str, Channel], plain: str) -> None:
    with pytest.raises(Untrusted, match="-40002"):
        channels["bot"].receive(hook("bot", plain))


def test_marks_that_no_database_takes_are_left_out(channels: dict[str, Channel]) -> None:
    plain = '{"msgid":"1\\u0000","msgtype":"text","text":{"content":"a\\ud800b\\u0000"},"from":{"userid":"lina"}}'
    (said,) = channels["bot"].receive(hook("bot", plain)).incoming
    assert (said.key, said.text) == ("1", "ab")
    assert Incoming.model_validate_json(said.model_dump_json()) == said


PLAINS = [("app", path.read_text("utf-8")) for path in sorted((DELIVERIES / "app").glob("*.xml"))]
PLAINS += [("bot", path.read_text("utf-8")) for path in sorted((DELIVERIES / "bot").glob("*.json"))]


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes with a few replaced, taken out, doubled or put in."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        length = draw(st.integers(0, 12))
        piece = draw(st.one_of(st.binary(max_size=8), st.just(bytes(content[at : at + length]) * 2)))
        content[at : at + length] = piece
    return bytes(content)


def received(channel: Channel, sent: Hook) -> None:
    """Received or refused; anything else is a bug."""
    try:
        taken = channel.receive(sent)
    except Untrusted:
        return
    for each in taken.incoming:
        assert Incoming.model_validate_json(each.model_dump_json()) == each


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damaged_body_or_query_gets_through(channels: dict[str, Channel], data: st.DataObject) -> None:
    name, plain = data.draw(st.sampled_from(PLAINS))
    whole = hook(name, plain, method=data.draw(st.sampled_from(["POST", "GET"])))
    query = {key: value for key, value in whole.query.items() if data.draw(st.integers(0, 9))}
    for key in query:
        if data.draw(st.booleans()):
            query[key] = data.draw(damaged(query[key].encode())).decode("utf-8", "surrogateescape")
    body = data.draw(damaged(whole.body))
    received(channels[name], Hook(method=whole.method, query=query, headers={}, body=body))


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_message_in_a_sound_envelope_is_read_or_refused(
    channels: dict[str, Channel], data: st.DataObject
) -> None:
    name, plain = data.draw(st.sampled_from(PLAINS))
    broken = data.draw(damaged(plain.encode())).decode("utf-8", "ignore")
    received(channels[name], hook(name, broken))
