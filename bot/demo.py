"""`gendan demo`: the service, both platforms and the page on one port, with a company that is alive."""

import json
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from aiohttp import web

from bot.app import Now, Service, clock
from bot.config import Config
from bot.playground.cast import the_cast
from bot.playground.clock import MovableClock
from bot.playground.company import Company, directory
from bot.playground.desk import Desk
from bot.playground.dingtalk import CardTemplate, DingTalkApp, DingTalkCorp, DingTalkPlatform
from bot.playground.platform import Platform
from bot.playground.wecom import ContactSync, WeComApp, WeComBot, WeComCorp, WeComPlatform
from bot.seeding import Seed, company_at
from domain.calendar import OFFICE

HOST = "127.0.0.1"
TEMPLATE = "7d0f1a52-0c7e-4b63-9b8e-5a1f4c2d9e10.schema"
APP_KEY = "playgroundApp0playgroundApp0playgroundApp00"
SYNC_KEY = "playgroundSync0playgroundSync0playgroundSy0"
BOT_KEY = "playgroundBot0playgroundBot0playgroundBot00"
BOT_NAME = "跟单助手"


class Stand:
    """Where and when the demo stands: its folder, the day of its data, how far the clock was moved."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._note = folder / "demo.json"

    def load(self) -> dict[str, Any]:
        """What was noted, empty for a new demo."""
        try:
            return dict(json.loads(self._note.read_text("utf-8")))
        except (OSError, ValueError):
            return {}

    def keep(self, **facts: Any) -> None:
        """Note these."""
        self._note.write_text(json.dumps({**self.load(), **facts}), "utf-8")

    def clear(self) -> None:
        """Forget the company; nothing else in the folder is touched."""
        for name in ("demo.json", "gendan.db", "gendan.db-wal", "gendan.db-shm"):
            (self.folder / name).unlink(missing_ok=True)


@asynccontextmanager
async def demo(port: int, folder: Path, *, fresh: bool, real: Now = clock) -> AsyncIterator[Service]:
    """Everything running and served on `port` until the block ends; `real` is the clock on the wall."""
    stand, time = Stand(folder), MovableClock(real)
    today = real().astimezone(OFFICE).date().isoformat()
    known = stand.load()
    if fresh or known.get("day") != today:
        stand.clear()
        known = {}
    time.forward(timedelta(seconds=known.get("offset", 0)))
    if not known:
        time.into_office_hours()
    time.listen(lambda _now: stand.keep(offset=time.offset.total_seconds()))
    company = company_at(time.now())
    async with AsyncExitStack() as stack:
        service = await _assembled(stack, port, folder, time, company, seeded=bool(known))
        stand.keep(day=today, offset=time.offset.total_seconds())
        yield service


async def _assembled(
    stack: AsyncExitStack, port: int, folder: Path, time: MovableClock, company: Company, *, seeded: bool
) -> Service:
    site = f"http://{HOST}:{port}"
    wecom, dingtalk = _wecom(company, time, site), _dingtalk(company, time, site)
    service = Service(Config.check(_configuration(site, folder)), now=time.now)
    stack.push_async_callback(service.stop)
    await service.build()
    seed = Seed(company, time.now())
    if not seeded:
        await seed.records(service.database)
    played: dict[str, Platform] = {"wecom": wecom, "dingtalk": dingtalk}
    desk = Desk(played, the_cast(company), time, company=company.name, explain=service.explainer())
    app = web.Application(client_max_size=32 * 1024 * 1024)
    platforms = [*wecom.routes("/platforms/wecom"), *dingtalk.routes("/platforms/dingtalk")]
    app.add_routes([*platforms, *desk.routes(), *service.routes()])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    stack.push_async_callback(desk.close)
    await web.TCPSite(runner, HOST, port).start()
    for platform in (wecom, dingtalk):
        await platform.start()
        stack.push_async_callback(platform.close)
    stack.push_async_callback(service.stop)  # while the platforms still answer what is on its way
    await service.begin()
    time.listen(lambda _now: service.wake())
    if not seeded:
        await seed.affairs(service.silent())
    return service


def _configuration(site: str, folder: Path) -> dict[str, Any]:
    platforms = f"{site}/platforms"
    return {
        "service": {"site": site, "company": "远山科技"},
        "database": {"url": f"sqlite:///{folder / 'gendan.db'}"},
        "wecom": {
            "main": {
                "corp_id": "wwplayground000001",
                "agent_id": 1000002,
                "secret": "playground-app-secret",
                "token": "playgroundapp",
                "encoding_aes_key": APP_KEY,
                "contacts_token": "playgroundsync",
                "contacts_aes_key": SYNC_KEY,
                "api_base": f"{platforms}/wecom",
            }
        },
        "wecom_bot": {
            "helper": {"token": "playgroundbot", "encoding_aes_key": BOT_KEY, "app": "main", "name": BOT_NAME}
        },
        "dingtalk": {
            "ding": {
                "client_id": "dingplayground0001",
                "client_secret": "playground-ding-secret",
                "robot_code": "dingplayground0001",
                "corp_id": "dingplaygroundcorp",
                "card_template_id": TEMPLATE,
                "api_base": f"{platforms}/dingtalk/api",
                "oapi_base": f"{platforms}/dingtalk/oapi",
            }
        },
    }


def _wecom(company: Company, time: MovableClock, site: str) -> WeComPlatform:
    listed = directory(company, "wecom")
    app = WeComApp(
        agent_id=1000002,
        secret="playground-app-secret",
        name="跟单",
        token="playgroundapp",
        encoding_aes_key=APP_KEY,
        callback_url=f"{site}/hooks/main",
    )
    sync = ContactSync(
        secret="playground-sync-secret",
        token="playgroundsync",
        encoding_aes_key=SYNC_KEY,
        callback_url=f"{site}/hooks/main/events",
    )
    bot = WeComBot(
        bot_id="aibplayground",
        name=BOT_NAME,
        token="playgroundbot",
        encoding_aes_key=BOT_KEY,
        callback_url=f"{site}/hooks/helper",
    )
    corp = WeComCorp(corp_id="wwplayground000001", apps=[app], contacts=sync, bots=[bot])
    return WeComPlatform(
        time.now,
        corp,
        people=listed.people,
        departments=listed.departments,
        groups=listed.groups,
        base_url=f"{site}/platforms/wecom",
    )


def _dingtalk(company: Company, time: MovableClock, site: str) -> DingTalkPlatform:
    listed = directory(company, "dingtalk")
    app = DingTalkApp(
        client_id="dingplayground0001", client_secret="playground-ding-secret", robot_name=BOT_NAME, mode="stream"
    )
    corp = DingTalkCorp(corp_id="dingplaygroundcorp", apps=[app], templates=[CardTemplate(id=TEMPLATE)])
    return DingTalkPlatform(
        time.now,
        corp,
        people=listed.people,
        departments=listed.departments,
        groups=listed.groups,
        base_url=f"{site}/platforms/dingtalk",
    )


@click.command(help="The service with both platforms emulated, on one page: http://127.0.0.1:8600")
@click.option("--port", default=8600, show_default=True)
@click.option("--data", "folder", type=click.Path(path_type=Path), default=Path("data/demo"), show_default=True)
@click.option("--fresh", is_flag=True, help="begin with a new company")
def demo_command(port: int, folder: Path, fresh: bool) -> None:
    """Run until interrupted."""
    from bot import logs
    from bot.__main__ import refuse, run

    logs.set_up("WARNING")
    try:
        run(_until_stopped(port, folder, fresh))
    except OSError as trouble:
        refuse(f"port {port}: {trouble.strerror or trouble}; choose another with --port")


async def _until_stopped(port: int, folder: Path, fresh: bool) -> None:
    from bot.__main__ import stopped

    async with demo(port, folder, fresh=fresh) as service:
        now: datetime = service.now()
        address = f"http://{HOST}:{port}"
        click.echo(f"{address}  远山科技 {now.astimezone(OFFICE):%Y-%m-%d %H:%M}  (Ctrl+C ends it)")
        if sys.stdout.isatty():
            webbrowser.open(address)
        await stopped()
