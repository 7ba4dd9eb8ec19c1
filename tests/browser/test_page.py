"""The page in a browser: at desktop and phone width, by mouse and by keyboard."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.conftest import DESKTOP, Stage, Visitor, visit


async def test_two_people_side_by_side(desktop: Visitor, stage: Stage) -> None:
    page = desktop.page
    await expect(page.locator(".pane")).to_have_count(2)
    await expect(page.locator(".pane h2")).to_have_text(["周强", "高翔"])
    await desktop.picture("desktop")
    await page.locator(".pane").nth(1).locator(".thread").evaluate("e => e.scrollTop = 0")
    await page.locator(".pane").nth(0).locator(".thread").evaluate("e => e.scrollTop = 0")
    await desktop.picture("desktop-top")
    assert await desktop.overflow() == []
    assert desktop.complaints == []


async def test_first(desktop: Visitor) -> None:
    assert desktop


async def test_phone_first(phone: Visitor) -> None:
    await phone.picture("phone")
    assert await phone.overflow() == []
    assert phone.complaints == []


async def test_dark(browser: Browser, stage: Stage, pictures: Path) -> None:
    visitor = await visit(browser, stage, pictures, DESKTOP, dark=True)
    await visitor.picture("dark")
