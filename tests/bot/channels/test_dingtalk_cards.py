"""Cards as DingTalk shows them, with the template and without."""

import json
from urllib.parse import unquote

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.channels.dingtalk import card_template
from bot.channels.dingtalk.cards import BODY_LIMIT, VALUE_LIMIT, action_card, variables
from bot.channels.dingtalk.markdown import broken, escaped, link, plain, speaking
from handlers.dialogue.card import Button, Card, Choice, Input, Option, Tone
from tests.bot.channels.dingtalk_scene import approval, with_form

CARDS = {
    "approval": approval(),
    "closed": approval(subtitle="已同意", tone=Tone.SUCCESS, closed=True),
    "form": with_form(),
    "several": approval(
        choices=(
            Choice(
                field="who",
                title="请谁看",
                multiple=True,
                selected="li,wang",
                options=(Option(id="li", text="李四"), Option(id="zhao", text="赵六"), Option(id="wang", text="王五")),
            ),
        )
    ),
    "many_buttons": approval(
        buttons=tuple(Button(text=f"第{n}项", command=f"pick {n}", says=f"选 {n}") for n in range(1, 8))
    ),
    "one_button": approval(buttons=(Button(text="完成", command="task.done", says="完成 T-000001"),)),
    "wordless_button": approval(buttons=(Button(text="下一页", command="page.next", says=""),)),
    "plain": Card(title="今日待跟进", text="1. 宏达电子\n2. 远山机械"),
    "hostile": Card(
        title="# 标题 [a](http://evil)",
        subtitle="*粗* `码`",
        text="> 引用\n## 二级\n![图](http://evil/x.png) <b>3*4*5</b> a_b_c",
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_the_variables_of_the_template(name: str, snapshot: SnapshotAssertion) -> None:
    assert variables(CARDS[name], key="approval-7", rev=3) == snapshot


@pytest.mark.parametrize("personal", [True, False], ids=["personal", "group"])
@pytest.mark.parametrize("name", CARDS)
def test_the_card_without_a_template(name: str, personal: bool, snapshot: SnapshotAssertion) -> None:
    card = action_card(CARDS[name], personal=personal)
    key, parameters = card.sample()
    assert {"msgKey": key, "msgParam": parameters, "webhook": card.webhook()["msgtype"]} == snapshot


def test_all_variables_are_strings_and_always_the_same_ones() -> None:
    names = set(card_template.DESCRIPTIONS)
    for card in CARDS.values():
        values = variables(card, key="k", rev=1)
        assert set(values) == names
        assert all(isinstance(value, str) for value in values.values())


def test_every_button_speaks_the_words_that_can_be_typed() -> None:
    card = action_card(approval(), personal=True)
    spoken = [unquote(address.partition("content=")[2]) for _, address in card.buttons]
    assert spoken == ["同意 A-000123", "拒绝 A-000123"]
    assert all(f"「{words}」" in card.text for words in spoken)


def test_nothing_speaks_in_a_group() -> None:
    card = action_card(with_form(), personal=False)
    assert card.buttons == ()
    assert "dtmd" not in card.text


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"title": "长" * 400}, "title"),
        ({"subtitle": "长" * 400}, "status"),
        ({"page": "https://crm.example/" + "a" * VALUE_LIMIT}, "url"),
        ({"text": "长" * BODY_LIMIT}, "body"),
        ({"buttons": (Button(text="同意", command="x" * (VALUE_LIMIT + 1), says="同意"),)}, "btn1Action"),
        ({"input": Input(field="note", label="意见", hint="长" * 400)}, "form"),
    ],
)
def test_a_value_too_long_for_the_platform_is_refused(changed: dict[str, object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        variables(approval(**changed), key="k", rev=1)


def test_a_handle_of_the_longest_length_passes() -> None:
    command = "x" * VALUE_LIMIT
    values = variables(approval(buttons=(Button(text="同意", command=command, says=""),)), key="k", rev=1)
    assert values["btn1Action"] == command


def test_a_form_carries_the_first_buttons_handle_and_the_revision() -> None:
    fields = {field["name"]: field for field in json.loads(variables(with_form(), key="k", rev=4)["form"])["fields"]}
    assert fields["action"]["hidden"]
    assert fields["action"]["defaultValue"] == with_form().buttons[0].command
    assert fields["rev"]["defaultValue"] == "4"
    assert fields["stage"]["defaultValue"] == {"index": 0, "value": "visit"}


def test_what_people_write_stays_what_it_is() -> None:
    assert escaped("[x](http://evil)") == "［x］(http://evil)"
    assert plain("一\n二\r\n三") == "一  \n  二  \n  三"
    assert broken("a  \n  b") == "a  \n  b"
    assert link("a]b", "https://x.example/a(b) c") == "[a］b](https://x.example/a%28b%29%20c)"
    assert speaking("同意 A&B") == "dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F%20A%26B"


def test_the_template_file_is_up_to_date() -> None:
    assert card_template.FILE.read_text("utf-8") == card_template.rendered()


def test_every_request_of_the_template_echoes_handle_and_revision() -> None:
    editor = json.loads(card_template.template()["editorData"])
    (root,) = editor["schema"]["componentsTree"]
    requests = [c for c in root["children"] if c["props"].get("actionType") == "request"]
    assert [c["componentName"] for c in requests] == ["Form", *["SingleButton"] * 4]
    for request in requests:
        bound = {param["name"]: param["variable"] for param in request["props"]["params"]}
        assert bound == {"action": bound["action"], "bizId": "bizId", "rev": "rev"}
        assert bound["action"].endswith("Action")
    declared = {one["name"] for one in editor["variableList"]}
    assert {bound["action"], "rev", "bizId"} <= declared
