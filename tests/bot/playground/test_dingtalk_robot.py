"""What the robot says: to people, into groups, through webhooks; recall, read status, reactions, links."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from bot.playground.dingtalk import CustomRobot, DingTalkLimits
from bot.playground.dingtalk.envelope import robot_sign
from bot.playground.dingtalk.msgkeys import MEMBERS
from tests.bot.playground.dingtalk_service import CLIENT, GROUP, Scene, serving

BATCH = "/v1.0/robot/oToMessages/batchSend"
TO_GROUP = "/v1.0/robot/groupMessages/send"
DTMD = f"dtmd://dingtalkclient/sendMessage?content={quote('同意 A000123')}"


def message(key: str = "sampleText", param: Any = None, **more: Any) -> dict[str, Any]:
    param = {"content": "周报已生成"} if param is None else param
    text = param if isinstance(param, str) else json.dumps(param, ensure_ascii=False)
    return {"robotCode": CLIENT, "msgKey": key, "msgParam": text, **more}


async def webhook(scene: Scene, chat: str | None = None) -> str:
    client = await scene.connect()
    await scene.platform.say("zhangsan01", "你好", chat=chat)
    url: str = client.data()[0]["sessionWebhook"]
    return url


async def test_a_batch_is_partly_successful() -> None:
    async with serving() as scene:
        scene.platform.conditions.throttled_people = {"lisi02"}
        accounts = ["zhangsan01", "lisi02", "gone01", "guest"]
        status, answer = await scene.api("POST", BATCH, message(userIds=accounts))
        assert status == 200
        assert answer["invalidStaffIdList"] == ["gone01", "guest"]
        assert answer["flowControlledStaffIdList"] == ["lisi02"]
        assert answer["processQueryKey"]
        assert scene.texts("zhangsan01") == ["周报已生成"]
        assert scene.texts("lisi02") == []
        _, nobody = await scene.api("POST", BATCH, message(userIds=["gone01"]))
        assert nobody["processQueryKey"] == ""


async def test_people_are_throttled_by_rate() -> None:
    async with serving(limits=DingTalkLimits(robot_per_person_minute=1)) as scene:
        for expected in ([], ["zhangsan01"]):
            _, answer = await scene.api("POST", BATCH, message(userIds=["zhangsan01"]))
            assert answer["flowControlledStaffIdList"] == expected


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (message(userIds=[f"u{n}" for n in range(21)]), "invalidParameter.userIds.tooLong"),
        (message(userIds=[]), "miss.param.userIds"),
        (message("sampleFeed", userIds=["zhangsan01"]), "invalidParameter.msgKey.invalid"),
        (message(param="not json", userIds=["zhangsan01"]), "invalidParameter.msgParam.invalid"),
        (message(userIds=["zhangsan01"]) | {"msgParam": {"content": "x"}}, "invalidParameter.msgParam.invalid"),
        (message(param={"content": 3}, userIds=["zhangsan01"]), "invalidParameter.msgParam.invalid"),
        (message("sampleMarkdown", {"title": "只有标题"}, userIds=["zhangsan01"]), "miss.param.msgParam"),
        (message(param={"content": "长" * 5001}, userIds=["zhangsan01"]), "invalidParameter.msgParam.tooLong"),
        (message(userIds=["zhangsan01"]) | {"robotCode": "other"}, "invalidParameter.robotCode.notExsit"),
    ],
)
async def test_a_wrong_batch_is_refused(body: dict[str, Any], code: str) -> None:
    async with serving() as scene:
        status, answer = await scene.api("POST", BATCH, body)
        assert (status, answer["code"]) == (400, code)
        assert not scene.platform.screens.bubbles


@pytest.mark.parametrize("key", MEMBERS)
async def test_every_message_key_is_shown(key: str) -> None:
    async with serving() as scene:
        members = {member: "xlsx" if member == "fileType" else f"某{member}" for member in MEMBERS[key]}
        status, answer = await scene.api("POST", BATCH, message(key, members, userIds=["zhangsan01"]))
        assert status == 200, answer
        (bubble,) = scene.platform.screens.seen("zhangsan01")
        if key.startswith("sampleActionCard"):
            assert (bubble.kind, bubble.body) == ("card", {"msgKey": key, **members})


async def test_a_group_message_mentions_nobody_and_knows_its_group() -> None:
    async with serving() as scene:
        body = message(param={"content": "@lisi02 看一下"}, openConversationId=GROUP)
        assert (await scene.api("POST", TO_GROUP, body))[0] == 200
        assert scene.texts("lisi02", GROUP) == ["@lisi02 看一下"]
        for group, code in (("cidOther", "invalid.openConversationId"), (GROUP, "group.disbanded")):
            if group == GROUP:
                scene.platform.conditions.disbanded_groups.add(GROUP)
            status, answer = await scene.api("POST", TO_GROUP, message(openConversationId=group))
            assert (status, answer["code"]) == (400, code)


async def test_a_group_takes_twenty_messages_a_minute() -> None:
    async with serving(limits=DingTalkLimits(calls_per_second=None)) as scene:
        for _ in range(20):
            assert (await scene.api("POST", TO_GROUP, message(openConversationId=GROUP)))[0] == 200
        _, answer = await scene.api("POST", TO_GROUP, message(openConversationId=GROUP))
        assert answer["code"] == "send.too.fast"
        scene.clock.pass_by(minutes=1)
        assert (await scene.api("POST", TO_GROUP, message(openConversationId=GROUP)))[0] == 200


async def test_recall_and_read_status_in_private() -> None:
    async with serving() as scene:
        _, sent = await scene.api("POST", BATCH, message(userIds=["zhangsan01", "lisi02"]))
        key = sent["processQueryKey"]
        await scene.platform.enter("lisi02")
        path = f"/v1.0/robot/oToMessages/readStatus?{urlencode({'robotCode': CLIENT, 'processQueryKey': key})}"
        _, status = await scene.api("GET", path)
        assert {one["userId"]: one["readStatus"] for one in status["messageReadInfoList"]} == {
            "zhangsan01": "UNREAD",
            "lisi02": "READ",
        }
        recall = {"robotCode": CLIENT, "processQueryKeys": [key, "pqk-?"]}
        _, answer = await scene.api("POST", "/v1.0/robot/otoMessages/batchRecall", recall)
        assert answer["successResult"] == [key]
        assert list(answer["failedResult"]) == ["pqk-?"]
        assert scene.texts("lisi02") == ["机器人撤回了一条消息"]
        assert (await scene.api("GET", path))[1]["sendStatus"] == "RECALLED"
        status_code, _ = await scene.api(
            "POST", "/v1.0/robot/otoMessages/batchRecall", recall | {"processQueryKeys": [key] * 21}
        )
        assert status_code == 400


async def test_recall_and_read_status_in_a_group() -> None:
    async with serving() as scene:
        _, sent = await scene.api("POST", TO_GROUP, message(openConversationId=GROUP))
        await scene.platform.enter("lisi02")
        about = {"robotCode": CLIENT, "openConversationId": GROUP}
        asked = about | {"processQueryKey": sent["processQueryKey"], "maxResults": 200, "nextToken": ""}
        _, answer = await scene.api("POST", "/v1.0/robot/groupMessages/query", asked)
        assert (answer["readUserIds"], answer["hasMore"]) == (["lisi02"], False)
        recall = about | {"processQueryKeys": [sent["processQueryKey"]]}
        scene.clock.pass_by(hours=25)
        _, late = await scene.api("POST", "/v1.0/robot/groupMessages/recall", recall)
        assert list(late["failedResult"]) == recall["processQueryKeys"]


async def test_a_reaction_appears_on_the_message_and_goes() -> None:
    async with serving() as scene:
        await scene.connect()
        said = await scene.platform.say("zhangsan01", "你好")
        body = {
            "robotCode": CLIENT,
            "openConversationId": "cid",
            "openMsgId": said,
            "emotionType": 2,
            "emotionName": "处理中",
            "textEmotion": {"emotionId": "2659900", "emotionName": "处理中", "text": "处理中"},
        }
        await scene.api("POST", "/v1.0/robot/emotion/reply", body)
        assert scene.platform.screens.find(said).body["reactions"] == ["处理中"]
        await scene.api("POST", "/v1.0/robot/emotion/recall", body)
        assert scene.platform.screens.find(said).body["reactions"] == []


async def test_a_ding_is_seen() -> None:
    async with serving() as scene:
        body = {"robotCode": CLIENT, "remindType": 1, "receiverUserIdList": ["lisi02"], "content": "请处理"}
        _, answer = await scene.api("POST", "/v1.0/robot/ding/send", body)
        assert answer["openDingId"]
        assert scene.texts("lisi02") == ["DING：请处理"]
        many = body | {"remindType": 3, "receiverUserIdList": [f"u{n}" for n in range(21)]}
        assert (await scene.api("POST", "/v1.0/robot/ding/send", many))[1]["code"] == "too.many.people"


async def test_a_session_reply_mentions_whose_id_is_in_the_text() -> None:
    async with serving() as scene:
        url = await webhook(scene, GROUP)
        text = {
            "msgtype": "text",
            "text": {"content": "@lisi02 审批通过"},
            "at": {"atUserIds": ["lisi02", "manager09"]},
        }
        assert (await scene.reply(url, text))["errcode"] == 0
        assert scene.platform.screens.bubbles[-1].body == {"text": "@李四 审批通过", "at": ["lisi02"]}
        mobile = {
            "msgtype": "markdown",
            "markdown": {"title": "审批结果", "text": "@13800000001已通过"},
            "at": {"atMobiles": ["13800000001"]},
        }
        await scene.reply(url, mobile)
        assert scene.platform.screens.bubbles[-1].body == {
            "title": "审批结果",
            "text": "@张三已通过",
            "at": ["zhangsan01"],
        }


async def test_session_replies_of_every_type() -> None:
    async with serving() as scene:
        url = await webhook(scene)
        link = {"title": "t", "text": "x", "picUrl": "", "messageUrl": "https://example.com"}
        card = {"title": "特价申请", "text": "八折", "btns": [{"title": "同意", "actionURL": DTMD}]}
        feed = {"links": [{"title": "t", "messageURL": "https://example.com", "picURL": ""}]}
        for msgtype, content in (("link", link), ("actionCard", card), ("feedCard", feed)):
            assert (await scene.reply(url, {"msgtype": msgtype, msgtype: content}))["errcode"] == 0
        shown = scene.platform.screens.seen("zhangsan01")[1:]
        assert [bubble.kind for bubble in shown] == ["link", "card", "card"]
        assert shown[1].body == {"msgtype": "actionCard", "actionCard": card}
        for wrong, code in (
            ({"msgtype": "image", "image": {}}, 400105),
            ({"msgtype": "text", "text": {}}, 400002),
            ({"msgtype": "actionCard", "actionCard": {"title": "t", "text": "x"}}, 400002),
        ):
            assert (await scene.reply(url, wrong))["errcode"] == code


async def test_a_session_ends_after_ninety_minutes_is_limited_in_size_and_rate() -> None:
    async with serving() as scene:
        url = await webhook(scene)
        text: dict[str, Any] = {"msgtype": "text", "text": {"content": "好"}}
        assert (await scene.reply(url, {"msgtype": "text", "text": {"content": "长" * 7000}}))["errcode"] == 460101
        for _ in range(20):
            assert (await scene.reply(url, text))["errcode"] == 0
        assert (await scene.reply(url, text))["errcode"] == 410100
        scene.clock.pass_by(minutes=9)
        assert (await scene.reply(url, text))["errcode"] == 410100
        scene.clock.pass_by(minutes=2)
        assert (await scene.reply(url, text))["errcode"] == 0
        scene.clock.pass_by(minutes=79)
        assert (await scene.reply(url, text))["errcode"] == 300001


async def test_a_custom_robot_is_protected_by_keyword_sign_and_address() -> None:
    robots = [
        CustomRobot(access_token="kw", group=GROUP, keywords=["日报"]),
        CustomRobot(access_token="sec", group=GROUP, secret="SECabc"),
        CustomRobot(access_token="ip", group=GROUP, ips=["10.0.0.1"]),
    ]
    async with serving(custom_robots=robots) as scene:

        async def send(query: str, content: str = "日报来了", **more: Any) -> int:
            body = {"msgtype": "text", "text": {"content": content}, **more}
            _, answer = await scene.call("POST", "oapi", f"/robot/send?{query}", body)
            return int(answer["errcode"])

        assert await send("access_token=kw") == 0
        assert await send("access_token=kw", "没有那个词") == 310000
        assert await send("access_token=ip") == 310000
        assert await send("access_token=nobody") == 400101
        timestamp = str(int(scene.clock.time.timestamp() * 1000))
        signed = urlencode({"timestamp": timestamp, "sign": robot_sign(timestamp, "SECabc")})
        assert await send("access_token=sec") == 310000
        assert await send(f"access_token=sec&{signed}", msgUuid="1") == 0
        assert await send(f"access_token=sec&{signed}", msgUuid="1") == 0
        assert len(scene.texts("lisi02", GROUP)) == 2


async def test_a_dtmd_link_speaks_for_the_person() -> None:
    async with serving() as scene:
        client = await scene.connect()
        card = {"title": "特价申请", "text": "八折", "actionTitle1": "同意", "actionURL1": DTMD}
        card |= {"actionTitle2": "详情", "actionURL2": "https://example.com"}
        await scene.api("POST", BATCH, message("sampleActionCard2", card, userIds=["manager09"]))
        markdown = {"title": "t", "text": f"[同意]({DTMD})"}
        await scene.api("POST", BATCH, message("sampleMarkdown", markdown, userIds=["manager09"]))
        first, second = scene.platform.screens.seen("manager09")
        await scene.platform.press("manager09", first.id, "同意")
        await scene.platform.press("manager09", first.id, "详情")
        await scene.platform.follow("manager09", second.id, DTMD)
        assert [one["text"]["content"] for one in client.data()] == ["同意 A000123"] * 2
        assert {one["senderStaffId"] for one in client.data()} == {"manager09"}
        for title in ("详情", "没有"):
            with pytest.raises(KeyError):
                await scene.platform.follow("manager09", first.id, title)
        with pytest.raises(KeyError):
            await scene.platform.follow("lisi02", first.id, "同意")


async def test_a_dtmd_link_in_a_group_reaches_the_robot_only_with_a_mention() -> None:
    async with serving() as scene:
        client = await scene.connect()
        markdown = {"title": "t", "text": f"[同意]({DTMD})"}
        await scene.api("POST", TO_GROUP, message("sampleMarkdown", markdown, openConversationId=GROUP))
        bubble = scene.platform.screens.bubbles[0]
        await scene.platform.follow("manager09", bubble.id, "同意")
        assert not client.data()
        scene.platform.conditions.dtmd_mentions_in_groups = True
        await scene.platform.follow("manager09", bubble.id, "同意")
        assert client.data()[0]["text"]["content"] == " 同意 A000123"
