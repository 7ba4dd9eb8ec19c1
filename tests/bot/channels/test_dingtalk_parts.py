"""Messages cut to what one call can carry, with nothing left out."""

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.dingtalk.cards import BODY_LIMIT, template_body
from bot.channels.dingtalk.parts import MOST_PARTS, cut, fits, split
from handlers.dialogue.card import Line
from tests.bot.channels.dingtalk_scene import approval, outgoing

TEXTS = st.text(alphabet=st.sampled_from('中😀a "\\\n\x01。，'), min_size=1, max_size=200)


def letters(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_short_text_stays_as_it_is() -> None:
    message = outgoing(text="好")
    assert split(message) == (message,)


def test_a_long_text_becomes_numbered_messages() -> None:
    lines = "\n".join(f"{n}. 宏达电子 跟进记录，今天拜访了采购王总。" for n in range(400))
    parts = split(outgoing(key="daily-1", text=lines, mentions=("lisi02",)))

    assert len(parts) > 1
    assert [part.key for part in parts] == ["daily-1", *(f"daily-1-{n}" for n in range(2, len(parts) + 1))]
    assert [part.mentions for part in parts] == [("lisi02",), *[()] * (len(parts) - 1)]
    bodies = [part.text.removeprefix(f"({n}/{len(parts)}) ") for n, part in enumerate(parts, 1)]
    assert "\n".join(bodies) == lines
    assert all(len(part.text) <= 3_500 and split(part) == (part,) for part in parts)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 120))
def test_nothing_but_white_space_is_lost_and_every_part_fits(text: str, times: int) -> None:
    pieces = cut(text * times, fits)
    assert letters("".join(pieces)) == letters(text * times)
    for piece in pieces:
        parameters = json.dumps({"content": f"(10/20) {piece}"}, ensure_ascii=False)
        assert len(parameters.encode()) <= 15_000


def test_a_text_is_cut_where_a_sentence_ends() -> None:
    sentence = "今天拜访了宏达电子的采购王总。"
    assert cut(sentence * 3, lambda piece: len(piece) <= 20) == [sentence] * 3


def test_a_text_for_more_than_twenty_messages_stays_whole_and_goes_as_a_file() -> None:
    message = outgoing(text="长" * 3_500 * (MOST_PARTS + 1))
    assert split(message) == (message,)


def test_the_longest_key_has_parts_too() -> None:
    parts = split(outgoing(key="k" * 64, text="长" * 8_000))
    assert len({part.key for part in parts}) == len(parts)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", part.key) for part in parts)
    assert parts[0].key == "k" * 64


def test_what_does_not_fit_on_a_card_follows_it() -> None:
    text = "\n".join(f"第{n}条 [宏达]电子" for n in range(1_500))
    first, *rest = split(outgoing("card", key="c-1", card=approval(text=text)))

    assert first.kind == "card"
    assert first.card is not None
    assert first.card.buttons == approval().buttons
    assert len(template_body(first.card).encode()) <= BODY_LIMIT
    assert first.card.text.startswith(f"(1/{len(rest) + 1}) 第0条")
    assert [part.kind for part in rest] == ["text"] * len(rest)
    assert all(part.card is None and fits(part.text) for part in rest)
    shown = re.sub(r"\(\d+/\d+\) ", "", "\n".join([first.card.text, *(part.text for part in rest)]))
    assert letters(shown) == letters(text)


def test_lines_that_do_not_fit_on_a_card_follow_it() -> None:
    lines = tuple(Line(label=f"客户{n}", text="宏达电子" * 10) for n in range(120))
    first, *rest = split(outgoing("card", key="c-1", card=approval(lines=lines, text="合计 120 家")))

    assert first.card is not None
    kept = len(first.card.lines)
    assert 0 < kept < 120
    following = "\n".join(part.text for part in rest)
    assert all(f"客户{n}: " in following for n in range(kept, 120))
    assert following.endswith("合计 120 家")


def test_cutting_comes_to_an_end_even_when_nothing_fits() -> None:
    assert cut("", lambda piece: False) == [""]
    assert cut("ab", lambda piece: False) == ["a", "b"]
