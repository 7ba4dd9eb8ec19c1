from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.language.folding import fold, folded
from handlers.language.understanding import THRESHOLD, Context
from tests.language.scene import said, sayings

FREE_TEXT = ("content", "reason", "query", "title")


def test_things_people_say_have_their_intent() -> None:
    wrong = [(text, intent, said(text).intent) for intent, text in sayings() if said(text).intent != intent]
    assert len(wrong) <= len(sayings()) // 100, wrong


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        (
            "跟进 鼎盛电气 罗总说预算30万，下周三再约",
            {
                "customer": "鼎盛电气",
                "contact": ["罗总"],
                "content": "罗总说预算30万，下周三再约",
                "amount": "300000",
                "next_time": "2025-07-16",
            },
        ),
        ("跟进 鼎盛 价格谈妥", {"customer": "鼎盛", "clarify": "customer", "content": "价格谈妥"}),
        (
            "@小方 四海渔业问能不能分期",
            {"mention": ["小方"], "clarify": "mention", "customer": "四海渔业", "content": "四海渔业问能不能分期"},
        ),
        (
            "我要请两天年假，下周四周五",
            {"approval_type": "leave", "leave_type": "年假", "days": "2", "start": "2025-07-17", "end": "2025-07-18"},
        ),
        (
            "帮我报个招待费，昨晚请鼎盛电气罗总吃饭花了六百八",
            {
                "approval_type": "expense",
                "customer": "鼎盛电气",
                "category": "招待",
                "amount": "680",
                "reason": "昨晚请鼎盛电气罗总吃饭",
            },
        ),
        (
            "八方物流 扫码枪 申请九折 量大200把",
            {"approval_type": "discount", "customer": "八方物流", "sku": "LT-20", "discount": "0.9", "quantity": 200},
        ),
        (
            "小方的报销先不批，发票不对",
            {"decision": "reject", "approval_type": "expense", "reason": "发票不对", "applicant": "小方"},
        ),
        (
            "从深圳仓发30台标签机到郑州仓",
            {
                "move_type": "transfer",
                "sku": "PRN-8",
                "quantity": 30,
                "from_warehouse": "深圳仓",
                "to_warehouse": "郑州仓",
            },
        ),
        (
            "新线索：徐州矿山机械 展会认识的 联系人葛工 13811112222",
            {"customer": "徐州矿山机械", "contact": ["葛工"], "phone": "13811112222", "source": "展会"},
        ),
        ("正大农牧预计9月15号签约", {"customer": "正大农牧", "close_date": "2025-09-15"}),
        ("每周三上午十点提醒我开例会", {"repeat": "WEEKLY:WE", "at": "10:00", "content": "开例会"}),
        ("登记一笔回款 云帆软件 45000 支付宝", {"customer": "云帆软件", "amount": "45000", "method": "支付宝"}),
    ],
)
def test_slots_are_those_of_the_corpus(text: str, slots: dict[str, Any]) -> None:
    understood = said(text)
    assert understood.slots == slots


@pytest.mark.parametrize(
    ("text", "context", "slots"),
    [
        (
            "深圳仓呢",
            Context("stock.query", {"sku": "LT-20", "warehouse": "郑州仓"}),
            {"sku": "LT-20", "warehouse": "深圳仓"},
        ),
        (
            "不对，是30台",
            Context("stock.move", {"move_type": "in", "sku": "LT-20", "quantity": 50}),
            {"move_type": "in", "sku": "LT-20", "quantity": 30, "amend": True},
        ),
        (
            "改到10点半",
            Context("reminder.set", {"remind_at": "2025-07-10T09:00", "content": "开会"}),
            {"remind_at": "2025-07-10T10:30", "content": "开会", "amend": True},
        ),
        (
            "上个月的呢",
            Context("report.funnel", {"scope": "me"}),
            {"scope": "me", "date_from": "2025-06-01", "date_to": "2025-06-30"},
        ),
        ("那四海渔业呢", Context("order.query", {"customer": "八方物流"}), {"customer": "四海渔业"}),
        (
            "金额写错了，应该是38000",
            Context("payment.log", {"customer": "四海渔业", "amount": "36000"}),
            {"customer": "四海渔业", "amount": "38000", "amend": True},
        ),
    ],
)
def test_ellipsis_and_correction_complete_what_went_before(text: str, context: Context, slots: dict[str, Any]) -> None:
    understood = said(text, context)
    assert (understood.intent, understood.slots) == (context.intent, slots)


def test_a_message_that_stands_on_its_own_ignores_what_went_before() -> None:
    assert said("查查标签机库存", Context("followup.log", {"customer": "八方物流"})).slots == {"sku": "PRN-8"}


def test_nothing_said_is_nothing_meant() -> None:
    assert said(" \n ").intent == "chitchat"


def test_what_spoke_for_an_intent_is_told() -> None:
    understood = said("申请报销打车费56元")
    assert understood.margin > THRESHOLD
    assert "申请报销" in "".join(cue.words for cue in understood.cues) or understood.cues
    assert {cue.intent for cue in understood.cues} == {"approval.request"}


@given(st.sampled_from([text for _, text in sayings()]))
def test_full_width_and_traditional_forms_mean_the_same(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c != "~" else c for c in text)
    traditional = text.translate(
        str.maketrans("进报库华户门请调单订订线签谁几个说", "進報庫華戶門請調單訂訂線簽誰幾個說")
    )
    assert said(wide).intent == said(text).intent
    assert said(traditional).intent == said(text).intent


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from([t for _, t in sayings()]), max_size=3).map(" ".join)))
def test_nothing_raises_and_free_text_stands_in_the_message(text: str) -> None:
    context = Context("approval.request", {"approval_type": "leave", "days": "1"})
    said(text, context)
    understood = said(text)
    whole = folded(text)
    for slot in FREE_TEXT:
        value = understood.slots.get(slot)
        if value:
            rest = iter(whole)
            assert all(character in rest for character in fold(value).text if not character.isspace())
