"""The group webhook against the platform's other half."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.channel import Hook, PlatformTrouble, Untrusted
from bot.delivery import Outgoing, Rejected, Sent, Throttled
from bot.playground.platform import Bubble
from handlers.dialogue.card import Card, Line
from tests.bot.channels.test_wecom_app import APPROVAL
from tests.bot.channels.wecom_scene import GROUP, Scene, scene


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    async with scene() as started:
        yield started


def posted(here: Scene) -> list[Bubble]:
    return here.seen("LiNa", GROUP)


def message(key: str, **more: object) -> Outgoing:
    return Outgoing.model_validate({"key": key, "address": "group", **more})


async def test_a_text_mentions_people_and_only_those_meant(here: Scene) -> None:
    told = message("t", kind="text", text="库存预警 <@all>", mentions=("zhouqiang",))
    assert await here.group.send(told) == Sent()
    (bubble,) = posted(here)
    assert bubble.body == {"text": "库存预警 ＜@all>", "mentioned": ["zhouqiang"]}


async def test_a_digest_card_is_shown_and_what_does_not_fit_follows(here: Scene) -> None:
    lines = tuple(Line(label=f"第{number}", text=str(number)) for number in range(8))
    parts = here.group.split(message("d", kind="card", card=Card(title="日报", text="赢单。" * 60, lines=lines)))
    assert [part.kind for part in parts] == ["card", "text"]
    assert [await here.group.send(part) for part in parts] == [Sent(), Sent()]
    assert [bubble.kind for bubble in posted(here)] == ["card", "text"]
    assert "赢单。" * 60 in posted(here)[1].body["text"]
    here.spotless()


async def test_buttons_become_words(here: Scene) -> None:
    assert await here.group.send(message("b", kind="card", card=APPROVAL)) == Sent()
    card = posted(here)[0].body
    assert card["card_type"] == "text_notice"
    assert "请向跟单发送「同意 A-000123」" in card["sub_title_text"]


async def test_a_long_text_becomes_a_file(here: Scene) -> None:
    (part,) = here.group.split(message("f", kind="text", text="很长的报告\n" * 2000))
    assert part.kind == "file"
    assert await here.group.send(part) == Sent()
    assert [(bubble.kind, bubble.body["name"]) for bubble in posted(here)] == [("file", "全文.txt")]


async def test_a_webhook_that_is_gone_is_given_up_and_too_much_waits(here: Scene) -> None:
    for number in range(20):
        assert await here.group.send(message(f"m{number}", kind="text", text=str(number))) == Sent()
    settled = await here.group.send(message("m20", kind="text", text="20"))
    assert isinstance(settled, Throttled)
    assert settled.wait == timedelta(seconds=60)
    here.platform.corp.webhooks.clear()
    assert isinstance(await here.group.send(message("m21", kind="text", text="21")), Rejected)


async def test_it_only_sends(here: Scene) -> None:
    with pytest.raises(Untrusted):
        here.group.receive(Hook(method="POST", query={}, headers={}, body=b""))
    with pytest.raises(PlatformTrouble):
        await here.group.directory()
    assert isinstance(await here.group.send(message("u", kind="update", card=APPROVAL, task="c")), Rejected)
    assert isinstance(await here.group.send(message("f", kind="file", file=9)), Rejected)
    assert here.group.address_of("lina") == "group"
    assert await here.group.check() == ""
