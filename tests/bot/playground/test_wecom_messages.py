"""Messages of the app to members: what is accepted, what is refused, what is cut."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.playground.platform import Fault
from bot.playground.wecom import WeComApp
from tests.bot.playground.wecom_service import SECRET, Service, a_service


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service() as service:
        yield service


async def test_a_text_appears_on_the_screen(service: Service) -> None:
    answer = await service.send("lina|ghost|LIZHI", "text", {"content": "今日待办 3 项"})

    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "ghost|lizhi"
    assert [bubble.body for bubble in service.platform.screens.seen("lina")] == [{"text": "今日待办 3 项"}]
    assert service.platform.wire[-1].answer.startswith('{"errcode": 0')


async def test_userids_are_compared_without_case(service: Service) -> None:
    assert (await service.send("LiNa", "text", {"content": "a"}))["invaliduser"] == ""
    assert len(service.platform.screens.seen("lina")) == 1


async def test_everybody_a_department_and_a_tag(service: Service) -> None:
    message = {"msgtype": "text", "agentid": 1000002, "text": {"content": "a"}}
    await service.post("message/send", {**message, "touser": "@all"})
    await service.post("message/send", {**message, "toparty": "2|99"})
    answer = await service.post("message/send", {**message, "totag": "7|8"})

    assert answer["invalidtag"] == "8"
    seen = {each: len(service.platform.screens.seen(each)) for each in ("lina", "zhouqiang", "ligong", "lizhi")}
    assert seen == {"lina": 1, "zhouqiang": 3, "ligong": 3, "lizhi": 0}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"touser": ""}, 82001),
        ({"touser": "ghost"}, 81013),
        ({"touser": ["lina"]}, 40035),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
        ({"toparty": "|".join(str(n) for n in range(101))}, 82002),
        ({"totag": "|".join(str(n) for n in range(101))}, 82003),
        ({"agentid": "1000002"}, 40035),
        ({"agentid": 1000003}, 301002),
        ({"agentid": None}, 40056),
        ({"msgtype": "poem"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": "hallo"}, 40035),
        ({"text": None}, 44004),
        ({"safe": 3}, 40035),
        ({"enable_duplicate_check": True}, 40035),
        ({"duplicate_check_interval": 14401}, 40035),
        ({"msgtype": "markdown", "markdown": {"content": "字" * 683}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "nope"}}, 40007),
        ({"msgtype": "textcard", "textcard": {"title": "a", "url": "https://a.example"}}, 41033),
        ({"msgtype": "textcard", "textcard": {"title": "a", "description": "b", "url": "a.example"}}, 40094),
        ({"msgtype": "textcard", "safe": 1, "textcard": {}}, 40074),
        ({"msgtype": "news", "news": {"articles": [{"title": "a", "url": "https://a.example"}] * 9}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "a", "url": "https://a/" + "x" * 2048}]}}, 40039),
    ],
)
async def test_what_is_wrong_is_refused(service: Service, change: dict[str, Any], code: int) -> None:
    message = {"touser": "lina", "msgtype": "text", "agentid": 1000002, "text": {"content": "a"}, **change}
    answer = await service.post("message/send", message)

    assert answer["errcode"] == code
    assert "hint: [" in answer["errmsg"]
    assert "from ip: 127.0.0.1, more info at" in answer["errmsg"]
    assert service.platform.screens.bubbles == []


async def test_escapes_are_refused(service: Service) -> None:
    message = {"touser": "lina", "msgtype": "text", "agentid": 1000002, "text": {"content": "中文"}}
    answer = await service.post("message/send", json.dumps(message).encode())
    literal = await service.send("lina", "text", {"content": "C:\\users\\u4e2d"})

    assert (answer["errcode"], literal["errcode"]) == (40033, 0)


async def test_a_text_too_long_is_cut_in_silence_and_noted(service: Service) -> None:
    assert (await service.send("lina", "text", {"content": "字" * 700}))["errcode"] == 0
    assert service.platform.screens.seen("lina")[0].body["text"] == "字" * 682
    (cut,) = service.platform.notes.truncations
    assert (cut.path, cut.field, cut.size, cut.limit) == ("message/send", "text.content", 2100, 2048)


async def test_a_member_gets_thirty_a_minute_and_the_rest_vanishes(service: Service) -> None:
    token = await service.token()
    for number in range(31):
        message = {"touser": "lina", "msgtype": "text", "agentid": 1000002, "text": {"content": str(number)}}
        assert (await service.post("message/send", message, access_token=token))["errcode"] == 0

    assert len(service.platform.screens.seen("lina")) == 30
    assert [each.account for each in service.platform.notes.dropped] == ["lina"]
    service.clock.pass_by(seconds=61)
    await service.send("lina", "text", {"content": "again"})
    assert len(service.platform.screens.seen("lina")) == 31


async def test_a_repeat_of_the_same_bytes_is_not_delivered_again(service: Service) -> None:
    first = await service.send("lina", "text", {"content": "a"}, enable_duplicate_check=1)
    again = await service.send("lina", "text", {"content": "a"}, enable_duplicate_check=1)
    assert again == first
    assert len(service.platform.screens.seen("lina")) == 1
    await service.send("lina", "text", {"content": "b"}, enable_duplicate_check=1)
    service.clock.pass_by(seconds=1800)
    await service.send("lina", "text", {"content": "a"}, enable_duplicate_check=1)
    assert [b.body["text"] for b in service.platform.screens.seen("lina")] == ["a", "b", "a"]


async def test_a_suppressed_repeat_may_say_little(service: Service) -> None:
    service.platform.limits.duplicate_answer = "bare"
    await service.send("lina", "text", {"content": "a"}, enable_duplicate_check=1)
    again = await service.send("lina", "text", {"content": "a"}, enable_duplicate_check=1)
    assert (again["errcode"], "msgid" in again) == (0, False)


async def test_recall_within_a_day_by_the_app_that_sent(service: Service) -> None:
    sent = await service.send("lina", "text", {"content": "a"})
    other = await service.post("message/recall", {"msgid": sent["msgid"]}, secret="other-secret")
    assert other["errcode"] == 40058
    assert (await service.post("message/recall", {"msgid": sent["msgid"]}))["errcode"] == 0
    assert service.platform.screens.seen("lina")[0].kind == "notice"
    service.clock.pass_by(hours=24, seconds=1)
    assert (await service.post("message/recall", {"msgid": sent["msgid"]}))["errcode"] == 42052


async def test_ids_are_translated_on_request(service: Service) -> None:
    words = "$userName=zhouqiang$ / $departmentName=2$ / $userName=ghost$"
    await service.send("lina", "text", {"content": words}, enable_id_trans=1)
    assert service.platform.screens.seen("lina")[0].body["text"] == "周强 / 技术部 / $userName=ghost$"


async def test_people_without_licence_are_listed_apart(service: Service) -> None:
    service.platform.corp.unlicensed.add("lina")
    answer = await service.send("lina|zhouqiang", "text", {"content": "a"})
    assert (answer["errcode"], answer["unlicenseduser"]) == (0, "lina")


async def test_an_app_sees_its_scope_only(service: Service) -> None:
    message = {"touser": "lina|ligong", "msgtype": "text", "agentid": 1000003, "text": {"content": "a"}}
    answer = await service.post("message/send", message, secret="other-secret")
    assert answer["invaliduser"] == "lina"
    assert [bubble.chat for bubble in service.platform.screens.seen("ligong")] == ["app:1000003"]


async def test_the_day_of_an_app_ends_with_its_account_limit(service: Service) -> None:
    service.platform.limits.account_limit = 0
    assert (await service.send("lina", "text", {"content": "a"}))["errcode"] == 45009


async def test_news_become_links(service: Service) -> None:
    article = {"title": "周报", "description": "字" * 200, "url": "https://crm.example.com/w"}
    await service.send("lina", "news", {"articles": [article]})
    (bubble,) = service.platform.screens.seen("lina")
    assert (bubble.kind, bubble.body["title"], len(bubble.body["description"])) == ("link", "周报", 170)


@pytest.mark.parametrize("kind", ["reset", "reset_after", "status", "garbage", "errcode"])
async def test_faults_are_served_once(service: Service, kind: Any) -> None:
    token = await service.token()
    service.platform.faults.append(Fault(path="/cgi-bin/message/send", kind=kind, value=503))
    message = {"touser": "lina", "msgtype": "text", "agentid": 1000002, "text": {"content": "a"}}
    try:
        answer = await service.post("message/send", message, access_token=token)
    except Exception as error:
        answer = {"errcode": type(error).__name__}
    expected = {"reset": "ServerDisconnectedError", "reset_after": "ServerDisconnectedError", "errcode": 503}
    assert answer["errcode"] == expected.get(kind, "ContentTypeError")
    assert len(service.platform.screens.seen("lina")) == (kind == "reset_after")
    assert (await service.post("message/send", message, access_token=token))["errcode"] == 0


async def test_a_second_app_of_the_same_company_is_another_conversation(service: Service) -> None:
    assert isinstance(service.platform.corp.apps[1], WeComApp)
    card = {"card_type": "button_interaction", "main_title": {"title": "a"}, "task_id": "t"}
    card["button_list"] = [{"text": "好", "key": "ok"}]
    message = {"touser": "ligong", "msgtype": "template_card", "agentid": 1000003, "template_card": card}
    assert (await service.post("message/send", message, secret="other-secret"))["errcode"] == 43012
    assert (await service.post("message/send", {**message, "agentid": 1000002}, secret=SECRET))["errcode"] == 0


async def test_a_send_whose_answer_is_lost_can_be_repeated_safely(service: Service) -> None:
    token = await service.token()
    service.platform.faults.append(Fault(path="message/send", kind="reset_after"))
    message = {"touser": "lina", "msgtype": "text", "agentid": 1000002, "text": {"content": "a"}}
    message["enable_duplicate_check"] = 1
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await service.post("message/send", message, access_token=token)
    assert (await service.post("message/send", message, access_token=token))["errcode"] == 0
    assert len(service.platform.screens.seen("lina")) == 1
    assert [each.status for each in service.platform.wire if "message/send" in each.target] == [0, 200]


async def test_a_delay_only_delays(service: Service) -> None:
    token = await service.token()
    service.platform.faults.append(Fault(path="/cgi-bin/message", kind="delay", value=0.05, times=-1))
    await service.post("message/recall", {"msgid": "x"}, access_token=token)
    assert service.platform.wire[-1].took_ms >= 50
    assert service.platform.faults[0].times == -1


async def test_the_inspector_sees_both_directions(service: Service) -> None:
    await service.send("lina", "text", {"content": "a"})
    await service.platform.say("lina", "b")
    call, callback = list(service.platform.wire)[-2:]
    assert (call.direction, call.method, call.status) == ("call", "POST", 200)
    assert call.target.startswith("/platforms/wecom/cgi-bin/message/send?access_token=")
    assert (callback.direction, callback.status) == ("callback", 200)
    assert "<Encrypt>" in callback.body
    assert "<Content><![CDATA[b]]></Content>" in callback.plain
