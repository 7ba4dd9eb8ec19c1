"""The README's tour, all eight steps, before the real demo."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.tour import Tour, quiet_log, touring

WEDNESDAY = datetime(2026, 11, 25, 2, tzinfo=UTC)
"""Ten in the morning at the office."""

SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""Eight in the evening at the office; the demo begins on Monday at ten."""


@pytest.mark.parametrize(("name", "start", "again"), [("wed", WEDNESDAY, "12月2日"), ("sat", SATURDAY, "12月9日")])
async def test_the_tour_of_the_readme(
    browser: Browser,
    tmp_path: Path,
    pictures: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    start: datetime,
    again: str,
) -> None:
    with quiet_log(caplog):
        async with touring(browser, tmp_path / "demo", pictures, name, start, DESKTOP) as tour:
            await _follow_up(tour, again)
            await _expert(tour)
            await _discount(tour)
            await _expenses(tour)
            await _stock(tour)
            await _reminder(tour)
            await _customer(tour)
            await _digest(tour)
            await _help(tour)


async def _follow_up(tour: Tour, again: str) -> None:
    await tour.people("周强")
    await tour.say("周强", "跟进 华为 今天拜访了王总，预算50万，下周三再约")
    await tour.sees(
        "周强", re.compile(r"已记跟进 F-\d+"), "客户", "华为", "王总", "50万元", again, re.compile(r"T-\d+")
    )
    await tour.picture("1-logged")
    await tour.say("周强", "金额改成55万")
    await tour.sees("周强", re.compile(r"已更正 F-\d+"), "50万 → 55万")
    await tour.picture("1-corrected")
    await tour.tap("周强", "已更正", "撤销")
    await tour.sees("周强", re.compile("已撤销: "), re.compile(r"F-\d+"), re.compile(r"T-\d+"))
    await expect(tour.device("周强").locator(".card").filter(has_text=re.compile(r"跟进 F-\d+ 已撤销"))).to_have_count(
        2
    )
    await tour.picture("1-undone")


async def _expert(tour: Tour) -> None:
    await tour.people("周强", "张伟")
    await tour.say("周强", "@张工 X100 能接西门子的 PLC 吗？恒泰机电在问")
    await tour.sees("周强", "已问张伟", re.compile(r"Q-\d+"))
    await tour.sees("张伟", "周强的提问", "恒泰机电: A级", re.compile(r"· \d+月\d+日 \d\d:\d\d "))
    await tour.picture("2-asked")
    await tour.tap("张伟", "周强的提问", "回答")
    await tour.picture("2-answering")
    await tour.say("张伟", "可以接，西门子 S7 系列走 Modbus TCP，要 2.1 以上固件")
    await tour.sees("周强", "张伟回答了您", "Modbus TCP")
    await tour.tap("周强", "张伟回答了您", "有用")
    await tour.sees("张伟", "有用")
    await tour.picture("2-answered")


async def _discount(tour: Tour) -> None:
    await tour.people("李娜", "高翔")
    await tour.say("李娜", "申请折扣 金桥药业 GW-3000 2台 八八折")
    await tour.sees("李娜", "GW-3000", "审批中", "高翔")
    await tour.sees("高翔", "李娜: 金桥药业 GW-3000 8.8折", "金桥药业: A级", "最近跟进", "同意后")
    await tour.picture("3-discount-asked")
    await tour.tap("高翔", "李娜: 金桥药业 GW-3000 8.8折", "同意")
    await tour.sees("高翔", "李娜: 金桥药业 GW-3000 8.8折", "您已同意")
    await tour.sees("李娜", re.compile(r"A-\d+ 折扣 已同意"), "金桥药业 GW-3000 8.8折")
    await tour.sees("李娜", "已通过, 高翔同意")
    await tour.picture("3-discount-approved")


async def _expenses(tour: Tour) -> None:
    await tour.people("周强", "高翔", "陈静")
    await tour.say("周强", "报销 差旅费 1280元，去苏州恒泰机电")
    await tour.tap("高翔", "周强: 差旅报销 1,280元", "同意")
    await tour.picture("3-expense-finance")
    await tour.tap("陈静", "周强: 差旅报销 1,280元", "同意")
    await tour.sees("周强", re.compile(r"A-\d+ 报销 已同意"), "差旅报销 1,280元")
    await tour.sees("周强", "已通过, 陈静同意")
    await tour.picture("3-expense-approved")
    await tour.people("李娜", "高翔")
    await tour.say("李娜", "报销 招待费 680元，请金桥药业吃饭")
    number = await tour.number("高翔", "李娜: 招待报销 680元", "A")
    await tour.say("高翔", f"驳回 {number} 请附发票")
    await tour.sees("李娜", re.compile(r"A-\d+ 报销 已驳回"), "招待报销 680元", "请附发票")
    await tour.picture("3-expense-rejected")


async def _stock(tour: Tour) -> None:
    await tour.people("李娜", "周强")
    await tour.say("李娜", "X200 还有多少")
    await tour.sees("李娜", "X200", "合计", "上海仓", "下限", "上限", "数据时间")
    await tour.device("周强").get_by_role("tab", name="销售一线群").click()
    await tour.say("周强", "X100 上海仓还有多少")
    await tour.sees("周强", "X100", "上海仓")
    await tour.picture("4-stock")


async def _reminder(tour: Tour) -> None:
    await tour.device("周强").get_by_role("tab", name="跟单助手").click()
    await tour.say("周强", "半小时后提醒我给王总回电话")
    await tour.sees("周强", "提醒已设好", re.compile(r"R-\d+"), re.compile(r"\d\d:\d\d"))
    for _ in range(3):
        await tour.page.get_by_role("button", name="+10 分钟").click()
        await tour.page.wait_for_timeout(100)
    card = tour.row("周强", "改期")
    await expect(card).to_contain_text("给王总回电话", timeout=15_000)
    await expect(card.get_by_role("button", name="完成")).to_be_visible()
    await tour.picture("5-due")
    await tour.tap("周强", "改期", "晚1小时")
    await tour.sees("周强", "已推迟", re.compile(r"\d\d:\d\d"))
    await tour.picture("5-later")


async def _customer(tour: Tour) -> None:
    await tour.say("周强", "客户 恒泰机电")
    card = await tour.sees("周强", re.compile("恒泰机电.*负责人", re.S), "周强", "级别", "联系人", "进行中")
    await tour.picture("6-customer")
    await card.get_by_role("link").first.click()
    await expect(tour.beside().locator("h1")).to_contain_text("恒泰机电")
    await expect(tour.beside().locator("body")).to_contain_text("Modbus TCP")
    await expect(tour.beside().locator("body")).to_contain_text("1,280元")
    await tour.picture("6-timeline")
    await tour.page.get_by_role("button", name="关闭网页").click()


async def _digest(tour: Tour) -> None:
    await tour.people("高翔")
    await tour.page.get_by_role("button", name="到 18:00").click()
    await tour.page.wait_for_timeout(200)
    await tour.page.get_by_role("button", name="+10 分钟").click()
    card = await tour.sees("高翔", "团队日报", "跟进")
    await tour.picture("7-digest")
    number = card.locator(".rows div").filter(has=tour.page.get_by_text("跟进", exact=True)).get_by_role("link")
    count = int(await number.inner_text())
    await number.click()
    await expect(tour.beside().locator("h1")).to_have_text(f"跟进 {count}")
    await expect(tour.beside().locator("main li")).to_have_count(count)
    await tour.picture("7-page")
    await tour.page.get_by_role("button", name="关闭网页").click()


async def _help(tour: Tour) -> None:
    await tour.people("郑凯")
    await tour.say("郑凯", "帮助")
    await tour.sees("郑凯", "X100")
    await tour.picture("8-help")


async def test_by_keyboard_on_a_phone(
    browser: Browser, tmp_path: Path, pictures: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with quiet_log(caplog):
        async with touring(browser, tmp_path / "demo", pictures, "phone", WEDNESDAY, PHONE) as tour:
            await tour.walk("skip")
            await tour.page.keyboard.press("Enter")
            await tour.walk("say")
            await tour.page.keyboard.type("跟进 华为 今天拜访了王总，预算50万，下周三再约")
            await tour.page.keyboard.press("Enter")
            await tour.sees("周强", re.compile(r"已记跟进 F-\d+"), "50万元", "12月2日")
            await tour.picture("logged")
            await tour.walk("person-main", backwards=True)
            for _ in range(3):
                await tour.page.keyboard.press("ArrowRight")
            await tour.page.keyboard.press("Enter")
            card = await tour.sees("高翔", "孙悦: 年假 2天")
            await tour.walk("button", "同意")
            await tour.picture("deciding")
            await tour.page.keyboard.press("Enter")
            await expect(card).to_contain_text("您已同意")
            await tour.picture("approved")
