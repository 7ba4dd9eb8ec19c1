"""Tokens, permissions, rates, quotas and faults of the calls a service makes."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from bot.playground.dingtalk import DingTalkLimits
from bot.playground.platform import Fault
from tests.bot.playground.dingtalk_service import CLIENT, CORP, GROUP, SECRET, serving

SEND = "/v1.0/robot/groupMessages/send"
BODY = {"robotCode": CLIENT, "openConversationId": GROUP, "msgKey": "sampleText", "msgParam": '{"content":"好"}'}
USER = "/topapi/v2/user/get"


async def test_all_ways_to_a_token_lead_to_the_same_one_good_on_both_hosts() -> None:
    async with serving() as scene:
        token = await scene.token()
        _, old = await scene.call("GET", "oapi", f"/gettoken?appkey={CLIENT}&appsecret={SECRET}")
        third = {"client_id": CLIENT, "client_secret": SECRET, "grant_type": "client_credentials"}
        _, corp = await scene.call("POST", "api", f"/v1.0/oauth2/{CORP}/token", third)
        assert token == old["access_token"] == corp["access_token"]
        assert old["expires_in"] == corp["expires_in"] == 7200
        assert (await scene.call("POST", "oapi", USER, {"userid": "lisi02"}, token=token))[1]["errcode"] == 0
        assert (await scene.call("POST", "api", SEND, BODY, token=token))[0] == 200


async def test_asking_again_renews_a_token_and_two_hours_end_it() -> None:
    async with serving() as scene:
        token = await scene.token()
        scene.clock.pass_by(minutes=119)
        assert await scene.token() == token
        scene.clock.pass_by(minutes=119)
        assert (await scene.call("POST", "api", SEND, BODY, token=token))[0] == 200
        scene.clock.pass_by(minutes=1)
        assert (await scene.call("POST", "api", SEND, BODY, token=token))[0] == 400
        assert await scene.token() != token


async def test_dead_tokens_are_refused_in_the_dialect_of_each_side() -> None:
    async with serving() as scene:
        token = await scene.token()
        scene.platform.tokens.expire()
        status, new = await scene.call("POST", "api", SEND, BODY, token=token)
        assert (status, new["code"]) == (400, "InvalidAuthentication")
        _, old = await scene.call("POST", "oapi", USER, {"userid": "lisi02"}, token=token)
        assert (old["errcode"], old["sub_code"]) == (88, "40014")
        scene.platform.conditions.plain_token_errors = True
        _, plain = await scene.call("POST", "oapi", USER, {"userid": "lisi02"}, token=token)
        assert plain["errcode"] == 40014
        _, missing = await scene.call("POST", "oapi", USER, {"userid": "lisi02"})
        assert missing["errcode"] == 41001


async def test_wrong_credentials_and_a_form_are_refused() -> None:
    async with serving() as scene:
        path = "/v1.0/oauth2/accessToken"
        status, answer = await scene.call("POST", "api", path, {"appKey": CLIENT, "appSecret": "x"})
        assert (status, answer["code"]) == (400, "invalidClientIdOrSecret")
        _, old = await scene.call("GET", "oapi", f"/gettoken?appkey={CLIENT}&appsecret=x")
        assert old["errcode"] == 40089
        status, answer = await scene.call("POST", "api", path, data={"appKey": CLIENT, "appSecret": SECRET})
        assert (status, answer["message"]) == (400, "body is mandatory for this action.")


async def test_a_call_that_does_not_exist_is_refused_and_recorded() -> None:
    async with serving() as scene:
        status, answer = await scene.call("GET", "api", "/v1.0/robot/oToMessages/batchSend")
        assert (status, answer["code"]) == (404, "InvalidAction.NotFound")
        assert (await scene.call("POST", "oapi", "/topapi/v3/nothing", {}))[1]["errcode"] == 404
        assert [each.status for each in scene.platform.wire] == [404, 200]


async def test_a_missing_permission_names_its_scope() -> None:
    async with serving() as scene:
        scene.platform.conditions.missing_scopes = {"qyapi_robot_sendmsg", "qyapi_get_member"}
        status, answer = await scene.api("POST", SEND, BODY)
        assert status == 403
        assert answer["code"] == "Forbidden.AccessDenied.AccessTokenPermissionDenied"
        assert answer["accessdenieddetail"] == {"requiredScopes": ["qyapi_robot_sendmsg"]}
        old = await scene.oapi(USER, {"userid": "lisi02"})
        assert (old["errcode"], old["sub_code"]) == (88, "60011")


async def test_twenty_calls_a_second_per_endpoint() -> None:
    async with serving(limits=DingTalkLimits(calls_per_second=2)) as scene:
        answers = [await scene.oapi(USER, {"userid": "lisi02"}) for _ in range(3)]
        assert [answer["errcode"] for answer in answers] == [0, 0, 90018]
        assert (await scene.oapi("/topapi/user/listid", {"dept_id": 1}))["errcode"] == 0
        for expected in (200, 200, 403):
            status, answer = await scene.api("POST", SEND, BODY)
            assert status == expected
        assert answer["code"] == "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"


async def test_a_months_calls_are_counted_but_not_those_to_contacts() -> None:
    async with serving(limits=DingTalkLimits(api_calls_per_month=1)) as scene:
        await scene.oapi(USER, {"userid": "lisi02"})
        assert (await scene.api("POST", SEND, BODY))[0] == 200
        status, answer = await scene.api("POST", SEND, BODY)
        assert (status, answer["code"]) == (403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
        assert (await scene.oapi("/media/upload", {}))["errcode"] == 90020
        scene.clock.pass_by(days=31)
        assert (await scene.api("POST", SEND, BODY))[0] == 200
        scene.platform.conditions.outbound_quota_used_up = True
        assert (await scene.api("POST", SEND, BODY))[0] == 403


async def test_too_many_calls_ban_the_address_with_a_page() -> None:
    async with serving(limits=DingTalkLimits(calls_per_ip=3)) as scene:
        for _ in range(3):
            await scene.token()
        status, page = await scene.call("POST", "oapi", USER, {})
        assert status == 403
        assert page.startswith("<!DOCTYPE html>")
        scene.clock.pass_by(minutes=5)
        await scene.platform.tick()
        assert not scene.platform.conditions.banned


FAULTS: list[tuple[Fault, int, Any]] = [
    (Fault(path=SEND, kind="status", value=502), 502, "<!DOCTYPE"),
    (Fault(path=SEND, kind="garbage"), 200, "<!DOCTYPE"),
    (Fault(path=SEND, kind="errcode", value="system.busy"), 429, "system.busy"),
    (Fault(path=SEND, kind="errcode", value="500 system.error"), 500, "system.error"),
    (Fault(path=SEND, kind="errcode", value="operationTimeout"), 503, "operationTimeout"),
    (Fault(path=SEND, kind="errcode", value="send.too.fast"), 400, "send.too.fast"),
]


@pytest.mark.parametrize(("fault", "status", "said"), FAULTS)
async def test_a_fault_strikes_once_before_the_effect(fault: Fault, status: int, said: str) -> None:
    async with serving() as scene:
        scene.platform.faults.append(Fault(path=fault.path, kind=fault.kind, value=fault.value))
        got, answer = await scene.api("POST", SEND, BODY)
        assert got == status
        assert said in str(answer)
        assert not scene.platform.screens.bubbles
        assert (await scene.api("POST", SEND, BODY))[0] == 200


async def test_a_fault_of_the_old_side_is_a_number() -> None:
    async with serving() as scene:
        scene.platform.faults.append(Fault(path="/topapi/", kind="errcode", value=-1, times=-1))
        for _ in range(2):
            assert (await scene.oapi(USER, {"userid": "lisi02"}))["errcode"] == -1


@pytest.mark.parametrize(("kind", "bubbles"), [("reset", 0), ("reset_after", 1)])
async def test_a_cut_connection_leaves_the_outcome_unknown(kind: Any, bubbles: int) -> None:
    async with serving() as scene:
        token = await scene.token()
        scene.platform.faults.append(Fault(path=SEND, kind=kind))
        with pytest.raises(aiohttp.ClientError):
            await scene.call("POST", "api", SEND, BODY, token=token)
        assert len(scene.platform.screens.bubbles) == bubbles
        assert scene.platform.wire[-1].status == 0


async def test_what_the_playground_cannot_serve_is_an_unknown_error(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as scene:
        status, answer = await scene.api("PUT", "/v1.0/card/instances", {"outTrackId": "x", "privateData": []})
        assert (status, answer["code"]) == (400, "param.cardNotExist")
        status, answer = await scene.api("POST", "/v1.0/workflow/processInstances/execute", {"processInstanceId": []})
        assert status == 400
        status, answer = await scene.call("POST", "oapi", "/topapi/v2/user/get", {}, token=await scene.token())
        assert answer["errcode"] == 33012
        scene.platform.faults.append(Fault(path=USER, kind="errcode", value="no number"))
        assert (await scene.call("POST", "oapi", USER, {}, token=await scene.token()))[0] == 500
        assert "could not serve" in caplog.text


async def test_a_delay_delays() -> None:
    async with serving() as scene:
        scene.platform.faults.append(Fault(path=SEND, kind="delay", value=0.1))
        token, began = await scene.token(), time.perf_counter()
        assert (await scene.call("POST", "api", SEND, BODY, token=token))[0] == 200
        assert time.perf_counter() - began >= 0.1


async def test_every_call_is_on_the_wire_with_its_body_and_answer() -> None:
    async with serving() as scene:
        await scene.api("POST", SEND, BODY)
        token, sent = scene.platform.wire
        assert (token.direction, token.method, token.target) == ("call", "POST", "/api/v1.0/oauth2/accessToken")
        assert "openConversationId" in sent.body
        assert "processQueryKey" in sent.answer
        assert sent.headers["x-acs-dingtalk-access-token"]
        assert (sent.status, sent.platform, sent.at) == (200, "dingtalk", scene.clock.time)


async def test_started_timers_look_at_the_clock_by_themselves() -> None:
    async with serving() as scene:
        await scene.platform.start()
        done = asyncio.Event()

        async def deed() -> None:
            done.set()

        scene.platform.timers.after(scene.platform.ground.limits.token_life, deed)
        scene.clock.pass_by(hours=2)
        async with asyncio.timeout(2):
            await done.wait()
