"""`gendan import`: members, customers, products and stock from a file, all or nothing."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import click

from bot.config import Config, ConfigTrouble
from bot.sheets import read_table
from handlers.imports import KINDS, Counts, Refused, Table, take
from storage.migrate import pending, upgrade
from storage.work import Database

WORDS = {"members": "成员", "customers": "客户", "products": "产品", "stock": "库存"}


class NotKept(Exception):
    """A dry run ends here; everything is rolled back."""


async def import_table(database: Database, kind: str, table: Table, at: datetime, *, dry_run: bool = False) -> Counts:
    """Take a table in one transaction; with `dry_run` everything is done and then rolled back.

    Raises:
        Refused: something is wrong; nothing was kept.
    """
    counts = Counts()
    try:
        async with database.begin(at, cause=f"import:{kind}:{at:%Y%m%d%H%M%S}", act=f"import.{kind}") as work:
            counts = await take(kind, table, work, at)
            if dry_run:
                raise NotKept
    except NotKept:
        pass
    return counts


async def _import(url: str, kind: str, table: Table, at: datetime, *, dry_run: bool) -> Counts:
    database = Database.at(url)
    try:
        if url.startswith("sqlite"):
            await upgrade(database)
        elif trouble := await pending(database):
            raise Refused(trouble)
        return await import_table(database, kind, table, at, dry_run=dry_run)
    finally:
        await database.close()


@click.command("import", help="Import members, customers, products or stock from .xlsx or .csv, all or nothing.")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--config", "config_path", type=click.Path(path_type=Path), required=True, help="the TOML file")
@click.option("--dry-run", is_flag=True, help="check everything, keep nothing")
def import_command(kind: str, file: Path, config_path: Path, dry_run: bool) -> None:
    """Say on stdout what was done; on stderr, with exit code 1, what is wrong."""
    from bot.app import clock

    try:
        url = Config.load(config_path).database.url.get_secret_value()
        counts = asyncio.run(_import(url, kind, read_table(file), clock(), dry_run=dry_run))
    except ConfigTrouble as trouble:
        _refuse(str(trouble))
    except Refused as refused:
        _refuse(f"{file.name} 没有导入:\n{refused}")
    else:
        done = "检查通过(未写入), 将" if dry_run else f"{WORDS[kind]}导入完成: "
        click.echo(f"{done}{counts}")


def _refuse(text: str) -> None:
    click.echo(text, err=True)
    sys.exit(1)
