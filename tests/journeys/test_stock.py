"""Asking how much there is, typed on both platforms."""

from tests.makers import a_product
from tests.scene import Scene


async def shelves(scene: Scene) -> None:
    async with scene.work() as work:
        await a_product(work, "X100", "边缘网关", unit="台", lower=500, stock={"北京仓": 86, "上海仓": 142})
        await a_product(work, "X200", "工业路由器", unit="台", stock={"北京仓": 7})
        await a_product(work, "SW24P", "24口交换机", unit="台", stock={"上海仓": 3})
        await a_product(work, "SW48P", "48口交换机", unit="台")


async def test_stock_by_code_name_and_ellipsis(scene: Scene) -> None:
    await shelves(scene)
    for account in ("zhouqiang", "d-chenjing"):
        await scene.says(account, "库存 X100")
        assert all(part in scene.last(account) for part in ("X100 边缘网关", "228 台", "低于下限 500 台"))
        await scene.says(account, "上海仓呢")
        assert "142 台" in scene.last(account)
        await scene.says(account, "那工业路由器呢")
        assert "X200 工业路由器" in scene.last(account)


async def test_a_vague_name_is_asked_back_and_answered(scene: Scene) -> None:
    await shelves(scene)
    await scene.says("zhouqiang", "查下交换机库存")
    assert "查哪个产品的库存" in scene.last("zhouqiang")
    await scene.says("zhouqiang", "1")

    assert "SW24P 24口交换机 库存" in scene.last("zhouqiang")
