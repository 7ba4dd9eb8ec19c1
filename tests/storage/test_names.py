"""Names by which things are called."""

from storage.work import Database
from tests.makers import NOW


async def test_an_entity_has_exactly_the_names_it_was_called_last(database: Database) -> None:
    async with database.begin(NOW) as work:
        names = work.names
        await names.call("customer", 1, "华为", ["huawei", "华为", "华为", ""])
        await names.call("customer", 2, "华为终端", ["华为"])
        await names.call("warehouse", 1, "上海仓", ["上海"])
        assert [(name.ref, name.label) for name in await names.known(["华为", "没有"])] == [
            (1, "华为"),
            (2, "华为终端"),
        ]
        assert await names.known([]) == ()
        assert [name.folded for name in await names.of_kind("warehouse")] == ["上海"]
        await names.call("customer", 1, "华为", ["中兴", "很" * 300])
        assert [name.ref for name in await names.known(["华为"])] == [2]
        assert [name.ref for name in await names.known(["很" * 128])] == [1]
        await names.call("customer", 2, "", ())
        assert await names.known(["华为"]) == []
