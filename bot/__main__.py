"""The command line: serve, demo, migrate, check, import, understand …"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, ClassVar

import click

CONFIG = click.option(
    "--config", "path", type=click.Path(path_type=Path), required=True, help="the TOML file, see config.example.toml"
)


class Commands(click.Group):
    """Loads what a command needs when it is called, so that `--help` is quick."""

    LAZY: ClassVar[dict[str, tuple[str, str]]] = {
        "understand": ("bot.corpus", "understand_command"),
        "values": ("bot.corpus", "values_command"),
        "import": ("bot.imports", "import_command"),
        "demo": ("bot.demo", "demo_command"),
    }

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, the lazy ones too."""
        return sorted([*super().list_commands(context), *self.LAZY])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name."""
        if name not in self.LAZY:
            return super().get_command(context, name)
        from importlib import import_module

        module, attribute = self.LAZY[name]
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=Commands, help="Gendan 跟单: field sales in the chat app they already have open.")
def main() -> None:
    """The entry point `gendan`, also `python -m bot`."""


class Unusable(Exception):
    """The service cannot be started as it is configured; the text says why."""


def refuse(sentence: str) -> None:
    """Say what is wrong on stderr and leave with exit code 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end, on uvloop where there is one."""
    with contextlib.suppress(ImportError):
        import uvloop

        return uvloop.run(work)
    return asyncio.run(work)


def load(path: Path) -> Any:
    """The checked configuration; leaves with its sentences when it is wrong."""
    from bot.config import Config, ConfigTrouble

    try:
        return Config.load(path)
    except ConfigTrouble as trouble:
        refuse(str(trouble))


@main.command(help="Run the service (migrates an SQLite file by itself; PostgreSQL needs `migrate`).")
@CONFIG
def serve(path: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    from bot import logs

    config = load(path)
    logs.set_up()
    try:
        _with_database(_serve(config))
    except Unusable as trouble:
        refuse(str(trouble))


async def _serve(config: Any) -> None:
    from aiohttp import web

    from bot.app import Service

    service = Service(config)
    runner = None
    try:
        try:
            await service.start()
        except RuntimeError as trouble:
            raise Unusable(f"database: {trouble}") from None
        runner = web.AppRunner(service.web_app(), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, config.server.host, config.server.port, reuse_port=hasattr(signal, "SIGHUP"))
        try:
            await site.start()
        except OSError as trouble:
            raise Unusable(f"server.port: cannot listen on {config.server.port}: {trouble.strerror}") from None
        click.echo(f"listening on http://{config.server.host}:{config.server.port}", err=True)
        await stopped()
    finally:
        if runner is not None:
            await runner.cleanup()
        await service.stop()


async def stopped() -> None:
    """Return when the process is asked to stop."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()


@main.command(help="Bring the database to the newest schema.")
@CONFIG
def migrate(path: Path) -> None:
    """Migrate, forward only."""
    from storage.migrate import upgrade
    from storage.work import Database

    config = load(path)

    async def work() -> None:
        database = Database.at(config.database.url.get_secret_value())
        try:
            await upgrade(database)
        finally:
            await database.close()

    _with_database(work())
    click.echo("the schema is the newest")


@main.command(help="Check configuration, database, platform credentials and callback keys, in words.")
@CONFIG
def check(path: Path) -> None:
    """Everything that can be checked without being called by a platform."""
    config = load(path)
    troubles = _with_database(_check(config))
    for trouble in troubles:
        click.echo(trouble, err=True)
    if troubles:
        sys.exit(1)
    click.echo("一切正常")


async def _check(config: Any) -> list[str]:
    from bot.app import Service

    service = Service(config)
    try:
        return await service.check()
    finally:
        await service.stop()


@main.command(help="What waits to be delivered; with --abandoned what was given up; --retry sends one after all.")
@CONFIG
@click.option("--abandoned", is_flag=True, help="what was given up, with its reason")
@click.option("--retry", type=int, metavar="ID", help="send this abandoned message after all")
def outbox(path: Path, abandoned: bool, retry: int | None) -> None:
    """One line a message: id, channel, age, attempts, reason."""
    config = load(path)
    lines = _with_database(_outbox(config, abandoned, retry))
    if lines is None:
        refuse(f"no abandoned message {retry}")
    for line in lines:
        click.echo(line)


async def _outbox(config: Any, abandoned: bool, retry: int | None) -> list[str] | None:
    from bot.app import clock
    from storage.lanes import WAITING
    from storage.outbox import ABANDONED
    from storage.work import Database

    database = Database.at(config.database.url.get_secret_value())
    try:
        async with database.begin(clock()) as work:
            if retry is not None:
                return [f"{retry} will be sent again"] if await work.outbox.retry(retry, clock()) else None
            listed = await work.outbox.listed(ABANDONED if abandoned else WAITING)
        return [
            f"{m.id}\t{m.channel}\t{m.created_at:%Y-%m-%d %H:%M:%S}\t{m.attempts}\t{m.trouble or ''}" for m in listed
        ]
    finally:
        await database.close()


@main.command(help="Make an API token for a member (printed once), or take all of the member's tokens back.")
@click.argument("code", metavar="MEMBER_CODE")
@CONFIG
@click.option("--revoke", is_flag=True, help="take back all of the member's tokens")
def token(code: str, path: Path, revoke: bool) -> None:
    """`MEMBER_CODE` is the member's 工号."""
    config = load(path)
    said = _with_database(_token(config, code, revoke))
    if said is None:
        refuse(f"no active member {code}")
    click.echo(said)


async def _token(config: Any, code: str, revoke: bool) -> str | None:
    from bot import tokens
    from bot.app import clock
    from storage.work import Database

    database = Database.at(config.database.url.get_secret_value())
    try:
        if not revoke:
            return await tokens.grant(database, code, clock())
        gone = await tokens.revoke(database, code, clock())
        return None if gone is None else f"{gone} tokens taken back"
    finally:
        await database.close()


def _with_database(work: Coroutine[Any, Any, Any]) -> Any:
    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return run(work)
    except (SQLAlchemyError, PostgresError, OSError) as trouble:
        reason = str(getattr(trouble, "orig", None) or trouble).splitlines()[0]
        refuse(f"database.url: the database cannot be used: {reason}")


if __name__ == "__main__":
    main()
