"""Withdrawing, urging, reminding, looking where a request stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.approvals import NotYourRequest, UrgedAlready
from domain.entity import PutBack
from domain.errors import NotFound
from handlers.approvals import routes
from handlers.approvals.commands import (
    Approve,
    MyApprovals,
    Reject,
    ShowApproval,
    Urge,
    WaitingApprovals,
    Withdraw,
)
from handlers.approvals.picture import picture_of
from handlers.dialogue.card import Card
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Reply
from tests.handlers.approvals.conftest import Office, card_in, notices_to, text_in
from tests.makers import NOW, a_member, asked, chore, local


async def test_withdrawing_closes_every_card_and_tells_those_it_waited_for(office: Office) -> None:
    await office.requests()
    reply = await office.does(office.zhou, Withdraw(number="a1"))

    assert text_in(reply) == "已撤回 A-000001 差旅报销 1,280元。"
    assert notices_to(reply, office.gao) == ["周强撤回了 A-000001 差旅报销 1,280元, 不用再处理。"]
    cards = {update.member: update.card for update in reply.updates}
    assert cards[office.gao.id].subtitle == "A-000001 已由周强撤回"
    assert cards[office.zhou.id].subtitle == "A-000001 报销 已撤回"
    assert all(card.closed for card in cards.values())


async def test_withdrawing_on_the_card_needs_no_further_words(office: Office) -> None:
    await office.requests()
    reply = await office.presses(office.zhou, Withdraw(number="A-000001"), "k1", "approval:1")

    assert reply.says == ()


async def test_only_the_requester_withdraws(office: Office) -> None:
    await office.requests()
    with pytest.raises(NotYourRequest, match="只有申请人可以撤回"):
        await office.does(office.gao, Withdraw(number="a1"))


async def test_what_is_over_is_told_as_it_is(office: Office) -> None:
    await office.requests()
    await office.does(office.gao, Reject(number="a1", reason="超标"))
    for command in (Withdraw(number="a1"), Urge(number="a1")):
        reply = await office.does(office.zhou, command)
        assert text_in(reply) == "A-000001 差旅报销 1,280元 已由高翔驳回: 超标, 这次没有变化。"
        assert reply.updates[0].card.closed


async def test_without_a_number_the_one_just_spoken_of_is_meant(office: Office) -> None:
    await office.requests()
    await office.requests()
    await office.does(office.zhou, Withdraw(), talk={"last": {"record": "A-000002"}})

    assert not (await office.work.approvals.by_number("a2")).waiting
    assert (await office.work.approvals.by_number("a1")).waiting


async def test_without_a_number_the_only_open_one_is_meant_and_several_are_asked(office: Office) -> None:
    with pytest.raises(NotFound):
        await office.does(office.zhou, Urge())
    await office.requests()
    assert "已催办 A-000001" in text_in(await office.does(office.zhou, Urge()))
    await office.requests()
    with pytest.raises(Question, match="是哪一个申请"):
        await office.does(office.zhou, Urge())


async def test_urging_brings_the_card_again_and_can_wait_for_the_morning(office: Office) -> None:
    await office.requests()
    reply = await office.does(office.zhou, Urge(number="a1"))

    assert text_in(reply) == "已催办 A-000001, 提醒了 高翔。4小时后可以再催。"
    (notice,) = reply.notices
    assert (notice.member, notice.patient) == (office.gao.id, True)
    assert notice.card is not None
    assert notice.card.subtitle == "周强催办 A-000001 报销 等您审批"
    assert len(notice.card.buttons) == 2


async def test_urging_twice_within_four_hours_is_refused(office: Office) -> None:
    await office.requests()
    await office.does(office.zhou, Urge(number="a1"))
    with pytest.raises(UrgedAlready, match="4小时内只能催一次"):
        await office.does(office.zhou, Urge(number="a1"), at=NOW + timedelta(hours=3, minutes=59))
    await office.does(office.zhou, Urge(number="a1"), at=NOW + timedelta(hours=4))


async def test_a_step_that_began_later_has_its_own_four_hours(office: Office) -> None:
    await office.requests()
    await office.does(office.gao, Approve(number="a1"), at=local("2025-06-11T13:20"))
    (timer,) = await office.timers(local("2025-06-12T18:00"))
    early = await office.due(timer, local("2025-06-11T14:20"))

    assert early.notices == ()
    (again,) = await office.timers(local("2025-06-11T17:20"))
    reply = await office.due(again, local("2025-06-11T17:20"))
    assert [notice.member for notice in reply.notices] == [office.jing.id]


async def test_nobody_is_reminded_of_what_is_over_or_was_undone(office: Office) -> None:
    await office.requests()
    await office.requests()
    first, second = await office.timers(local("2025-06-12T18:00"))
    await office.does(office.zhou, Withdraw(number="a1"))
    await office.work.approvals.remove(await office.work.approvals.by_number("a2"))

    assert (await office.due(first, local("2025-06-12T18:00"))).notices == ()
    assert (await office.due(second, local("2025-06-12T18:00"))).notices == ()


async def test_after_a_decision_was_undone_it_is_asked_for_again(office: Office) -> None:
    await office.requests()
    before = await office.work.approvals.by_number("a1")
    await office.does(office.gao, Approve(number="a1"))
    decided = await office.work.approvals.by_number("a1")
    now = await office.work.approvals.save(replace(before, version=decided.version))
    again = routes.reactions[PutBack][0]
    reply = await again(PutBack(was=decided, now=now, by=office.gao.id), chore(office.work))

    (asking,) = notices_to(reply, office.gao)
    assert isinstance(asking, Card)
    assert asking.subtitle == "请重新审批 A-000001 报销 等您审批"
    for told in (office.zhou, office.jing):
        (card,) = notices_to(reply, told)
        assert isinstance(card, Card)
        assert card.subtitle == "A-000001 的决定已被高翔撤销, 重新等待审批"
    shown = {update.member: update.card for update in reply.updates if update.closed}
    assert set(shown) == {office.gao.id, office.zhou.id, office.jing.id}
    assert shown[office.zhou.id].text == "等待 高翔\n之后: 转 陈静(财务)"
    assert (reply.updates[-1].member, reply.updates[-1].card.subtitle) == (None, "A-000001 审批中, 等待 高翔")
    over = await office.work.approvals.save(now.withdrawn(office.zhou, NOW))
    for nothing in (
        PutBack(was=office.gao, now=office.gao, by=office.gao.id),
        PutBack(was=now, now=over, by=office.zhou.id),
    ):
        assert await again(nothing, chore(office.work)) == Reply()


async def test_each_sees_what_there_is_to_do(office: Office) -> None:
    await office.requests()

    def buttons(card: Card) -> list[str]:
        return [button.text for button in card.buttons]

    show = ShowApproval(number="a1")
    assert buttons(card_in(await office.does(office.zhou, show))) == ["催办", "撤回"]
    assert buttons(card_in(await office.does(office.gao, show))) == ["同意", "驳回"]
    told = card_in(await office.does(office.shen, show))
    assert (buttons(told), told.subtitle) == ([], "A-000001 审批中, 等待 高翔")
    assert card_in(await office.does(office.he, show)).closed


async def test_a_colleague_who_has_nothing_to_do_with_it_sees_nothing(office: Office) -> None:
    await office.requests()
    other = await a_member(office.work, "孙悦", superior=office.gao)
    with pytest.raises(NotFound, match="没有找到审批「A1」"):
        await office.does(other, ShowApproval(number="a1"))


async def test_a_request_of_somebody_who_left_is_still_seen_by_the_superiors(office: Office) -> None:
    await office.requests()
    await office.does(office.gao, Approve(number="a1"))
    await office.work.members.save(replace(office.zhou, active=False))

    assert card_in(await office.does(office.shen, ShowApproval(number="a1"))).title == "周强: 差旅报销 1,280元"


async def test_own_requests_are_listed_latest_first(office: Office) -> None:
    assert text_in(await office.does(office.zhou, MyApprovals())).startswith("您还没有提交过审批")
    await office.requests()
    await office.requests(at=NOW + timedelta(hours=1), approval_type="generic", content="用章")
    card = card_in(await office.does(office.zhou, MyApprovals()))

    assert [(line.label, line.text) for line in card.lines] == [
        ("通用", "A-000002 用章 审批中"),
        ("报销", "A-000001 差旅报销 1,280元 审批中"),
    ]
    assert [line.says for line in card.lines] == ["审批 A-000002", "审批 A-000001"]
    assert card.page == "/h5/approvals"


async def test_what_waits_is_listed_and_a_single_one_comes_as_its_card(office: Office) -> None:
    assert text_in(await office.does(office.gao, WaitingApprovals())) == "没有等您审批的单子。"
    await office.requests()
    single = await office.does(office.gao, WaitingApprovals())
    assert [button.text for button in card_in(single).buttons] == ["同意", "驳回"]
    for _ in range(7):
        await office.requests()
    many = card_in(await office.does(office.gao, WaitingApprovals()))
    assert (many.title, len(many.lines)) == ("8个审批等您处理", 6)
    assert (many.lines[0].label, many.lines[0].text) == ("周强", "A-000001 差旅报销 1,280元")
    assert many.text == "共8个, 这里是前6个, 点「全部」看其余。查看一个请发送: 审批 编号"
    everything = await office.page(office.gao, "/approvals")
    assert [len(part["rows"]) for part in everything["sections"]] == [8, 0, 0]
    assert everything["sections"][0]["rows"][7]["page"] == "/h5/approvals/A-000008"


async def test_the_page_of_a_request_has_its_route_so_far_and_to_come(office: Office) -> None:
    await office.requests()
    await office.does(office.gao, Approve(number="a1", reason="好"), at=local("2025-06-11T14:03"))
    shown = await office.page(office.jing, "/approvals/{number}", number="A-000001")

    assert shown["title"] == "差旅报销 1,280元"
    assert (shown["state_word"], shown["summary"]) == ("审批中", "等待 陈静")
    assert shown["requested_at"] == "10:20"
    assert shown["steps"] == [
        {
            "name": "直属上级",
            "mode": "any",
            "why": "",
            "state": "done",
            "people": [{"name": "高翔", "verdict": "同意", "at": "14:03", "reason": "好"}],
        },
        {
            "name": "财务",
            "mode": "any",
            "why": "财务角色",
            "state": "current",
            "people": [{"name": "陈静", "verdict": "", "at": "", "reason": ""}],
        },
    ]
    assert shown["typed"] == ["同意 A-000001", "驳回 A-000001 理由"]
    own = await office.page(office.zhou, "/approvals/{number}", number="A-000001")
    assert own["typed"] == ["催办 A-000001", "撤回 A-000001"]
    assert (await office.page(office.he, "/approvals/{number}", number="A-000001"))["typed"] == []


async def test_the_page_says_where_an_agreement_was_carried_over(office: Office) -> None:
    await office.requests(office.gao, approval_type="discount", customer="+新客户", discount="0.7")
    await office.does(office.shen, Approve(number="a1"))
    shown = await office.page(office.gao, "/approvals/{number}", number="A-000001")

    assert [step["people"][0]["reason"] for step in shown["steps"]] == ["", "同上一步"]
    assert shown["state"] == "approved"


async def test_the_page_of_lists_has_what_waits_was_decided_and_was_made(office: Office) -> None:
    await office.requests()
    await office.requests(approval_type="generic", content="用章")
    await office.requests(office.gao, approval_type="generic", content="用车")
    await office.does(office.gao, Approve(number="a2"))
    shown = await office.page(office.gao, "/approvals")

    assert [[row["number"] for row in part["rows"]] for part in shown["sections"]] == [
        ["A-000001"],
        ["A-000002"],
        ["A-000003"],
    ]
    row = shown["sections"][0]["rows"][0]
    assert (row["applicant"], row["requested_at"]) == ("周强", "10:20")


async def test_a_withdrawn_request_has_its_undone_steps_still_to_come(office: Office) -> None:
    await office.requests()
    await office.does(office.zhou, Withdraw(number="a1"))
    shown = await office.page(office.zhou, "/approvals/{number}", number="A-000001")

    assert [step["state"] for step in shown["steps"]] == ["to come", "to come"]


async def test_somebody_who_is_gone_from_the_records_has_a_word(office: Office) -> None:
    await office.requests()
    approval = replace(await office.work.approvals.by_number("a1"), cc=(999,))
    picture = await picture_of(approval, asked(office.work, office.zhou))

    assert picture.everyone((999,)) == "离职同事"
