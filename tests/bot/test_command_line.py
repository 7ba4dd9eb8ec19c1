"""The command line from outside: sentences on stderr, exit codes 0, 1 and 2."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.tokens import token_name
from domain.members import Member
from storage.outbox import ABANDONED
from storage.work import Database
from tests import postgres
from tests.makers import NOW


@pytest.fixture
def config(tmp_path: Path, sqlite_url: str) -> Path:
    file = tmp_path / "gendan.toml"
    file.write_text(f'[database]\nurl = "{sqlite_url}"\n[server]\nport = {unused_port()}\n', "utf-8")
    return file


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("command", ["serve", "check", "migrate", "outbox"])
def test_a_wrong_configuration_is_refused_with_a_sentence(command: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('[server]\nprot = 1\n[database]\nurl = "x"\n', "utf-8")
    result = ran(command, "--config", file)
    assert result.exit_code == 1
    assert "server.prot: unknown key" in result.stderr
    assert "database.url: expected sqlite:///FILE" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["serve", "check", "migrate", "outbox"])
@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/x.db", "postgresql://u:hidden@127.0.0.1:1/x", "postgresql://["]
)
def test_a_database_that_cannot_be_used_is_a_sentence_without_its_password(
    command: str, url: str, tmp_path: Path
) -> None:
    file = tmp_path / "gendan.toml"
    file.write_text(f'[database]\nurl = "{url}"\n', "utf-8")
    result = ran(command, "--config", file)
    assert result.exit_code == 1, result.output
    assert "database.url: the database cannot be used" in result.stderr
    assert "hidden" not in result.output
    assert "Traceback" not in result.output


def test_wrong_usage_has_its_own_exit_code() -> None:
    for arguments in ((), ("serve",), ("outbox", "--config", "x", "--retry", "many"), ("fly",)):
        assert ran(*arguments).exit_code == 2, arguments
    assert ran("--help").exit_code == 0
    assert "serve" in ran("--help").stdout


def test_check_says_that_all_is_well(config: Path) -> None:
    result = ran("check", "--config", config)
    assert (result.exit_code, result.stdout) == (0, "一切正常\n")


def test_check_says_what_is_wrong_with_a_channel(config: Path) -> None:
    wecom = (
        '[wecom.main]\ncorp_id = "ww"\nagent_id = 1\nsecret = "hidden"\ntoken = "t"\n'
        f'encoding_aes_key = "{"k" * 43}"\napi_base = "http://127.0.0.1:1"\n'
    )
    config.write_text(config.read_text("utf-8") + wecom, "utf-8")
    result = ran("check", "--config", config)
    assert result.exit_code == 1
    assert result.stderr.startswith("main: ")
    assert "hidden" not in result.output


def test_migrate_brings_an_empty_file_to_head_and_again_does_nothing(tmp_path: Path) -> None:
    file = tmp_path / "gendan.toml"
    file.write_text(f'[database]\nurl = "sqlite:///{tmp_path / "new.db"}"\n', "utf-8")
    for _ in range(2):
        result = ran("migrate", "--config", file)
        assert (result.exit_code, result.stdout) == (0, "the schema is the newest\n")


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    if not postgres.ADDRESS:
        pytest.skip("GENDAN_TEST_POSTGRES is not set: this test ran without PostgreSQL")
    name = f"{postgres.PREFIX}{os.urandom(6).hex()}"
    postgres.run(f'CREATE DATABASE "{name}"')
    yield postgres.named(name)
    postgres.drop(name)


def test_postgresql_is_not_migrated_by_serving_but_by_asking_for_it(empty_postgres: str, tmp_path: Path) -> None:
    file = tmp_path / "gendan.toml"
    file.write_text(f'[database]\nurl = "{empty_postgres}"\n[server]\nport = {unused_port()}\n', "utf-8")
    for command in ("serve", "check"):
        result = ran(command, "--config", file)
        assert result.exit_code == 1, result.output
        assert "run gendan migrate" in result.stderr
    assert ran("migrate", "--config", file).exit_code == 0
    assert ran("check", "--config", file).exit_code == 0


def test_the_outbox_shows_what_waits_and_what_was_given_up_and_sends_it_after_all(
    config: Path, sqlite_url: str
) -> None:
    async def prepare() -> None:
        database = Database.at(sqlite_url)
        async with database.begin(NOW) as work:
            await work.outbox.put("w", "main", "a", {}, NOW, cause="m:1")
            await work.outbox.put("g", "ding", "b", {}, NOW, cause="m:2")
            given_up = [m for m in await work.outbox.lease(NOW, limit=5, hold=NOW - NOW) if m.key == "g"]
            await work.outbox.abandon(given_up[0], NOW, "60111 no such member")
        await database.close()

    asyncio.run(prepare())
    waits = ran("outbox", "--config", config)
    assert (waits.exit_code, waits.stdout.split("\t")[:2]) == (0, ["1", "main"])
    given_up = ran("outbox", "--abandoned", "--config", config)
    assert given_up.stdout.startswith("2\tding\t2025-06-11 02:20:00\t1\t60111 no such member")
    assert len(given_up.stdout.splitlines()) == 1
    refused = ran("outbox", "--retry", "1", "--config", config)
    assert (refused.exit_code, refused.stderr) == (1, "no abandoned message 1\n")
    again = ran("outbox", "--retry", "2", "--config", config)
    assert (again.exit_code, again.stdout) == (0, "2 will be sent again\n")
    assert ran("outbox", "--abandoned", "--config", config).stdout == ""

    async def abandoned() -> int:
        database = Database.at(sqlite_url)
        async with database.read(NOW) as work:
            listed = await work.outbox.listed(ABANDONED)
        await database.close()
        return len(listed)

    assert asyncio.run(abandoned()) == 0


async def test_serve_listens_until_it_is_asked_to_stop(config: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--config", str(config)), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            line = (await process.stderr.readline()).decode()
            assert line.startswith("listening on http://127.0.0.1:")
            async with ClientSession() as session, session.get(f"{line.split()[-1]}/readyz") as response:
                assert (response.status, (await response.json())["ready"]) == (200, True)
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
            assert await process.stderr.read() == b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_a_port_that_is_taken_is_a_sentence(config: Path) -> None:
    import socket

    port = int(config.read_text("utf-8").split("port = ")[1])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        result = ran("serve", "--config", config)
    assert result.exit_code == 1
    assert f"server.port: cannot listen on {port}" in result.stderr


def test_a_token_is_made_for_a_member_shown_once_and_taken_back(config: Path, sqlite_url: str) -> None:
    assert ran("migrate", "--config", config).exit_code == 0

    async def holders(hire: bool, *names: str) -> list[object]:
        database = Database.at(sqlite_url)
        async with database.begin(NOW, cause="test") as work:
            if hire:
                await work.members.save(Member(code="Y001", name="周强"))
            found = [await work.settings.get(token_name(name)) for name in names]
        await database.close()
        return found

    asyncio.run(holders(True))
    first, second = (ran("token", "Y001", "--config", config).stdout.strip() for _ in range(2))
    assert first != second
    assert asyncio.run(holders(False, first, second)) == [1, 1]
    assert ran("token", "Y001", "--revoke", "--config", config).stdout == "2 tokens taken back\n"
    assert asyncio.run(holders(False, first, second)) == [None, None]
    refused = ran("token", "Y009", "--config", config)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "no active member Y009" in refused.stderr
