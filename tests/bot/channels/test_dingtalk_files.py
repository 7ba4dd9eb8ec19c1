"""Files and messages too long for one call, against the platform's other half."""

import zipfile
from io import BytesIO

from bot.delivery import Outgoing, Rejected, Sent
from bot.playground.dingtalk import DingTalkLimits
from tests.bot.channels.dingtalk_scene import (
    TEMPLATE,
    ZHANG,
    approval,
    outgoing,
    playing,
)


async def load(number: int) -> tuple[str, bytes]:
    return {
        1: ("客户.xlsx", b"PK"),
        2: ("走势.png", b"\x89PNG"),
        3: ("明细.csv", b"a,b\n"),
        4: ("大.pdf", b"x" * 21_000_000),
    }[number]


async def test_files_are_sent_as_what_the_robot_may_send() -> None:
    async with playing() as scene:
        channel = scene.make(load=load)
        for number in (1, 2, 3):
            assert isinstance(await channel.send(outgoing("file", key=f"f{number}", file=number)), Sent)
        sheet, picture, archive = scene.platform.screens.seen(ZHANG)
        assert (sheet.kind, sheet.body["name"]) == ("file", "客户.xlsx")
        assert picture.kind == "image"
        assert archive.body["name"] == "明细.zip"
        stored = scene.platform.media.files[archive.body["media_id"]].content
        assert zipfile.ZipFile(BytesIO(stored)).read("明细.csv") == b"a,b\n"
        assert isinstance(await channel.send(outgoing("file", file=4)), Rejected)
        assert isinstance(await scene.channel.send(outgoing("file", file=1)), Rejected)
        await channel.close()


async def test_a_text_beyond_all_messages_is_sent_as_a_file() -> None:
    async with playing() as scene:
        text = "长" * 80_000
        (message,) = scene.channel.split(outgoing(text=text))
        assert isinstance(await scene.channel.send(message), Sent)
        stored = scene.platform.media.files[scene.last(ZHANG).body["media_id"]].content
        assert zipfile.ZipFile(BytesIO(stored)).read("消息全文.txt").decode() == text


async def test_every_part_of_a_long_message_is_taken() -> None:
    async with playing(DingTalkLimits(calls_per_second=None)) as scene, scene.connected():
        await scene.platform.say(ZHANG, "你好")
        (incoming,) = await scene.kept.until()
        text = "\n".join('客户"宏达"\t😀' * 30 for _ in range(60))
        for window in (incoming.window, ""):
            for part in scene.channel.split(outgoing(text=text, window=window)):
                assert isinstance(await scene.channel.send(part), Sent)
        card = approval(text="\n".join(f"第{n}条" for n in range(2_000)))
        for template in (TEMPLATE, ""):
            channel = scene.make(card_template_id=template)
            for part in channel.split(outgoing("card", key=f"c-{bool(template)}", card=card)):
                assert isinstance(await channel.send(part), Sent)
            await channel.close()


async def test_a_picture_is_fetched_while_its_code_is_fresh() -> None:
    async with playing() as scene, scene.connected():
        await scene.platform.send(ZHANG, "image", {"name": "现场.png", "content": b"picture"})
        (incoming,) = await scene.kept.until()
        fetch = Outgoing(key="f-1", address="", kind="fetch", text=incoming.attachments[0].reference)
        assert await scene.channel.send(fetch) == Sent(content=b"picture")
        stale = await scene.channel.send(outgoing("fetch", text="dc-unknown"))
        assert isinstance(stale, Rejected)
