"""Calls and their token, against the platform's other half and against a platform that misbehaves."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.channels.wecom import api
from bot.channels.wecom.codes import UNREACHABLE, Answer
from bot.channels.wecom.tokens import NoToken, Token
from bot.delivery import Failed, Outgoing, Rejected, Sent, Throttled
from bot.playground.platform import Fault
from bot.playground.wecom import WeComLimits
from tests.bot.channels.wecom_scene import SECRET, WEBHOOK, ZHOU, Clock, Scene, scene


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as started:
        yield started


def text(key: str, words: str = "好的") -> Outgoing:
    return Outgoing(key=key, address=ZHOU, kind="text", text=words)


async def test_forty_calls_that_wait_fetch_one_token(here: Scene) -> None:
    here.platform.limits.per_member_minute = 100
    settled = await asyncio.gather(*(here.app.send(text(f"k{number}")) for number in range(40)))

    assert all(isinstance(each, Sent) for each in settled)
    assert len(here.calls("gettoken")) == 1
    assert len(here.seen("ZhouQiang")) == 40


async def test_a_token_that_was_voided_is_fetched_once_more_for_all(here: Scene) -> None:
    await here.app.send(text("first"))
    here.platform.tokens.void_all()
    settled = await asyncio.gather(*(here.app.send(text(f"k{number}")) for number in range(10)))

    assert all(isinstance(each, Sent) for each in settled)
    assert len(here.calls("gettoken")) == 2


async def test_a_token_is_renewed_before_its_end(here: Scene) -> None:
    await here.app.send(text("first"))
    here.clock.pass_by(minutes=114)
    await here.app.send(text("second"))
    assert len(here.calls("gettoken")) == 1
    here.clock.pass_by(minutes=2)
    await here.app.send(text("third"))
    assert len(here.calls("gettoken")) == 2


@pytest.mark.parametrize("code", [40014, 42001, 41001, 40001])
async def test_token_trouble_is_answered_by_one_repeat_alone(here: Scene, code: int) -> None:
    here.platform.faults.append(Fault(path="/cgi-bin/message/send", kind="errcode", value=code, times=-1))
    settled = await here.app.send(text("k"))

    assert len(here.calls("message/send")) == 2
    assert isinstance(settled, Throttled if code == 40001 else Failed)


async def test_platforms_that_rotate_their_tokens_are_served_too() -> None:
    async with scene(limits=WeComLimits(rotate_tokens=True, early_death=timedelta(minutes=1))) as here:
        for number in range(3):
            assert isinstance(await here.app.send(text(f"k{number}")), Sent)
            here.clock.pass_by(minutes=2)
        assert len(here.calls("gettoken")) == 3


async def test_a_wrong_secret_is_not_tried_again_and_again() -> None:
    async with scene(secret="wrong-secret-of-somebody") as here:
        for number in range(20):
            settled = await here.app.send(text(f"k{number}"))
            assert isinstance(settled, Throttled)
            assert settled.everything
            assert "Secret" in settled.trouble
            assert "wrong-secret" not in settled.trouble
        assert len(here.calls("gettoken")) == 1
        here.clock.pass_by(seconds=61)
        await here.app.send(text("later"))
        assert len(here.calls("gettoken")) == 2


async def test_pauses_between_refusals_grow_and_end() -> None:
    clock = Clock()
    asked: list[float] = []
    answers: list[Answer] = [Answer("gettoken", -1)] * 3
    answers.append(Answer("gettoken", 0, data={"access_token": "t", "expires_in": 7200}))

    async def fetch() -> Answer:
        asked.append(clock.time.timestamp())
        return answers[len(asked) - 1]

    token = Token(fetch, clock)
    for _ in range(30):
        try:
            assert await token.get() == "t"
        except NoToken:
            clock.pass_by(seconds=1)
    assert [round(after - before) for before, after in itertools.pairwise(asked)] == [2, 4, 8]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="/cgi-bin/message/send", kind="status", value=502),
        Fault(path="/cgi-bin/message/send", kind="garbage"),
        Fault(path="/cgi-bin/message/send", kind="reset"),
        Fault(path="/cgi-bin/message/send", kind="errcode", value=-1),
        Fault(path="/cgi-bin/gettoken", kind="status", value=503),
        Fault(path="/cgi-bin/gettoken", kind="garbage"),
    ],
    ids=lambda fault: f"{fault.path.rsplit('/', 1)[-1]}-{fault.kind}",
)
async def test_trouble_on_the_way_is_worth_a_retry(here: Scene, fault: Fault) -> None:
    here.platform.faults.append(fault)
    settled = await here.app.send(text("k"))
    assert isinstance(settled, Failed)
    here.clock.pass_by(seconds=5)
    assert isinstance(await here.app.send(text("k")), Sent)


async def test_a_repeat_after_an_unknown_outcome_is_shown_once(here: Scene) -> None:
    here.platform.faults.append(Fault(path="/cgi-bin/message/send", kind="reset_after"))
    assert isinstance(await here.app.send(text("k")), Failed)
    assert isinstance(await here.app.send(text("k")), Sent)
    assert isinstance(await here.app.send(text("other")), Sent)

    assert len(here.seen("ZhouQiang")) == 2
    first, second, other = (call.body for call in here.calls("message/send"))
    assert first == second != other


async def test_bodies_are_raw_utf_8(here: Scene) -> None:
    await here.app.send(text("k", "华东医疗 😀 \ud800"))
    (call,) = here.calls("message/send")
    assert "华东医疗 😀" in call.body
    assert call.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(call.body)["agentid"] == 1000002


async def test_too_much_at_once_holds_back_the_whole_app(here: Scene) -> None:
    here.platform.faults.append(Fault(path="/cgi-bin/message/send", kind="errcode", value=45009))
    settled = await here.app.send(text("k"))
    assert isinstance(settled, Throttled)
    assert (settled.wait, settled.everything) == (timedelta(seconds=60), True)


async def test_somebody_the_app_does_not_see_is_given_up(here: Scene) -> None:
    settled = await here.app.send(Outgoing(key="k", address="ghost", kind="text", text="在吗"))
    assert isinstance(settled, Rejected)
    here.platform.corp.unlicensed.add("LiNa")
    settled = await here.app.send(Outgoing(key="k2", address="lina", kind="text", text="在吗"))
    assert isinstance(settled, Rejected)


async def test_no_secret_is_ever_told(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    token = (await here.app._api.token()) and here.app._api._token._value
    url = f"{here.base}/cgi-bin/aibot/response?response_code=NOBODY-MAY-KNOW"
    window = json.dumps({"url": url, "until": here.clock.time.timestamp() + 60})
    told: list[str] = []
    kinds: list[Callable[[], Fault]] = [
        lambda: Fault(path="/cgi-bin/", kind="status", value=500, times=-1),
        lambda: Fault(path="/cgi-bin/", kind="reset", times=-1),
        lambda: Fault(path="/cgi-bin/", kind="errcode", value=40035, times=-1),
    ]
    with capture_logs() as logs:
        for fault in kinds:
            here.platform.faults[:] = [fault()]
            reply = Outgoing(key="w", address="user:zhouqiang", kind="text", text="x", window=window)
            told += [
                str(await channel.send(message))
                for channel, message in ((here.app, text("k")), (here.bot, reply), (here.group, text("g")))
            ]
    assert len(told) == 9
    everything = " ".join(told) + str(logs)
    for secret in (SECRET, token, WEBHOOK, "NOBODY-MAY-KNOW"):
        assert secret not in everything


async def test_an_answer_that_never_comes_is_not_waited_for(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await here.app.send(text("first"))
    quick = aiohttp.ClientTimeout(total=0.2)
    monkeypatch.setattr(api.WeComApi._call, "__defaults__", (None, quick))
    here.platform.faults.append(Fault(path="/cgi-bin/message/send", kind="delay", value=1.0))
    answer = await here.app._api.post("message/send", {})
    assert (answer.code, answer.text) == (UNREACHABLE, "TimeoutError")
