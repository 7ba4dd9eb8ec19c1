"""Chromium of the system before the page, with stand-ins of both platforms behind it."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bot.playground.cast import the_cast
from bot.playground.clock import MovableClock
from bot.playground.company import company_on
from bot.playground.desk import Desk
from bot.playground.workdays import moment
from tests.browser.scenes import dingtalk_scene, wecom_scene
from tests.browser.standin import Standin, fixed, standins

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=375, height=812)
MONDAY = date(2026, 11, 23)


@dataclass
class Stage:
    """A desk that is served, and what is behind it."""

    url: str
    clock: MovableClock
    wecom: Standin
    dingtalk: Standin
    desk: Desk


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    company = company_on(MONDAY)
    clock = fixed(moment(MONDAY, 10, 42))
    platforms = standins(company, clock)
    desk = Desk(platforms, the_cast(company), clock, explain=_explain)
    wecom_scene(platforms["wecom"])
    dingtalk_scene(platforms["dingtalk"])
    app = web.Application()
    app.add_routes([*desk.routes(), web.get("/h5/{path:.*}", _h5)])
    server = TestServer(app)
    await server.start_server()
    yield Stage(str(server.make_url("/")), clock, platforms["wecom"], platforms["dingtalk"], desk)
    await desk.close()
    await server.close()


async def _h5(request: web.Request) -> web.Response:
    return web.Response(text=f"<!doctype html><title>页</title><h1>{request.path}</h1>", content_type="text/html")


async def _explain(platform: str, account: str) -> list[dict[str, object]]:
    return [{"title": "跟进 F-000128", "lines": [f"{platform} 的 {account}", "客户：华为（全名匹配）"]}]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"no {CHROMIUM} on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """A page that is open, with what went wrong on it."""

    page: Page
    complaints: list[str]
    pictures: Path

    async def picture(self, name: str) -> None:
        """A screenshot in the temporary folder."""
        await self.page.screenshot(path=self.pictures / f"{name}.png")

    async def overflow(self) -> list[str]:
        """Elements that reach beyond the window's width or stick out of their card."""
        found: list[str] = await self.page.evaluate(
            """() => [...document.querySelectorAll('.top, .top *, .pane, .pane *, .people, .inspector, .card *')]
              .filter((e) => e.offsetParent)
              .filter((e) => !e.closest('.unseen, .chips, .people-list, .tabs, .table-scroll, pre, svg'))
              .filter((e) => { const r = e.getBoundingClientRect();
                const box = (e.closest('.card') || document.body).getBoundingClientRect();
                return r.width && (r.right > innerWidth + 1 || r.left < -1 || r.right > box.right + 1); })
              .map((e) => `${e.tagName}.${e.className} ${e.textContent.slice(0, 30)}`)"""
        )
        return found

    async def faint_words(self) -> list[str]:
        """Texts whose contrast with their background is below 4.5 (WCAG AA), as far as plain colours tell."""
        found: list[str] = await self.page.evaluate(CONTRAST)
        return found


CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, under) => { const a = top[3] ?? 1; return [0, 1, 2].map((i) => top[i] * a + under[i] * (1 - a)); };
  const linear = (v) => (v <= 10 ? v / 3294 : ((v / 255 + .055) / 1.055) ** 2.4);
  const lum = (c) => { const [r, g, b] = c.map(linear); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = (e) => {
    const chain = [];
    for (; e; e = e.parentElement) chain.unshift(parse(getComputedStyle(e).backgroundColor));
    return chain.reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const faint = new Set();
  for (const e of document.querySelectorAll('body *')) {
    if (!e.offsetParent || e.disabled || e.closest('.unseen, .map, [disabled]')) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const back = ground(e);
    const [a, b] = [lum(over(parse(getComputedStyle(e).color), back)), lum(back)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) faint.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return [...faint];
}"""


async def visit(browser: Browser, stage: Stage, pictures: Path, size: ViewportSize, *, dark: bool = False) -> Visitor:
    """Open the page and wait until it shows people."""
    context = await browser.new_context(
        viewport=size, color_scheme="dark" if dark else "light", reduced_motion="reduce", locale="zh-CN"
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda note: complaints.append(note.text) if note.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(stage.url)
    await page.wait_for_selector("body[data-ready=true] .row")
    return Visitor(page, complaints, pictures)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go; `GENDAN_PICTURES` names a folder that stays."""
    folder = Path(os.environ.get("GENDAN_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def desktop(browser: Browser, stage: Stage, pictures: Path) -> Visitor:
    return await visit(browser, stage, pictures, DESKTOP)


@pytest.fixture
async def phone(browser: Browser, stage: Stage, pictures: Path) -> Visitor:
    return await visit(browser, stage, pictures, PHONE)
