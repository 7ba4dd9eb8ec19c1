"""The page by keyboard alone, and on a phone."""

from playwright.async_api import expect

from tests.browser.conftest import Stage, Visitor


async def test_tab_order_and_arrows(desktop: Visitor) -> None:
    page = desktop.page
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到聊天")).to_be_focused()
    for name in ("+10 分钟", "到 18:00", "下个工作日", "线路"):
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name=name)).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.locator(".person-main").first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("[data-person='dingtalk:zhangwei0926'] .person-main")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".pane.active h2")).to_have_text("张伟")
    await desktop.picture("keys")


async def test_shift_enter_is_a_new_line(desktop: Visitor, stage: Stage) -> None:
    box = desktop.page.get_by_role("textbox", name="周强 发给 跟单助手")
    await box.focus()
    await desktop.page.keyboard.type("第一行")
    await desktop.page.keyboard.press("Shift+Enter")
    await desktop.page.keyboard.type("第二行")
    await desktop.page.keyboard.press("Enter")
    await expect(box).to_have_value("")
    assert stage.wecom.acts("say")[0]["text"] == "第一行\n第二行"


async def test_escape_closes_what_is_open_one_after_the_other(desktop: Visitor) -> None:
    page = desktop.page
    await page.get_by_role("button", name="线路").click()
    await page.get_by_role("button", name="更多").last.click()
    await expect(page.get_by_role("menu")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem").nth(1)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(page.locator("#inspector")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#inspector")).to_be_hidden()
    await expect(page.get_by_role("button", name="线路")).to_be_focused()


async def test_tabs_by_arrows(desktop: Visitor) -> None:
    page = desktop.page
    await page.get_by_role("tab", name="跟单助手").first.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="销售一线群").first).to_have_attribute("aria-selected", "true")
    await expect(page.get_by_role("tab", name="销售一线群").first).to_be_focused()


async def test_everything_has_a_name(desktop: Visitor) -> None:
    unnamed = await desktop.page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea, iframe')]
          .filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length || e.title))
          .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []


async def test_one_device_on_a_phone(phone: Visitor, stage: Stage) -> None:
    page = phone.page
    await expect(page.locator(".pane")).to_have_count(1)
    await phone.picture("phone")
    assert await phone.overflow() == []
    await page.locator(".person-main").nth(2).click()
    await expect(page.locator(".pane h2")).to_have_text("张伟")
    await phone.picture("phone-template")
    assert await phone.overflow() == []
    await page.get_by_role("button", name="快进时间").click()
    await phone.picture("phone-clock")
    await page.get_by_role("menuitem", name="+10 分钟").click()
    await expect(page.get_by_label("演练时钟")).to_contain_text("10:52")
    await expect(page.get_by_label("演练时钟")).to_contain_text("已快进 10 分钟")
    assert phone.complaints == []


async def test_group_and_drawer_on_a_phone(phone: Visitor) -> None:
    page = phone.page
    await page.get_by_role("tab", name="销售一线群").click()
    await phone.picture("phone-group")
    assert await phone.overflow() == []
    await page.get_by_role("button", name="线路").click()
    await page.locator(".exchange summary").first.click()
    await phone.picture("phone-wire")
    assert await phone.overflow() == []
    await page.keyboard.press("Escape")
    await page.locator(".person-main").nth(3).click()
    await page.locator(".thread").evaluate("e => e.scrollTop = 0")
    await phone.picture("phone-manager")
    assert await phone.overflow() == []


async def test_nothing_moves_where_that_is_not_wanted(desktop: Visitor) -> None:
    moving = await desktop.page.evaluate("document.getAnimations().length")
    assert moving == 0
