"""Cards that were sent, and what is known for changing them."""

from datetime import timedelta

from storage.work import Database, Work
from tests.makers import NOW


async def add(work: Work, key: str, subject: str = "approval:1", *, minutes: int = 0, **card) -> None:
    await work.cards.add(key, "main", "zhou", 3, subject, {"title": key, **card}, NOW + timedelta(minutes=minutes))


async def test_open_cards_about_a_subject_come_oldest_first(database: Database) -> None:
    async with database.begin(NOW) as work:
        await add(work, "new", minutes=2)
        await add(work, "old", minutes=1)
        await add(work, "shut", closed=True)
        await add(work, "other", "approval:2")
        assert [card.key for card in await work.cards.about("approval:1")] == ["old", "new"]
        assert await work.cards.find("nothing") is None


async def test_what_a_card_shows_is_noted_with_its_revision(database: Database) -> None:
    async with database.begin(NOW) as work:
        await add(work, "k")
        assert await work.cards.show("k", {"title": "二"}) == 1
        assert await work.cards.show("k", {"title": "三", "closed": True}) == 2
        assert await work.cards.show("nothing", {}) == 0
        card = await work.cards.find("k")
        assert card is not None
        assert (card.card["title"], card.closed, card.revision) == ("三", True, 2)
        assert (card.channel, card.address, card.member) == ("main", "zhou", 3)
        assert await work.cards.about("approval:1") == []


async def test_what_is_learned_adds_up_and_what_is_spent_is_gone(database: Database) -> None:
    async with database.begin(NOW) as work:
        await add(work, "k")
        await work.cards.learn("k", {"codes": [["a", 1]], "msgid": "1"})
        given = await receipt(work)
        await work.cards.learn("k", {"codes": [["b", 2]], "msgid": "2"})
        assert await receipt(work) == {"codes": [["a", 1], ["b", 2]], "msgid": "2"}
        await work.cards.spend("k", given, {"codes": [], "msgid": "3"})
        assert await receipt(work) == {"codes": [["b", 2]], "msgid": "3"}, "what was learned meanwhile stays"
        await work.cards.spend("k", {"codes": [["b", 2]]}, {"biz": "x"})
        assert await receipt(work) == {"codes": [], "msgid": "3", "biz": "x"}
        await work.cards.learn("nothing", {"codes": [["a", 1]]})
        await work.cards.spend("nothing", {}, {"codes": []})
        assert await work.cards.find("nothing") is None


async def receipt(work: Work) -> dict:
    card = await work.cards.find("k")
    assert card is not None
    return card.receipt
