"""Products, warehouses and levels on both databases; many new records at once; the time figures are confirmed."""

from datetime import timedelta

from domain.stock import Product, StockLevel, Warehouse
from storage.work import Database
from tests.makers import NOW, a_product


async def test_many_new_records_get_ids_in_their_order_and_are_journalled(database: Database) -> None:
    async with database.begin(NOW, cause="import:1") as work:
        saved = await work.products.add_all([Product(code=f"P{n}", name=f"产品{n}") for n in range(1200)])
        assert await work.products.add_all([]) == ()

    async with database.read(NOW) as work:
        assert [product.code for product in saved] == [f"P{n}" for n in range(1200)]
        found = await work.products.by_codes(["p0", "P1199", "P9999"])
        assert {code: product.id for code, product in found.items()} == {"p0": saved[0].id, "p1199": saved[-1].id}
        entries = await work.journal.of_cause("import:1")
        assert len(entries) == 1200
        assert (entries[0].entity, entries[0].entity_id, entries[0].before) == ("product", saved[0].id, None)


async def test_a_confirmed_figure_has_a_new_time_and_nothing_else(database: Database) -> None:
    later = NOW + timedelta(hours=1)
    async with database.begin(NOW) as work:
        product = await a_product(work, "X100", "边缘网关", stock={"北京仓": 86})
        [level] = (await work.stock.levels([product.id])).values()
        await work.stock.confirm([level], later)
        await work.stock.confirm([], later)

    async with database.read(NOW) as work:
        [now] = (await work.stock.levels([product.id])).values()
        assert (now.quantity, now.at, now.version) == (86, later, level.version)


async def test_what_resembles_a_name_comes_with_most_shared_characters_first(database: Database) -> None:
    async with database.begin(NOW) as work:
        await a_product(work, "SW24P", "24口交换机")
        light = await a_product(work, "FBR-10", "光模块")
        odd = await a_product(work, "ODD", "100%_模")

        assert next(ref for ref, _ in await work.products.resembling("光膜块")) == light.id
        assert [ref for ref, _ in await work.products.resembling("%")] == [odd.id]
        assert await work.products.resembling("") == ()


async def test_an_emptied_shelf_is_not_listed(database: Database) -> None:
    async with database.begin(NOW) as work:
        product = await a_product(work, "X100", "边缘网关")
        place = await work.warehouses.save(Warehouse(name="北京仓", aliases=("京仓",)))
        await work.stock.save(StockLevel(product=product.id, warehouse=place.id, quantity=0, at=NOW))

        assert await work.stock.in_warehouse(place) == []
        assert (await work.warehouses.named("京仓")).id == place.id
        assert [holding.quantity for holding in await work.stock.of_product(product)] == [0]
