"""Every test vector of DingTalk's signatures and encryption gets its verdict."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.channel import Hook, Untrusted
from bot.channels.dingtalk.envelope import EventEnvelope, card_signature, check_card, check_robot, robot_signature
from tests.bot.channels.dingtalk_scene import AES_KEY, CARD_SECRET, CLIENT, NOON, SECRET, TOKEN, a_channel

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "deliveries/dingtalk/vectors.json").read_text("utf-8")
)
EVENTS = VECTORS["event_crypto"] + VECTORS["published"]
MS = str(round(NOON.timestamp() * 1000))


def named(group: str) -> Any:
    return pytest.mark.parametrize("vector", VECTORS[group], ids=lambda vector: vector["id"])


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@pytest.mark.parametrize("vector", EVENTS, ids=lambda vector: vector["id"])
def test_an_event_is_opened_or_refused_with_its_code(vector: dict[str, Any]) -> None:
    def opened() -> str:
        envelope = EventEnvelope(vector["token"], vector["aes_key"], vector["owner_key"])
        return envelope.open(vector["msg_signature"], vector["timestamp"], vector["nonce"], vector["encrypt"])

    if vector["expect"]["verdict"] == "accept":
        assert opened() == vector["plaintext"]
        return
    with pytest.raises(Untrusted) as refused:
        opened()
    codes = [vector["expect"]["code"], *vector["expect"].get("also_ok", [])]
    assert int(str(refused.value)) == codes[0] or int(str(refused.value)) in codes


@pytest.mark.parametrize("vector", [v for v in EVENTS if v.get("random_hex")], ids=lambda vector: vector["id"])
def test_sealing_gives_the_same_bytes(vector: dict[str, Any]) -> None:
    if vector["expect"]["verdict"] != "accept":
        return
    envelope = EventEnvelope(vector["token"], vector["aes_key"], vector["owner_key"])
    prefix = bytes.fromhex(vector["random_hex"])
    sealed = envelope.seal(vector["plaintext"], timestamp=vector["timestamp"], nonce=vector["nonce"], prefix=prefix)
    assert sealed == {
        "msg_signature": vector["msg_signature"],
        "encrypt": vector["encrypt"],
        "timeStamp": vector["timestamp"],
        "nonce": vector["nonce"],
    }


@named("robot_http_sign")
def test_the_signature_of_a_robot_message(vector: dict[str, Any]) -> None:
    def check() -> None:
        check_robot(
            vector["header_timestamp"],
            vector["header_sign"],
            secret=vector["app_secret"],
            now=moment(vector["now_ms"]),
        )

    if vector["expect"]["verdict"] == "valid":
        check()
        return
    with pytest.raises(Untrusted) as refused:
        check()
    assert str(refused.value) in [vector["expect"]["reason"], *vector.get("also_ok_reasons", [])]


@named("card_http_callback_sign")
def test_the_signature_of_a_card_callback(vector: dict[str, Any]) -> None:
    def check() -> None:
        check_card(
            vector["header_timestamp"],
            vector["header_signature"],
            secret=vector["api_secret"],
            now=moment(vector["now_ms"]),
        )

    if vector["expect"]["verdict"] == "valid":
        check()
        return
    with pytest.raises(Untrusted) as refused:
        check()
    assert vector["expect"]["reason"].startswith(str(refused.value))


@named("custom_robot_sign")
def test_the_same_recipe_signs_for_custom_robots(vector: dict[str, Any]) -> None:
    if vector["expect"]["verdict"] == "valid":
        assert robot_signature(vector["timestamp"], vector["secret"]) == vector["sign_base64"]


def test_without_a_card_secret_no_card_callback_is_believed() -> None:
    sign = card_signature(MS, "")
    with pytest.raises(Untrusted, match="missing"):
        check_card(MS, sign, secret="", now=NOON)


def hook(door: str, body: Any, headers: dict[str, str] | None = None, query: dict[str, str] | None = None) -> Hook:
    text = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Hook(method="POST", query=query or {}, headers=headers or {}, body=text, door=door)


async def test_a_signed_robot_message_is_answered_with_silence() -> None:
    async with a_channel(mode="http") as channel:
        headers = {"Timestamp": MS, "SIGN": robot_signature(MS, SECRET)}
        received = channel.receive(hook("", {"msgId": "m1", "msgtype": "text", "text": {"content": "hi"}}, headers))
        assert [one.key for one in received.incoming] == ["m1"]
        assert (received.answer, received.content_type) == (b'{"msgtype":"empty"}', "application/json")
        assert received.passive == 0


async def test_a_signed_press_is_answered_at_once() -> None:
    async with a_channel(mode="http") as channel:
        signature = card_signature(MS, CARD_SECRET)
        headers = {"x-ddpaas-signature-timestamp": MS, "X-DDPAAS-Signature": signature}
        received = channel.receive(hook("cards", {"outTrackId": "k"}, headers))
        assert received.answer == b"{}"


async def test_the_probe_is_answered_and_not_kept() -> None:
    envelope = EventEnvelope(TOKEN, AES_KEY, CLIENT)
    sealed = envelope.seal('{"EventType":"check_url"}', timestamp=MS, nonce="n1")
    for name in ("msg_signature", "signature"):
        async with a_channel(mode="http") as channel:
            query = {name: sealed["msg_signature"], "timestamp": MS, "nonce": "n1"}
            received = channel.receive(hook("events", {"encrypt": sealed["encrypt"]}, query=query))
        assert received.incoming == ()
        answer = json.loads(received.answer)
        assert set(answer) == {"msg_signature", "encrypt", "timeStamp", "nonce"}
        opened = envelope.open(answer["msg_signature"], answer["timeStamp"], answer["nonce"], answer["encrypt"])
        assert opened == "success"


@pytest.mark.parametrize(
    ("door", "body", "check"),
    [
        ("", {}, "missing"),
        ("cards", {}, "missing"),
        ("events", {}, "body"),
        ("events", {"encrypt": "x"}, "900005"),
        ("elsewhere", {}, "door"),
    ],
)
async def test_what_is_not_signed_is_turned_away(door: str, body: Any, check: str) -> None:
    async with a_channel(mode="http") as channel:
        with pytest.raises(Untrusted, match=check):
            channel.receive(hook(door, body))


async def test_only_posts_are_callbacks() -> None:
    async with a_channel() as channel:
        with pytest.raises(Untrusted, match="method"):
            channel.receive(Hook(method="GET", query={}, headers={}, body=b""))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 30_000])
async def test_a_signature_over_rubbish_is_turned_away(body: bytes) -> None:
    async with a_channel(mode="http") as channel:
        headers = {"timestamp": MS, "sign": robot_signature(MS, SECRET)}
        with pytest.raises(Untrusted, match="body"):
            channel.receive(hook("", body, headers))


async def test_events_without_a_configured_key_are_turned_away() -> None:
    async with a_channel(mode="http", event_token="", event_aes_key="") as channel:
        with pytest.raises(Untrusted, match="900004"):
            channel.receive(hook("events", {"encrypt": "x"}))
