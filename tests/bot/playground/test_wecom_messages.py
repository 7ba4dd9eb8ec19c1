"""Messages of the app to members: what is accepted, what is refused, what is cut."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.playground.wecom_service import Clock, Service, a_platform, started


@pytest.fixture
async def service(clock: Clock) -> AsyncIterator[Service]:
    platform = a_platform(clock)
    service, *servers = await started(platform)
    yield service
    assert service.session is not None
    await service.session.close()
    await platform.close()
    for server in servers:
        await server.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_a_text_appears_on_the_screen(service: Service) -> None:
    answer = await service.send("lina|ghost|LIZHI", "text", {"content": "今日待办 3 项"})

    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "ghost|lizhi"
    assert [bubble.body for bubble in service.platform.screens.seen("lina")] == [{"text": "今日待办 3 项"}]
    assert service.platform.wire[-1].answer.startswith('{"errcode": 0')


async def test_what_a_member_says_reaches_the_service(service: Service) -> None:
    number = await service.platform.say("zhouqiang", "跟进 华东医疗 ]]> 已报价")

    heard = service.heard[0].xml
    assert heard["Content"] == "跟进 华东医疗 ]]> 已报价"
    assert heard["MsgId"] == number
    assert heard["FromUserName"] == "zhouqiang"
    assert service.platform.wire[-1].plain == service.heard[0].plain


async def test_a_card_goes_out_comes_back_and_is_closed(service: Service) -> None:
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": "特价申请"},
        "task_id": "req-1",
        "button_list": [{"text": "同意", "key": "yes"}, {"text": "驳回", "key": "no", "style": 2}],
    }
    await service.send("lina|zhouqiang", "template_card", card)
    bubble = service.platform.screens.seen("lina")[0]
    await service.platform.press("lina", bubble.id, "同意")

    heard = service.heard[0].xml
    assert (heard["Event"], heard["EventKey"], heard["TaskId"]) == ("template_card_event", "yes", "req-1")
    update = {"atall": 1, "agentid": 1000002, "response_code": heard["ResponseCode"]}
    answer = await service.post("message/update_template_card", {**update, "button": {"replace_name": "李娜 已同意"}})

    assert answer["errcode"] == 0
    assert bubble.closed_for == {"lina": "李娜 已同意"}
    assert service.platform.screens.seen("zhouqiang")[0].closed_for == {"zhouqiang": "李娜 已同意"}
    with pytest.raises(ValueError, match="变灰"):
        await service.platform.press("lina", bubble.id, "no")
    again = await service.post("message/update_template_card", {**update, "button": {"replace_name": "x"}})
    assert again["errcode"] == 60140
