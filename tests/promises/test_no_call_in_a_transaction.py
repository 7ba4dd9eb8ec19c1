"""Promise 7: no network call while a transaction is open, and no work before the acknowledgement."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import aiohttp
import pytest

from tests.scene import Scene, a_customer_of, a_scene

OPEN: ContextVar[int] = ContextVar("units of work that are open in this task", default=0)


class Watch:
    """Notes every call to a platform that is made while a unit of work is open in the same task."""

    def __init__(self) -> None:
        self.calls = 0
        self.offences: list[str] = []

    def database(self, database: Any) -> None:
        """Know when its units of work are open."""
        for name in ("begin", "read"):
            setattr(database._driver, name, self._watched(getattr(database._driver, name)))

    @staticmethod
    def _watched(begin: Any) -> Any:
        @asynccontextmanager
        async def watched() -> AsyncIterator[Any]:
            async with begin() as connection:
                OPEN.set(OPEN.get() + 1)
                try:
                    yield connection
                finally:
                    OPEN.set(OPEN.get() - 1)

        return watched

    def session(self, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
        """Look at every request it makes."""
        request = session._request

        async def looked_at(method: str, url: Any, **more: Any) -> aiohttp.ClientResponse:
            self.calls += 1
            if OPEN.get():
                self.offences.append(f"{method} {url}")
            return await request(method, url, **more)

        monkeypatch.setattr(session, "_request", looked_at)


async def test_a_busy_hour_makes_no_call_while_a_transaction_is_open(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch()
    async with a_scene(sqlite_url) as scene:
        watch.database(scene.service.database)
        watch.session(scene.service._session, monkeypatch)
        await busy(scene)
        assert watch.calls > 15
        assert watch.offences == []


async def test_the_watch_sees_a_call_that_is_made_inside(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    async with a_scene(sqlite_url) as scene:
        watch.database(scene.service.database)
        watch.session(scene.service._session, monkeypatch)
        async with scene.work():
            await scene.service.channels["main"].check()
        assert watch.offences


async def busy(scene: Scene) -> None:
    """Messages, presses, pictures, groups, approvals, the address book and the evening on both platforms."""
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await scene.says("zhouqiang", "跟进 华为 今天拜访了王总, 预算50万")
    await scene.presses("zhouqiang", "撤销")
    await scene.says("zhouqiang", "跟进 没见过的公司 今天拜访了王总")
    await scene.wecom.send("zhouqiang", "image", {"name": "a.png", "content": b"\x89PNG\r\n\x1a\n" + b"0" * 20})
    await scene.says("zhouqiang", "帮助", chat="wrGroup1")
    await scene.says("d-chenjing", "帮助", chat="cidGroup1==")
    await scene.says("d-chenjing", "报销 差旅 1280元")
    await scene.presses("wangmin", "同意")
    await scene.says("zhouqiang", "提醒我10分钟后回电话")
    await scene.wecom.change("person_changed", account="zhouqiang", name="周强")
    await scene.passes(minutes=11)
    scene.clock.until("2025-06-11T18:01")
    await scene.passes(seconds=1)
