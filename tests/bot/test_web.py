"""The doors over HTTP: callbacks, operations, pages by signed link, the API by token."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.app import Service
from bot.bell import Bell
from bot.channels.channel import Incoming
from bot.inbox import InboxKeeper, storable
from bot.metrics import Metrics
from bot.tokens import token_name
from bot.web.hooks import LARGEST
from storage.inbox import Inbox
from storage.work import Database
from tests.company import Clock
from tests.makers import NOW
from tests.scene import Scene, a_customer_of

METRICS = (
    'gendan_messages_received_total{channel="main"}',
    'gendan_messages_kept_total{channel="main"}',
    'gendan_messages_handled_total{channel="main"}',
    "gendan_messages_failed",
    'gendan_acknowledged_seconds_count{channel="main"}',
    'gendan_handled_seconds_count{channel="main"}',
    'gendan_deliveries_total{channel="main",outcome="sent"}',
    "gendan_outbox_waiting",
    "gendan_outbox_oldest_seconds",
    "gendan_outbox_abandoned",
)


async def test_a_hook_turns_away_what_is_not_for_it(scene: Scene) -> None:
    async with ClientSession(scene.address) as session:
        for method, path, body, status in (
            ("POST", "/hooks/nowhere", b"", 404),
            ("POST", "/hooks/main/backdoor", b"", 404),
            ("PUT", "/hooks/main", b"", 405),
            ("POST", "/hooks/main", b"x" * (LARGEST + 1), 413),
            ("POST", "/hooks/main", b"<xml/>", 403),
            ("GET", "/hooks/main", None, 403),
            ("POST", "/hooks/helper", b"{}", 403),
            ("POST", "/hooks/ding", b"{}", 403),
            ("POST", "/hooks/ding/cards", b"{}", 403),
            ("POST", "/hooks/ding/events", b"{}", 403),
        ):
            async with session.request(method, path, data=body) as response:
                assert response.status == status, (method, path)
                assert len(await response.text()) < 40

        async def dribble():
            for _ in range(LARGEST // 1024 + 2):
                yield b"x" * 1024

        async with session.post("/hooks/main", data=dribble()) as response:
            assert response.status == 413, "also without a length"


async def test_what_cannot_be_kept_is_not_acknowledged(scene: Scene) -> None:
    scene.wecom.limits.callback_tries = 1

    async def broken(*_: object) -> None:
        raise OSError("disk full")

    scene.service.keeper._accept = broken  # type: ignore[method-assign]
    await scene.wecom.say("zhouqiang", "帮助")
    assert [one.status for one in scene.wecom.wire if one.direction == "callback"] == [503]
    del scene.service.keeper._accept
    assert await scene.says("zhouqiang", "帮助")


async def test_operations_can_see_how_it_is(scene: Scene) -> None:
    await scene.says("zhouqiang", "帮助")
    async with ClientSession(scene.address) as session:
        async with session.get("/healthz") as response:
            assert (response.status, await response.text()) == (200, "ok")
        async with session.get("/readyz") as response:
            assert (response.status, await response.json()) == (200, {"ready": True, "troubles": {}})
        async with session.get("/metrics") as response:
            text = await response.text()
        assert [name for name in METRICS if name not in text] == []
        scene.service._tasks[0].cancel()
        await asyncio.gather(scene.service._tasks[0], return_exceptions=True)
        async with session.get("/readyz") as response:
            assert response.status == 503
            assert (await response.json())["troubles"] == {"loops": "a loop has ended"}


async def test_a_page_opens_by_its_link_for_its_person_only(scene: Scene) -> None:
    number = await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    links, path = scene.service._links, f"/h5/customers/{number}"
    mine = links.address(path, scene.people["Y002"], scene.clock.now())
    theirs = links.address(path, scene.people["Y004"], scene.clock.now())
    async with ClientSession() as session:

        async def opened(address: str) -> tuple[int, str]:
            async with session.get(address) as response:
                assert "default-src 'self'" in response.headers["Content-Security-Policy"]
                return response.status, await response.text()

        status, text = await opened(mine)
        assert (status, "华为" in text) == (200, True)
        assert (await opened(f"{mine}&unknown=1&number=C-000009&request=x"))[0] == 200
        for bad in (
            mine[:-1],
            mine.replace("who=", "who=1"),
            f"{scene.address}{path}",
            f"{mine.split('sign=')[0]}sign=%C3%A9",
        ):
            status, text = await opened(bad)
            assert (status, "华为" in text) == (403, False)
        status, text = await opened(theirs)
        assert (status, "华为" in text) == (404, False), "a colleague with a link of their own still may not see it"
        scene.clock.forward(days=8)
        assert (await opened(mine))[0] == 403
        scene.clock.forward(days=-8)
        async with scene.work() as work:
            member = await work.members.by_id(scene.people["Y002"])
            await work.members.save(replace(member, active=False))
        assert (await opened(mine))[0] == 403
        for odd in ("/h5/static/../views.py", "/h5/static/nothing.css", "/h5/files/1", "/h5/files/x"):
            async with session.get(f"{scene.address}{odd}") as response:
                assert response.status in (403, 404)


async def test_the_api_answers_who_holds_a_token_and_obeys_the_same_rights(scene: Scene) -> None:
    number = await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    async with scene.work() as work:
        await work.settings.set(token_name("t-zhou"), scene.people["Y002"])
        await work.settings.set(token_name("t-zhang"), scene.people["Y004"])
    zhou, zhang = ({"Authorization": f"Bearer {token}"} for token in ("t-zhou", "t-zhang"))
    log = "/api/commands/followup.log"
    said = {"customer": "华为", "content": "来过\u0000", "mention": []}
    async with ClientSession(scene.address) as session:

        async def posted(path: str, body: object, headers: dict[str, str]) -> tuple[int, dict]:
            async with session.post(path, json=body, headers=headers) as response:
                return response.status, await response.json()

        async with session.get(f"/api/customers/{number}", headers=zhou) as response:
            assert response.status == 200
        async with session.get(f"/api/customers/{number}", headers=zhang) as response:
            assert (response.status, "华为" in str((await response.json()).get("customer"))) == (404, False)
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic t-zhou"}):
            assert (await posted(log, said, headers))[0] == 401
            async with session.get(f"/api/customers/{number}", headers=headers) as response:
                assert response.status == 401
        status, answer = await posted(log, said, zhou)
        assert (status, answer["record"]) == (200, "F-000001")
        assert (await posted(log, said, zhou))[1]["record"] == "F-000002", "at the same moment of the clock"
        assert (await posted(log, {"customer": ""}, zhou))[1]["code"] == "incomplete"
        assert (await posted(log, {"customer": [1]}, zhou))[0] == 400
        status, answer = await posted(log, {**said, "customer": number}, zhang)
        assert (status, "record" in answer, "华为" in str(answer)) == (409, False, False)
        assert (await posted("/api/commands/nothing", {}, zhou))[0] == 404
        async with session.post(log, data=b"\xff{", headers=zhou) as response:
            assert response.status == 400
    async with scene.work() as work:
        [entry] = [e for e in await work.journal.of_entity("follow_up", 1) if e.before is None]
        assert (entry.actor, entry.act, entry.cause[:4]) == (scene.people["Y002"], "followup.log", "api:")


async def test_concurrent_arrivals_share_transactions_and_each_returns_after_its_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    accept = Inbox.accept

    async def counted(self: Inbox, arrivals, at):
        batches.append(len(arrivals))
        return await accept(self, arrivals, at)

    monkeypatch.setattr(Inbox, "accept", counted)
    metrics = Metrics()
    keeper = InboxKeeper(database, Clock().now, Bell(), metrics)

    async def keep(number: int) -> str | None:
        name = "main" if number % 2 else "ding"
        await keeper.keep(name, [Incoming(key=str(number % 40), kind="message", account="z", text="\0你好")])
        async with database.read(NOW) as work:
            return await work.inbox.state_of(name, str(number % 40))

    assert await asyncio.gather(*(keep(n) for n in range(80))) == ["waiting"] * 80
    assert sum(batches) <= 80
    assert len(batches) < 20
    for name in ("main", "ding"):
        assert metrics.registry.get_sample_value("gendan_messages_kept_total", {"channel": name}) == 20
    await keeper.keep("main", [])


def test_nothing_that_a_database_cannot_hold_is_kept() -> None:
    assert storable({"a\0": ["b\0", 1, None, {"c": "\0"}]}) == {"a": ["b", 1, None, {"c": ""}]}


async def test_replicas_that_start_at_once_sign_links_with_the_same_key(scene_everywhere: Scene) -> None:
    service = scene_everywhere.service
    other = Service(service.config, now=service.now)
    keys = await asyncio.gather(*(one._link_key() for one in (other, other, service)))
    assert len(set(keys)) == 1
    await other.stop()
