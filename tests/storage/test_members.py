"""Members, their accounts, who is below whom and who sees what."""

from dataclasses import replace
from datetime import timedelta

from domain.members import Role
from storage.work import Database
from tests.makers import NOW, a_member


async def test_an_account_belongs_to_one_member_at_a_time(database: Database) -> None:
    async with database.begin(NOW) as work:
        lin, zhou = await a_member(work, "林一"), await a_member(work, "周二")
        assert await work.members.by_account("wecom", "lin") is None
        await work.members.link("wecom", "lin", lin.id)
        await work.members.link("dingtalk", "lin", zhou.id)
        assert await work.members.by_account("wecom", "lin") == lin
        await work.members.link("wecom", "lin", zhou.id)
        assert await work.members.by_account("wecom", "lin") == zhou
        assert [account.member for account in await work.members.accounts_on("wecom")] == [zhou.id]
        await work.members.unlink("wecom", "lin")
        assert await work.members.by_account("wecom", "lin") is None
        assert await work.members.accounts_of(lin.id) == []


async def test_a_person_is_reached_where_the_person_wrote_last(database: Database) -> None:
    async with database.begin(NOW) as work:
        lin = await a_member(work, "林一")
        for platform, account in (("wecom", "lin"), ("dingtalk", "d-lin")):
            await work.members.link(platform, account, lin.id)
        await work.members.seen("dingtalk", "d-lin", "ding", NOW)
        assert [a.platform for a in await work.members.accounts_of(lin.id)] == ["dingtalk", "wecom"]
        await work.members.seen("wecom", "lin", "main", NOW + timedelta(seconds=1))
        assert [a.platform for a in await work.members.accounts_of(lin.id)] == ["wecom", "dingtalk"]


async def test_another_name_of_an_account_finds_the_member_but_is_not_written_to(database: Database) -> None:
    async with database.begin(NOW) as work:
        lin = await a_member(work, "林一")
        await work.members.link("wecom", "lin", lin.id)
        await work.members.link("wecom", "woENCRYPTED", lin.id, alias=True)
        assert await work.members.by_account("wecom", "woENCRYPTED") == lin
        assert [account.account for account in await work.members.accounts_of(lin.id)] == ["lin"]
        assert [account.account for account in await work.members.accounts_on("wecom")] == ["lin"]


async def test_members_are_found_by_code_mobile_role_and_department(database: Database) -> None:
    async with database.begin(NOW) as work:
        wang = await a_member(work, "王敏", Role.MANAGER, mobile="13800000000", department="销售部", code="Y9")
        wang = await work.members.save(replace(wang, leads_department=True))
        await a_member(work, "走了", Role.MANAGER, active=False, department="研发部", leads_department=True)
        assert await work.members.by_code("Y9") == wang
        assert await work.members.by_code("Y8") is None
        assert await work.members.by_mobile("13800000000") == wang
        assert await work.members.by_mobile("") is None
        assert await work.members.active() == [wang]
        assert await work.members.with_role(Role.MANAGER, Role.FINANCE) == [wang]
        assert await work.members.with_role(Role.FINANCE) == []


async def test_a_manager_sees_the_team_even_when_superiors_go_in_a_circle(database: Database) -> None:
    async with database.begin(NOW) as work:
        wang = await a_member(work, "王敏", Role.MANAGER)
        lin = await a_member(work, "林一", superior=wang)
        zhou = await a_member(work, "周二", superior=lin)
        away = await a_member(work, "走了", superior=lin, active=False)
        wang = await work.members.save(replace(wang, superior=zhou.id))
        assert await work.members.below(wang) == [lin, zhou, away]
        assert (await work.members.sight(wang)).owners == {wang.id, lin.id, zhou.id, away.id}
        assert (await work.members.sight(lin)).owners == {lin.id}, "not a manager"
        assert (await work.members.sight(wang)).covers(away.id), "what a leaver has left behind stays the team's"
        lin = await work.members.save(replace(lin, leads_department=True))
        assert (await work.members.sight(lin)).owners == {wang.id, lin.id, zhou.id, away.id}
        admin = await a_member(work, "管小管", Role.ADMIN, code="Y099")
        sight = await work.members.sight(admin)
        assert sight.everything
        assert sight.covers(lin.id)
