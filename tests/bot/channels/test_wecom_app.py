"""The self-built app against the platform's other half: in, out, and back."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.channel import Channel
from bot.channels.wecom import messages
from bot.channels.wecom.cards import news_notice
from bot.channels.wecom.messages import card_update
from bot.channels.wecom.parts import part_key
from bot.delivery import Failed, Outgoing, Rejected, Sent
from bot.playground.platform import Fault
from bot.playground.wecom import WeComLimits
from handlers.dialogue.card import Button, Card, Choice, Line, Option, Style
from tests.bot.channels.wecom_scene import AGENT, SITE, ZHOU, Scene, scene

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
    assert await here.app.send(update.model_copy(update={"spare": True})) == Sent(dict(sent.receipt))
    seen = len(here.platform.screens.seen("ZhouQiang"))
    anew = await here.app.send(update)
    assert isinstance(anew, Sent)
    assert len(anew.receipt["codes"]) == 1
    assert len(here.platform.screens.seen("ZhouQiang")) == seen + 1


async def test_codes_that_are_used_or_too_old_are_passed_over(here: Scene) -> None:
    sent = await here.app.send(Outgoing(key="c1", address=ZHOU, kind="card", card=APPROVAL))
    assert isinstance(sent, Sent)
    (good,) = sent.receipt["codes"]
    here.clock.pass_by(hours=71)
    now = int(here.clock.time.timestamp())
    codes = [good, ["RC-used", now - 5], ["RC-used-too", now], ["RC-old", now - 73 * 3600]]
    update = Outgoing(key="u1", address=ZHOU, kind="update", task="c1", card=APPROVAL, receipt={"codes": codes})
    updated = await here.app.send(update)
    assert updated == Sent({"codes": []})
    assert len(here.calls("message/update_template_card")) == 3


async def test_an_update_that_got_no_answer_is_tried_again(here: Scene) -> None:
    sent = await here.app.send(Outgoing(key="c1", address=ZHOU, kind="card", card=APPROVAL))
    assert isinstance(sent, Sent)
    here.platform.faults.append(Fault(path="/cgi-bin/message/update_template_card", kind="status", value=502))
    update = Outgoing(key="u1", address=ZHOU, kind="update", task="c1", card=APPROVAL, receipt=dict(sent.receipt))
    assert isinstance(await here.app.send(update), Failed)
    assert isinstance(await here.app.send(update), Sent)


async def test_a_long_card_is_followed_by_what_does_not_fit(here: Scene) -> None:
    long = APPROVAL.model_copy(update={"text": "说明。" * 80, "title": "特价" * 30})
    parts = here.app.split(Outgoing(key="c1", address=ZHOU, kind="card", card=long))
    assert [(part.key, part.kind) for part in parts] == [("c1", "card"), ("c1-1", "text")]
    assert all([isinstance(await here.app.send(part), Sent) for part in parts])
    card, text = here.seen("ZhouQiang")
    assert card.body["sub_title_text"].endswith("…(全文见下条)")
    assert "说明。" * 80 in text.body["text"]
    here.spotless()


async def test_a_long_text_comes_in_numbered_parts(here: Scene) -> None:
    lines = [f"第{number}行: 华东医疗 已报价 😀" for number in range(150)]
    parts = here.app.split(Outgoing(key="t1", address=ZHOU, kind="text", text="\n".join(lines)))
    assert [part.key for part in parts] == ["t1", *(f"t1-{number}" for number in range(1, len(parts)))]
    assert all([isinstance(await here.app.send(part), Sent) for part in parts])
    texts = [bubble.body["text"] for bubble in here.seen("ZhouQiang")]
    assert [text.partition("\n")[0] for text in texts] == [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
    assert "\n".join(text.partition("\n")[2] for text in texts).splitlines() == lines
    here.spotless()


async def test_a_very_long_text_comes_as_a_file(here: Scene) -> None:
    text = "一个没有换行的很长的报告" * 1000
    (part,) = here.app.split(Outgoing(key="t1", address=ZHOU, kind="text", text=text))
    assert (part.key, part.kind, part.filename) == ("t1", "file", "全文.txt")
    assert isinstance(await here.app.send(part), Sent)
    (bubble,) = here.seen("ZhouQiang")
    assert here.platform.media.use(bubble.body["media_id"]).content == text.encode()


async def test_what_was_not_split_is_not_cut(here: Scene) -> None:
    settled = await here.app.send(Outgoing(key="t1", address=ZHOU, kind="text", text="长" * 700))
    assert isinstance(settled, Rejected)


def test_keys_of_parts_stay_within_their_length() -> None:
    long = "k" * 64
    assert part_key("k" * 62, 1) == "k" * 62 + "-1"
    assert len({part_key(long, 1), part_key(long, 2), part_key("j" * 64, 1)}) == 3
    assert len(part_key(long, 1)) <= 64


async def test_files_and_pictures_are_sent_and_a_repeat_names_the_same_upload(here: Scene) -> None:
    here.files[1] = ("报表.xlsx", b"PK\x03\x04 sheet")
    here.files[2] = ("漏斗.png", b"\x89PNG\r\n\x1a\n picture")
    here.platform.faults.append(Fault(path="/cgi-bin/message/send", kind="reset_after"))
    sheet = Outgoing(key="f1", address=ZHOU, kind="file", file=1)
    assert isinstance(await here.app.send(sheet), Failed)
    assert isinstance(await here.app.send(sheet), Sent)
    assert isinstance(await here.app.send(sheet.model_copy(update={"key": "f2", "file": 2})), Sent)

    assert [(each.kind, each.body["name"]) for each in here.seen("ZhouQiang")] == [
        ("file", "报表.xlsx"),
        ("image", "漏斗.png"),
    ]


@pytest.mark.parametrize("content", [b"", b"12345", b"x" * (20 * 1024 * 1024 + 1)])
async def test_files_the_platform_would_refuse_are_given_up(here: Scene, content: bytes) -> None:
    here.files[1] = ("a.txt", content)
    assert isinstance(await here.app.send(Outgoing(key="f", address=ZHOU, kind="file", file=1)), Rejected)
    assert isinstance(await here.app.send(Outgoing(key="g", address=ZHOU, kind="file", file=2)), Rejected)


async def test_a_picture_that_was_sent_is_fetched_for_three_days(here: Scene) -> None:
    await here.platform.send("ZhouQiang", "image", {"name": "名片.jpg", "content": b"\xff\xd8\xff card"})
    (attachment,) = here.incoming[0].attachments
    fetch = Outgoing(key="f", address=ZHOU, kind="fetch", text=attachment.reference)
    assert await here.app.send(fetch) == Sent(content=b"\xff\xd8\xff card")
    here.clock.pass_by(days=3)
    assert isinstance(await here.app.send(fetch), Rejected)


async def test_json_that_somebody_sent_is_a_file_like_any_other(here: Scene) -> None:
    content = b'{"errcode":40007,"errmsg":"not an answer"}'
    await here.platform.send("ZhouQiang", "video", {"name": "a.mp4", "content": content})
    (attachment,) = here.incoming[0].attachments
    fetched = await here.app.send(Outgoing(key="f", address=ZHOU, kind="fetch", text=attachment.reference))
    assert fetched == Sent(content=content)


async def test_changes_of_the_address_book_come_to_their_own_door(here: Scene) -> None:
    await here.platform.change("person_left", account="LiGong")
    await here.platform.change("department_added", id=9, name="新部门", parent=1)
    assert [each.facts for each in here.incoming if each.kind == "directory"] == [
        {"change": "member_left", "account": "ligong"},
        {"change": "department", "department": "9"},
    ]
    assert here.refused == []


async def test_opening_the_app_its_menu_and_the_platforms_own_events(here: Scene) -> None:
    await here.platform.enter("LiNa")
    await here.platform.menu("LiNa", "click", "today")
    await here.platform.tell("inactive_alert", {"EffectTime": 1767829320})
    assert [(each.kind, each.account, each.text) for each in here.incoming] == [
        ("enter", "lina", ""),
        ("menu", "lina", "today"),
        ("other", "", ""),
    ]


async def test_forged_callbacks_are_refused(here: Scene) -> None:
    here.platform.mischief.wrong_signature = 1
    await here.platform.say("LiNa", "第一条")
    here.platform.mischief.wrong_receiveid = 1
    await here.platform.say("LiNa", "第二条")
    assert {*here.refused} == {"-40001", "-40005"}
    assert here.incoming == []


async def test_nothing_is_answered_passively_and_accounts_are_addresses(here: Scene) -> None:
    assert here.app.passive(None, []) == (b"", "text/plain", ())  # type: ignore[arg-type]
    assert here.app.address_of("LiNa") == "lina"
    assert await here.app.resolve("LiNa") == "lina"


async def test_a_card_that_cannot_be_sent_is_given_up(here: Scene) -> None:
    card = Card(title="x", buttons=(Button(text="好", command="x" * 1025, says=""),))
    for kind in ("card", "update"):
        message = Outgoing.model_validate({"key": "c", "address": ZHOU, "kind": kind, "card": card})
        assert here.app.split(message) == (message,)
        assert isinstance(await here.app.send(message), Rejected)
        empty = message.model_copy(update={"card": None})
        assert isinstance(await here.app.send(empty), Rejected)


async def test_trouble_is_never_an_exception(here: Scene) -> None:
    await here.session.close()
    assert isinstance(await here.app.send(Outgoing(key="t", address=ZHOU, kind="text", text="x")), Failed)
    bad = Outgoing(key="u", address=ZHOU, kind="update", task="c", card=APPROVAL, receipt={"codes": [1]})
    assert isinstance(await here.app.send(bad), Failed)


async def test_a_second_of_a_kind_is_shown_where_the_platform_answers_less_to_repeats() -> None:
    async with scene(limits=WeComLimits(duplicate_answer="bare")) as here:
        here.platform.faults.append(Fault(path="/cgi-bin/message/send", kind="reset_after"))
        card = Outgoing(key="c1", address=ZHOU, kind="card", card=APPROVAL)
        assert isinstance(await here.app.send(card), Failed)
        assert await here.app.send(card) == Sent({"msgid": "", "codes": []})
        assert len(here.seen("ZhouQiang")) == 1


async def test_all_three_are_channels(here: Scene) -> None:
    channels: list[Channel] = [here.app, here.bot, here.group]
    assert [(each.platform, each.personal) for each in channels] == [
        ("wecom", True),
        ("wecom", False),
        ("wecom", False),
    ]


async def test_the_platform_takes_every_kind_of_body_we_can_write(here: Scene) -> None:
    picture = {"title": "周报", "subtitle": "第 1 周", "image": f"{SITE}/w1.png", "page": SITE}
    bodies = {
        "text": messages.text("您好"),
        "markdown": messages.markdown("**库存** SKU_1 <12>"),
        "textcard": messages.textcard("周报", "新增 6\n赢单 2", SITE, "查看"),
        "template_card": news_notice(**picture),
    }
    for kind, body in bodies.items():
        sent = messages.to_member(ZHOU, AGENT, kind, body, key=kind)
        assert (await here.app._api.post("message/send", sent)).good
    sent = await here.app.send(Outgoing(key="c1", address=ZHOU, kind="card", card=APPROVAL))
    assert isinstance(sent, Sent)
    ((code, _),) = sent.receipt["codes"]
    greyed = messages.greyed(AGENT, code, "李娜 已同意")
    assert (await here.app._api.post("message/update_template_card", greyed)).good
    assert len(here.seen("ZhouQiang")) == 5
    assert here.seen("ZhouQiang")[-1].closed_for == {"ZhouQiang": "李娜 已同意"}
    here.spotless()
