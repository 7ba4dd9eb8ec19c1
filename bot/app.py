"""The composition root: builds every part and joins them; the only reader of the clock."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from aiohttp import web

from bot.bell import Bell
from bot.channels.channel import Channel, Incoming, Keep
from bot.channels.dingtalk.channel import DingTalk
from bot.channels.wecom.channel import WeCom
from bot.channels.wecom.group import WeComGroup
from bot.channels.wecom.robot import WeComBot
from bot.config import Config
from bot.directory import DirectoryReader
from bot.dispatcher import Dispatcher
from bot.explaining import Explainer
from bot.inbox import InboxKeeper, InboxReader
from bot.links import Links
from bot.metrics import Metrics
from bot.outbox import OutboxSender
from bot.scheduler import Scheduler
from bot.speaker import Speaker
from bot.web.health import Health
from bot.web.hooks import Hooks
from bot.web.views import Views
from domain.calendar import QuietHours
from handlers import all_routes
from handlers.dialogue.conversation import Conversation
from handlers.dialogue.request import Company
from handlers.dialogue.routes import Routes
from handlers.language.feasts import state_calendar
from storage.migrate import pending, upgrade
from storage.work import Database

log = structlog.get_logger()

Now = Callable[[], datetime]
LINK_KEY = "links.key"
YEARS_AHEAD = 2
CALL = aiohttp.ClientTimeout(total=15, connect=5)


def clock() -> datetime:
    """The moment it is, UTC."""
    return datetime.now(UTC)


def _session() -> aiohttp.ClientSession:
    """The one session of outgoing calls."""
    return aiohttp.ClientSession(timeout=CALL, cookie_jar=aiohttp.DummyCookieJar())


class Service:
    """The running service. `start` it, serve `web_app()`, `stop` it."""

    def __init__(self, config: Config, *, now: Now = clock) -> None:
        self.config = config
        self.now = now
        self.metrics = Metrics()
        self.database = Database.at(config.database.url.get_secret_value())
        self._tasks: list[asyncio.Task[None]] = []
        self._started = False

    async def prepare(self) -> None:
        """Bring an SQLite file to the newest schema; on PostgreSQL only look.

        Raises:
            RuntimeError: the schema is not the newest (PostgreSQL: run `gendan migrate`).
        """
        if self.config.database.url.get_secret_value().startswith("sqlite"):
            await upgrade(self.database)
        elif trouble := await pending(self.database):
            raise RuntimeError(trouble)

    async def start(self) -> None:
        """`build` and `begin`.

        Raises:
            RuntimeError: the schema is not the newest (PostgreSQL: run `gendan migrate`).
        """
        await self.build()
        await self.begin()

    async def build(self) -> None:
        """Prepare the database and build the parts; after it `routes` can be served.

        Raises:
            RuntimeError: the schema is not the newest (PostgreSQL: run `gendan migrate`).
        """
        await self.prepare()
        self._session = _session()
        self._started = True
        self.channels = self._channels()
        self._links = Links(self.config.service.site, await self._link_key())
        routes = all_routes()
        self._conversation = Conversation(routes)
        self._company_of = self._company(routes)
        self._join(self._company_of)

    async def begin(self) -> None:
        """Set what is due by itself, and let the loops run."""
        await self.dispatcher.start(self.now())
        await self.directory.start(self.now())
        self._begin()

    def _join(self, company: Company) -> None:
        arrived, due = self._bells = Bell(), Bell()
        self.dispatcher = self._dispatcher(self.channels, self.metrics)
        self.keeper = InboxKeeper(self.database, self.now, arrived, self.metrics)
        self.reader = InboxReader(self.database, self.dispatcher, self.now, arrived, due, self.metrics)
        self.sender = OutboxSender(self.database, self.channels, self.now, due, self.metrics)
        self.directory = DirectoryReader(self.database, self.channels, company)
        outside = {"directory": self.directory.read}
        self.scheduler = Scheduler(self.database, self.dispatcher, self.now, due, outside)
        self._hooks = Hooks(self.channels, self.keeper, self.reader, self.sender, self.metrics)
        routes = self._conversation.routes
        self._views = Views(self.database, routes, self.dispatcher, self._links, company, self.now)
        checks = {"database": self._database_trouble, "loops": self._loop_trouble}
        self._health = Health(self.database, self.now, self.metrics, checks)

    def silent(self) -> Dispatcher:
        """A dispatcher whose answers and notices reach nobody, for bringing a history in; `build` first."""
        return self._dispatcher({}, Metrics())

    def _dispatcher(self, channels: Mapping[str, Channel], metrics: Metrics) -> Dispatcher:
        company = self._company_of
        speaker = Speaker(channels, self._links, company.quiet)
        return Dispatcher(self.database, channels, self._conversation, company, speaker, metrics)

    def explainer(self) -> Explainer:
        """What tells how messages were understood; `build` first."""
        platforms = {name: channel.platform for name, channel in self.channels.items()}
        return Explainer(self.database, platforms, self._company_of, self.now)

    def wake(self) -> None:
        """Look at once at what is due: the clock was moved."""
        for bell in self._bells:
            bell.ring()

    def _begin(self) -> None:
        self.scheduler.start()
        self._tasks = [asyncio.create_task(self.reader.run()), asyncio.create_task(self.sender.run())]
        for channel in self.channels.values():
            self._tasks.append(asyncio.create_task(channel.run(self._keep_for(channel.name))))

    def _keep_for(self, name: str) -> Keep:
        async def keep(incoming: Sequence[Incoming]) -> None:
            self.metrics.received.labels(name).inc()
            await self.keeper.keep(name, incoming)

        return keep

    async def stop(self) -> None:
        """Take no new work, finish what is held, let go of everything."""
        if not self._started:
            await self.database.close()
            return
        if self._tasks:
            await self.scheduler.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for channel in self.channels.values():
            await channel.close()
        await self._session.close()
        await self.database.close()
        self._started = False

    async def check(self) -> list[str]:
        """What is wrong with database and channels, a sentence each; the service is not started."""
        troubles = []
        try:
            await self.prepare()
        except RuntimeError as behind:
            troubles.append(f"database: {behind}")
        self._session = _session()
        try:
            for name, channel in self._channels().items():
                if trouble := await channel.check():
                    troubles.append(f"{name}: {trouble}")
        finally:
            await self._session.close()
        return troubles

    def web_app(self) -> web.Application:
        """The HTTP side; `start` first."""
        app = web.Application(client_max_size=1024 * 1024)
        app.add_routes([self._views.front(), *self.routes()])
        return app

    def routes(self) -> list[web.RouteDef]:
        """Every route of the service; `start` first."""
        return [*self._hooks.routes(), *self._health.routes(), *self._views.routes()]

    def _channels(self) -> dict[str, Channel]:
        config, session, now, site = self.config, self._session, self.now, self.config.service.site
        channels: dict[str, Channel] = {}
        apps = {
            name: WeCom(name, part, session=session, now=now, site=site, load=self._load)
            for name, part in config.wecom.items()
        }
        channels |= apps
        for name, bot in config.wecom_bot.items():
            channels[name] = WeComBot(name, bot, app=apps[bot.app], session=session, now=now)
        for name, group in config.wecom_group.items():
            channels[name] = WeComGroup(name, group, session=session, now=now, site=site, load=self._load)
        for name, robot in config.dingtalk.items():
            channels[name] = DingTalk(name, robot, session=session, now=now, site=site, load=self._load)
        return channels

    def _company(self, routes: Routes) -> Company:
        config = self.config
        zone = ZoneInfo(config.service.timezone)
        this_year = self.now().astimezone(zone).year
        calendar = state_calendar(range(this_year - 1, this_year + YEARS_AHEAD), zone=zone)
        daily = config.digest.daily
        return Company(
            name=config.service.company,
            calendar=calendar,
            quiet=QuietHours(config.quiet_hours.start, config.quiet_hours.end, zone),
            digest_at=timedelta(hours=daily.hour, minutes=daily.minute, seconds=daily.second),
            digest_groups=config.digest.groups,
            guide=routes.guide(),
            definitions=Path(config.service.definitions) if config.service.definitions else None,
        )

    async def _link_key(self) -> bytes:
        async with self.database.begin(self.now()) as work:
            return bytes.fromhex(await work.settings.offer(LINK_KEY, secrets.token_hex(32)))

    async def _load(self, file_id: int) -> tuple[str, bytes]:
        async with self.database.read(self.now()) as work:
            file = await work.files.find(file_id)
        if file is None or file.content is None:
            raise KeyError(file_id)
        return file.name, file.content

    async def _database_trouble(self) -> str:
        return await pending(self.database)

    async def _loop_trouble(self) -> str:
        dead = [task for task in self._tasks[:2] if task.done()]
        return "a loop has ended" if dead else ""
