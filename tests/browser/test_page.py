"""The page in a browser at desktop width: devices side by side, cards, the clock, the wire."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.conftest import DESKTOP, Stage, Visitor, visit
from tests.browser.scenes import APPROVAL


def pane(visitor: Visitor, name: str) -> Locator:
    """The device of the person called `name`."""
    return visitor.page.locator(".pane").filter(has=visitor.page.get_by_role("heading", name=name, exact=True))


async def open_beside(visitor: Visitor, name: str) -> Locator:
    """Show a person beside the others."""
    await visitor.page.locator(".person").filter(has_text=name).hover()
    await visitor.page.get_by_role("button", name=f"并排显示 {name}").click()
    return pane(visitor, name)


async def test_several_people_side_by_side(desktop: Visitor) -> None:
    page = desktop.page
    await expect(page.locator(".pane h2")).to_have_text(["周强", "高翔", "李娜"])
    await expect(page.locator(".pane-head .badge")).to_have_text(["企业微信", "企业微信", "钉钉"])
    await desktop.picture("desktop")
    for thread in await page.locator(".thread").all():
        await thread.evaluate("e => e.scrollTop = 0")
    await desktop.picture("desktop-top")
    assert await desktop.overflow() == []
    assert desktop.complaints == []


async def test_what_is_typed_arrives_and_is_answered(desktop: Visitor, stage: Stage) -> None:
    rep = pane(desktop, "周强")
    box = rep.get_by_role("textbox", name="周强 发给 跟单助手")
    await box.fill("跟进 华为\n<b>第二行</b>")
    await box.press("Enter")
    await expect(rep.locator(".row.mine .bubble").last).to_have_text("跟进 华为\n<b>第二行</b>")
    await expect(rep.locator(".row.theirs .bubble").last).to_contain_text("收到：跟进 华为")
    await expect(box).to_have_value("")
    assert stage.wecom.acts("say")[0]["chat"] is None


async def test_a_refused_message_comes_back_into_the_box(desktop: Visitor, stage: Stage) -> None:
    stage.wecom.refuses = "服务没有应答"
    rep = pane(desktop, "周强")
    box = rep.get_by_role("textbox", name="周强 发给 跟单助手")
    await box.fill("日报")
    await rep.get_by_role("button", name="发送", exact=True).click()
    await expect(desktop.page.locator("#toasts")).to_contain_text("服务没有应答")
    await expect(box).to_have_value("日报")


async def test_a_card_is_pressed_with_its_choice_and_greyed(desktop: Visitor, stage: Stage) -> None:
    boss = pane(desktop, "高翔")
    card = boss.locator(".wecom-card").last
    await card.get_by_label("发货仓").select_option(label="北京仓")
    await card.get_by_role("button", name="同意").click()
    await expect(card.get_by_role("button", name="已处理")).to_be_disabled()
    await expect(card.get_by_label("发货仓")).to_be_disabled()
    pressed = stage.wecom.acts("press")[0]
    assert (pressed["button"], pressed["choices"]) == ("approve", {"warehouse": ["bj"]})


async def test_the_menu_of_a_card(desktop: Visitor, stage: Stage) -> None:
    card = pane(desktop, "高翔").locator(".wecom-card").last
    await card.get_by_role("button", name="更多").click()
    await desktop.picture("card-menu")
    await desktop.page.get_by_role("menuitem", name="催办").click()
    await expect(card.get_by_role("button", name="已处理")).to_be_visible()
    assert stage.wecom.acts("press")[0]["button"] == "urge"


async def test_boxes_and_drop_downs_of_the_other_cards(desktop: Visitor, stage: Stage) -> None:
    rep = pane(desktop, "周强")
    await rep.get_by_label("恒泰建材（临沂）").check()
    await rep.get_by_role("button", name="就是它").click()
    await rep.get_by_label("下次").select_option("d7")
    await rep.get_by_role("button", name="保存").click()
    await expect(rep.get_by_role("button", name="已处理")).to_have_count(2)
    choices = [pressed["choices"] for pressed in stage.wecom.acts("press")]
    assert choices == [{"customer": ["c2"]}, {"stage": ["quote"], "next": ["d7"]}]


async def test_dingtalk_buttons_speak_for_the_person(desktop: Visitor, stage: Stage) -> None:
    rep = pane(desktop, "李娜")
    await desktop.picture("dingtalk")
    await rep.locator(".dingtalk-card").first.get_by_role("button", name="同意").click()
    await expect(rep.locator(".row.mine .bubble").last).to_have_text("同意 A-000123")
    assert stage.dingtalk.acts("follow")[0]["link"].startswith("dtmd://")


async def test_a_template_card_and_its_form(desktop: Visitor, stage: Stage) -> None:
    expert = await open_beside(desktop, "张伟")
    card = expert.locator(".dingtalk-card.template")
    await card.get_by_role("button", name="回答").click()
    await expect(desktop.page.locator("#toasts")).to_contain_text("请先填写")
    await card.get_by_label("回答").fill("可以，S7 走 Modbus TCP")
    await desktop.picture("template")
    await card.get_by_role("button", name="回答").click()
    await expect(card).not_to_have_attribute("aria-busy", "true")
    assert stage.dingtalk.acts("press")[0]["choices"] == {
        "answer": ["可以，S7 走 Modbus TCP"],
        "know": ["true"],
        "action": ["question.answer"],
    }


async def test_a_group_with_mentions(desktop: Visitor, stage: Stage) -> None:
    rep = pane(desktop, "周强")
    await rep.get_by_role("tab", name="销售一线群").click()
    await expect(rep.get_by_role("cell", name="上海仓")).to_be_visible()
    box = rep.get_by_role("textbox")
    await box.press_sequentially("@刘")
    await desktop.picture("mention")
    await expect(rep.get_by_role("option")).to_have_text(["刘洋技术部经理"])
    await box.press("Enter")
    await box.press_sequentially("X200 支持信创吗")
    await desktop.picture("group")
    await box.press("Enter")
    await expect(rep.locator(".row.mine .bubble").last).to_contain_text("@跟单助手 @刘洋 X200 支持信创吗")
    said = stage.wecom.acts("say")[0]
    assert (said["chat"], said["at"]) == ("wrYuanshanSales01", ("liuyang",))


async def test_pictures_voice_and_places(desktop: Visitor, stage: Stage) -> None:
    rep = pane(desktop, "李娜")
    for sample in ("现场照片", "查一下X200还有多少库存", "泰州市医药城 金桥药业"):
        await rep.get_by_role("button", name="发送图片、语音、位置").click()
        if sample == "现场照片":
            await desktop.picture("attach")
        await desktop.page.get_by_role("menuitem", name=sample).click()
    await expect(rep.locator(".row.mine .place").last).to_contain_text("泰州市医药城")
    assert [sent["kind"] for sent in stage.dingtalk.acts("send")] == ["image", "voice", "location"]
    assert await rep.locator(".bubble.picture img").last.evaluate("e => e.complete && e.naturalWidth") == 320


async def test_only_dingtalk_recognises_what_is_spoken(desktop: Visitor) -> None:
    for name in ("周强", "李娜"):
        await pane(desktop, name).get_by_role("button", name="发送图片、语音、位置").click()
        await desktop.page.get_by_role("menuitem", name="查一下X200还有多少库存").click()
        await expect(pane(desktop, name).locator(".row.mine .voice").last).to_contain_text("3″")
    await expect(pane(desktop, "周强").locator(".recognised")).to_have_count(0)
    await expect(pane(desktop, "李娜").locator(".recognised").last).to_have_text("查一下X200还有多少库存")


async def test_a_quoted_answer(desktop: Visitor, stage: Stage) -> None:
    boss = pane(desktop, "高翔")
    await boss.locator(".row").last.hover()
    await boss.locator(".row").last.get_by_role("button", name="引用").click()
    await boss.get_by_role("textbox").fill("可以，但账期30天")
    await boss.get_by_role("textbox").press("Enter")
    await expect(boss.locator(".row.mine .quoted")).to_contain_text("折扣申请 A-000123")
    assert stage.wecom.acts("say")[0]["quote"]


async def test_pages_open_beside_the_chat_and_foreign_ones_do_not(desktop: Visitor) -> None:
    rep, page = pane(desktop, "周强"), desktop.page
    await rep.get_by_role("link", name="改时间").click()
    await expect(page.frame_locator("#panel iframe").locator("h1")).to_have_text("/h5/reminders")
    await desktop.picture("panel")
    await page.keyboard.press("Escape")
    await expect(page.locator("#panel")).to_be_hidden()
    await expect(rep.get_by_role("link", name="改时间")).to_be_focused()
    assert desktop.complaints == []
    await expect(rep.locator(".foreign-link")).to_have_text("https://example.com/x?a=1")
    assert await page.locator("a[href^='https://example.com']").count() == 0


async def test_the_clock_moves_for_everybody(desktop: Visitor, stage: Stage) -> None:
    page = desktop.page
    clock = page.get_by_label("演练时钟")
    await expect(clock).to_contain_text("11月23日 周一 10:42")
    await page.get_by_role("button", name="+10 分钟").click()
    await expect(clock).to_contain_text("10:52")
    await page.get_by_role("button", name="到 18:00").click()
    await expect(clock).to_contain_text("18:00")
    await page.get_by_role("button", name="下个工作日").click()
    await expect(clock).to_contain_text("11月24日 周二 09:00")
    await expect(clock).to_contain_text("已快进 22 小时 18 分钟")
    assert stage.clock.offset == timedelta(hours=22, minutes=18)


async def test_the_wire(desktop: Visitor, stage: Stage) -> None:
    page = desktop.page
    await page.get_by_role("button", name="线路").click()
    drawer = page.get_by_role("complementary", name="线路检查")
    await expect(drawer.locator(".exchange")).to_have_count(3)
    await drawer.locator(".exchange").nth(1).locator("summary").click()
    await expect(drawer.locator("pre").first).to_be_visible()
    await desktop.picture("wire")
    await drawer.get_by_label("平台").select_option("dingtalk")
    await expect(drawer.locator(".exchange")).to_have_count(1)
    await drawer.get_by_label("平台").select_option("")
    await drawer.get_by_label("只看 周强").check()
    await expect(drawer.locator(".exchange")).to_have_count(2)
    stage.wecom.exchange("<xml><FromUserName>zhouqiang</FromUserName><Event>enter_agent</Event></xml>")
    await expect(drawer.locator(".exchange")).to_have_count(3)
    await drawer.get_by_role("button", name="解释").click()
    await expect(drawer.locator(".explanation")).to_contain_text("客户：华为（全名匹配）")
    assert await desktop.overflow() == []


async def test_an_updated_card_replaces_the_old_one(desktop: Visitor, stage: Stage) -> None:
    boss = pane(desktop, "高翔")
    bubble = next(b for b in stage.wecom.screens.bubbles if b.body.get("task_id") == "approval-1")
    bubble.overrides["gaoxiang"] = {**APPROVAL, "main_title": {"title": "折扣申请 A-000123 已撤回"}, "button_list": []}
    stage.wecom.screens.changed(bubble)
    await expect(boss.locator(".wecom-card").last).to_contain_text("已撤回")


async def test_it_comes_back_when_the_connection_breaks(desktop: Visitor, stage: Stage) -> None:
    await desktop.page.evaluate("() => { window.__kept = true; }")
    await stage.desk.close()
    stage.wecom.show("zhouqiang", "text", {"text": "断线时说的话"})
    await expect(pane(desktop, "周强").locator(".row .bubble").last).to_have_text("断线时说的话")
    assert await desktop.page.evaluate("window.__kept")


async def test_other_colleagues_are_one_tap_away(desktop: Visitor) -> None:
    page = desktop.page
    await page.get_by_role("button", name="其他同事").click()
    await page.get_by_role("button", name="沈立群，总经理，企业微信").click()
    await expect(page.locator(".pane.active h2")).to_have_text("沈立群")
    await page.get_by_role("button", name="收起 沈立群").click()
    await expect(page.locator(".pane")).to_have_count(2)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_words_stand_out_from_their_ground(browser: Browser, stage: Stage, pictures: Path, dark: bool) -> None:
    visitor = await visit(browser, stage, pictures, DESKTOP, dark=dark)
    await visitor.picture("dark" if dark else "light")
    faint = await visitor.faint_words()
    assert not faint, "\n".join(faint)
