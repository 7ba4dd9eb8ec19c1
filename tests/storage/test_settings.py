"""Small things the service remembers."""

import asyncio

from storage.work import Database
from tests.makers import NOW


async def test_a_value_stands_until_it_is_set_again(database: Database) -> None:
    async with database.begin(NOW) as work:
        assert await work.settings.get("x") is None
        await work.settings.set("x", {"一": [1, None]})
        await work.settings.set("y", 7)
        await work.settings.set("x", {"一": 2})
        assert await work.settings.get("x") == {"一": 2}
        assert await work.settings.get("y") == 7


async def test_several_who_offer_a_value_at_once_end_with_the_same(database: Database) -> None:
    async def offer(value: str) -> str:
        async with database.begin(NOW) as work:
            return str(await work.settings.offer("links.key", value))

    found = await asyncio.gather(*(offer(str(n)) for n in range(6)))
    assert len(set(found)) == 1
    assert await offer("later") == found[0]
