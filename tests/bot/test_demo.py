"""`gendan demo` as a process: quick to be there again, with its data, and gone at once when it is asked to end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port

PATIENCE = 30
READY = 5
"""Seconds of processor time for a start that finds its data; how long that lasts depends on who else is at work."""

GONE = 15
"""Seconds until it is gone; on an idle machine it takes one."""

REP, MANAGER = "wecom:zhouqiang", "wecom:gaoxiang"


class Running:
    """A demo in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, session: ClientSession) -> None:
        self.process = process
        self.session = session
        self.url = url

    async def ready(self) -> float:
        """Wait until the service is ready; seconds of processor time that took."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = (await self.process.stdout.readline()).decode()
        assert self.url in line, line
        async with self.session.get(f"{self.url}/readyz") as answer:
            assert answer.status == 200, await answer.text()
        return await asyncio.to_thread(self._busy)

    def _busy(self) -> float:
        user, system = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    async def does(self, act: str, **body: Any) -> dict[str, Any]:
        """An act of the page."""
        async with self.session.post(f"{self.url}/playground/{act}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            told: dict[str, Any] = await answer.json()
            return told

    async def clock(self) -> dict[str, Any]:
        """What the clock of the page shows."""
        async with self.session.get(f"{self.url}/playground/state") as answer:
            shown: dict[str, Any] = (await answer.json())["clock"]
            return shown

    async def sees(self, person: str, words: str) -> dict[str, Any]:
        """Wait for a message with these words on the person's device."""
        account = person.partition(":")[2]
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.session.get(f"{self.url}/playground/state") as answer:
                    for bubble in reversed((await answer.json())["bubbles"]):
                        shown = bubble["overrides"].get(account, bubble["body"])
                        if account in bubble["seen_by"] and not bubble["sender"] and words in str(shown):
                            return dict(bubble)
                await asyncio.sleep(0.1)

    async def end(self, how: signal.Signals) -> None:
        """Ask it to end; it has to, with exit code 0 and without a word of trouble."""
        self.process.send_signal(how)
        async with asyncio.timeout(GONE):
            _, said = await self.process.communicate()
        assert self.process.returncode == 0
        assert said.decode() == ""


@asynccontextmanager
async def a_demo(folder: Path, port: int) -> AsyncIterator[Running]:
    """The demo with its data in `folder`."""
    asked = ("-m", "bot", "demo", "--port", str(port), "--data", str(folder))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *asked, stdout=pipe, stderr=pipe)
    try:
        async with ClientSession() as session:
            yield Running(process, f"http://127.0.0.1:{port}", session)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
async def test_it_comes_back_with_its_data_and_ends_when_asked(tmp_path: Path, how: signal.Signals) -> None:
    port = unused_port()
    async with a_demo(tmp_path, port) as first:
        await first.ready()
        await first.does("say", person=REP, text="报销 差旅费 1280元，去苏州恒泰机电")
        await first.sees(MANAGER, "差旅报销 1,280元")
        await first.does("clock", minutes=10)
        moved = (await first.clock())["offset_seconds"]
        async with first.session.ws_connect(f"{first.url}/playground/live"):
            await first.end(how)
    async with a_demo(tmp_path, port) as second:
        assert await second.ready() < READY
        assert (await second.clock())["offset_seconds"] == moved
        await second.does("say", person=MANAGER, text="待我审批")
        await second.sees(MANAGER, "差旅报销 1,280元")
        await second.end(how)


async def test_a_tap_on_a_card_from_before_the_restart_is_refused_politely(tmp_path: Path) -> None:
    port = unused_port()
    async with a_demo(tmp_path, port) as first:
        await first.ready()
        await first.does("say", person=REP, text="报销 差旅费 1280元，去苏州恒泰机电")
        card = await first.sees(MANAGER, "周强: 差旅报销 1,280元")
        await first.end(signal.SIGTERM)
    key = card["body"]["button_list"][0]["key"]
    async with a_demo(tmp_path, port) as second:
        await second.ready()
        body = {"person": MANAGER, "bubble": card["id"], "button": key}
        async with second.session.post(f"{second.url}/playground/press", json=body) as answer:
            assert answer.status == 400
            assert "重启之前" in (await answer.json())["error"]
        await second.end(signal.SIGTERM)
