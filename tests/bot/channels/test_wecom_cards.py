"""Neutral cards as template cards: how they look, that the platform takes every one, and that nothing is lost."""

import json
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.channels.wecom import messages
from bot.channels.wecom.cards import news_notice, template_card
from bot.channels.wecom.layout import APP, BOT, Limits
from bot.playground.wecom.cards import Flavour, check_card
from handlers.dialogue.card import Button, Card, Choice, Input, Line, Option, Style, Tone

SITE = "https://crm.example.com"
SENDERS = {"app": APP, "bot": BOT}


def button(text: str, command: str, style: Style = Style.NORMAL) -> Button:
    return Button(text=text, command=command, says=f"{text} A-000123", style=style)


def choice(field: str, title: str, *texts: str, **more: Any) -> Choice:
    return Choice(field=field, title=title, options=tuple(Option(id=text, text=text) for text in texts), **more)


AGREE = button("同意", 'approval.agree {"number":"A-000123"}', Style.PRIMARY)
REJECT = button("驳回", 'approval.reject {"number":"A-000123"}', Style.DANGER)
ASK = button("问一句", 'approval.ask {"number":"A-000123"}')
WAREHOUSE = choice("warehouse", "发货仓", "杭州", "上海", selected="上海")

CARDS = {
    "stock": Card(
        title="SKU-10086 库存",
        subtitle="10:32 的数",
        lines=(Line(label="杭州", text="120 台", page="https://crm.example.com/h5/stock"), Line(label="上海", text="")),
        page="https://crm.example.com/h5/stock/SKU-10086",
        page_text="各仓明细",
    ),
    "approval": Card(
        title="特价申请",
        subtitle="周强 提交",
        tone=Tone.WARNING,
        text="远山机械 SKU-10086 ×200, 申请 8.5 折",
        lines=(Line(label="毛利", text="21%"),),
        buttons=(AGREE, REJECT, ASK),
        input=Input(field="reason", label="理由", hint="例如: 驳回 A-000123 毛利太低"),
        page="https://crm.example.com/h5/approvals/A-000123",
    ),
    "approval_with_a_choice": Card(title="特价申请", buttons=(AGREE, REJECT), choices=(WAREHOUSE,)),
    "form": Card(
        title="补全跟进",
        subtitle="远山机械",
        text="还差两项",
        lines=(Line(label="编号", text="F-000123"),),
        buttons=(button("保存", "follow_up.save"), button("取消", "follow_up.drop")),
        choices=(choice("stage", "阶段", "拜访", "报价", selected="报价"), choice("next", "下次", "明天", "一周后")),
    ),
    "vote": Card(
        title="回访时间",
        buttons=(button("提交", "slots.choose"),),
        choices=(choice("slot", "可多选", "周一", "周三", "周五", selected="周三,周五", multiple=True),),
    ),
    "closed": Card(
        title="特价申请",
        tone=Tone.SUCCESS,
        text="李娜 10:35 已同意",
        buttons=(AGREE, REJECT),
        choices=(WAREHOUSE,),
        input=Input(field="reason", label="理由"),
        closed=True,
    ),
    "everything_too_long": Card(
        title="关于远山机械股份有限公司华东大区二零二六年第一季度特价申请的审批请尽快处理谢谢各位",
        subtitle="周强 于 2026-01-05 12:00 提交, 涉及产品三种, 金额超过一百万元, 需要三级审批并抄送财务和仓库",
        text="第一段。" * 20 + "\n" + "第二段。" * 30,
        lines=tuple(Line(label=f"下次跟进{number}", text=f"第{number}行" * 12) for number in range(9)),
        buttons=tuple(button(f"一个很长的按钮名字{number}", f"do.{number}") for number in range(8)),
        choices=(choice("area", "区域", *(f"第{number}个区域的名称写得很长很长很长" for number in range(12))),),
        input=Input(field="why", label="为什么", hint="说说原因"),
    ),
    "empty": Card(title="", lines=(Line(label="", text=""),), text=" \n"),
}


@pytest.mark.parametrize("name", sorted(CARDS))
@pytest.mark.parametrize("sender", ["app", "bot"])
def test_how_cards_look(name: str, sender: str, snapshot: SnapshotAssertion) -> None:
    shown = template_card(CARDS[name], task="card-1", site=SITE, limits=SENDERS[sender])
    assert {"card": shown.body, "more": shown.more} == snapshot
    accepted(shown.body, sender)


def accepted(card: dict[str, Any], sender: str, *, updating: bool = False) -> None:
    """The platform takes it, shows all of it, and finds nothing odd."""
    checked = check_card(card, cast(Flavour, sender), updating=updating)
    assert (checked.overlong, checked.ignored) == ([], [])


def test_a_picture_card_is_taken() -> None:
    rows = (Line(label="附件", text="周报", page="https://crm.example.com/w/1"),)
    card = news_notice(
        title="周报", subtitle="第 1 周", image="https://crm.example.com/w1.png", page=SITE, rows=rows, ratio=9
    )
    accepted(card, "app")
    assert card["card_image"]["aspect_ratio"] == 2.25


def test_an_update_carries_no_task_and_promises_no_further_text() -> None:
    shown = template_card(CARDS["everything_too_long"], task="", site=SITE, update=True)
    assert "task_id" not in shown.body
    assert "见下条" not in json.dumps(shown.body, ensure_ascii=False)
    accepted(shown.body, "app", updating=True)


def test_a_second_button_for_the_same_command_is_left_out() -> None:
    card = Card(title="两次", buttons=(AGREE, AGREE.model_copy(update={"text": "好"}), REJECT))
    keys = [each["key"] for each in template_card(card, task="c", site=SITE).body["button_list"]]
    assert keys == [AGREE.command, REJECT.command]


@pytest.mark.parametrize(
    "card",
    [
        Card(title="键太长", buttons=(button("好", "x" * 1025),)),
        Card(title="键为空", buttons=(button("好", ""),)),
        Card(title="选项太长", buttons=(AGREE,), choices=(choice("a", "甲", "字" * 43),)),
        Card(title="选项重复", buttons=(AGREE,), choices=(choice("a", "甲", "x", "x"),)),
        Card(title="没有选项", buttons=(AGREE,), choices=(choice("a", "甲"),)),
        Card(title="字段重复", buttons=(AGREE,), choices=(choice("a", "甲", "x"), choice("a", "乙", "y"))),
        Card(title="字段为空", buttons=(AGREE,), choices=(choice("", "甲", "x"),)),
    ],
)
def test_what_could_not_come_back_is_refused_before_it_is_sent(card: Card) -> None:
    with pytest.raises(ValueError):
        template_card(card, task="c", site=SITE)


@pytest.mark.parametrize("task", ["", "a b", "任务", "x" * 129])
def test_an_illegal_task_id_is_refused(task: str) -> None:
    with pytest.raises(ValueError, match="task"):
        template_card(Card(title="x"), task=task, site=SITE)


WORDS = st.text(alphabet="跟单审批ABC 1\n\t*😀", max_size=60)
IDS = st.text(alphabet="abc", min_size=1, max_size=4)
OPTIONS = st.lists(st.builds(Option, id=IDS, text=WORDS, says=WORDS), min_size=1, max_size=14, unique_by=lambda o: o.id)
CHOICES = st.lists(
    st.builds(Choice, field=IDS, title=WORDS, options=OPTIONS.map(tuple), selected=IDS, multiple=st.booleans()),
    max_size=4,
    unique_by=lambda each: each.field,
)
ANY_CARD = st.builds(
    Card,
    title=WORDS,
    subtitle=WORDS,
    tone=st.sampled_from(Tone),
    lines=st.lists(
        st.builds(Line, label=WORDS, text=WORDS, page=st.sampled_from(["", SITE, "javascript:1"])), max_size=9
    ).map(tuple),
    text=st.text(alphabet="正文abc\n", max_size=400),
    buttons=st.lists(
        st.builds(Button, text=WORDS, command=IDS, says=WORDS, style=st.sampled_from(Style)), max_size=8
    ).map(tuple),
    choices=CHOICES.map(tuple),
    input=st.none() | st.builds(Input, field=IDS, label=WORDS, hint=WORDS),
    page=st.sampled_from(["", SITE, "/h5/x"]),
    page_text=WORDS,
    closed=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(card=ANY_CARD, sender=st.sampled_from(["app", "bot"]), update=st.booleans())
def test_the_platform_takes_every_card(card: Card, sender: str, update: bool) -> None:
    limits: Limits = SENDERS[sender]
    shown = template_card(card, task="task-1", site=SITE, limits=limits, update=update)
    accepted(shown.body, sender, updating=update)


@settings(max_examples=300, deadline=None)
@given(card=ANY_CARD, sender=st.sampled_from(["app", "bot"]))
def test_nothing_a_card_says_is_lost(card: Card, sender: str) -> None:
    shown = template_card(card, task="task-1", site=SITE, limits=SENDERS[sender])
    told = " ".join((" ".join(_strings(shown.body)) + " " + shown.more).split())
    for said in (card.title, card.subtitle, *card.text.splitlines(), *(line.text for line in card.lines)):
        assert " ".join(said.split()) in told


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    return [value] if isinstance(value, str) else []


def test_simple_bodies_stay_within_their_limits() -> None:
    card = messages.textcard("周报" * 60, "<b>" + "内容\n" * 300, SITE, "查看全部内容")
    assert len(card["title"].encode()) <= 128
    assert len(card["description"].encode()) <= 512
    assert card["btntxt"] == "查看全部"
    assert card["description"].startswith("＜b＞内容<br>")
    assert messages.markdown("**粗** [a](b) <font>\n# x\n> y a_b _c_")["content"] == (
        "＊＊粗＊＊ ［a］(b) ＜font>\n＃ x\n＞ y a_b ＿c＿"
    )
    assert messages.text('<a href="https://evil.example">点我</a> a<b <@all>')["content"] == (
        '＜a href="https://evil.example">点我＜/a> a<b ＜@all>'
    )
    assert messages.greyed(1, "RC", "已同意")["button"] == {"replace_name": "已同意"}


def test_two_messages_that_say_the_same_are_two_and_a_repeat_is_none() -> None:
    first = messages.to_member("lina", 1, "text", messages.text("已记录"), key="k1")
    again = messages.to_member("lina", 1, "text", messages.text("已记录"), key="k1")
    other = messages.to_member("lina", 1, "text", messages.text("已记录"), key="k2")
    assert json.dumps(first) == json.dumps(again) != json.dumps(other)
    assert 1800 <= other["duplicate_check_interval"] <= 14400
