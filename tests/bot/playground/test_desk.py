"""The desk's endpoints, as tests of the whole demo use them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.playground.cast import the_cast
from bot.playground.clock import MovableClock
from bot.playground.company import company_on, directory
from bot.playground.desk import Desk
from bot.playground.desk.files import files_of, picture_type
from bot.playground.desk.page import FOLDER
from bot.playground.desk.samples import cabinet, samples
from bot.playground.dingtalk.corp import DingTalkApp, DingTalkCorp
from bot.playground.dingtalk.platform import DingTalkPlatform
from bot.playground.wecom.corp import WeComApp, WeComCorp
from bot.playground.wecom.platform import WeComPlatform
from bot.playground.workdays import moment
from tests.browser.standin import Standin, fixed, standins

MONDAY = date(2026, 11, 23)
TEN = moment(MONDAY, 10, 0)


@dataclass
class Visit:
    """A desk being used over HTTP."""

    client: TestClient[web.Request, web.Application]
    desk: Desk
    clock: MovableClock
    wecom: Standin
    dingtalk: Standin

    async def get(self, path: str) -> dict[str, Any]:
        async with self.client.get(f"/playground/{path}") as response:
            assert response.status == 200
            body: dict[str, Any] = await response.json()
            return body

    async def post(self, act: str, **body: Any) -> tuple[int, dict[str, Any]]:
        async with self.client.post(f"/playground/{act}", json=body) as response:
            return response.status, await response.json()


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    company = company_on(MONDAY)
    clock = fixed(TEN)
    platforms = standins(company, clock)
    platforms["wecom"].show("zhouqiang", "text", {"text": "早"})
    desk = Desk(platforms, the_cast(company), clock)
    app = web.Application()
    app.add_routes(desk.routes())
    async with TestClient(TestServer(app)) as client:
        yield Visit(client, desk, clock, platforms["wecom"], platforms["dingtalk"])
        await desk.close()


async def test_the_state_has_all_the_page_needs(visit: Visit) -> None:
    state = await visit.get("state")

    cast = [person for person in state["people"] if person["cast"]]
    assert [person["name"] for person in cast] == ["周强", "李娜", "张伟", "高翔", "郑凯", "陈静"]
    assert {person["platform"] for person in cast} == {"wecom", "dingtalk"}
    assert all(person["phrases"] for person in cast)
    assert len(state["people"]) == 15
    assert [group["name"] for group in cast[0]["groups"]] == ["销售一线群"]
    assert {"account": "liuyang", "name": "刘洋", "title": "技术部经理"} in cast[0]["groups"][0]["members"]
    assert state["bubbles"][0]["body"] == {"text": "早"}
    assert state["clock"]["local"] == "2026-11-23 10:00:00"
    assert {sample["kind"] for sample in state["samples"]} == {"image", "file", "voice", "location"}
    assert state["platforms"]["dingtalk"] == {"label": "钉钉", "bot": "跟单助手"}
    assert state["explains"] is False


async def test_saying_in_person_and_in_a_group(visit: Visit) -> None:
    status, body = await visit.post("say", person="wecom:zhouqiang", text="日报", chat="zhouqiang")
    assert (status, body) == (200, {"message": "wecom-2"})
    group = next(iter(visit.dingtalk.groups))
    await visit.post("say", person="dingtalk:lina0718", text="在吗", chat=group, at=["zhangwei0926"], quote="x")
    assert visit.wecom.acts("say")[0]["chat"] is None
    said = visit.dingtalk.acts("say")[0]
    assert (said["chat"], said["at"], said["quote"]) == (group, ("zhangwei0926",), "x")


async def test_pressing_sending_entering(visit: Visit) -> None:
    bubble = visit.wecom.show("gaoxiang", "card", {"card_type": "button_interaction"})
    person = "wecom:gaoxiang"
    assert (await visit.post("press", person=person, bubble=bubble.id, button="ok", choices={"q": ["a"]}))[0] == 200
    assert (await visit.post("send", person=person, sample="cabinet"))[0] == 200
    assert (await visit.post("send", person=person, kind="location", body={"label": "这里", "latitude": 1.5}))[0] == 200
    assert (await visit.post("enter", person=person))[0] == 200
    assert [act for act, _ in visit.wecom.done] == ["press", "send", "send", "enter"]
    assert visit.wecom.done[0][1]["choices"] == {"q": ["a"]}
    assert visit.wecom.done[1][1]["keys"] == ["content", "name"]


async def test_links_that_speak(visit: Visit) -> None:
    link = "dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F%20A-1"
    assert (await visit.post("follow", person="dingtalk:lina0718", bubble="b", link=link))[0] == 200
    assert visit.dingtalk.acts("follow")[0]["link"] == link
    assert (await visit.post("follow", person="wecom:gaoxiang", bubble="b", link=link))[0] == 200
    assert visit.wecom.acts("say")[0]["text"] == "同意 A-1"
    status, body = await visit.post("follow", person="wecom:gaoxiang", bubble="b", link="https://example.com/")
    assert (status, body) == (400, {"error": "这个链接不会发送消息"})


@pytest.mark.parametrize(
    ("act", "body", "says"),
    [
        ("say", {"person": "wecom:nobody", "text": "在吗"}, "没有这个人：wecom:nobody"),
        ("say", {"person": "feishu:zhouqiang", "text": "在吗"}, "没有这个人"),
        ("say", {"person": "wecom:zhouqiang", "text": ""}, "text"),
        ("say", {"person": "wecom:zhouqiang", "text": "在", "mood": "好"}, "mood"),
        ("send", {"person": "wecom:zhouqiang", "sample": "gold"}, "没有这个样例：gold"),
        ("send", {"person": "wecom:zhouqiang"}, "要发送什么"),
        ("press", {"person": "wecom:zhouqiang", "bubble": "none", "button": "x"}, "这张卡片是演练场重启之前的"),
        ("clock", {}, "之一"),
        ("clock", {"minutes": 5, "next_workday": True}, "之一"),
        ("clock", {"minutes": -5}, "minutes"),
        ("clock", {"to": "25:00"}, "to"),
    ],
)
async def test_refusals_are_sentences(visit: Visit, act: str, body: dict[str, Any], says: str) -> None:
    status, answer = await visit.post(act, **body)
    assert status == 400
    assert says in answer["error"]


async def test_a_platforms_refusal_is_passed_on(visit: Visit) -> None:
    visit.wecom.refuses = "按钮已变灰: 已同意"
    assert await visit.post("say", person="wecom:zhouqiang", text="x") == (400, {"error": "按钮已变灰: 已同意"})


async def test_the_clock_goes_forward_only(visit: Visit) -> None:
    heard: list[datetime] = []
    visit.clock.listen(heard.append)
    assert (await visit.post("clock", minutes=10))[1]["clock"]["local"] == "2026-11-23 10:10:00"
    assert (await visit.post("clock", to="18:00"))[1]["clock"]["local"] == "2026-11-23 18:00:00"
    assert (await visit.post("clock", to="18:00"))[1]["clock"]["local"] == "2026-11-24 18:00:00"
    assert (await visit.post("clock", next_workday=True))[1]["clock"]["local"] == "2026-11-25 09:00:00"
    assert heard == sorted(heard)
    assert len(heard) == 4
    with pytest.raises(ValueError, match="往前走"):
        visit.clock.forward(timedelta(seconds=-1))


def test_a_demo_begins_in_office_hours() -> None:
    for at, wanted in (
        (moment(MONDAY, 3), moment(MONDAY, 10)),
        (moment(MONDAY, 11, 20), moment(MONDAY, 11, 20)),
        (moment(MONDAY, 17), moment(MONDAY + timedelta(days=1), 10)),
        (moment(date(2026, 11, 21), 12), moment(MONDAY, 10)),
    ):
        clock = fixed(at)
        assert clock.into_office_hours() == wanted == clock.now()


async def _until(socket: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            event: dict[str, Any] = await socket.receive_json()
            if event["type"] == kind:
                return event


async def test_changes_are_told_live(visit: Visit) -> None:
    async with visit.client.ws_connect("/playground/live") as socket:
        assert (await socket.receive_json())["type"] == "hello"
        bubble = visit.wecom.show("zhouqiang", "card", {"card_type": "text_notice"})
        first = (await _until(socket, "bubble"))["bubble"]
        bubble.closed_for["zhouqiang"] = "已处理"
        visit.wecom.screens.changed(bubble)
        second = (await _until(socket, "bubble"))["bubble"]
        assert first["seq"] == second["seq"] == 2
        assert (second["closed_for"], second["revision"]) == ({"zhouqiang": "已处理"}, 2)
        visit.clock.to_local(time(18))
        assert (await _until(socket, "clock"))["clock"]["local"] == "2026-11-23 18:00:00"
        visit.wecom.exchange("<xml/>")
        assert (await _until(socket, "wire"))["last"] == 1


async def test_the_wire_by_platform_and_person(visit: Visit) -> None:
    visit.wecom.exchange("<xml><FromUserName>zhouqiang</FromUserName></xml>")
    visit.dingtalk.exchange('{"senderStaffId":"lina0718"}', direction="frame", at=TEN + timedelta(seconds=1))
    visit.wecom.exchange("", body='{"touser":"gaoxiang"}', direction="call", status=500, at=TEN + timedelta(seconds=2))

    async def listed(query: str) -> list[int]:
        return [exchange["number"] for exchange in (await visit.get(f"wire?{query}"))["exchanges"]]

    assert await listed("") == [3, 2, 1]
    assert await listed("after=2") == [3]
    assert await listed("platform=dingtalk") == [2]
    assert await listed("account=gaoxiang") == [3]
    assert await listed("limit=1") == [3]
    exchange = (await visit.get("wire"))["exchanges"][0]
    assert (exchange["direction"], exchange["status"], exchange["took_ms"]) == ("call", 500, 3.4)


async def test_nothing_foreign_gets_in(visit: Visit) -> None:
    client = visit.client
    foreign = {"Origin": "https://evil.example"}
    async with client.post(
        "/playground/say", json={"person": "wecom:zhouqiang", "text": "x"}, headers=foreign
    ) as answer:
        assert answer.status == 403
    async with client.post("/playground/say", data="{}", headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 403
    async with client.get("/playground/live", headers=foreign) as answer:
        assert answer.status == 403
    async with client.post("/playground/say", json={"person": "p", "text": "长" * 70_000}) as answer:
        assert answer.status == 413
    assert visit.wecom.done == []


async def test_the_page_is_served_under_a_strict_policy(visit: Visit) -> None:
    async with visit.client.get("/") as answer:
        text = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        tag = answer.headers["ETag"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert " on" + "click" not in text
    assert "http" not in text
    async with visit.client.get("/", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    for name in ("../desk/desk.py", "%2e%2e/clock.py", "nothing.js", "index"):
        async with visit.client.get(f"/playground/page/{name}") as answer:
            assert answer.status == 404


def test_the_page_is_small_files_of_our_own() -> None:
    for path in FOLDER.iterdir():
        text = path.read_text("utf-8")
        assert len(text.splitlines()) < 300, path.name
        assert "innerHTML" not in text
        assert "eval(" not in text
        foreign = {line for line in text.splitlines() if "http://" in line or "https://" in line}
        assert all("www.w3.org" in line or "://${location.host}" in line or "?:\\/\\/" in line for line in foreign), (
            foreign
        )


def test_the_sample_picture_is_a_png() -> None:
    assert picture_type(cabinet()) == "image/png"
    assert len(cabinet()) < 10_000
    assert picture_type(b"%PDF-1.7") is None
    assert samples()["visit"].body["content"].startswith(b"#!AMR")


async def test_pictures_of_both_platforms_can_be_looked_at() -> None:
    company = company_on(MONDAY)
    known = directory(company, "wecom")
    wecom = WeComPlatform(
        lambda: datetime(2026, 11, 23, 2, tzinfo=UTC),
        WeComCorp(corp_id="ww1", apps=[WeComApp(agent_id=1, secret="s")]),
        people=known.people,
        departments=known.departments,
        groups=known.groups,
    )
    ding = directory(company, "dingtalk")
    dingtalk = DingTalkPlatform(
        lambda: datetime(2026, 11, 23, 2, tzinfo=UTC),
        DingTalkCorp(
            corp_id="ding1",
            apps=(DingTalkApp(client_id="c", client_secret="s"),),
        ),
        people=ding.people,
        departments=ding.departments,
        groups=ding.groups,
    )
    desk = Desk({"wecom": wecom, "dingtalk": dingtalk}, the_cast(company), fixed(TEN))
    picture = wecom.media.add("image", "现场照片.png", cabinet())
    kept = dingtalk.media.keep("报价单.xlsx", "file", b"PK\x03\x04")
    assert files_of(dingtalk)(kept) == b"PK\x03\x04"
    app = web.Application()
    app.add_routes(desk.routes())
    async with TestClient(TestServer(app)) as client:
        async with client.get(f"/playground/media/wecom/{picture.id}") as answer:
            assert answer.content_type == "image/png"
        for path in (f"dingtalk/{kept}", "dingtalk/@none", "feishu/1"):
            async with client.get(f"/playground/media/{path}") as answer:
                assert answer.status == 404
        async with client.get("/playground/samples/cabinet") as answer:
            assert await answer.read() == cabinet()
        async with client.get("/playground/samples/visit") as answer:
            assert answer.status == 404
        async with client.get("/playground/state") as answer:
            assert len((await answer.json())["people"]) == 15


async def test_what_the_service_explains() -> None:
    async def explain(platform: str, account: str) -> list[dict[str, Any]]:
        return [{"title": "跟进", "lines": [platform, account]}]

    company, clock = company_on(MONDAY), fixed(TEN)
    desk = Desk(standins(company, clock), the_cast(company), clock, explain=explain)
    app = web.Application()
    app.add_routes(desk.routes())
    async with TestClient(TestServer(app)) as client:
        async with client.get("/playground/explain?person=wecom:zhouqiang") as answer:
            assert (await answer.json())["items"] == [{"title": "跟进", "lines": ["wecom", "zhouqiang"]}]
        async with client.get("/playground/explain?person=x") as answer:
            assert answer.status == 400
