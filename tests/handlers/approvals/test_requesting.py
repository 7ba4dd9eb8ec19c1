"""Asking for an approval."""

from pathlib import Path
from typing import Any

import pytest

from domain.approvals import State
from domain.errors import NotFound
from handlers.approvals.commands import Approve, RequestApproval
from handlers.dialogue.command import decode
from handlers.dialogue.question import Question
from handlers.dialogue.request import Company
from tests.handlers.approvals.conftest import Office, card_in, labelled, notices_to, text_in
from tests.makers import CALENDAR, COMPANY, NOW, a_member, a_product, local


async def asks(office: Office, **slots: Any) -> Question:
    with pytest.raises(Question) as asked:
        await office.requests(**slots)
    return asked.value


async def test_the_requester_gets_the_state_and_the_superior_the_card_to_decide_on(office: Office) -> None:
    reply = await office.requests()

    state = card_in(reply)
    assert (state.title, state.subtitle) == ("差旅报销 1,280元", "A-000001 报销 审批中")
    assert state.text == "等待 高翔\n之后: 转 陈静(财务)"
    assert [button.says for button in state.buttons] == ["催办 A-000001", "撤回 A-000001"]
    (asking,) = notices_to(reply, office.gao)
    assert not isinstance(asking, str)
    assert asking.title == "周强: 差旅报销 1,280元"
    assert labelled(asking) == {"金额": "1,280元", "类别": "差旅"}
    assert asking.text == "同意后: 转 陈静(财务)\n数据时间 10:20"
    assert [button.says for button in asking.buttons] == ["同意 A-000001", "驳回 A-000001"]
    assert asking.page == "/h5/approvals/A-000001"
    assert [notice.member for notice in reply.notices] == [office.gao.id]
    assert reply.record == "A-000001"


async def test_what_was_asked_for_is_kept_in_plain_values(office: Office) -> None:
    await office.requests()

    approval = await office.work.approvals.by_number("a1")
    assert approval.fields == {"amount": 128_000, "category": "差旅"}
    assert (approval.amount, approval.state) == (128_000, State.WAITING)
    assert approval.edition.startswith("expense@")


async def test_the_event_names_the_request_by_the_id_it_got(office: Office) -> None:
    await office.requests()

    assert getattr(office.work.happened[-1], "approval", None) == 1


async def test_the_approver_sees_what_is_known_of_the_customer(office: Office) -> None:
    said = {"approval_type": "discount", "customer": "华为", "discount": "0.9"}
    first = await office.requests(**said)
    await office.does(office.gao, Approve(number=first.record), at=local("2025-06-11T11:00"))
    reply = await office.requests(at=local("2025-06-12T09:30"), **said)

    (asking,) = notices_to(reply, office.gao)
    assert not isinstance(asking, str)
    assert asking.text == (
        "华为: A级, 还没有跟进记录\n上次折扣: 华为 9折 已同意 6月11日 11:00\n同意后: 审批通过\n数据时间 09:30"
    )


async def test_what_a_type_requires_is_asked_one_at_a_time(office: Office) -> None:
    first = await asks(office, approval_type="expense")
    assert (first.field, first.says) == ("amount", "报销多少钱?")

    second = await asks(office, approval_type="expense", amount="六百八")
    assert (second.field, [option.id for option in second.options][:2]) == ("category", ["差旅", "招待"])

    command = decode(second.asked().command, category="打车")
    assert isinstance(command, RequestApproval)
    reply = await office.does(office.zhou, command)
    assert card_in(reply).title == "交通报销 680元"


async def test_what_cannot_be_read_is_asked_again(office: Office) -> None:
    question = await asks(office, approval_type="expense", amount="很多")

    assert question.says == "金额「很多」看不懂, 请写成「1280元」或「3.5万」。"


async def test_without_a_type_the_types_are_offered(office: Office) -> None:
    question = await asks(office, approval_type="")

    assert [option.text for option in question.options] == ["报销", "请假", "折扣", "合同", "通用"]
    assert "采购" in question.subtitle


@pytest.mark.parametrize("said", ["报销", "报个销", "expense"])
async def test_a_type_is_known_by_name_label_and_words(office: Office, said: str) -> None:
    reply = await office.requests(approval_type=said, category="差旅", amount="10")

    assert card_in(reply).title == "差旅报销 10元"


async def test_working_days_of_a_leave_are_counted_when_nobody_named_them(office: Office) -> None:
    reply = await office.requests(approval_type="leave", leave_type="年假", start="2025-06-13", end="2025-06-17")

    assert card_in(reply).title == "年假 3天"
    assert labelled(card_in(reply))["开始"] == "2025年6月13日"


async def test_a_leave_without_an_end_has_its_days_asked(office: Office) -> None:
    question = await asks(office, approval_type="leave", leave_type="病假", start="2025-06-11")

    assert (question.field, question.says) == ("days", "请几天?")


async def test_a_leave_on_a_weekend_alone_has_its_days_asked(office: Office) -> None:
    question = await asks(office, approval_type="leave", leave_type="调休", start="2025-06-14", end="2025-06-15")

    assert question.field == "days"


async def test_a_customer_that_is_required_and_unknown_is_asked_about(office: Office) -> None:
    question = await asks(office, approval_type="contract", customer="新星机械", amount="32000")

    assert "新星机械" in question.says
    assert question.options[0].id == "+新星机械"


async def test_a_missing_customer_is_asked_for(office: Office) -> None:
    question = await asks(office, approval_type="discount", discount="0.9")

    assert (question.field, question.says) == ("customer", "是哪个客户?")


async def test_a_customer_nobody_knows_stays_a_name_where_none_is_required(office: Office) -> None:
    reply = await office.requests(approval_type="generic", content="用车", customer="临港管委会")

    assert labelled(card_in(reply))["客户"] == "临港管委会"
    assert (await office.work.approvals.by_number(reply.record)).customer is None


async def test_an_optional_customer_is_found_by_number_and_name(office: Office) -> None:
    for said in (office.huawei.number, "华为"):
        reply = await office.requests(approval_type="generic", content="用章", customer=said)
        assert (await office.work.approvals.by_number(reply.record)).customer == office.huawei.id


async def test_a_colleagues_customer_is_only_a_name(office: Office) -> None:
    other = await a_member(office.work, "王磊")
    reply = await office.requests(other, approval_type="generic", content="用章", customer="华为")

    assert (await office.work.approvals.by_number(reply.record)).customer is None


async def test_a_product_is_kept_by_its_code(office: Office) -> None:
    await a_product(office.work, "X100", "边缘网关")
    said = {"approval_type": "discount", "customer": "华为", "discount": "85折"}

    assert labelled(card_in(await office.requests(**said, sku="边缘网关")))["产品"] == "X100"
    assert labelled(card_in(await office.requests(**said, sku="投影仪")))["产品"] == "投影仪"


async def test_a_name_of_several_products_is_asked_back(office: Office) -> None:
    await a_product(office.work, "X100", "网关")
    await a_product(office.work, "X200", "网关")
    question = await asks(office, approval_type="discount", customer="华为", discount="0.9", sku="网关")

    assert [option.id for option in question.options] == ["X100", "X200"]


async def test_colleagues_who_are_named_hear_of_the_end(office: Office) -> None:
    reply = await office.requests(approval_type="generic", content="用章", mention=["陈会计", "没有这个人"])

    assert (await office.work.approvals.by_number(reply.record)).cc == (office.jing.id,)


async def test_an_ambiguous_colleague_is_asked_back_and_the_others_are_kept(office: Office) -> None:
    first = await a_member(office.work, "张伟", department="技术部", nicknames=("小张",))
    await a_member(office.work, "张敏", department="技术部", nicknames=("小张",))
    said = {"approval_type": "generic", "content": "用章", "mention": ["何雨欣", "小张", "陈静"]}
    question = await asks(office, **said)
    chosen = decode(question.asked().command, mention=question.options[0].id)
    reply = await office.does(office.zhou, chosen)

    assert question.options[0].text == "张伟 技术部"
    assert set((await office.work.approvals.by_number(reply.record)).cc) == {office.he.id, first.id, office.jing.id}


async def test_the_platforms_mention_tells_an_ambiguous_name(office: Office) -> None:
    await a_member(office.work, "张伟", nicknames=("小张",))
    second = await a_member(office.work, "张敏", nicknames=("小张",))
    command = RequestApproval.model_validate({"approval_type": "generic", "content": "用章", "mention": ["小张"]})
    reply = await office.does(office.zhou, command, said={"mentions": (second.id,)})

    assert (await office.work.approvals.by_number(reply.record)).cc == (second.id,)


async def test_in_a_group_the_answer_is_private(office: Office) -> None:
    command = RequestApproval.model_validate({"approval_type": "generic", "content": "用章"})

    assert (await office.does(office.zhou, command, group="wr1")).private


async def test_a_correction_right_after_takes_the_place_of_the_request_before(office: Office) -> None:
    first = await office.requests()
    said = {"approval_type": "expense", "category": "差旅", "amount": "1380", "amend": True}
    command = RequestApproval.model_validate(said)
    reply = await office.does(office.zhou, command, talk={"last": {"record": first.record}})

    assert text_in(reply) == "已按更正重新提交, 原来的 A-000001 已撤回。"
    assert (await office.work.approvals.by_number("A-000001")).state is State.WITHDRAWN
    assert (await office.work.approvals.by_number("A-000002")).amount == 138_000


async def test_what_was_decided_is_not_taken_back_by_a_correction(office: Office) -> None:
    first = await office.requests()
    await office.does(office.gao, Approve(number=first.record))
    said = {"approval_type": "expense", "category": "差旅", "amount": "1380", "amend": True}
    reply = await office.does(
        office.zhou, RequestApproval.model_validate(said), talk={"last": {"record": first.record}}
    )

    assert text_in(reply) == ""
    assert (await office.work.approvals.by_number("A-000001")).state is State.WAITING


async def test_a_companys_own_type_is_found_by_its_words_in_a_generic_request(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "approvals"
    folder.mkdir()
    (folder / "car.toml").write_text(
        'name = "car"\nlabel = "用车"\nwords = ["用车"]\ntitle = "{content}"\nsummary = ["content"]\n'
        '[[fields]]\nname = "content"\nlabel = "事项"\nkind = "text"\nrequired = true\n'
        '[[steps]]\nname = "行政"\napprovers = [{ role = "管理员" }]\n'
        '[[examples]]\nfields = { content = "用车" }\ntitle = "用车"\nroute = ["行政"]\n'
    )
    company = Company(name="远山科技", calendar=CALENDAR, quiet=COMPANY.quiet, definitions=tmp_path)
    command = RequestApproval.model_validate({"approval_type": "generic", "content": "用车去临港"})
    reply = await office.does(office.zhou, command, company=company)

    assert [notice.member for notice in reply.notices] == [office.he.id]


async def test_an_own_number_that_is_none_of_the_senders_customers_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        await office.requests(approval_type="generic", content="用章", customer="C-000999")


async def test_the_approvers_are_reminded_after_four_working_hours(office: Office) -> None:
    await office.requests(at=local("2025-06-11T16:00"))

    assert await office.timers(local("2025-06-12T10:59")) == []
    (timer,) = await office.timers(local("2025-06-12T11:00"))
    reply = await office.due(timer, local("2025-06-12T11:00"))
    (notice,) = reply.notices
    assert (notice.member, notice.patient) == (office.gao.id, True)
    assert notice.card is not None
    assert notice.card.subtitle == "还在等您 A-000001 报销 等您审批"
    assert local("2025-06-12T11:00") > NOW
