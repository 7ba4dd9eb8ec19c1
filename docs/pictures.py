"""The README's pictures: `python docs/pictures.py [FOLDER]` plays a part of the tour in Chromium and takes them.

Needs the packages of `make test` and Debian's chromium. The pictures are WebP, small enough to be committed.
"""

import asyncio
import base64
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright, expect

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
expect.set_options(timeout=70_000)  # who gets many messages within a minute waits for some of them
SIZE = ViewportSize(width=1240, height=760)
QUALITY = 0.6
PATIENCE = 60
"""Seconds until the demo must answer."""

TO_WEBP = """async ([png, quality]) => {
    const picture = new Image();
    picture.src = "data:image/png;base64," + png;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def demo(folder: str) -> AsyncIterator[str]:
    """`gendan demo` on a free port; its address."""
    port = free_port()
    asked = ("demo", "--port", str(port), "--data", folder, "--fresh")
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", *asked)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(PATIENCE * 2):
            await asyncio.sleep(0.5)
            try:
                await asyncio.to_thread(lambda: urlopen(f"{url}/readyz").close())
                break
            except OSError:
                continue
        yield url
    finally:
        process.terminate()
        await process.wait()


class Visit:
    """The demo's page, its people and what they do."""

    def __init__(self, page: Page, browser: Browser, folder: Path) -> None:
        self.page = page
        self.browser = browser
        self.folder = folder

    def chat(self, name: str) -> Locator:
        """The device of the person called `name`."""
        heading = self.page.get_by_role("heading", name=name, exact=True)
        return self.page.locator(".pane").filter(has=heading)

    async def show(self, name: str, beside: str) -> None:
        """Show these two; there is room for no more."""
        await self.page.locator(".person-main").filter(has_text=name).click()
        if await self.chat(beside).count() == 0:
            await self.page.locator(".person").filter(has_text=beside).hover()
            await self.page.get_by_role("button", name=f"并排显示 {beside}").click()

    async def say(self, name: str, text: str, answer: str) -> None:
        """Type a text, and wait for the answer."""
        box = self.chat(name).get_by_role("textbox").last
        await box.fill(text)
        await box.press("Enter")
        await expect(self.chat(name).locator(".row.theirs").last).to_contain_text(answer)

    async def press(self, name: str, card: str, button: str) -> None:
        """Tap a button of the newest card with these words."""
        row = self.chat(name).locator(".row.theirs").filter(has_text=card).last
        await row.get_by_role("button", name=button).click()

    async def take(self, name: str) -> None:
        """Take a picture."""
        await self.page.wait_for_timeout(700)
        png = base64.b64encode(await self.page.screenshot()).decode()
        blank = await self.browser.new_page()
        webp = base64.b64decode(await blank.evaluate(TO_WEBP, [png, QUALITY]))
        await blank.close()
        (self.folder / f"{name}.webp").write_bytes(webp)
        print(f"{name}.webp {len(webp) / 1024:.0f} KB")


async def play(visit: Visit) -> None:
    """The part of the tour that makes good pictures."""
    await visit.say("周强", "跟进 华为 今天拜访了王总，预算50万，下周三再约", "已记跟进")
    await visit.say("周强", "金额改成55万", "已更正")
    await visit.show("周强", "张伟")
    await visit.say("周强", "@张工 X100 能接西门子的 PLC 吗？恒泰机电在问", "已问张伟")
    await visit.press("张伟", "周强的提问", "回答")
    await visit.say("张伟", "可以接，西门子 S7 系列走 Modbus TCP，要 2.1 以上固件", "已转告周强")
    await expect(visit.chat("周强").locator(".row.theirs").last).to_contain_text("张伟回答了您")
    await visit.take("expert")

    await visit.show("李娜", "高翔")
    await visit.say("李娜", "申请折扣 金桥药业 GW-3000 2台 八八折", "审批中")
    await visit.press("高翔", "李娜: 金桥药业 GW-3000", "同意")
    await expect(visit.chat("李娜").locator(".row.theirs").last).to_contain_text("已通过")
    await visit.take("approval")

    await visit.show("高翔", "李娜")
    await visit.page.get_by_role("button", name="到 18:00").click()
    await visit.page.get_by_role("button", name="+10 分钟").click()
    digest = visit.chat("高翔").locator(".row.theirs").filter(has_text="团队日报").last
    await expect(digest).to_be_visible(timeout=20_000)
    await digest.get_by_role("link").nth(1).click()
    await expect(visit.page.frame_locator("#panel iframe").locator("h1")).to_be_visible()
    await visit.take("digest")


async def main(folder: Path) -> None:
    """Take all pictures into `folder`."""
    with tempfile.TemporaryDirectory() as data:
        async with demo(data) as url, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = await browser.new_page(viewport=SIZE)
            await page.goto(url)
            await expect(page.locator(".pane")).to_have_count(2)
            try:
                await play(Visit(page, browser, folder))
            except BaseException:
                await page.screenshot(path=folder / "trouble.png")
                raise
            finally:
                await browser.close()


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "pictures")
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
