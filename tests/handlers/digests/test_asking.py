"""Asking for summaries; every number opens exactly the list it counts."""

from dataclasses import replace

import pytest

from domain.errors import BadValue, NotAllowed, NotFound
from domain.members import Member, Role
from handlers.dialogue.card import Line, Tone
from handlers.dialogue.question import Question
from handlers.digests import routes
from handlers.digests.asking import GetDigest
from handlers.digests.pages import one, people, whole
from handlers.digests.showing import LINES, DigestDetail
from tests.handlers.digests.scene import Scene, card_of, lines
from tests.makers import a_member, asked, local

EVENING = {"at": local("2025-06-11T18:02")}


async def test_a_manager_gets_the_team_with_follow_ups_by_person(scene: Scene) -> None:
    await scene.a_day()

    card = card_of(await scene.asks(GetDigest(), scene.gao, **EVENING))

    assert (card.title, card.tone, card.page) == (
        "团队日报 周三 6月11日", Tone.WARNING, "/h5/digests/team/2025-06-11/2025-06-11",
    )  # fmt: skip
    assert lines(card) == {
        "跟进": "3",
        "新客户": "1",
        "待审批": "1",
        "逾期任务": "1",
        "下一步": "1",
        "其余": "已审批、完成任务、按人",
    }
    assert card.lines[-1].page == card.page, "the page with all the lists"
    assert [(button.text, button.says) for button in card.buttons] == [
        ("看逾期任务", "日报明细 逾期任务 2025-06-11 团队"),
        ("看待审批", "日报明细 待审批 2025-06-11 团队"),
        ("看跟进", "日报明细 跟进 2025-06-11 团队"),
    ]
    assert card.text == ""


async def test_a_salesperson_gets_the_own_records_only(scene: Scene) -> None:
    await scene.a_day()

    card = card_of(await scene.asks(GetDigest(), scene.zhou, **EVENING))

    assert card.title == "我的日报 周三 6月11日"
    assert lines(card) == {"跟进": "2", "新客户": "1", "待审批": "1", "逾期任务": "1", "下一步": "1"}


@pytest.mark.parametrize("text", ["日报", "周报", "月报"])
@pytest.mark.parametrize("reader", ["gao", "zhou", "wang", "admin"])
async def test_every_number_is_the_length_of_the_list_it_opens(scene: Scene, text: str, reader: str) -> None:
    await scene.a_day()
    who = await a_member(scene.work, "沈总", Role.ADMIN) if reader == "admin" else getattr(scene, reader)

    card = card_of(await scene.asks(GetDigest(), who, text=text, **EVENING))

    assert 0 < len(card.lines) <= LINES, "a platform links no more"
    assert all(len(line.label) <= 5 and line.page for line in card.lines)
    numbers = [line for line in card.lines if line.text.isdecimal()]
    for line in numbers:
        assert await _length_by_page(line, who, scene) == int(line.text), line
        assert await _length_by_words(line, who, scene) == int(line.text), line
    page = await whole(asked(scene.work, who, **EVENING), *card.page.split("/")[3:])
    counted = {part["name"]: part["count"] for part in page["parts"] if part["count"]}
    behind = next((line.text.split("、") for line in card.lines if line.label == "其余"), [])
    shown = {line.label: int(line.text) for line in numbers}
    assert counted == shown | {name: counted[name] for name in behind if name != "按人"}
    assert all(part["count"] == len(part["rows"]) for part in page["parts"])
    alone = await people(asked(scene.work, who, **EVENING), *card.page.split("/")[3:])
    assert page["people"] in ([], alone["rows"])
    for row in alone["rows"]:
        line = Line(**row)
        assert await _length_by_page(line, who, scene) == await _length_by_words(line, who, scene) == int(line.text)


async def test_a_quiet_day_has_a_line_that_leads_to_the_follow_ups_by_person(scene: Scene) -> None:
    await scene.follow_up(scene.zhou, "谈了二期")
    await scene.follow_up(scene.li, "寄了资料")

    card = card_of(await scene.asks(GetDigest(), scene.gao, **EVENING))
    page = await people(asked(scene.work, scene.gao, **EVENING), *card.page.split("/")[3:])

    assert lines(card) == {"跟进": "2", "按人": "2人"}
    assert card.lines[-1].page == f"{card.page}/people"
    assert [(row["label"], row["text"]) for row in page["rows"]] == [("周凯 跟进", "1"), ("李娜 跟进", "1")]


async def _length_by_page(line: Line, who: Member, scene: Scene) -> int:
    page = await one(asked(scene.work, who, **EVENING), *line.page.split("/")[3:])
    assert page["count"] == len(page["rows"])
    return len(page["rows"])


async def _length_by_words(line: Line, who: Member, scene: Scene) -> int:
    command = routes.phrased(line.says.lower())
    assert isinstance(command, DigestDetail)
    card = card_of(await scene.asks(command, who, **EVENING))
    rows = [row for row in card.text.split("\n") if row[1:2] == "-"]
    assert card.title.endswith(f" {len(rows)}")
    return len(rows)


async def test_the_week_and_the_month_are_asked_for_by_their_words(scene: Scene) -> None:
    await scene.a_day()

    week = card_of(await scene.asks(GetDigest(), scene.zhou, text="周报", **EVENING))
    month = card_of(await scene.asks(GetDigest(), scene.zhou, text="来份月报", **EVENING))

    assert (week.title, lines(week)["跟进"]) == ("我的周报 6月9日-6月15日", "2")
    assert (month.title, lines(month)["跟进"]) == ("我的月报 6月1日-6月30日", "3")


async def test_days_that_are_over_have_no_list_of_how_things_stand_now(scene: Scene) -> None:
    await scene.a_day()

    card = card_of(await scene.asks(GetDigest(date_from="2025-06-04", date_to="2025-06-04"), scene.zhou, **EVENING))

    assert (card.title, lines(card)) == ("我的日报 周三 6月4日", {"跟进": "1"})


async def test_named_days_and_a_named_colleague(scene: Scene) -> None:
    await scene.a_day()

    command = GetDigest(date_from="2025-06-01", date_to="2025-06-30", scope="李娜")
    card = card_of(await scene.asks(command, scene.gao, **EVENING))

    assert (card.title, lines(card)["跟进"], lines(card)["已审批"]) == ("李娜月报 6月1日-6月30日", "1", "2")


async def test_one_s_own_name_and_words_for_oneself_mean_the_same(scene: Scene) -> None:
    await scene.a_day()

    named = await scene.asks(GetDigest(scope="周凯"), scene.zhou, **EVENING)

    assert named == await scene.asks(GetDigest(scope="me"), scene.zhou, **EVENING)


async def test_others_are_seen_only_by_their_superiors(scene: Scene) -> None:
    with pytest.raises(NotAllowed, match="查看团队的汇总"):
        await scene.asks(GetDigest(scope="team"), scene.zhou)
    with pytest.raises(NotAllowed, match="查看李娜的汇总"):
        await scene.asks(GetDigest(scope="李娜"), scene.zhou)
    with pytest.raises(NotAllowed, match="查看王强的汇总"):
        await one(asked(scene.work, scene.gao), scene.wang.number, "2025-06-11", "2025-06-11", "follow_ups")
    with pytest.raises(NotFound):
        await scene.asks(GetDigest(scope="无名"), scene.gao)


async def test_who_logged_nothing_is_named_on_a_working_day(scene: Scene) -> None:
    await scene.work.members.save(replace(scene.gao, roles=(Role.MANAGER, Role.SALES)))
    await scene.follow_up(scene.zhou, "谈了")

    day = card_of(await scene.asks(GetDigest(), scene.gao, **EVENING))
    week = card_of(await scene.asks(GetDigest(), scene.gao, text="周报", **EVENING))

    assert (day.text, week.text) == ("没有记跟进: 李娜", "")


async def test_a_name_of_two_is_asked_and_the_days_are_kept(scene: Scene) -> None:
    await scene.a_day()
    await a_member(scene.work, "李娜", superior=scene.gao)
    with pytest.raises(Question, match="「李娜」是哪一位") as raised:
        await scene.asks(GetDigest(scope="李娜"), scene.gao, text="李娜的周报", **EVENING)

    question = raised.value
    answered = question.command.filled(scope=question.options[0].id)
    card = card_of(await scene.asks(answered, scene.gao, text="1", **EVENING))
    assert card.title == "李娜周报 6月9日-6月15日"


async def test_nothing_to_say_is_said_in_a_sentence(scene: Scene) -> None:
    assert (await scene.asks(GetDigest(), scene.zhou)).says == ("我的日报 周三 6月11日: 没有记录。",)


async def test_in_a_group_the_answer_is_private(scene: Scene) -> None:
    await scene.a_day()

    assert (await scene.asks(GetDigest(), scene.zhou, group="g1")).private
    assert (await scene.asks(DigestDetail(query="跟进"), scene.zhou, group="g1")).private
    assert (await scene.asks(GetDigest(date_from="2024-01-01"), scene.zhou, group="g1")).private


async def test_a_list_names_number_person_customer_text_and_time(scene: Scene) -> None:
    await scene.a_day()

    card = card_of(await scene.asks(DigestDetail(query="跟进"), scene.gao, **EVENING))

    assert (card.title, card.subtitle) == ("跟进 3", "团队日报 周三 6月11日")
    assert card.text.split("\n") == [
        "F-000001 周凯 恒泰机电 谈了二期 (10:00)",
        "F-000003 李娜 寄了资料 (10:00)",
        "F-000002 周凯 恒泰机电要样机 下周送 (15:00)",
    ]


async def test_a_decision_is_told_with_its_verdict(scene: Scene) -> None:
    await scene.a_day()

    text = card_of(await scene.asks(DigestDetail(query="已审批"), scene.gao, **EVENING)).text

    assert "A-000002 李娜 同意: 报销680元" in text
    assert "A-000003 李娜 驳回: 请假三天" in text


async def test_an_empty_list_says_so_and_a_long_one_points_to_its_page(scene: Scene) -> None:
    for number in range(11):
        await scene.follow_up(scene.zhou, "长" * 50 if number else "短")

    assert card_of(await scene.asks(DigestDetail(query="新客户"), scene.zhou)).text == "没有记录。"
    card = card_of(await scene.asks(DigestDetail(query="跟进"), scene.zhou))
    assert card.text.endswith("……共 11 条, 点「查看全部」")
    assert card.page == "/h5/digests/me/2025-06-11/2025-06-11/follow_ups"


async def test_a_list_that_is_not_named_is_asked_for(scene: Scene) -> None:
    await scene.a_day()
    with pytest.raises(Question, match="看哪一项的明细") as raised:
        await scene.asks(DigestDetail(query="2025-06-04"), scene.zhou, **EVENING)

    question = raised.value
    answered = question.command.filled(query=question.options[0].id)
    assert card_of(await scene.asks(answered, scene.zhou, **EVENING)).title == "跟进 1"


async def test_a_page_that_does_not_exist_is_refused(scene: Scene) -> None:
    with pytest.raises(NotFound):
        await one(asked(scene.work, scene.zhou), "me", "2025-06-11", "2025-06-11", "nonsense")
    with pytest.raises(BadValue):
        await whole(asked(scene.work, scene.zhou), "me", "x", "y")


async def test_a_customer_of_nobody_is_in_the_company_s_list(scene: Scene) -> None:
    await scene.customer("公海公司", None)
    admin = await a_member(scene.work, "沈总", Role.ADMIN)

    card = card_of(await scene.asks(DigestDetail(query="新客户"), admin))
    page = await one(asked(scene.work, admin), "team", "2025-06-11", "2025-06-11", "customers")

    assert card.text == "C-000001 公海公司 (09:30)"
    assert page["rows"][0]["who"] == ""
