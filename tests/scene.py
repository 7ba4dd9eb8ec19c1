"""The service between both platforms, over their real wire: what end-to-end tests talk through."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.app import Service
from bot.config import Config
from bot.playground.dingtalk import DingTalkPlatform
from bot.playground.platform import Bubble, Platform
from bot.playground.wecom import WeComPlatform
from handlers.dialogue.finding import keep
from storage.migrate import upgrade
from storage.work import Database, Work
from tests.company import STAFF, TEMPLATE, Clock, Staff, a_dingtalk, a_wecom, configuration, hire, seeding

PAUSE = 6
"""Seconds that people take between two acts, so that nobody is throttled."""


@dataclass(slots=True)
class Scene:
    """The running service, both platforms, and the people between them."""

    service: Service
    wecom: WeComPlatform
    dingtalk: DingTalkPlatform
    clock: Clock
    address: str
    start: Callable[[], AbstractAsyncContextManager[Service]]
    runs: AsyncExitStack
    people: dict[str, int] = field(default_factory=dict)
    forgiven: set[str] = field(default_factory=set)
    """What may go wrong in this scene: `abandoned`, `failed`, `refused`."""

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """The service is stopped meanwhile, and started again on the same database."""
        await self.runs.aclose()
        yield
        self.service = await self.runs.enter_async_context(self.start())
        if self.dingtalk.ground.corp.apps[0].mode == "stream":
            await self.dingtalk.connected()
        await self.settled()

    async def spotless(self) -> None:
        """Nothing was cut or thrown away by a platform, nothing given up, no message and no timer has failed."""
        notes = self.wecom.notes
        assert not [*notes.truncations, *notes.dropped, *notes.overlong, *notes.ignored]
        assert not notes.refused or "refused" in self.forgiven, notes.refused
        async with self.work() as work:
            given_up = [(one.payload, one.trouble) for one in await work.outbox.listed("abandoned")]
            assert not given_up or "abandoned" in self.forgiven, given_up
            assert await work.timers.failed() == 0
        samples = [sample for metric in self.service.metrics.failed.collect() for sample in metric.samples]
        broken = [sample for sample in samples if sample.name.endswith("_total") and sample.value]
        assert not broken or "failed" in self.forgiven, broken

    def platform_of(self, account: str) -> Platform:
        """Where this account lives."""
        return self.wecom if account in self.wecom.people else self.dingtalk

    async def says(self, account: str, text: str, *, chat: str | None = None, at: Sequence[str] = ()) -> list[Bubble]:
        """`account` writes; what new messages it saw when all is quiet again."""
        self.clock.forward(seconds=PAUSE)
        platform = self.platform_of(account)
        before = len(platform.screens.seen(account))
        await platform.say(account, text, chat=chat, at=at)
        await self.settled()
        return [bubble for bubble in platform.screens.seen(account)[before:] if bubble.sender != account]

    async def presses(
        self, account: str, button: str, choices: Any = None, *, on: Bubble | None = None
    ) -> list[Bubble]:
        """`account` presses a button (by its words) on the latest card that shows it; what it saw."""
        self.clock.forward(seconds=PAUSE)
        platform = self.platform_of(account)
        before = len(platform.screens.seen(account))
        card = on or self.card_with(account, button)
        await platform.press(account, card.id, button, choices)
        await self.settled()
        return [bubble for bubble in platform.screens.seen(account)[before:] if bubble.sender != account]

    def card_with(self, account: str, button: str) -> Bubble:
        """The latest card on the account's screen whose content names this button."""
        for bubble in reversed(self.platform_of(account).screens.seen(account)):
            if bubble.kind == "card" and button in str(bubble.body_for(account)):
                return bubble
        raise AssertionError(f"{account} sees no card with {button!r}: {self.screen(account)}")

    def screen(self, account: str) -> list[str]:
        """Everything the account sees, as text."""
        seen = self.platform_of(account).screens.seen(account)
        return [f"{bubble.sender or 'bot'}: {bubble.body_for(account)}" for bubble in seen]

    def last(self, account: str) -> str:
        """The latest message on the account's screen, as text."""
        return self.screen(account)[-1]

    async def settled(self, seconds: float = 10.0) -> None:
        """Return when nothing waits that could be done at this moment of the clock."""
        async with asyncio.timeout(seconds):
            while not await self._quiet():  # noqa: ASYNC110 - the queues are tables, there is nothing to await
                await asyncio.sleep(0.02)

    async def arrived(self) -> None:
        """Return when the service has answered everything that DingTalk has told it over Stream, and all is quiet."""
        for push in self.dingtalk.gateway.pushes:
            await self.dingtalk.gateway.answered(push, 5)
        await self.settled()

    async def recovers(self, **span: float) -> None:
        """Time goes on, at most by this `timedelta`, from one thing that is due to the next, until nothing waits."""
        end = self.clock.now() + timedelta(**span)
        async with asyncio.timeout(20):
            while (due := await self._next_due()) is not None and due <= end:
                self.clock.time = max(due, self.clock.now())
                self.service.wake()
                await asyncio.sleep(0.05)
                while self.service.sender._sending or self.service.reader._handling:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)

    async def _next_due(self) -> datetime | None:
        async with self.service.database.read(self.clock.now()) as work:
            due = [await work.inbox.next_due(), await work.outbox.next_due()]
        return min((moment for moment in due if moment is not None), default=None)

    async def _quiet(self) -> bool:
        now = self.clock.now()
        async with self.service.database.read(now) as work:
            due = [await work.inbox.next_due(), await work.outbox.next_due()]
            timer = await work.timers.next_due()
        if timer is not None and timer <= now:
            await self.service.scheduler.tick()
            return False
        return all(moment is None or moment > now + timedelta(seconds=31) for moment in due)

    async def passes(self, **span: float) -> None:
        """Time goes on, what is due happens."""
        self.clock.forward(**span)
        await self.service.scheduler.tick()
        await self.settled()

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """A unit of work to look into the database."""
        async with self.service.database.begin(self.clock.now(), cause="test") as work:
            yield work


@asynccontextmanager
async def a_scene(
    url: str, *, staff: Sequence[Staff] = STAFF, template: str = TEMPLATE, mode: str = "stream", **sections: Any
) -> AsyncIterator[Scene]:
    """The service on this database between both platforms, with the test company's people known."""
    clock = Clock()
    platforms_port, service_port = unused_port(), unused_port()
    wecom = a_wecom(clock, service_port, staff)
    dingtalk = a_dingtalk(clock, service_port, staff, mode)
    app = web.Application(client_max_size=32 * 1024 * 1024)
    app.add_routes([*wecom.routes("/wecom"), *dingtalk.routes("/dingtalk")])
    wecom.base_url = f"http://127.0.0.1:{platforms_port}/wecom"
    dingtalk.base_url = f"http://127.0.0.1:{platforms_port}/dingtalk"
    config = Config.check({**configuration(url, platforms_port, service_port, template, mode), **sections})
    async with served(app, platforms_port), open_platforms(wecom, dingtalk):
        database = Database.at(url)
        await upgrade(database)
        people = await hire(database, staff, clock.now())
        await database.close()
        async with AsyncExitStack() as runs:
            start = partial(running, config, clock, service_port)
            service = await runs.enter_async_context(start())
            if mode == "stream":
                await dingtalk.connected()
            address = f"http://127.0.0.1:{service_port}"
            scene = Scene(service, wecom, dingtalk, clock, address, start, runs, people=people)
            await scene.settled()
            yield scene


@asynccontextmanager
async def open_platforms(*platforms: WeComPlatform | DingTalkPlatform) -> AsyncIterator[None]:
    """The platforms, ready, and closed at the end whatever happens."""
    for platform in platforms:
        await platform.start()
    try:
        yield
    finally:
        for platform in platforms:
            await platform.close()


@asynccontextmanager
async def running(config: Config, clock: Clock, port: int) -> AsyncIterator[Service]:
    """The service, started and served."""
    service = Service(config, now=clock.now)
    try:
        await service.start()
        async with served(service.web_app(), port):
            yield service
    finally:
        await service.stop()


@asynccontextmanager
async def served(app: web.Application, port: int) -> AsyncIterator[None]:
    """The app on a port of 127.0.0.1."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def a_customer_of(scene: Scene, code: str, name: str, short: str = "") -> str:
    """A customer owned by the member with this 工号, known by its names; its number."""
    from domain.customers import Customer
    from handlers.language.names import core_name, folded_name

    async with scene.work() as work:
        owner = await work.members.by_id(scene.people[code])
        at = scene.clock.now()
        fresh = Customer(
            name=name,
            short=short,
            core=folded_name(core_name(name)),
            owner=owner.id,
            created_at=at,
            touched_at=at,
        )
        return (await keep(seeding(work, at, owner), fresh)).number
