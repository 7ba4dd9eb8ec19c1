"""Calls to the platform: the token, refusals, faults, and that no secret ever shows."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.dingtalk.api import Api, Token
from bot.channels.dingtalk.troubles import Kind, Trouble
from bot.delivery import Delivery, Failed, Rejected, Sent, Throttled
from bot.playground.dingtalk import DingTalkLimits
from bot.playground.platform import Fault
from tests.bot.channels.dingtalk_scene import NOON, SECRET, ZHANG, Scene, approval, config, outgoing, playing

SEND = "/v1.0/robot/oToMessages/batchSend"
CARD = "/v1.0/card/instances/createAndDeliver"


async def test_however_many_ask_at_once_one_token_is_fetched() -> None:
    async with playing(DingTalkLimits(calls_per_second=None)) as scene:
        sent = await asyncio.gather(*(scene.channel.send(outgoing(key=f"k{n}", text=f"{n}")) for n in range(20)))
        assert all(isinstance(one, Sent) for one in sent)
        assert len(scene.calls("/oauth2/accessToken")) == 1


async def test_a_token_is_renewed_before_it_ends() -> None:
    async with playing() as scene:
        await scene.channel.send(outgoing(text="一"))
        scene.clock.pass_by(minutes=109)
        await scene.channel.send(outgoing(text="二"))
        assert len(scene.calls("/oauth2/accessToken")) == 1
        scene.clock.pass_by(minutes=2)
        assert isinstance(await scene.channel.send(outgoing(text="三")), Sent)
        assert len(scene.calls("/oauth2/accessToken")) == 2


@pytest.mark.parametrize("plain", [False, True])
async def test_a_token_that_died_early_is_replaced_and_the_call_repeated_once(plain: bool) -> None:
    async with playing() as scene:
        scene.platform.conditions.plain_token_errors = plain
        await scene.channel.send(outgoing(text="一"))
        scene.platform.tokens.expire()
        assert isinstance(await scene.channel.send(outgoing(text="二")), Sent)
        scene.platform.tokens.expire()
        assert await scene.channel.check() == ""
        assert len(scene.calls("/oauth2/accessToken")) == 3


async def test_a_token_that_never_works_stops_the_channel() -> None:
    async with playing() as scene:
        scene.platform.faults.append(Fault(path=SEND, kind="errcode", value="400 InvalidAuthentication", times=-1))
        delivery = await scene.channel.send(outgoing(text="一"))
        assert isinstance(delivery, Throttled)
        assert delivery.everything
        assert len(scene.calls(SEND)) == 2


async def test_a_failed_fetch_fails_all_who_waited_and_is_tried_again_later() -> None:
    async with playing() as scene:
        scene.platform.faults.append(Fault(path="/v1.0/oauth2", kind="status", value=500))
        first = await asyncio.gather(*(scene.channel.send(outgoing(key=f"k{n}", text="x")) for n in range(5)))
        assert all(isinstance(one, Failed) for one in first)
        assert len(scene.calls("/oauth2/accessToken")) == 1
        assert isinstance(await scene.channel.send(outgoing(text="x")), Sent)


FAULTS: list[tuple[Fault, type, dict[str, Any]]] = [
    (Fault(path=SEND, kind="status", value=500), Failed, {}),
    (Fault(path=SEND, kind="status", value=502), Failed, {}),
    (Fault(path=SEND, kind="status", value=429), Throttled, {"everything": False}),
    (Fault(path=SEND, kind="status", value=403), Throttled, {"everything": True, "wait": timedelta(minutes=5)}),
    (Fault(path=SEND, kind="garbage"), Failed, {}),
    (Fault(path=SEND, kind="reset"), Failed, {}),
    (Fault(path=SEND, kind="reset_after"), Failed, {}),
    (Fault(path=SEND, kind="errcode", value="503 operationTimeout"), Failed, {}),
    (Fault(path=SEND, kind="errcode", value="429 system.busy"), Throttled, {"everything": False}),
    (Fault(path=SEND, kind="errcode", value="400 send.too.fast"), Throttled, {"wait": timedelta(minutes=1)}),
    (Fault(path=SEND, kind="errcode", value="400 staffId.notExisted"), Rejected, {}),
    (Fault(path=SEND, kind="errcode", value="400 invalidParameter.robotCode.auth"), Throttled, {"everything": True}),
    (
        Fault(path=SEND, kind="errcode", value="Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"),
        Throttled,
        {"everything": False},
    ),
    (
        Fault(path=SEND, kind="errcode", value="Forbidden.AccessDenied.ApiCountLimitForOrg"),
        Throttled,
        {"everything": True},
    ),
]


@pytest.mark.parametrize(("fault", "expected", "about"), FAULTS, ids=lambda value: getattr(value, "kind", ""))
async def test_every_fault_becomes_a_delivery(fault: Fault, expected: type, about: dict[str, Any]) -> None:
    async with playing() as scene:
        scene.platform.faults.append(Fault(path=fault.path, kind=fault.kind, value=fault.value))
        delivery = await scene.channel.send(outgoing(text="你好"))
        assert isinstance(delivery, expected)
        for name, value in about.items():
            assert getattr(delivery, name) == value
        assert isinstance(await scene.channel.send(outgoing(text="你好")), Sent)


async def test_a_missing_permission_stops_everything_and_names_it() -> None:
    async with playing() as scene:
        scene.platform.conditions.missing_scopes.add("qyapi_robot_sendmsg")
        delivery = await scene.channel.send(outgoing(text="你好"))
        assert isinstance(delivery, Throttled)
        assert delivery.everything
        assert "qyapi_robot_sendmsg" in delivery.trouble


async def test_the_used_up_quota_stops_everything() -> None:
    async with playing() as scene:
        scene.platform.conditions.outbound_quota_used_up = True
        delivery = await scene.channel.send(outgoing(text="你好"))
        assert isinstance(delivery, Throttled)
        assert delivery.everything
        assert "调用量" in delivery.trouble


async def test_a_banned_address_waits() -> None:
    async with playing() as scene:
        await scene.channel.send(outgoing(text="你好"))
        scene.platform.conditions.banned = True
        delivery = await scene.channel.send(outgoing(text="你好"))
        assert isinstance(delivery, Throttled)
        assert (delivery.everything, delivery.wait) == (True, timedelta(minutes=5))


async def test_nobody_listening_is_a_failure_and_no_exception() -> None:
    async with playing() as scene:
        channel = scene.make(api_base="http://127.0.0.1:9", oapi_base="http://127.0.0.1:9")
        assert isinstance(await channel.send(outgoing(text="你好")), Failed)
        await channel.close()


async def secrets_of(scene: Scene) -> list[str]:
    """Everything that must never show, as it was on the wire so far."""
    found = [SECRET]
    for call in scene.platform.wire:
        if "accessToken" in call.target:
            found.append(call.answer.split('"accessToken": "')[1].split('"')[0])
    incoming = scene.kept.incoming[0]
    found.append(incoming.window.split("session=")[1].split('"')[0])
    return found


async def test_no_secret_shows_in_any_trouble_or_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    troubles: list[Delivery] = []
    async with playing() as scene, scene.connected():
        await scene.platform.send(ZHANG, "image", {})
        (incoming,) = await scene.kept.until()
        await scene.channel.send(outgoing(text="一"))
        kinds: list[tuple[Any, Any]] = [("reset", 0), ("garbage", 0), ("status", 500), ("status", 404), ("status", 403)]
        code = incoming.attachments[0].reference
        for path in ("/robot/sendBySession", SEND, CARD, "/v1.0/robot/messageFiles", "/media", "/v1.0/card", "/files"):
            for kind, value in kinds:
                scene.platform.faults.append(Fault(path=path, kind=kind, value=value, times=1))
                for message in (
                    outgoing(text="二", window=incoming.window),
                    outgoing("card", key=f"c{len(troubles)}", card=approval()),
                    outgoing("update", task="none", card=approval(), receipt={"rev": 1, "pqk": "x"}),
                    outgoing("fetch", text=code),
                    outgoing(text="长" * 80_000),
                ):
                    troubles.append(await scene.channel.send(message))
                scene.platform.faults.clear()
        secrets = await secrets_of(scene)
    shown = "\n".join(str(getattr(one, "trouble", "")) for one in troubles)
    ours = [record.getMessage() + str(record.exc_text) for record in caplog.records if record.name.startswith("bot.ch")]
    assert shown.strip()
    for secret in (*secrets, "access_token=", "/files/"):
        assert secret
        assert secret not in shown
        assert secret not in "\n".join(ours)


async def test_an_address_that_is_none_is_not_fetched() -> None:
    async with playing() as scene:
        api = Api(config(scene.base), scene.http, scene.clock)
        for url in ("file:///etc/passwd", "", "ftp://x.example/a", "gopher://x"):
            with pytest.raises(Trouble) as trouble:
                await api.download(url)
            assert trouble.value.kind is Kind.NEVER


def test_a_token_keeps_itself_out_of_sight() -> None:
    assert "secret" not in repr(Token("secret", NOON))
