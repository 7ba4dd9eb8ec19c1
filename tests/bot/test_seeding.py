"""The demo company's history in the journal."""

import sqlalchemy as sa

from bot.seeding import Seed, company_at
from storage.journal import journal
from tests.makers import NOW
from tests.scene import a_scene


async def test_every_seeded_act_is_one_person_s_and_can_be_told_from_the_others(sqlite_url: str) -> None:
    async with a_scene(sqlite_url, staff=()) as scene:
        seed = Seed(company_at(NOW), NOW)
        await seed.records(scene.service.database)
        await seed.affairs(scene.service.dispatcher)
        causes = sa.select(journal.c.cause, journal.c.actor, journal.c.at, journal.c.act).distinct()
        rows = await scene.service.database.sync(lambda connection: connection.execute(causes).all())
        acts = [row.cause for row in rows if row.actor is not None]
        assert len(acts) > 40
        assert len(set(acts)) == len(acts)
        scene.forgiven |= {"abandoned", "failed", "refused"}
