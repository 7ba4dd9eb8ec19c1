"""The real demo before a browser: who is shown, what they type and tap, what they see."""

import re
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, FrameLocator, Locator, Page, Response, ViewportSize, expect
from structlog.testing import capture_logs

from bot.demo import HOST, demo

PATIENCE = 6_000
"""Milliseconds until an answer must be there."""

FARTHEST = 40
"""Presses of Tab that anything on the page is away."""

FOCUSED = """([style, name]) => {
  const { classList, innerText } = document.activeElement;
  return classList.contains(style) && innerText.includes(name);
}"""

TROUBLE = ("warning", "error", "critical", "exception")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def running_from(start: datetime) -> Callable[[], datetime]:
    """A clock that shows `start` now and goes on at the usual pace."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


@contextmanager
def quiet_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing worse than information may be logged inside, by the service or by a library."""
    with capture_logs() as told:
        yield
    ours = [entry for entry in told if entry["log_level"] in TROUBLE]
    theirs = [record.getMessage() for record in caplog.records if record.levelname.lower() in TROUBLE]
    assert not ours
    assert not theirs


@dataclass
class Tour:
    """A visitor of the demo, with everything that went wrong on the page."""

    page: Page
    pictures: Path
    name: str
    complaints: list[str] = field(default_factory=list)
    taken: int = 0

    def device(self, name: str) -> Locator:
        """The device of the person called `name`."""
        return self.page.locator(".pane").filter(has=self.page.get_by_role("heading", name=name, exact=True))

    async def people(self, *names: str) -> None:
        """Show these people, the first by a click, the others beside."""
        await self.page.locator(".person-main").filter(has_text=names[0]).click()
        for name in names[1:]:
            if not await self.device(name).count():
                await self.page.locator(".person").filter(has_text=name).hover()
                await self.page.get_by_role("button", name=f"并排显示 {name}").click()
        for name in names:
            await expect(self.device(name)).to_be_visible()

    async def say(self, name: str, text: str) -> None:
        """Type into the input of the conversation that is open, and send."""
        box = self.device(name).locator("textarea.say")
        await box.fill(text)
        await box.press("Enter")

    def row(self, name: str, words: str | re.Pattern[str]) -> Locator:
        """The newest message to this person with these words."""
        return self.device(name).locator(".row.theirs").filter(has_text=words).last

    async def sees(self, name: str, title: str | re.Pattern[str], *words: str | re.Pattern[str]) -> Locator:
        """Wait until the person has a message with this title, and these words in it."""
        row = self.row(name, title)
        await expect(row).to_be_visible(timeout=PATIENCE)
        for each in words:
            await expect(row).to_contain_text(each, timeout=PATIENCE)
        return row

    async def tap(self, name: str, title: str, button: str) -> None:
        """Tap a button of the newest card with this title."""
        row = await self.sees(name, title)
        await row.get_by_role("button", name=button, exact=True).click()

    async def number(self, name: str, title: str, letter: str) -> str:
        """The record's number on the newest message with this title."""
        text = await (await self.sees(name, title)).inner_text()
        found = re.search(rf"{letter}-\d+", text)
        assert found, text
        return found[0]

    async def walk(self, style: str, name: str = "", *, backwards: bool = False) -> None:
        """Press Tab until what has the focus is of this class, and has this name where one is given."""
        for _ in range(FARTHEST):
            await self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            if await self.page.evaluate(FOCUSED, [style, name]):
                return
        raise AssertionError(f"{style} {name} cannot be reached by Tab")

    def beside(self) -> FrameLocator:
        """The page that is open beside the chat."""
        return self.page.frame_locator("#panel iframe")

    async def picture(self, what: str) -> None:
        """A screenshot, numbered in the order of the tour."""
        self.taken += 1
        await self.page.wait_for_timeout(150)
        await self.page.screenshot(path=self.pictures / f"{self.name}-{self.taken:02}-{what}.png")


@asynccontextmanager
async def touring(
    browser: Browser, folder: Path, pictures: Path, name: str, start: datetime, size: ViewportSize
) -> AsyncIterator[Tour]:
    """The demo begun anew at `start`, and its page; whatever the page complains about fails the test."""
    port = free_port()
    async with demo(port, folder, fresh=True, real=running_from(start)):
        context = await browser.new_context(viewport=size, reduced_motion="reduce", locale="zh-CN")
        page = await context.new_page()
        tour = Tour(page, pictures, name)

        def answered(response: Response) -> None:
            if response.status >= 400:
                tour.complaints.append(f"{response.status} {response.url}")

        page.on(
            "console", lambda said: tour.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: tour.complaints.append(str(error)))
        page.on("response", answered)
        await page.goto(f"http://{HOST}:{port}")
        await page.wait_for_selector("body[data-ready=true] .pane")
        try:
            yield tour
        except BaseException:
            await tour.picture("trouble")
            raise
        assert tour.complaints == []
        await context.close()
