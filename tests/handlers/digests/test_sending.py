"""The summaries of every working day."""

from dataclasses import replace
from datetime import timedelta

from domain.members import Role
from storage.timers import timers
from tests.handlers.digests.scene import Scene, lines, with_groups
from tests.makers import a_member


async def test_managers_get_the_team_s_and_salespeople_their_own_within_minutes(scene: Scene) -> None:
    await scene.a_day()
    await a_member(scene.work, "专家", Role.EXPERT)
    await scene.begin("2025-06-11T08:00")

    before = await scene.until("2025-06-11T18:00")
    sent = await scene.until("2025-06-11T18:10")

    assert before.notices == ()
    titles = {notice.member: notice.card.title for notice in sent.notices if notice.card}
    assert titles == {
        scene.gao.id: "团队日报 周三 6月11日",
        scene.zhou.id: "我的日报 周三 6月11日",
        scene.li.id: "我的日报 周三 6月11日",
        scene.wang.id: "我的日报 周三 6月11日",
    }
    assert all(notice.patient for notice in sent.notices)


async def test_each_has_a_minute_of_its_own(scene: Scene) -> None:
    await scene.begin("2025-06-11T08:00")
    await scene.until("2025-06-11T18:00")

    due = {row.due_at for row in await scene.work.connection.all(timers.select()) if row.kind == "digest"}

    assert len(due) == 4


async def test_with_nothing_to_say_nothing_is_sent(scene: Scene) -> None:
    with_groups(scene, "sales")
    await scene.begin("2025-06-11T08:00")

    sent = await scene.until("2025-06-11T18:10")

    assert (sent.notices, sent.posts) == ((), ())


async def test_it_comes_every_working_day_and_not_on_the_others(scene: Scene) -> None:
    await scene.a_day()
    await scene.begin("2025-06-11T19:00")

    assert (await scene.until("2025-06-11T23:59")).notices == ()
    await scene.follow_up(scene.zhou, "周四的", at="2025-06-12T10:00")
    assert scene.zhou.id in {n.member for n in (await scene.until("2025-06-12T18:10")).notices}
    await scene.until("2025-06-13T18:10")
    assert (await scene.until("2025-06-15T23:59")).notices == ()
    assert (await scene.until("2025-06-16T18:10")).notices


async def test_a_round_missed_by_a_standstill_is_made_up_for_that_day(scene: Scene) -> None:
    await scene.a_day()
    await scene.begin("2025-06-11T08:00")

    sent = await scene.until("2025-06-12T07:00")

    assert {notice.card.title for notice in sent.notices if notice.card} >= {"团队日报 周三 6月11日"}
    assert (await scene.until("2025-06-12T12:00")).notices == ()


async def test_another_hour_in_the_configuration_counts_at_once(scene: Scene) -> None:
    await scene.a_day()
    await scene.begin("2025-06-11T08:00")
    scene.company = replace(scene.company, digest_at=timedelta(hours=17))
    await scene.begin("2025-06-11T09:00")

    assert len((await scene.until("2025-06-11T17:10")).notices) == 4
    assert (await scene.until("2025-06-11T18:10")).notices == ()


async def test_a_start_on_a_day_off_waits_for_the_next_working_day(scene: Scene) -> None:
    await scene.a_day()
    await scene.begin("2025-06-14T08:00")

    assert (await scene.until("2025-06-15T23:00")).notices == ()
    assert (await scene.until("2025-06-16T18:10")).notices


async def test_a_day_that_turned_into_a_holiday_is_left_out(scene: Scene) -> None:
    await scene.a_day()
    await scene.begin("2025-06-11T08:00")
    calendar = replace(scene.company.calendar, holidays=frozenset({scene.company.calendar.today(scene.work.author.at)}))
    scene.company = replace(scene.company, calendar=calendar)

    assert (await scene.until("2025-06-11T18:10")).notices == ()


async def test_who_left_gets_none(scene: Scene) -> None:
    await scene.a_day()
    await scene.begin("2025-06-11T08:00")
    await scene.until("2025-06-11T18:00")
    await scene.work.members.save(replace(scene.zhou, active=False))
    await scene.work.members.remove(scene.wang)

    assert {n.member for n in (await scene.until("2025-06-11T18:10")).notices} == {scene.gao.id, scene.li.id}


async def test_groups_get_the_company_s_figures_with_nothing_to_tap(scene: Scene) -> None:
    with_groups(scene, "sales", "ding:cid1")
    await scene.a_day()
    await scene.begin("2025-06-11T08:00")

    posts = (await scene.until("2025-06-11T18:10")).posts

    assert [post.group for post in posts] == ["sales", "ding:cid1"]
    card = posts[0].card
    assert (card.title, lines(card)["跟进"], card.buttons, card.page) == ("全公司日报 周三 6月11日", "4", (), "")
    assert lines(card)["周凯 跟进"] == "2", "without a page behind it every number stands on the card"
