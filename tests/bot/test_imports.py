"""`gendan import` from the outside: exit codes, sentences, all or nothing."""

import asyncio
import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.imports import import_command
from bot.playground.company import files
from storage.work import Database, Work
from tests.makers import NOW


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "gendan.toml"
    path.write_text(f'[database]\nurl = "sqlite:///{tmp_path / "gendan.db"}"\n', "utf-8")
    return path


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(import_command, [*arguments, "--config", str(config)])


def a_file(folder: Path, text: str, name: str = "members.csv") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def members_in(folder: Path) -> int:
    async def count() -> int:
        database = Database.at(f"sqlite:///{folder / 'gendan.db'}")
        try:
            async with database.read(NOW) as work:
                return len(await everybody(work))
        finally:
            await database.close()

    return asyncio.run(count())


async def everybody(work: Work) -> list[str]:
    return [member.code for member in await work.members.everybody()]


def test_a_good_file_is_taken_and_said_so(config: Path, tmp_path: Path) -> None:
    result = run(config, "members", a_file(tmp_path, "工号,姓名\nY001,周凯\n"))

    assert (result.exit_code, result.stdout) == (0, "成员导入完成: 新增 1, 更新 0, 未变 0 (共 1 条)\n")
    assert members_in(tmp_path) == 1


def test_a_dry_run_keeps_nothing(config: Path, tmp_path: Path) -> None:
    result = run(config, "members", a_file(tmp_path, "工号,姓名\nY001,周凯\n"), "--dry-run")

    assert (result.exit_code, result.stdout) == (0, "检查通过(未写入), 将新增 1, 更新 0, 未变 0 (共 1 条)\n")
    assert members_in(tmp_path) == 0


def test_one_bad_row_keeps_the_whole_file_out(config: Path, tmp_path: Path) -> None:
    result = run(config, "members", a_file(tmp_path, "工号,姓名\nY001,周凯\nY002,\n"))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "members.csv 没有导入:\n第3行「姓名」: 不能为空, 应是64个字以内的姓名\n"
    assert members_in(tmp_path) == 0


def test_a_wrong_configuration_is_said_so(tmp_path: Path) -> None:
    config = tmp_path / "bad.toml"
    config.write_text("[databse]\n", "utf-8")

    result = run(config, "members", a_file(tmp_path, "工号,姓名\nY001,周凯\n"))

    assert result.exit_code == 1
    assert "databse" in result.stderr


@pytest.mark.parametrize("arguments", [("people", "x.csv"), ("members", "nowhere.csv"), ("members",)])
def test_wrong_usage_ends_with_two(config: Path, arguments: tuple[str, ...]) -> None:
    assert run(config, *arguments).exit_code == 2


def test_the_demo_company_can_be_imported_twice(config: Path, tmp_path: Path) -> None:
    for kind, rows in files().items():
        path = tmp_path / f"{kind}.csv"
        with path.open("w", encoding="gb18030", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        first, second = run(config, kind, str(path)), run(config, kind, str(path))
        assert first.exit_code == 0, first.stderr
        assert f"新增 {len(rows)}, 更新 0, 未变 0" in first.stdout
        assert f"新增 0, 更新 0, 未变 {len(rows)}" in second.stdout
