"""The platform's signatures and event encryption against the vectors."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.playground.dingtalk import DingTalkCorp, DingTalkLimits
from bot.playground.dingtalk.envelope import BadEnvelope, EventEnvelope, card_sign, robot_sign
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.troubles import OapiTrouble
from bot.playground.dingtalk.webhook import check_custom_sign
from tests.bot.playground.dingtalk_service import VECTORS


def by_id(*groups: str) -> list[Any]:
    return [pytest.param(entry, id=entry["id"]) for group in groups for entry in VECTORS[group]]


def opened(entry: dict[str, Any]) -> str:
    envelope = EventEnvelope(entry["token"], entry["aes_key"], entry["owner_key"])
    return envelope.open(entry["msg_signature"], entry["timestamp"], entry["nonce"], entry["encrypt"])


@pytest.mark.parametrize("entry", by_id("event_crypto", "published"))
def test_an_event_envelope_is_opened_or_refused_as_the_vectors_say(entry: dict[str, Any]) -> None:
    expect = entry["expect"]
    if expect["verdict"] == "accept":
        assert opened(entry) == entry["plaintext"]
        return
    with pytest.raises(BadEnvelope) as refusal:
        opened(entry)
    assert refusal.value.code in (expect["code"], *expect["also_ok"])


@pytest.mark.parametrize(
    "entry", [one for one in by_id("event_crypto") if one.values[0]["expect"]["verdict"] == "accept"]
)
def test_an_event_is_sealed_byte_for_byte_as_the_platform_does(entry: dict[str, Any]) -> None:
    envelope = EventEnvelope(entry["token"], entry["aes_key"], entry["owner_key"])
    sealed = envelope.seal(entry["plaintext"], prefix=bytes.fromhex(entry["random_hex"]))
    assert sealed == entry["encrypt"]
    assert envelope.sign(entry["timestamp"], entry["nonce"], sealed) == entry["msg_signature"]


@pytest.mark.parametrize("entry", by_id("robot_http_sign"))
def test_a_robot_message_is_signed_by_the_recipe(entry: dict[str, Any]) -> None:
    verdict = entry["expect"]
    timestamp, sign = entry["header_timestamp"], entry["header_sign"]
    if verdict["verdict"] == "valid" or verdict.get("reason") == "expired":
        assert robot_sign(timestamp, entry["app_secret"]) == sign
    elif verdict["reason"] == "sign":
        assert robot_sign(timestamp, entry["app_secret"]) != sign


@pytest.mark.parametrize("entry", by_id("custom_robot_sign"))
def test_a_custom_robot_accepts_the_right_sign_only(entry: dict[str, Any]) -> None:
    moment = datetime.fromtimestamp(entry["now_ms"] / 1000, UTC)
    ground = Ground(lambda: moment, DingTalkCorp(corp_id="ding", apps=()), DingTalkLimits())
    query = {name: values[0] for name, values in parse_qs(entry["request_line_query"]).items()}
    secret, timestamp, sign = entry["secret"], query.get("timestamp", ""), query.get("sign", "")
    if entry["expect"]["verdict"] == "valid":
        check_custom_sign(ground, secret, timestamp, sign)
        return
    with pytest.raises(OapiTrouble) as refusal:
        check_custom_sign(ground, secret, timestamp, sign)
    assert refusal.value.errcode == entry["expect"]["errcode"]
    assert entry["expect"]["reason"] in refusal.value.errmsg


@pytest.mark.parametrize("entry", by_id("card_http_callback_sign"))
def test_a_card_callback_is_signed_by_the_recipe(entry: dict[str, Any]) -> None:
    right = card_sign(entry["header_timestamp"], entry["api_secret"]) == entry["header_signature"]
    assert right == (entry["expect"].get("reason") != "sign")
