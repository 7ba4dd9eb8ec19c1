"""Both platforms in the test's own process, and the company that writes on them, for services that run elsewhere."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.playground.dingtalk import DingTalkPlatform
from bot.playground.wecom import WeComPlatform
from handlers.language.names import core_name, folded_name
from storage.migrate import upgrade
from storage.work import Database
from tests.company import STAFF, TEMPLATE, a_dingtalk, a_wecom, configuration, hire
from tests.makers import a_product
from tests.promises.nursery import FastClock
from tests.scene import open_platforms, served

CUSTOMERS = (("深圳市华为技术有限公司", "华为"), ("远山机械有限公司", "远山"), ("远山贸易有限公司", "远山"))


@dataclass(slots=True)
class Ground:
    """What a service needs to be started from outside: its configuration file, and where it will listen."""

    wecom: WeComPlatform
    dingtalk: DingTalkPlatform
    database: Database
    config: Path
    port: int

    @property
    def address(self) -> str:
        """Where the service answers."""
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def a_ground(url: str, folder: Path, now: FastClock) -> AsyncIterator[Ground]:
    """The platforms open, the database with the company in it, the configuration written."""
    platforms_port, port = unused_port(), unused_port()
    wecom, dingtalk = a_wecom(now, port, STAFF), a_dingtalk(now, port, STAFF, "stream")
    app = web.Application(client_max_size=32 * 1024 * 1024)
    app.add_routes([*wecom.routes("/wecom"), *dingtalk.routes("/dingtalk")])
    wecom.base_url = f"http://127.0.0.1:{platforms_port}/wecom"
    dingtalk.base_url = f"http://127.0.0.1:{platforms_port}/dingtalk"
    config = folder / "gendan.toml"
    sections = configuration(url, platforms_port, port, TEMPLATE, "stream") | {"server": {"port": port}}
    config.write_text(toml(sections), "utf-8")
    database = Database.at(url)
    try:
        await upgrade(database)
        await found_company(database, now)
        async with served(app, platforms_port), open_platforms(wecom, dingtalk):
            yield Ground(wecom, dingtalk, database, config, port)
    finally:
        await database.close()


async def found_company(database: Database, now: FastClock) -> None:
    """The staff, three customers in the public pool and a product."""
    from domain.customers import Customer
    from storage.customers import names_of

    at = now.now()
    await hire(database, STAFF, at)
    async with database.begin(at, cause="seed") as work:
        for name, short in CUSTOMERS:
            core = folded_name(core_name(name))
            saved = await work.customers.save(Customer(name=name, short=short, core=core, created_at=at, touched_at=at))
            await work.names.call("customer", saved.id, saved.called, names_of(saved, folded_name, core_name))
        await a_product(work, "X100", "工业网关", stock={"上海仓": 7})


def toml(sections: Mapping[str, Any], prefix: str = "") -> str:
    """The sections as TOML; values are texts and whole numbers."""
    own = [f"{key} = {value!r}".replace("'", '"') for key, value in sections.items() if not isinstance(value, Mapping)]
    lines = [f"[{prefix}]", *own] if prefix and own else own
    for key, value in sections.items():
        if isinstance(value, Mapping):
            lines.append(toml(value, f"{prefix}.{key}" if prefix else key))
    return "\n".join(lines) + "\n"
