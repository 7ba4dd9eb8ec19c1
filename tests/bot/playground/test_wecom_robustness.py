"""Whatever a service sends, the platform answers with a code, as the real one does."""

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.wecom.bot_replies import read_late, read_reply, read_update
from bot.playground.wecom.card_parts import Flavour
from bot.playground.wecom.cards import check_card
from bot.playground.wecom.contents import TO_MEMBERS, TO_WEBHOOK, Contents
from bot.playground.wecom.corp import WeComLimits
from bot.playground.wecom.replies import BadReply
from bot.playground.wecom.results import ApiError
from tests.bot.playground.test_wecom_cards import ALL
from tests.bot.playground.wecom_service import Clock, a_platform

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
MESSAGES: list[dict[str, Any]] = [
    {"msgtype": "text", "text": {"content": "a", "mentioned_list": ["lina"]}, "safe": 0},
    {"msgtype": "markdown", "markdown": {"content": "a"}},
    {"msgtype": "textcard", "textcard": {"title": "a", "description": "b", "url": "https://a.example", "btntxt": "c"}},
    {"msgtype": "news", "news": {"articles": [{"title": "a", "url": "https://a.example", "picurl": "b"}]}},
    {"msgtype": "mpnews", "mpnews": {"articles": [{"title": "a", "thumb_media_id": "m", "content": "c"}]}},
    {"msgtype": "file", "file": {"media_id": "m"}, "safe": 1},
    {"msgtype": "video", "video": {"media_id": "m", "title": "a"}},
    {
        "msgtype": "miniprogram_notice",
        "miniprogram_notice": {"appid": "a", "title": "库存预警", "content_item": [{"key": "a", "value": "b"}]},
    },
]
STREAM: dict[str, Any] = {"id": "s", "finish": True, "content": "a", "msg_item": [], "feedback": {"id": "f"}}
REPLIES: list[dict[str, Any]] = [
    {"msgtype": "stream", "stream": STREAM},
    {"msgtype": "template_card", "template_card": ALL[0]},
    {"msgtype": "stream_with_template_card", "stream": STREAM, "template_card": ALL[1]},
    {"msgtype": "markdown", "markdown": {"content": "a"}},
    {"response_type": "update_template_card", "userids": ["lina"], "template_card": ALL[0]},
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, child in children for each in paths(child, (*path, key)))]


@st.composite
def damaged(draw: st.DrawFn, samples: Any) -> Any:
    """One of the samples with any value in one place."""
    sample = copy.deepcopy(draw(st.sampled_from(samples)))
    path = draw(st.sampled_from(paths(sample)[1:]))
    place = sample
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = draw(JSON)
    return sample


@settings(max_examples=300, deadline=None)
@given(card=damaged(list(ALL)) | JSON, flavour=st.sampled_from(["app", "webhook", "bot"]), updating=st.booleans())
def test_a_damaged_card_is_accepted_or_refused(card: Any, flavour: Flavour, updating: bool) -> None:
    try:
        checked = check_card(card, flavour, updating=updating)
    except ApiError:
        return
    assert checked.card["card_type"] == card["card_type"]


@settings(max_examples=300, deadline=None)
@given(message=damaged(MESSAGES), webhook=st.sampled_from([None, "key"]))
def test_a_damaged_message_is_accepted_or_refused(message: Any, webhook: str | None) -> None:
    platform = a_platform(Clock())
    kinds = TO_MEMBERS if webhook is None else TO_WEBHOOK
    with suppress(ApiError):
        Contents(platform.bots._ground, platform.media, "x", webhook=webhook).read(message, kinds)


@settings(max_examples=300, deadline=None)
@given(reply=damaged(REPLIES))
def test_a_damaged_bot_reply_is_accepted_or_refused(reply: Any) -> None:
    plain, limits = json.dumps(reply), WeComLimits()
    for callback in ("message", "stream", "enter_chat", "feedback_event"):
        with suppress(BadReply):
            read_reply(plain, callback, limits)
    with suppress(BadReply):
        read_update(plain, "req-1")
    with pytest.raises(ApiError):
        read_late({**reply, "msgtype": "text"}, limits)
    with suppress(ApiError):
        read_late(reply, limits)
