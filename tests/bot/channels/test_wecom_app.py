"""The self-built app against the platform's other half: in, out, and back."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.wecom.messages import card_update
from bot.delivery import Outgoing, Rejected, Sent
from handlers.dialogue.card import Button, Card, Choice, Line, Option, Style
from tests.bot.channels.wecom_scene import AGENT, ZHOU, Scene, scene

APPROVAL = Card(
    title="特价申请",
    subtitle="周强 提交",
    text="远山机械 SKU-10086 ×200, 申请 8.5 折",
    lines=(Line(label="毛利", text="21%"),),
    choices=(
        Choice(field="warehouse", title="发货仓", options=(Option(id="hz", text="杭州"), Option(id="sh", text="上海"))),
    ),
    buttons=(
        Button(text="同意", command='approval.agree {"number":"A-000123"}', says="同意 A-000123", style=Style.PRIMARY),
        Button(text="驳回", command='approval.reject {"number":"A-000123"}', says="驳回 A-000123", style=Style.DANGER),
    ),
    subject="approval:123",
)


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as started:
        yield started


async def test_the_address_is_verified_by_its_plain_echo(here: Scene) -> None:
    assert (await here.platform.verify()).accepted


async def test_what_is_typed_comes_in_with_a_lower_case_account(here: Scene) -> None:
    number = await here.platform.say("ZhouQiang", "跟进 远山 已报价 12 万")

    (said,) = here.incoming
    assert (said.key, said.kind, said.account, said.address) == (number, "message", ZHOU, ZHOU)
    assert said.text == "跟进 远山 已报价 12 万"
    here.spotless()


async def test_a_text_arrives(here: Scene) -> None:
    assert isinstance(await here.app.send(Outgoing(key="t1", address=ZHOU, kind="text", text="已记录 F-000123")), Sent)

    assert [bubble.body["text"] for bubble in here.seen("ZhouQiang")] == ["已记录 F-000123"]


async def test_a_card_is_pressed_and_updated(here: Scene) -> None:
    sent = await here.app.send(Outgoing(key="c1", address=ZHOU, kind="card", card=APPROVAL))
    assert isinstance(sent, Sent)
    (bubble,) = here.seen("ZhouQiang")

    await here.platform.press("ZhouQiang", bubble.id, "同意", {"warehouse": ["上海"]})
    (pressed,) = here.incoming
    assert (pressed.kind, pressed.card, pressed.account) == ("press", "c1", ZHOU)
    assert pressed.handle == APPROVAL.buttons[0].command
    assert pressed.chosen == {"warehouse": "sh"}

    codes = [*sent.receipt["codes"], *pressed.receipt["codes"]]
    closed = APPROVAL.model_copy(update={"closed": True, "text": "李娜 已同意"})
    update = Outgoing(key="u1", address=ZHOU, kind="update", task="c1", card=closed, receipt={"codes": codes})
    updated = await here.app.send(update)
    assert isinstance(updated, Sent)
    assert updated.receipt["codes"] == codes[:1]
    assert bubble.body_for("ZhouQiang")["sub_title_text"] == "李娜 已同意"
    here.spotless()


async def test_an_update_uses_up_codes_until_none_is_left(here: Scene) -> None:
    sent = await here.app.send(Outgoing(key="c1", address=ZHOU, kind="card", card=APPROVAL))
    assert isinstance(sent, Sent)
    ((code, _),) = sent.receipt["codes"]
    answer = await here.app._api.post("message/update_template_card", card_update(AGENT, code, {"card_type": "x"}))
    assert answer.code == 42031
    update = Outgoing(key="u1", address=ZHOU, kind="update", task="c1", card=APPROVAL, receipt=dict(sent.receipt))
    assert isinstance(await here.app.send(update), Sent)
    assert await here.app.send(update) == Rejected("no valid response code")
