"""The service between both platforms, over their real wire: what end-to-end tests talk through."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.app import Service
from bot.config import Config
from bot.playground.dingtalk import CardTemplate, DingTalkApp, DingTalkCorp, DingTalkPlatform
from bot.playground.platform import Bubble, Department, Group, Person, Platform
from bot.playground.wecom import ContactSync, WeComApp, WeComBot, WeComCorp, WeComPlatform
from domain.members import Member, Role
from handlers.dialogue.finding import keep
from handlers.dialogue.request import Request
from handlers.members import know
from storage.migrate import upgrade
from storage.work import Database, Work
from tests.makers import NOW

KEY = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
KEYS = {"main": KEY, "contacts": KEY[::-1], "helper": KEY.swapcase()}
PAUSE = 6
"""Seconds that people take between two acts, so that nobody is throttled."""

TEMPLATE = "0f6d7c1e-6a51-4c56-9f5e-2f1f6c1d9a01.schema"
DEPARTMENTS = (Department(id=1, name="远山科技", parent=0), Department(id=2, name="销售部"))


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is told to go on."""

    time: datetime = NOW

    def now(self) -> datetime:
        """The moment it shows, UTC."""
        return self.time

    def forward(self, **span: float) -> None:
        """Go on by this `timedelta`."""
        self.time += timedelta(**span)

    def until(self, text: str) -> None:
        """Go on to an ISO moment in UTC+8."""
        self.time = datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of the test company and the accounts by which the person writes."""

    code: str
    name: str
    roles: tuple[Role, ...]
    wecom: str = ""
    dingtalk: str = ""
    superior: str = ""
    skills: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()


STAFF = (
    Staff("Y001", "王敏", (Role.MANAGER, Role.SALES), wecom="wangmin", dingtalk="d-wangmin"),
    Staff("Y002", "周强", (Role.SALES,), wecom="zhouqiang", superior="Y001"),
    Staff("Y003", "陈静", (Role.SALES,), dingtalk="d-chenjing", superior="Y001"),
    Staff("Y004", "张伟", (Role.EXPERT,), wecom="zhangwei", superior="Y001", skills=("服务器",), nicknames=("张工",)),
    Staff("Y005", "李仓", (Role.KEEPER,), dingtalk="d-licang", superior="Y001"),
    Staff("Y006", "钱芳", (Role.FINANCE,), wecom="qianfang", superior="Y001"),
    Staff("Y007", "管小管", (Role.ADMIN,), wecom="guanli"),
)


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


def configuration(url: str, platforms: int, service: int, template: str, mode: str) -> dict[str, Any]:
    """The configuration of the service between the two platforms."""
    base = f"http://127.0.0.1:{platforms}"
    return {
        "service": {"site": f"http://127.0.0.1:{service}", "company": "远山科技"},
        "database": {"url": url},
        "wecom": {
            "main": {
                "corp_id": "wwtest",
                "agent_id": 1000002,
                "secret": "app-secret",
                "token": "apptoken",
                "encoding_aes_key": KEYS["main"],
                "contacts_token": "contactstoken",
                "contacts_aes_key": KEYS["contacts"],
                "api_base": f"{base}/wecom",
            }
        },
        "wecom_bot": {
            "helper": {"token": "bottoken", "encoding_aes_key": KEYS["helper"], "app": "main", "name": "跟单助手"}
        },
        "wecom_group": {"board": {"key": "board-key", "api_base": f"{base}/wecom"}},
        "dingtalk": {
            "ding": {
                "client_id": "dingtest",
                "client_secret": "ding-secret",
                "robot_code": "dingtest",
                "corp_id": "dingcorp",
                "mode": mode,
                "card_template_id": template,
                "card_secret": "card-secret",
                "event_token": "eventtoken",
                "event_aes_key": KEYS["main"],
                "api_base": f"{base}/dingtalk/api",
                "oapi_base": f"{base}/dingtalk/oapi",
            }
        },
    }


def a_wecom(clock: Clock, port: int, staff: Sequence[Staff]) -> WeComPlatform:
    """The WeCom half with the staff that have accounts there."""
    hooks = f"http://127.0.0.1:{port}/hooks"
    codes = {person.code: person.wecom for person in staff}
    people = [
        Person(account=s.wecom, name=s.name, departments=(2,), superior=codes.get(s.superior) or None)
        for s in staff
        if s.wecom
    ]
    corp = WeComCorp(
        corp_id="wwtest",
        webhooks={"board-key": "wrGroup1"},
        apps=[
            WeComApp(
                agent_id=1000002,
                secret="app-secret",
                token="apptoken",
                encoding_aes_key=KEYS["main"],
                callback_url=f"{hooks}/main",
            )
        ],
        contacts=ContactSync(
            secret="sync-secret",
            token="contactstoken",
            encoding_aes_key=KEYS["contacts"],
            callback_url=f"{hooks}/main/events",
        ),
        bots=[
            WeComBot(
                bot_id="aib1",
                name="跟单助手",
                token="bottoken",
                encoding_aes_key=KEYS["helper"],
                callback_url=f"{hooks}/helper",
            )
        ],
    )
    group = Group(id="wrGroup1", name="华东大区", members=[person.account for person in people])
    return WeComPlatform(clock.now, corp, people=people, departments=DEPARTMENTS, groups=[group])


def a_dingtalk(clock: Clock, port: int, staff: Sequence[Staff], mode: str) -> DingTalkPlatform:
    """The DingTalk half with the staff that have accounts there."""
    hooks = f"http://127.0.0.1:{port}/hooks/ding"
    codes = {person.code: person.dingtalk for person in staff}
    people = [
        Person(account=s.dingtalk, name=s.name, departments=(2,), superior=codes.get(s.superior) or None)
        for s in staff
        if s.dingtalk
    ]
    app = DingTalkApp(
        client_id="dingtest",
        client_secret="ding-secret",
        mode="http" if mode == "http" else "stream",
        message_url=hooks,
        event_url=f"{hooks}/events",
        event_token="eventtoken",
        event_aes_key=KEYS["main"],
    )
    corp = DingTalkCorp(corp_id="dingcorp", apps=[app], templates=[CardTemplate(id=TEMPLATE)])
    group = Group(id="cidGroup1==", name="华东大区冲刺群", members=[person.account for person in people])
    return DingTalkPlatform(clock.now, corp, people=people, departments=DEPARTMENTS, groups=[group])


async def hire(database: Database, staff: Sequence[Staff], at: datetime) -> dict[str, int]:
    """Save the members, their names and accounts; ids by 工号."""
    ids: dict[str, int] = {}
    async with database.begin(at, cause="seed") as work:
        for person in staff:
            known = await work.members.by_code(person.code)
            member = known or await work.members.save(_member(person, ids))
            ids[person.code] = member.id
            await know(_seeding(work, at, member), member)
            for platform, account in (("wecom", person.wecom), ("dingtalk", person.dingtalk)):
                if account:
                    await work.members.link(platform, account, member.id)
    return ids


def _member(person: Staff, ids: dict[str, int]) -> Member:
    return Member(
        code=person.code,
        name=person.name,
        department="销售部",
        superior=ids.get(person.superior),
        roles=person.roles,
        skills=person.skills,
        nicknames=person.nicknames,
    )


def _seeding(work: Work, at: datetime, member: Member) -> Request:
    from tests.makers import COMPANY

    return Request(at=at, work=work, company=COMPANY, sender=member)


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
        return (await keep(_seeding(work, at, owner), fresh)).number
