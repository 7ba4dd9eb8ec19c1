"""Robot messages as people cause them: 1:1 and group, kinds, mentions, quotes, strangers, quota, files."""

import json
from typing import Any

import pytest

from bot.playground.dingtalk import DingTalkApp, DingTalkLimits
from tests.bot.playground.dingtalk_service import CLIENT, CORP, GROUP, SECRET, serving


async def test_a_private_text_has_the_documented_members() -> None:
    async with serving() as scene:
        client = await scene.connect()
        message_id = await scene.platform.say("zhangsan01", "跟进 宏达电子")
        (message,) = client.data()
        assert message["msgId"] == message_id
        assert message["msgtype"] == "text"
        assert message["text"] == {"content": "跟进 宏达电子"}
        assert message["conversationType"] == "1"
        assert message["senderStaffId"] == "zhangsan01"
        assert message["senderId"].startswith("$:LWCP_v1:$")
        assert message["sessionWebhookExpiredTime"] - message["createAt"] == 90 * 60 * 1000
        assert "conversationTitle" not in message
        assert scene.texts("zhangsan01") == ["跟进 宏达电子"]
        assert scene.texts("lisi02") == []


async def test_mentions_in_a_group_are_cut_out_of_the_text_and_listed() -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.say("zhangsan01", "请帮看报价", chat=GROUP, at=["lisi02", "guest"])
        (message,) = client.data()
        assert message["text"]["content"] == " 请帮看报价"
        assert message["conversationId"] == GROUP
        assert message["conversationTitle"] == "华东大区冲刺群"
        assert message["atUsers"][0] == {"dingtalkId": message["chatbotUserId"]}
        assert message["atUsers"][1]["staffId"] == "lisi02"
        assert set(message["atUsers"][2]) == {"dingtalkId"}
        assert scene.texts("manager09", GROUP) == ["@跟单助手 @李四 @外部王工 请帮看报价"]

        scene.platform.conditions.staff_ids_in_mentions = False
        await scene.platform.say("zhangsan01", "再看看", chat=GROUP, at=["lisi02"])
        assert set(client.data()[-1]["atUsers"][1]) == {"dingtalkId"}


async def test_a_stranger_in_a_group_has_no_staff_id() -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.say("guest", "你好", chat=GROUP)
        (message,) = client.data()
        assert "senderStaffId" not in message
        assert message["senderCorpId"] != CORP


async def test_only_members_of_a_group_can_write_there() -> None:
    async with serving() as scene:
        scene.platform.groups[GROUP].members.remove("lisi02")
        with pytest.raises(ValueError, match="lisi02"):
            await scene.platform.say("lisi02", "你好", chat=GROUP)


KINDS: list[tuple[Any, dict[str, Any], str, dict[str, Any]]] = [
    ("voice", {"text": "今天拜访了宏达电子", "duration": 3000}, "audio", {"recognition": "今天拜访了宏达电子"}),
    ("video", {"duration": 5000}, "video", {"videoType": "mp4", "duration": 5000}),
    ("file", {"name": "报价单.xlsx"}, "file", {"fileName": "报价单.xlsx"}),
    ("image", {"name": "现场.png"}, "picture", {}),
    ("location", {"name": "张江"}, "unknownMsgType", {"unknownMsgType": "暂不支持的消息类型"}),
]


@pytest.mark.parametrize(("kind", "body", "msgtype", "content"), KINDS)
async def test_every_kind_reaches_the_robot_in_private(
    kind: Any, body: dict[str, Any], msgtype: str, content: dict[str, Any]
) -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.send("zhangsan01", kind, body)
        (message,) = client.data()
        assert message["msgtype"] == msgtype
        assert content.items() <= message["content"].items()
        assert scene.platform.screens.seen("zhangsan01")[0].kind == kind


async def test_rich_text_keeps_its_order_of_words_and_pictures() -> None:
    async with serving() as scene:
        client = await scene.connect()
        parts = ["现场照片如下", {"name": "a.png"}, "请确认库存"]
        await scene.platform.send("zhangsan01", "text", {"richText": parts}, chat=GROUP)
        (message,) = client.data()
        shown = message["content"]["richText"]
        assert [part.get("text", part.get("type")) for part in shown] == ["现场照片如下", "picture", "请确认库存"]
        assert shown[1].keys() == {"type", "downloadCode", "pictureDownloadCode"}


async def test_a_voice_in_a_group_does_not_reach_the_robot() -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.send("zhangsan01", "voice", {"text": "听"}, chat=GROUP)
        assert not client.frames
        assert len(scene.platform.screens.seen("lisi02")) == 1


async def test_a_quote_names_what_it_answers() -> None:
    async with serving() as scene:
        client = await scene.connect()
        body = {
            "robotCode": CLIENT,
            "userIds": ["zhangsan01"],
            "msgKey": "sampleText",
            "msgParam": json.dumps({"content": "审批单 A000123：八折"}),
        }
        _, sent = await scene.api("POST", "/v1.0/robot/oToMessages/batchSend", body)
        bubble = scene.platform.screens.seen("zhangsan01")[0]
        await scene.platform.say("zhangsan01", "同意", quote=bubble.id)
        (message,) = client.data()
        assert message["text"]["content"] == "同意"
        assert message["text"]["isReplyMsg"] is True
        assert message["text"]["repliedMsg"]["content"] == {"text": "审批单 A000123：八折"}
        assert message["text"]["repliedMsg"]["senderId"] == message["chatbotUserId"]
        assert message["originalMsgId"] == bubble.id
        assert message["originalProcessQueryKey"] == sent["processQueryKey"]


async def test_an_exhausted_quota_delivers_a_message_without_body() -> None:
    async with serving(limits=DingTalkLimits(pushes_per_month=1)) as scene:
        client = await scene.connect()
        await scene.platform.say("zhangsan01", "一")
        await scene.platform.say("zhangsan01", "二")
        assert client.data()[0]["text"]["content"] == "一"
        assert client.data()[1]["errorCode"] == 20001
        assert "text" not in client.data()[1]
        scene.clock.pass_by(days=31)
        await scene.platform.say("zhangsan01", "三")
        scene.platform.conditions.inbound_quota_used_up = True
        await scene.platform.say("zhangsan01", "四")
        robot = client.data()
        assert robot[2]["text"]["content"] == "三"
        assert robot[3]["errorCode"] == 20001


async def test_an_unpublished_robot_does_not_know_who_writes() -> None:
    async with serving() as scene:
        client = await scene.connect()
        scene.platform.ground.apps[CLIENT].published = False
        await scene.platform.say("zhangsan01", "你好")
        assert not {"senderStaffId", "isAdmin"} & client.data()[0].keys()


async def test_a_file_is_downloaded_once_by_its_code() -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.send("zhangsan01", "file", {"name": "报价单.xlsx", "content": b"PK..."})
        code = client.data()[0]["content"]["downloadCode"]
        shown = scene.platform.screens.seen("zhangsan01")[0].body
        assert (shown["name"], shown["size"], "content" in shown) == ("报价单.xlsx", 5, False)
        assert scene.platform.media.files[shown["media_id"]].content == b"PK..."
        asked = {"downloadCode": code, "robotCode": CLIENT}
        _, answer = await scene.api("POST", "/v1.0/robot/messageFiles/download", asked)
        async with scene.http.get(answer["downloadUrl"]) as response:
            assert await response.read() == b"PK..."
        async with scene.http.get(answer["downloadUrl"]) as response:
            assert response.status == 404

        for wrong in ({"downloadCode": "dc-?", "robotCode": CLIENT}, {"downloadCode": code, "robotCode": "other"}):
            status, refused = await scene.api("POST", "/v1.0/robot/messageFiles/download", wrong)
            assert (status, refused["code"]) == (400, "invalidParameter.robotCode.downloadCode")


async def test_each_of_two_robots_hears_what_is_said_to_it() -> None:
    apps = [
        DingTalkApp(client_id=CLIENT, client_secret=SECRET),
        DingTalkApp(client_id="ding2", client_secret="s2", robot_name="另一个"),
    ]
    async with serving(apps=apps) as scene:
        client = await scene.connect()
        await scene.platform.say("zhangsan01", "给另一个", app="ding2")
        await scene.platform.say("zhangsan01", "给你")
        assert [message["text"]["content"] for message in client.data()] == ["给你"]
