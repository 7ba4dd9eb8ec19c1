"""Interactive cards: creating, delivering, updating, pressing, and what each person sees."""

import asyncio
import json
from typing import Any

import pytest

from bot.playground.dingtalk import CardTemplate, DingTalkLimits
from bot.playground.dingtalk.frames import CARD
from tests.bot.playground.dingtalk_service import CLIENT, CORP, GROUP, TEMPLATE, Scene, ok, serving, silent

CARDS = "/v1.0/card/instances"
VARIABLES = {
    "title": "特价申请 000123",
    "status": "待审批",
    "canAct": "true",
    "bizId": "000123",
    "rev": "1",
    "btn1Text": "同意",
    "btn1Action": "agree",
    "btn2Text": "拒绝",
    "btn2Action": "refuse",
}
FORM = {
    "fields": [
        {"name": "stage", "type": "SELECT", "options": [{"value": "visit", "text": "拜访"}, {"value": "quote"}]},
        {"name": "note", "type": "TEXT"},
        {"name": "action", "type": "TEXT", "hidden": True, "defaultValue": "agree"},
    ]
}


def card(**changed: Any) -> dict[str, Any]:
    return {
        "cardTemplateId": TEMPLATE,
        "outTrackId": "crm-approve-000123-r1",
        "userIdType": 1,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": VARIABLES},
        "openSpaceId": "dtv1.card//IM_ROBOT.manager09",
        "imRobotOpenSpaceModel": {"supportForward": False, "lastMessageI18n": {"ZH_CN": "特价申请"}},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": CLIENT},
        "imGroupOpenSpaceModel": {"supportForward": False},
        "imGroupOpenDeliverModel": {"robotCode": CLIENT},
        **changed,
    }


async def delivered(scene: Scene, **changed: Any) -> str:
    """The bubble of a card that was delivered."""
    status, answer = await scene.api("POST", f"{CARDS}/createAndDeliver", card(**changed))
    assert status == 200, answer
    assert all(one["success"] for one in answer["result"]["deliverResults"])
    return scene.platform.screens.bubbles[-1].id


def answering(response: Any) -> Any:
    def answer(frame: dict[str, Any]) -> dict[str, Any]:
        if frame["headers"]["topic"] != CARD:
            return ok(frame)
        return {"code": 200, "data": json.dumps({"response": response})}

    return answer


async def test_a_delivered_card_shows_its_variables_and_buttons() -> None:
    async with serving() as scene:
        bubble = scene.platform.screens.find(await delivered(scene))
        assert (bubble.kind, bubble.chat, bubble.seen_by) == ("card", "manager09", ("manager09",))
        assert bubble.body["template"] == TEMPLATE
        assert bubble.body["outTrackId"] == "crm-approve-000123-r1"
        assert bubble.body["params"] == VARIABLES
        assert bubble.body["buttons"] == [{"key": "btn1", "text": "同意"}, {"key": "btn2", "text": "拒绝"}]


async def test_a_press_makes_the_documented_callback() -> None:
    async with serving() as scene:
        client = await scene.connect()
        bubble = await delivered(scene, openSpaceId=f"dtv1.card//IM_GROUP.{GROUP}")
        await scene.platform.press("lisi02", bubble, "拒绝")
        (callback,) = client.data(CARD)
        assert callback["outTrackId"] == "crm-approve-000123-r1"
        assert (callback["corpId"], callback["userId"], callback["userIdType"]) == (CORP, "lisi02", 1)
        assert (callback["spaceType"], callback["spaceId"], callback["extension"]) == ("IM_GROUP", GROUP, "{}")
        assert json.loads(callback["content"]) == {
            "cardPrivateData": {
                "actionIds": ["btn2"],
                "params": {"action": "refuse", "bizId": "000123", "rev": "1"},
            }
        }


async def test_the_answer_changes_the_card_for_all_and_for_the_one_who_pressed() -> None:
    async with serving() as scene:
        answer = {
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
            "cardData": {"cardParamMap": {"status": "处理中"}},
            "userPrivateData": {"cardParamMap": {"canAct": "false"}},
        }
        await scene.connect(answering(answer))
        bubble = await delivered(scene, openSpaceId=f"dtv1.card//IM_GROUP.{GROUP}")
        await scene.platform.press("lisi02", bubble, "btn1")
        mine, others = scene.platform.view("lisi02", bubble), scene.platform.view("manager09", bubble)
        assert mine["params"]["status"] == others["params"]["status"] == "处理中"
        assert (mine["buttons"], len(others["buttons"])) == ([], 2)
        with pytest.raises(KeyError):
            await scene.platform.press("lisi02", bubble, "btn1")


@pytest.mark.parametrize("answer", [{}, None, "OK"])
async def test_an_empty_answer_leaves_the_card_as_it_is(answer: Any) -> None:
    async with serving() as scene:
        await scene.connect(answering(answer))
        bubble = await delivered(scene)
        await scene.platform.press("manager09", bubble, "同意")
        assert scene.platform.view("manager09", bubble)["params"] == VARIABLES
        assert len(scene.platform.screens.bubbles) == 1


async def test_an_answer_without_options_overwrites() -> None:
    async with serving() as scene:
        await scene.connect(answering({"cardData": {"cardParamMap": {"status": "已同意"}}}))
        bubble = await delivered(scene)
        await scene.platform.press("manager09", bubble, "同意")
        assert scene.platform.view("manager09", bubble)["params"] == {"status": "已同意"}


@pytest.mark.parametrize(
    "answer",
    [
        silent,
        lambda frame: {"code": 500, "data": "{}"},
        answering({"cardData": {"cardParamMap": {"count": 3}}}),
        answering({"cardData": "nonsense"}),
    ],
)
async def test_a_missing_or_useless_answer_shows_a_hint(answer: Any) -> None:
    async with serving() as scene:
        await scene.connect(answer)
        bubble = await delivered(scene)
        await scene.platform.press("manager09", bubble, "同意")
        assert scene.platform.screens.bubbles[-1].body == {"text": "操作失败，请稍后再试"}


async def test_without_callback_type_or_connection_a_press_fails_at_once() -> None:
    async with serving(limits=DingTalkLimits()) as scene:
        lonely = await delivered(scene)
        await scene.connect()
        mute = await delivered(scene, outTrackId="crm-2", callbackType="")
        for bubble in (lonely, mute):
            if bubble == lonely:
                await scene.platform.gateway.abort(CLIENT)
                await asyncio.sleep(0.05)
            await scene.platform.press("manager09", bubble, "同意")
        assert [one.kind for one in scene.platform.screens.bubbles].count("notice") == 2


async def test_a_form_is_sent_by_its_own_button_with_its_hidden_fields() -> None:
    async with serving() as scene:
        client = await scene.connect()
        data = {"cardParamMap": VARIABLES | {"form": json.dumps(FORM, ensure_ascii=False)}}
        bubble = await delivered(scene, cardData=data)
        assert {"key": "form", "text": "提交"} in scene.platform.view("manager09", bubble)["buttons"]
        await scene.platform.press("manager09", bubble, "提交", {"stage": ["quote"], "note": ["已报价"]})
        action = json.loads(client.data(CARD)[0]["content"])["cardPrivateData"]
        assert action == {
            "actionIds": ["form"],
            "params": {
                "action": "agree",
                "bizId": "000123",
                "rev": "1",
                "form": {"stage": {"index": 1, "value": "quote"}, "note": "已报价", "action": "agree"},
            },
        }


async def test_a_link_button_opens_on_the_device_and_outlives_the_others() -> None:
    async with serving() as scene:
        client = await scene.connect()
        more = {"url": "https://crm.example/a", "urlText": "打开", "canAct": "false"}
        bubble = await delivered(scene, cardData={"cardParamMap": VARIABLES | more})
        seen = scene.platform.view("manager09", bubble)
        assert (seen["buttons"], seen["links"]) == ([], [{"text": "打开", "url": "https://crm.example/a"}])
        await scene.platform.press("manager09", bubble, "打开")
        assert not client.data(CARD)


async def test_an_update_overwrites_unless_told_by_key() -> None:
    async with serving() as scene:
        bubble = await delivered(scene)
        by_key = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
        update = {
            "outTrackId": "crm-approve-000123-r1",
            "cardData": {"cardParamMap": {"status": "已同意", "canAct": "false"}},
            "privateData": {"manager09": {"cardParamMap": {"note": "您已同意"}}},
            "cardUpdateOptions": by_key,
        }
        assert (await scene.api("PUT", CARDS, update))[1] == {"success": True, "result": True}
        seen = scene.platform.view("manager09", bubble)["params"]
        assert seen == VARIABLES | {"status": "已同意", "canAct": "false", "note": "您已同意"}
        await scene.api("PUT", CARDS, {key: update[key] for key in ("outTrackId", "cardData")})
        assert scene.platform.view("manager09", bubble)["params"] == {
            "status": "已同意",
            "canAct": "false",
            "note": "您已同意",
        }
        _, answer = await scene.api("PUT", CARDS, update | {"outTrackId": "crm-other"})
        assert answer["code"] == "param.cardNotExist"


async def test_private_variables_not_ticked_in_the_template_are_ignored() -> None:
    templates = [CardTemplate(id=TEMPLATE, private=frozenset({"note"}))]
    async with serving(templates=templates) as scene:
        private = {"manager09": {"cardParamMap": {"note": "只给您", "status": "假的"}}}
        bubble = await delivered(scene, privateData=private)
        seen = scene.platform.view("manager09", bubble)["params"]
        assert (seen["note"], seen["status"]) == ("只给您", "待审批")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"cardTemplateId": "foreign.schema"}, "param.templateNotExist"),
        ({"cardTemplateId": "draft.schema"}, "param.templateUnpublished"),
        ({"outTrackId": "x" * 101}, "param.outTrackIdInvalid"),
        ({"cardData": {"cardParamMap": {"count": 3}}}, "param.cardParamMapInvalid"),
        ({"cardData": {"cardParamMap": {"title": "长" * 342}}}, "param.cardParamTooLong"),
        ({"cardData": {"cardParamMap": {"k" * 101: "v"}}}, "param.cardParamTooLong"),
        ({"cardData": {"cardParamMap": {f"k{n}": "v" * 1020 for n in range(101)}}}, "param.cardDataTooLong"),
        ({"cardData": "title"}, "param.cardParamMapInvalid"),
        ({"privateData": ["manager09"]}, "param.privateDataInvalid"),
        ({"callbackType": "stream"}, "param.callbackTypeInvalid"),
        ({"callbackType": "HTTP", "callbackRouteKey": "none"}, "param.callbackRouteKeyNotExist"),
        ({"openSpaceId": "IM_ROBOT.manager09"}, "param.openSpaceIdInvalid"),
        ({"imRobotOpenSpaceModel": {}}, "param.spaceModelInvalid"),
        ({"privateData": {"nobody": {"cardParamMap": {}}}}, "param.userIdNotExist"),
    ],
)
async def test_a_wrong_card_is_refused(changed: dict[str, Any], code: str) -> None:
    async with serving(
        templates=[CardTemplate(id=TEMPLATE), CardTemplate(id="draft.schema", published=False)]
    ) as scene:
        status, answer = await scene.api("POST", f"{CARDS}/createAndDeliver", card(**changed))
        assert (status, answer["code"]) == (400, code)


async def test_the_same_out_track_id_is_refused_and_shown_once() -> None:
    async with serving() as scene:
        await delivered(scene)
        _, answer = await scene.api("POST", f"{CARDS}/createAndDeliver", card())
        assert answer["code"] == "param.cardAlreadyExist"
        assert len(scene.platform.screens.bubbles) == 1


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"openSpaceId": "dtv1.card//IM_ROBOT.manager09;IM_ROBOT.gone"}, ["", "spaceId is illegal"]),
        ({"openSpaceId": "dtv1.card//IM_GROUP.cidOther"}, ["spaceId is illegal"]),
        ({"imRobotOpenDeliverModel": None}, ["deliver model of IM_ROBOT is missing"]),
        ({"imRobotOpenSpaceModel": None}, ["space model of IM_ROBOT is missing"]),
        ({"imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": "x"}}, ["robotCode is illegal"]),
    ],
)
async def test_a_delivery_can_fail_inside_success(changed: dict[str, Any], errors: list[str]) -> None:
    async with serving() as scene:
        status, answer = await scene.api("POST", f"{CARDS}/createAndDeliver", card(**changed))
        assert (status, answer["success"]) == (200, True)
        results = answer["result"]["deliverResults"]
        assert [one["errorMsg"] for one in results] == errors
        assert [one["success"] for one in results] == [not error for error in errors]


async def test_create_add_space_and_deliver_one_by_one() -> None:
    async with serving() as scene:
        body = card(imGroupOpenSpaceModel=None)
        _, created = await scene.api("POST", CARDS, body)
        assert created == {"success": True, "result": "crm-approve-000123-r1"}
        assert not scene.platform.screens.bubbles
        place = {
            "outTrackId": "crm-approve-000123-r1",
            "openSpaceId": f"dtv1.card//im_group.{GROUP}",
            "imGroupOpenDeliverModel": {
                "robotCode": CLIENT,
                "recipients": ["manager09", "zhangsan01"],
                "atUserIds": {"manager09": "王经理"},
            },
        }
        _, refused = await scene.api("POST", f"{CARDS}/deliver", place)
        assert not refused["result"][0]["success"]
        await scene.api(
            "PUT",
            f"{CARDS}/spaces",
            {"outTrackId": "crm-approve-000123-r1", "imGroupOpenSpaceModel": {"supportForward": True}},
        )
        _, done = await scene.api("POST", f"{CARDS}/deliver", place)
        assert done["result"][0]["carrierId"]
        (bubble,) = scene.platform.screens.bubbles
        assert bubble.seen_by == ("zhangsan01", "manager09")
        assert bubble.body["at"] == ["manager09"]


async def test_union_ids_are_used_where_asked_for() -> None:
    async with serving() as scene:
        client = await scene.connect()
        union_id = scene.platform.ground.union_id("manager09")
        bubble = await delivered(scene, userIdType=2, openSpaceId=f"dtv1.card//IM_ROBOT.{union_id}")
        await scene.platform.press("manager09", bubble, "同意")
        assert client.data(CARD)[0]["userId"] == union_id


async def test_streaming_grows_a_variable_and_not_too_fast() -> None:
    async with serving() as scene:
        bubble = await delivered(scene)
        body = {"outTrackId": "crm-approve-000123-r1", "guid": "1", "key": "content", "content": "你", "isFull": True}
        assert (await scene.api("PUT", "/v1.0/card/streaming", body))[0] == 200
        assert scene.platform.view("manager09", bubble)["params"]["content"] == "你"
        assert (await scene.api("PUT", "/v1.0/card/streaming", body))[0] == 403


async def test_a_callback_route_is_registered_once_unless_forced() -> None:
    async with serving() as scene:
        body = {"callbackRouteKey": "crm", "callbackUrl": "https://crm.example/cards", "apiSecret": "s"}
        _, answer = await scene.api("POST", "/v1.0/card/callbacks/register", body)
        assert answer["result"] == {"callbackUrl": "https://crm.example/cards", "apiSecret": "s"}
        _, again = await scene.api("POST", "/v1.0/card/callbacks/register", body)
        assert again["code"] == "param.callbackRouteKeyExist"
        assert (await scene.api("POST", "/v1.0/card/callbacks/register", body | {"forceUpdate": True}))[0] == 200
