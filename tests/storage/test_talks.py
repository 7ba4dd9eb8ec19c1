"""Where each conversation stands."""

from storage.work import Database
from tests.makers import NOW


async def test_a_conversation_is_one_member_in_one_place(database: Database) -> None:
    async with database.begin(NOW) as work:
        talks = work.talks
        assert await talks.load(1, "main|zhou") == {}
        await talks.keep(1, "main|zhou", {"last": {"intent": "记跟进"}}, NOW)
        await talks.keep(1, "p" * 400, {"n": 1}, NOW)
        await talks.keep(1, "main|zhou", {"last": {"intent": "help"}}, NOW)
        assert await talks.load(1, "main|zhou") == {"last": {"intent": "help"}}
        assert await talks.load(1, "p" * 400) == {"n": 1}
        assert await talks.load(2, "main|zhou") == {}
        assert await talks.load(1, "helper|zhou") == {}
