"""Template cards: validators, presses, codes and updates."""

import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground.wecom.cards import check_card
from bot.playground.wecom.results import ApiError
from tests.bot.playground.wecom_service import Heard, Service, a_service

BUTTONS: dict[str, Any] = {
    "card_type": "button_interaction",
    "main_title": {"title": "特价申请", "desc": "周强 提交"},
    "sub_title_text": "华东医疗 SKU-10086 ×200",
    "horizontal_content_list": [{"keyname": "毛利", "value": "21%"}],
    "task_id": "req-1",
    "button_selection": {
        "question_key": "warehouse",
        "title": "发货仓",
        "option_list": [{"id": "hz", "text": "杭州"}, {"id": "sh", "text": "上海"}],
        "selected_id": "sh",
    },
    "button_list": [
        {"text": "同意", "style": 1, "key": "yes"},
        {"text": "驳回", "style": 2, "key": "no"},
        {"type": 1, "text": "详情", "url": "https://crm.example.com/r/7"},
    ],
}
NOTICE: dict[str, Any] = {
    "card_type": "text_notice",
    "source": {"desc": "CRM 助手", "desc_color": 1},
    "action_menu": {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
    "task_id": "digest-1",
    "main_title": {"title": "今日跟进", "desc": "共 3 位客户"},
    "emphasis_content": {"title": "3", "desc": "待回访"},
    "jump_list": [{"type": 1, "title": "打开待办", "url": "https://crm.example.com/todo"}],
    "card_action": {"type": 1, "url": "https://crm.example.com/todo"},
}
NEWS: dict[str, Any] = {
    "card_type": "news_notice",
    "main_title": {"title": "周报"},
    "card_image": {"url": "https://crm.example.com/w1.png", "aspect_ratio": 1.5},
    "vertical_content_list": [{"title": "赢单", "desc": "2 单"}],
    "card_action": {"type": 1, "url": "https://crm.example.com/w/1"},
}
VOTE: dict[str, Any] = {
    "card_type": "vote_interaction",
    "main_title": {"title": "回访时间"},
    "task_id": "vote-1",
    "checkbox": {
        "question_key": "slot",
        "mode": 1,
        "option_list": [
            {"id": "mon", "text": "周一", "is_checked": False},
            {"id": "wed", "text": "周三", "is_checked": True},
        ],
    },
    "submit_button": {"text": "提交", "key": "submit_slot"},
}
MULTIPLE: dict[str, Any] = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "补全跟进"},
    "task_id": "fill-1",
    "select_list": [
        {"question_key": "stage", "option_list": [{"id": "visit", "text": "拜访"}, {"id": "quote", "text": "报价"}]},
        {"question_key": "next", "option_list": [{"id": "d1", "text": "明天"}]},
    ],
    "submit_button": {"text": "保存", "key": "save"},
}
ALL = (BUTTONS, NOTICE, NEWS, VOTE, MULTIPLE)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service() as service:
        yield service


@pytest.mark.parametrize("card", ALL, ids=lambda card: card["card_type"])
def test_the_examples_of_the_documentation_are_accepted(card: dict[str, Any]) -> None:
    checked = check_card(card)
    assert (checked.card, checked.overlong, checked.ignored) == (card, [], [])


def with_(card: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of a card with another value at a dotted path; `...` deletes."""
    changed = copy.deepcopy(card)
    place: Any = changed
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return changed


@pytest.mark.parametrize(
    ("card", "path", "value", "code"),
    [
        (BUTTONS, "card_type", "tex_notice", 42031),
        (BUTTONS, "task_id", ..., 42014),
        (BUTTONS, "task_id", "a b", 42014),
        (BUTTONS, "task_id", "任务", 42014),
        (BUTTONS, "task_id", "x" * 129, 42014),
        (NOTICE, "task_id", ..., 42014),
        (BUTTONS, "main_title", {"desc": "a"}, 42033),
        (BUTTONS, "main_title", "a", 40035),
        (BUTTONS, "main_title.title", 7, 40035),
        (BUTTONS, "horizontal_content_list", [{"keyname": "a"}] * 7, 42035),
        (BUTTONS, "horizontal_content_list", {"keyname": "a"}, 40035),
        (BUTTONS, "horizontal_content_list.0", {"value": "a"}, 42027),
        (BUTTONS, "horizontal_content_list.0", {"keyname": "a", "type": 1}, 42028),
        (BUTTONS, "horizontal_content_list.0", {"keyname": "a", "type": 2}, 42029),
        (BUTTONS, "horizontal_content_list.0", {"keyname": "a", "type": 3}, 42050),
        (BUTTONS, "horizontal_content_list.0", {"keyname": "a", "type": "1"}, 40035),
        (BUTTONS, "button_list", [], 42038),
        (BUTTONS, "button_list", [{"text": str(n), "key": str(n)} for n in range(7)], 42038),
        (BUTTONS, "button_list", ..., 42038),
        (BUTTONS, "button_list.0", {"key": "a"}, 42038),
        (BUTTONS, "button_list.0", {"text": "a"}, 42039),
        (BUTTONS, "button_list.0.key", "no", 42039),
        (BUTTONS, "button_list.0.key", "x" * 1025, 42039),
        (BUTTONS, "button_list.0.style", 5, 40035),
        (BUTTONS, "button_list.2", {"type": 1, "text": "a"}, 42028),
        (BUTTONS, "button_selection.question_key", ..., 42043),
        (BUTTONS, "button_selection.option_list", [], 42037),
        (BUTTONS, "button_selection.option_list.0.id", "x" * 129, 42040),
        (BUTTONS, "button_selection.option_list.0.id", "sh", 42040),
        (BUTTONS, "button_selection.option_list.0.text", "", 42041),
        (BUTTONS, "quote_area", {"type": 2}, 42030),
        (NOTICE, "action_menu.action_list", [{"text": "a", "key": "k"}] * 2, 42051),
        (NOTICE, "action_menu.action_list", [], 42017),
        (NOTICE, "card_action", ..., 42045),
        (NOTICE, "card_action", {"type": 0}, 42045),
        (NOTICE, "card_action", {"type": 1}, 42045),
        (NOTICE, "jump_list", [{"title": "a"}] * 4, 42042),
        (NOTICE, "jump_list.0", {"type": 1, "title": "a"}, 42028),
        (NEWS, "card_image", ..., 42044),
        (NEWS, "card_image.aspect_ratio", 3, 42044),
        (NEWS, "vertical_content_list", [{"title": "a"}] * 5, 42036),
        (VOTE, "checkbox", ..., 42037),
        (VOTE, "checkbox.option_list.0.is_checked", "false", 40035),
        (VOTE, "submit_button", ..., 42046),
        (VOTE, "submit_button.text", "", 42049),
        (MULTIPLE, "select_list", [], 42047),
        (MULTIPLE, "select_list.1.question_key", "stage", 42043),
        (MULTIPLE, "submit_button.key", "", 42046),
    ],
)
def test_a_wrong_part_is_refused(card: dict[str, Any], path: str, value: object, code: int) -> None:
    with pytest.raises(ApiError) as refused:
        check_card(with_(card, path, value))
    assert refused.value.code == code


def test_what_a_type_does_not_have_is_ignored_and_noted() -> None:
    checked = check_card(with_(VOTE, "jump_list", [{"title": "a"}]))
    assert "jump_list" not in checked.card
    assert checked.ignored == ["vote_interaction.jump_list"]


def test_recommended_lengths_are_noted() -> None:
    checked = check_card(with_(VOTE, "main_title.title", "字" * 17))
    assert [(each.field, each.length, each.limit) for each in checked.overlong] == [("main_title.title", 17, 16)]


def test_cards_of_webhooks_and_bots_differ() -> None:
    with pytest.raises(ApiError):
        check_card(BUTTONS, "webhook")
    with pytest.raises(ApiError):
        check_card(NOTICE, "webhook")
    with pytest.raises(ApiError):
        check_card(with_(NOTICE, "horizontal_content_list", [{"keyname": "a", "type": 2, "media_id": "m"}]), "bot")
    ask = with_(NOTICE, "jump_list", [{"type": 3, "title": "问", "question": "库存"}])
    assert check_card(ask, "bot").card["jump_list"][0]["question"] == "库存"
    with pytest.raises(ApiError):
        check_card(ask)


async def sent(service: Service, card: dict[str, Any], touser: str = "lina|zhouqiang") -> dict[str, Any]:
    answer = await service.send(touser, "template_card", card)
    assert answer["errcode"] == 0, answer
    return answer


async def update(service: Service, code: str, **more: Any) -> dict[str, Any]:
    body = {"agentid": 1000002, "response_code": code, **more}
    return await service.post("message/update_template_card", body)


async def test_a_card_goes_out_comes_back_and_is_closed_for_all(service: Service) -> None:
    await sent(service, BUTTONS)
    bubble = service.platform.screens.seen("lina")[0]
    await service.platform.press("lina", bubble.id, "同意")

    heard = service.heard[0].xml
    assert (heard["Event"], heard["EventKey"], heard["TaskId"]) == ("template_card_event", "yes", "req-1")
    assert "<OptionId><![CDATA[sh]]></OptionId>" in service.heard[0].plain
    answer = await update(service, heard["ResponseCode"], atall=1, button={"replace_name": "李娜 已同意"})

    assert (answer["errcode"], answer["invaliduser"]) == (0, [])
    assert bubble.closed_for == {"lina": "李娜 已同意"}
    assert service.platform.screens.seen("zhouqiang")[0].closed_for == {"zhouqiang": "李娜 已同意"}
    with pytest.raises(ValueError, match="变灰"):
        await service.platform.press("lina", bubble.id, "no")
    again = await update(service, heard["ResponseCode"], atall=1, button={"replace_name": "x"})
    assert again["errcode"] == 60140


async def test_a_press_alone_does_not_grey_the_card(service: Service) -> None:
    await sent(service, BUTTONS)
    bubble = service.platform.screens.seen("lina")[0]
    await service.platform.press("lina", bubble.id, "yes", {"warehouse": ["杭州"]})
    await service.platform.press("lina", bubble.id, "yes")
    codes = {heard.xml["ResponseCode"] for heard in service.heard}
    assert len(codes) == 2
    assert "<OptionId><![CDATA[hz]]></OptionId>" in service.heard[0].plain


@pytest.mark.parametrize(
    ("account", "button", "choices"),
    [
        ("lina", "delete", {}),
        ("lina", "详情", {}),
        ("ligong", "yes", {}),
        ("lina", "yes", {"colour": ["red"]}),
        ("lina", "yes", {"warehouse": ["bj"]}),
        ("lina", "yes", {"warehouse": ["hz", "sh"]}),
    ],
)
async def test_only_what_is_there_can_be_pressed(service: Service, account: str, button: str, choices: Any) -> None:
    await sent(service, BUTTONS)
    bubble = service.platform.screens.seen("lina")[0]
    with pytest.raises(ValueError):
        await service.platform.press(account, bubble.id, button, choices)
    assert service.heard == []


async def test_votes_and_forms_send_what_was_chosen(service: Service) -> None:
    await sent(service, VOTE, "lina")
    await sent(service, MULTIPLE, "lina")
    vote, form = service.platform.screens.seen("lina")
    await service.platform.press("lina", vote.id, "提交", {"slot": ["mon", "周三"]})
    await service.platform.press("lina", form.id, "save", {"stage": ["quote"]})
    assert "<OptionId><![CDATA[mon]]></OptionId><OptionId><![CDATA[wed]]></OptionId>" in service.heard[0].plain
    assert service.heard[1].plain.count("<SelectedItem>") == 2


async def test_the_menu_of_a_notice_has_an_event_of_its_own(service: Service) -> None:
    answer = await sent(service, NOTICE, "lina")
    assert answer["response_code"]
    await service.platform.press("lina", service.platform.screens.seen("lina")[0].id, "不再提醒")
    heard = service.heard[0].xml
    assert (heard["Event"], heard["EventKey"], heard["CardType"]) == ("template_card_menu_event", "mute", "text_notice")
    assert "response_code" not in await sent(service, NEWS, "lina")


async def test_one_member_sees_another_card_than_the_rest(service: Service) -> None:
    answer = await sent(service, BUTTONS)
    card = {"card_type": "text_notice", "main_title": {"title": "已同意"}, "card_action": NOTICE["card_action"]}
    updated = await update(service, answer["response_code"], userids=["LINA", "Ghost"], template_card=card)
    assert updated["invaliduser"] == ["ghost"]
    assert service.platform.screens.seen("lina")[0].body_for("lina") == card
    assert service.platform.screens.seen("zhouqiang")[0].body_for("zhouqiang") == BUTTONS


async def test_a_replaced_card_can_carry_new_buttons_or_grey_ones(service: Service) -> None:
    answer = await sent(service, BUTTONS, "lina")
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": "a"},
        "button_list": [{"text": "撤回", "key": "u"}],
    }
    await update(service, answer["response_code"], atall=1, template_card=card)
    bubble = service.platform.screens.seen("lina")[0]
    await service.platform.press("lina", bubble.id, "撤回")
    heard = service.heard[0].xml
    assert (heard["EventKey"], heard["TaskId"]) == ("u", "req-1")
    await update(service, heard["ResponseCode"], atall=1, template_card={**card, "replace_text": "已处理"})
    assert bubble.closed_for == {"lina": "已处理"}


async def test_targets_and_codes_of_updates_are_checked(service: Service) -> None:
    code = (await sent(service, BUTTONS))["response_code"]
    button = {"button": {"replace_name": "x"}}
    assert (await update(service, code, **button))["errcode"] == 82101
    assert (await update(service, code, userids=["ligong"], **button))["errcode"] == 82102
    assert (await update(service, code, userids="lina", **button))["errcode"] == 40035
    assert (await update(service, "RC_other", atall=1, **button))["errcode"] == 60140
    assert (await update(service, code, atall=1))["errcode"] == 40063
    foreign = {"agentid": 1000003, "response_code": code, "atall": 1, **button}
    answer = await service.post("message/update_template_card", foreign, secret="other-secret")
    assert answer["errcode"] == 42015
    service.clock.pass_by(hours=72)
    assert (await update(service, code, atall=1, **button))["errcode"] == 60140


async def test_a_task_id_is_never_free_again(service: Service) -> None:
    await sent(service, BUTTONS)
    service.clock.pass_by(days=365)
    assert (await service.send("lina", "template_card", BUTTONS))["errcode"] == 42014


async def test_the_platform_may_forget_a_task(service: Service) -> None:
    code = (await sent(service, BUTTONS))["response_code"]
    service.platform.cards.forget(service.platform.screens.seen("lina")[0])
    assert (await update(service, code, atall=1, button={"replace_name": "x"}))["errcode"] == 42016


async def test_ids_in_a_new_card_are_translated(service: Service) -> None:
    code = (await sent(service, BUTTONS))["response_code"]
    card = {**BUTTONS, "main_title": {"title": "$userName=lina$ 已同意"}}
    await update(service, code, atall=1, template_card=card, enable_id_trans=1)
    assert service.platform.screens.seen("lina")[0].body["main_title"] == {"title": "李娜 已同意"}


async def test_a_passive_update_changes_the_card_of_the_one_who_pressed(service: Service) -> None:
    await sent(service, BUTTONS)
    service.answer = lambda heard: app_reply(heard, "<MsgType>update_button</MsgType>", "Button", "ReplaceName", "已办")
    bubble = service.platform.screens.seen("lina")[0]
    await service.platform.press("lina", bubble.id, "yes")
    assert bubble.closed_for == {"lina": "已办"}
    assert service.platform.screens.seen("zhouqiang")[0].closed_for == {}
    service.platform.limits.passive_card_update = False
    other = service.platform.screens.seen("zhouqiang")[0]
    await service.platform.press("zhouqiang", other.id, "yes")
    assert other.closed_for == {}


async def test_a_passive_card_is_written_in_pascal_case(service: Service) -> None:
    await sent(service, BUTTONS, "lina")
    card = (
        "<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>"
        "<MainTitle><Title>已同意</Title></MainTitle>"
        "<HorizontalContentList><KeyName>毛利</KeyName><Value>21%</Value><Type>0</Type></HorizontalContentList>"
        "<ButtonList><Text>撤回</Text><Style>2</Style><Key>undo</Key></ButtonList>"
        "<ButtonList><Text>详情</Text><Key>more</Key></ButtonList><ReplaceText>完成</ReplaceText></TemplateCard>"
    )
    service.answer = lambda heard: app_reply(heard, card)
    bubble = service.platform.screens.seen("lina")[0]
    await service.platform.press("lina", bubble.id, "yes")
    assert bubble.body_for("lina")["button_list"][0] == {"text": "撤回", "style": 2, "key": "undo"}
    assert bubble.body_for("lina")["horizontal_content_list"] == [{"keyname": "毛利", "value": "21%", "type": 0}]
    assert bubble.closed_for == {"lina": "完成"}
    assert service.platform.notes.refused == []


def app_reply(heard: Heard, markup: str, *path: str) -> str:
    """A passive reply with the names swapped; the last of `path` is the text of the elements before it."""
    *names, text = path or ("",)
    inner = "".join(f"<{name}>" for name in names) + text + "".join(f"</{name}>" for name in reversed(names))
    to, sender = heard.xml["FromUserName"], heard.xml["ToUserName"]
    head = f"<ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>1767585600</CreateTime>"
    return f"<xml>{head}{markup}{inner}</xml>"
