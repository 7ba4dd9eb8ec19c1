"""Tokens, trusted addresses, quotas of calls, and login."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.playground.platform import Fault
from tests.bot.playground.wecom_service import CORP, SECRET, Service, a_service


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service() as service:
        yield service


async def code(service: Service, token: str | None) -> int:
    query = {} if token is None else {"access_token": token}
    return int((await service.get("getcallbackip", **query))["errcode"])


async def test_the_same_token_until_five_minutes_before_its_end(service: Service) -> None:
    first = await service.token()
    assert len(first) <= 512
    service.clock.pass_by(seconds=6899)
    assert await service.token() == first
    service.clock.pass_by(seconds=1)
    second = await service.token()
    assert second != first
    assert await code(service, first) == 0
    service.clock.pass_by(seconds=300)
    assert (await code(service, first), await code(service, second)) == (42001, 0)


async def test_missing_and_unknown_tokens(service: Service) -> None:
    assert (await code(service, None), await code(service, "nonsense")) == (41001, 40014)


async def test_a_rotating_platform_voids_the_previous_token(service: Service) -> None:
    service.platform.limits.rotate_tokens = True
    first, second = await service.token(), await service.token()
    assert first != second
    assert (await code(service, first), await code(service, second)) == (40014, 0)


async def test_tokens_may_die_early_or_all_at_once(service: Service) -> None:
    service.platform.limits.early_death = timedelta(minutes=10)
    token = await service.token()
    service.clock.pass_by(minutes=10)
    assert await code(service, token) == 40014
    token = await service.token()
    assert await code(service, token) == 0
    service.platform.tokens.void_all()
    assert await code(service, token) == 40014
    assert await code(service, await service.token()) == 0


async def test_wrong_secrets_lock_the_address_out_for_an_hour(service: Service) -> None:
    codes = [(await service.get("gettoken", corpid=CORP, corpsecret="guess"))["errcode"] for _ in range(5)]
    assert codes == [40001] * 5
    assert (await service.get("gettoken", corpid=CORP, corpsecret=SECRET))["errcode"] == 45009
    service.clock.pass_by(hours=1)
    assert (await service.get("gettoken", corpid=CORP, corpsecret=SECRET))["errcode"] == 0
    assert (await service.get("gettoken", corpid="ww0", corpsecret=SECRET))["errcode"] == 40013


async def test_only_trusted_addresses_may_call(service: Service) -> None:
    token = await service.token()
    service.platform.corp.trusted_ips = {"10.0.0.9"}
    answer = await service.get("getcallbackip", access_token=token)
    assert answer["errcode"] == 60020
    assert "from ip: 127.0.0.1" in answer["errmsg"]


async def test_a_suspended_app_is_refused(service: Service) -> None:
    token = await service.token()
    service.platform.corp.apps[0].suspended = True
    assert await code(service, token) == 48006
    assert (await service.get("gettoken", corpid=CORP, corpsecret=SECRET))["errcode"] == 40001


async def test_calls_of_one_kind_are_limited_per_minute(service: Service) -> None:
    service.platform.limits.calls_per_minute = 2
    token = await service.token()
    assert [await code(service, token) for _ in range(3)] == [0, 0, 45009]
    message = {"touser": "lina", "msgtype": "text", "agentid": 1000002, "text": {"content": "a"}}
    for _ in range(3):
        assert (await service.post("message/send", message, access_token=token))["errcode"] == 0
    service.clock.pass_by(seconds=60)
    assert await code(service, token) == 0
    service.platform.limits.base_quotas = False
    assert [await code(service, token) for _ in range(3)] == [0, 0, 0]


async def test_faults_hit_every_endpoint_and_can_stay(service: Service) -> None:
    fault = Fault(path="/cgi-bin/", kind="errcode", value=-1, times=-1)
    service.platform.faults.append(fault)
    assert (await service.get("gettoken"))["errcode"] == -1
    assert (await service.get("user/get"))["errcode"] == -1
    service.platform.faults.clear()
    assert await service.token()


async def test_a_login_gives_a_code_that_is_good_once(service: Service) -> None:
    token = await service.token()
    login = service.platform.login_code("lina")
    answer = await service.get("auth/getuserinfo", access_token=token, code=login)
    assert answer["userid"] == "lina"
    assert (await service.get("auth/getuserinfo", access_token=token, code=login))["errcode"] == 42022
    assert (await service.get("auth/getuserinfo", access_token=token, code="x"))["errcode"] == 40029
    stale = service.platform.login_code("lina")
    service.clock.pass_by(minutes=5)
    assert (await service.get("auth/getuserinfo", access_token=token, code=stale))["errcode"] == 42003
    other = service.platform.login_code("ligong", chat="app:1000003")
    assert (await service.get("auth/getuserinfo", access_token=token, code=other))["errcode"] == 40029


async def test_the_consent_page_redirects_with_a_code(service: Service) -> None:
    assert service.session is not None
    url = f"{service.base}/connect/oauth2/authorize"
    query = {"appid": CORP, "redirect_uri": "http://crm.example.com/in?a=1", "response_type": "code", "state": "s1"}
    query |= {"scope": "snsapi_privateinfo", "agentid": "1000002"}
    async with service.session.get(url, params=query) as page:
        assert "李娜" in await page.text()
    async with service.session.get(url, params={**query, "account": "lina"}, allow_redirects=False) as redirect:
        target = redirect.headers["Location"]
    assert target.startswith("http://crm.example.com/in?a=1&code=CODE")
    assert target.endswith("&state=s1")
    token = await service.token()
    login = target.partition("code=")[2].partition("&")[0]
    answer = await service.get("auth/getuserinfo", access_token=token, code=login)
    detail = await service.post("auth/getuserdetail", {"user_ticket": answer["user_ticket"]})
    assert detail["mobile"] == "13800000001"
    service.platform.corp.apps[0].trusted_domains = ("crm.example.com:8443",)
    for change, expected in (({}, "50001"), ({"state": "a-b"}, "84025"), ({"appid": "ww0"}, "40013")):
        async with service.session.get(url, params={**query, **change}) as page:
            assert (page.status, (await page.text())[:5]) == (400, expected)
