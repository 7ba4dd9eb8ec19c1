"""The pages behind stock, tasks and summaries, opened by the links in messages."""

import html
import re

import aiohttp

from bot.links import LASTS
from tests.makers import a_product
from tests.scene import Scene, a_customer_of


async def opened(scene: Scene, code: str, path: str) -> tuple[int, str]:
    """Status and text of a page, by the link that this member would be sent."""
    address = scene.service._links.address(path, scene.people[code], scene.clock.now())
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()


async def test_every_number_of_a_summary_leads_to_a_page_with_as_many_entries(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await scene.says("zhouqiang", "跟进 华为 今天拜访了王总")
    await scene.says("zhouqiang", "跟进 华为 <b>寄了</b>资料, 明天再约")
    day = "/h5/digests/team/2025-06-11/2025-06-11"

    status, whole = await opened(scene, "Y001", day)
    _, listed = await opened(scene, "Y001", f"{day}/follow_ups")

    assert status == 200
    assert re.findall(r"<h2>(.+?)</h2>", whole) == ["跟进 2", "新客户 1", "下一步 1", "按人"]
    assert listed.count("<li>") == 2
    assert "&lt;b&gt;寄了" in listed
    behind = re.search(r'周强 跟进 <a href="[^"]+?(/h5[^"?]+)', (await opened(scene, "Y001", f"{day}/people"))[1])
    assert behind is not None
    assert (await opened(scene, "Y001", behind[1]))[1].count("<li>") == 2
    assert (await opened(scene, "Y002", day))[0] == 404
    assert "没有记录" in (await opened(scene, "Y003", "/h5/digests/me/2025-06-11/2025-06-11"))[1]
    assert "没有记录" in (await opened(scene, "Y003", "/h5/digests/me/2025-06-11/2025-06-11/done"))[1]


async def test_the_pages_of_tasks_show_what_the_cards_show(scene: Scene) -> None:
    await scene.says("zhouqiang", "@陈静 明天下午3点前把合同发我")
    await scene.says("zhouqiang", "待办 写方案 周五前")
    await scene.says("zhouqiang", "每周一早上9点提醒我交周报")

    _, mine = await opened(scene, "Y002", "/h5/tasks")
    _, one = await opened(scene, "Y003", "/h5/tasks/T-000001")

    assert all(part in mine for part in ("T-000001", "陈静", "T-000002", "每周一 09:00"))
    assert all(part in one for part in ("周四 6月12日 15:00", "周强", "陈静", "完成 T-000001"))
    assert (await opened(scene, "Y005", "/h5/tasks/T-000001"))[0] == 404
    await scene.says("d-chenjing", "完成 T1")
    assert "已完成" in (await opened(scene, "Y003", "/h5/tasks/T-000001"))[1]
    assert "没有未完成的待办" in (await opened(scene, "Y003", "/h5/tasks"))[1]


async def test_the_pages_of_stock_show_prices_only_to_who_may_see_them(scene: Scene) -> None:
    async with scene.work() as work:
        stock = {"北京仓": 3, "上海仓": 142}
        await a_product(
            work, "X100", "边缘网关", spec="4网口", unit="台", price=198_000, lower=200, upper=900, stock=stock
        )
        await a_product(work, "X200", "路由器")

    _, sales = await opened(scene, "Y002", "/h5/stock/X100")
    _, keeper = await opened(scene, "Y005", "/h5/stock/X100")
    _, place = await opened(scene, "Y002", "/h5/warehouses/北京仓")

    assert all(part in sales for part in ("145 台", "低于下限", "1,980 元", "4网口"))
    assert "1,980" not in keeper
    assert "X100" in place
    assert "还没有入过库" in (await opened(scene, "Y002", "/h5/stock/X200"))[1]
    assert (await opened(scene, "Y002", "/h5/stock/none"))[0] == 404


async def test_a_link_found_on_a_page_lasts_no_longer_than_the_one_that_opened_the_page(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await scene.says("zhouqiang", "跟进 华为 今天拜访了王总")
    await scene.wecom.send("zhouqiang", "image", {"name": "a.png", "content": b"\x89PNG\r\n"})
    await scene.settled()
    address = scene.service._links.address("/h5/customers/C-000001", scene.people["Y002"], scene.clock.now())
    scene.clock.forward(days=6)
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as response:
            inner = re.findall(r'href="(http[^"]+)"', await response.text())
        assert inner
        for wait, status in ((0, 200), (LASTS.days - 6, 403)):
            scene.clock.forward(days=wait, seconds=1)
            async with session.get(html.unescape(inner[0])) as response:
                assert response.status == status


async def test_who_opens_no_page_of_ours_is_told_where_to_go_in_chinese(scene: Scene) -> None:
    async with aiohttp.ClientSession(scene.address) as session:
        for path, status, says in (
            ("/", 200, "跟单服务在运行"),
            ("/h5", 404, "没有这个页面"),
            ("/h5/nowhere/at/all", 404, "请回到聊天里"),
            ("/h5/files/x", 404, "请回到聊天里"),
        ):
            async with session.get(path) as response:
                assert response.status == status
                assert says in await response.text()
