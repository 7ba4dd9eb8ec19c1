"""Calling the service: verification, repeats, passive replies, and what can go wrong on the way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.playground.platform import Department, Person
from bot.playground.wecom.envelope import Envelope
from tests.bot.playground.test_wecom_cards import app_reply
from tests.bot.playground.wecom_service import CORP, KEY, TOKEN, Service, a_service


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service(callback_seconds=0.3, verify_seconds=0.3) as service:
        yield service


async def test_an_address_is_verified_byte_for_byte(service: Service) -> None:
    platform = service.platform
    assert (await platform.verify()).accepted
    assert (await platform.verify(platform.bots.line(platform.corp.bots[0]))).accepted
    contacts = platform.apps.contacts_line()
    assert contacts is not None
    assert (await platform.verify(contacts)).accepted
    service.answer = lambda heard: "\n"
    assert (await platform.verify()).reason == "应答不是解密后的明文"
    service.answer, service.sleep = None, 0.5
    assert (await platform.verify()).reason == "没有及时应答"
    assert platform.wire[-1].plain.isdigit()


async def test_messages_of_every_kind_are_told(service: Service) -> None:
    platform = service.platform
    await platform.say("zhouqiang", "跟进 华东医疗 ]]> 已报价")
    await platform.send("lina", "image", {"name": "名片.jpg", "content": b"\xff\xd8\xff card"})
    await platform.send("lina", "voice", {"name": "a.amr", "content": b"#!AMR 123"})
    await platform.send("lina", "video", {"name": "a.mp4", "content": b"....ftyp...."})
    await platform.send("lina", "location", {"latitude": 30.2741, "longitude": 120.1551, "label": "杭州市"})
    await platform.send("lina", "link", {"title": "竞品", "url": "https://news.example.com/1"})
    await platform.send("lina", "file", {"name": "a.xlsx", "content": b"123456"})
    heard = [each.xml for each in service.heard]
    kinds = [each["MsgType"] for each in heard]
    assert kinds == ["text", "image", "voice", "video", "location", "link"]
    assert heard[0]["Content"] == "跟进 华东医疗 ]]> 已报价"
    assert len({each["MsgId"] for each in heard}) == 6
    assert all(int(each["MsgId"]) < 2**63 for each in heard)
    assert (heard[4]["Location_X"], heard[4]["AppType"]) == ("30.2741", "wxwork")
    assert service.session is not None
    async with service.session.get(heard[1]["PicUrl"]) as picture:
        assert await picture.read() == b"\xff\xd8\xff card"
    assert platform.wire[-1].plain == service.heard[-1].plain


async def test_events_of_every_kind_are_told(service: Service) -> None:
    platform = service.platform
    platform.corp.apps[0].reports_location = True
    await platform.enter("lina")
    await platform.menu("lina", "click", "menu_today")
    await platform.menu("lina", "view", "https://crm.example.com/m")
    await platform.tell("inactive_alert", {"EffectTime": 1767229200})
    await platform.tell("brand_new_event", account="lina")
    events = [(each.xml["Event"], each.xml["FromUserName"]) for each in service.heard]
    assert events == [
        ("enter_agent", "lina"),
        ("LOCATION", "lina"),
        ("click", "lina"),
        ("view", "lina"),
        ("inactive_alert", "sys"),
        ("brand_new_event", "lina"),
    ]
    assert all("MsgId" not in each.xml for each in service.heard)


async def test_the_directory_tells_stumps(service: Service) -> None:
    platform = service.platform
    await platform.change("person_joined", person=Person(account="wangfang", name="王芳", departments=(2, 3)))
    await platform.change("person_changed", account="wangfang", title="工程师")
    await platform.change("person_changed", account="wangfang", departments=(3,), new_account="wang.fang")
    await platform.change("department_added", department=Department(id=9, name="西安", parent=1))
    await platform.change("department_changed", id=9, name="西北")
    await platform.change("department_changed", id=9, parent=2)
    await platform.change("department_removed", id=9)
    await platform.change("tag_changed", id=7, people=["lina"], departments=[2])
    await platform.change("person_left", account="wang.fang")
    told = [each.xml for each in service.heard if each.path == "/contacts"]
    assert [each["ChangeType"] for each in told] == [
        "create_user",
        "update_user",
        "create_party",
        "update_party",
        "delete_party",
        "update_tag",
        "delete_user",
    ]
    assert (told[0]["Department"], told[1]["NewUserID"], told[3]["ParentId"]) == ("2,3", "wang.fang", "2")
    assert (told[5]["AddUserItems"], told[5]["DelUserItems"]) == ("lina", "ligong")
    assert all(each["FromUserName"] == "sys" and "AgentID" not in each for each in told)
    to_app = [each.xml["Event"] for each in service.heard if each.path == "/app"]
    assert to_app == ["subscribe", "unsubscribe"]
    with pytest.raises(ValueError, match="没有这种变更"):
        await platform.change("moon_landed")


async def test_a_slow_service_hears_the_same_message_three_times(service: Service) -> None:
    service.sleep = 0.6
    await service.platform.say("lina", "慢")
    await asyncio.sleep(0.4)
    assert len(service.heard) == 3
    assert len({each.plain for each in service.heard}) == 1
    assert len({each.nonce for each in service.heard}) == 3
    assert [each.status for each in service.platform.wire] == [0, 0, 0]


async def test_a_status_other_than_200_is_repeated_where_the_platform_does_so(service: Service) -> None:
    answers = iter((500, 502, ""))
    service.answer = lambda heard: next(answers)
    await service.platform.say("lina", "a")
    assert len(service.heard) == 3
    service.platform.limits.repeat_on_status = False
    service.answer = lambda heard: 500
    await service.platform.say("lina", "b")
    assert len(service.heard) == 4


async def test_nobody_listening_is_tried_three_times(service: Service) -> None:
    service.platform.corp.apps[0].callback_url = "http://127.0.0.1:9/app"
    number = await service.platform.say("lina", "a")
    assert number
    assert len(service.platform.wire) == 3


async def test_a_passive_text_appears(service: Service) -> None:
    service.answer = lambda heard: app_reply(heard, "<MsgType>text</MsgType><Content>已收到</Content>")
    await service.platform.say("lina", "a")
    assert [bubble.body["text"] for bubble in service.platform.screens.seen("lina")] == ["a", "已收到"]
    assert service.platform.wire[-1].answer_plain.endswith("<Content>已收到</Content></xml>")


async def test_passive_news_and_pictures_appear(service: Service) -> None:
    article = "<item><Title>简报</Title><Description>新增 6</Description><Url>https://crm.example.com</Url></item>"
    news = f"<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles>{article}</Articles>"
    medium = service.platform.media.add("image", "a.png", b"\x89PNG\r\n\x1a\n123")
    picture = f"<MsgType>image</MsgType><Image><MediaId>{medium.id}</MediaId></Image>"
    replies = iter((news, picture))
    service.answer = lambda heard: app_reply(heard, next(replies))
    await service.platform.enter("lina")
    await service.platform.say("lina", "a")
    assert [bubble.kind for bubble in service.platform.screens.seen("lina")] == ["link", "text", "image"]


def raw(text: str) -> web.Response:
    return web.Response(text=text)


def sealed(plain: str, *, token: str = TOKEN, owner: str = CORP) -> web.Response:
    made = Envelope(token, KEY, owner).seal(plain, timestamp="1", nonce="2")
    return raw(
        f"<xml><Encrypt>{made.encrypt}</Encrypt><MsgSignature>{made.signature}</MsgSignature>"
        "<TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
    )


HEAD = "<xml><ToUserName>lina</ToUserName><FromUserName>{corp}</FromUserName><CreateTime>1</CreateTime>"
TEXT = HEAD.format(corp=CORP) + "<MsgType>text</MsgType><Content>a</Content></xml>"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (raw("success"), "no XML"),
        (raw("<xml><Encrypt>abc</Encrypt></xml>"), "is missing"),
        (sealed(TEXT, token="another"), "-40001"),
        (sealed(TEXT, owner=""), "-40005"),
        (sealed(TEXT.replace("lina", CORP)), "not swapped"),
        (sealed(TEXT.replace("text", "poem")), "poem is no answer"),
        (sealed(TEXT.replace("<Content>a", "<Content>")), "44004"),
        (sealed("hello"), "no XML"),
    ],
)
async def test_a_reply_that_is_wrong_is_noted_and_not_shown(service: Service, answer: Any, reason: str) -> None:
    service.answer = lambda heard: answer
    await service.platform.say("lina", "a")
    assert len(service.platform.screens.seen("lina")) == 1
    (refused,) = service.platform.notes.refused
    assert reason in refused.reason


async def test_not_every_event_takes_an_answer(service: Service) -> None:
    service.answer = lambda heard: app_reply(heard, "<MsgType>text</MsgType><Content>a</Content>")
    await service.platform.tell("unsubscribe", account="lina")
    assert "no answer to unsubscribe" in service.platform.notes.refused[0].reason


async def test_lost_doubled_and_late_deliveries(service: Service) -> None:
    platform = service.platform
    platform.mischief.lose = 1
    await platform.say("lina", "lost")
    platform.mischief.duplicate = 1
    await platform.say("lina", "twice")
    platform.mischief.hold = 1
    await platform.say("lina", "late")
    await platform.say("lina", "early")
    assert [each.xml["Content"] for each in service.heard] == ["twice", "twice", "early", "late"]


async def test_forged_deliveries(service: Service) -> None:
    service.platform.mischief.wrong_signature = 1
    await service.platform.say("lina", "a")
    service.platform.mischief.wrong_receiveid = 1
    await service.platform.say("lina", "b")
    await service.platform.say("lina", "c")
    assert [each.xml["Content"] for each in service.heard] == ["c"]
    assert {each[:6] for each in service.forgeries} == {"-40001", "-40005"}
    assert len(service.forgeries) == 6


async def test_a_slow_reader_is_served_all_the_same(service: Service) -> None:
    service.platform.mischief.slow_reader = 0.01
    service.answer = lambda heard: app_reply(heard, "<MsgType>text</MsgType><Content>a</Content>")
    await service.platform.say("lina", "a")
    assert len(service.heard) == 1
    assert len(service.platform.screens.seen("lina")) == 2


async def test_a_burst_arrives_at_once(service: Service) -> None:
    service.sleep = 0.05
    numbers = await service.platform.burst("lina", [str(each) for each in range(10)])
    assert len(set(numbers)) == len(service.heard) == 10


async def test_what_is_held_back_can_be_released(service: Service) -> None:
    service.platform.mischief.hold = 2
    await service.platform.say("lina", "a")
    await service.platform.say("lina", "b")
    assert service.heard == []
    await service.platform.callbacks.release()
    assert [each.xml["Content"] for each in service.heard] == ["a", "b"]


async def test_a_conversation_must_exist(service: Service) -> None:
    for chat in ("wr-unknown", "bot:nobody", "app:1", "zhouqiang"):
        with pytest.raises(KeyError):
            await service.platform.say("lina", "a", chat=chat)
    with pytest.raises(KeyError):
        await service.platform.say("stranger", "a")
