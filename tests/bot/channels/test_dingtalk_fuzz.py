"""Thousands of damaged and hostile callbacks at every door: something to keep, or a forger turned away, never more."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Hook, Untrusted
from bot.channels.dingtalk.connection import Connection
from bot.channels.dingtalk.envelope import EventEnvelope, card_signature, robot_signature
from bot.channels.dingtalk.events import Home, stream_event
from bot.channels.dingtalk.frames import CARD, ROBOT, Frame, Unusable
from tests.bot.channels.dingtalk_scene import AES_KEY, CARD_SECRET, CLIENT, NOON, SECRET, TOKEN, Kept, a_channel

FOLDER = Path(__file__).parents[2] / "deliveries/dingtalk"
HOME = Home("ding9c0f5e7a1b2d3c4e", "https://oapi.dingtalk.com")
MS = str(round(NOON.timestamp() * 1000))
RECORDED = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json")) if path.stem != "vectors"
}
MESSAGES = [body for name, body in RECORDED.items() if not name.startswith(("card_", "event_"))]
PRESSES = [body for name, body in RECORDED.items() if name.startswith("card_")]
EVENTS = [body for name, body in RECORDED.items() if name.startswith("event_")]
FRAMES = [
    vector["from_platform"] for vector in json.loads((FOLDER / "vectors.json").read_text("utf-8"))["stream_frames"]
]

MANY = settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=20),
    st.sampled_from(["", "0", "-1", "1e400", "NaN", "\ud800", "[", "{}", "[1]", '{"a":1}', "[" * 2_000]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of everything inside a JSON value."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from places(inner, (*path, key))


def changed(value: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    copy = json.loads(json.dumps(value))
    place = copy
    for key in path[:-1]:
        place = place[key]
    change(place, path[-1])
    return copy


@st.composite
def mutated(draw: st.DrawFn, bodies: list[Any]) -> Any:
    """One of the bodies with one to three members lost, replaced, or their inner JSON text damaged."""
    body = draw(st.sampled_from(bodies))
    for _ in range(draw(st.integers(1, 3))):
        paths = list(places(body))
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        value = draw(st.one_of(VALUES, st.just(...), st.just(Ellipsis)))

        def change(place: Any, key: Any, value: Any = value) -> None:
            if value is ...:
                del place[key]
            elif isinstance(place[key], str) and isinstance(value, str) and place[key][:1] in "{[":
                place[key] = place[key][: len(value)] + value
            else:
                place[key] = value

        body = changed(body, path, change)
    return body


@settings(MANY, max_examples=500)
@given(mutated(EVENTS))
def test_a_damaged_event_over_stream_can_be_kept(body: Any) -> None:
    headers, data = (body.get(part) for part in ("headers", "data"))
    headers, data = (part if isinstance(part, dict) else {} for part in (headers, data))
    for event in stream_event(headers, data, HOME):
        assert event.key
        assert event.model_dump_json()


@pytest.mark.parametrize("door", ["", "cards", "events"])
async def test_every_door_survives_damaged_requests(door: str) -> None:
    flat = [{"EventType": one["headers"]["eventType"], **one["data"]} for one in EVENTS]
    bodies = {"": MESSAGES, "cards": PRESSES, "events": flat}[door]
    envelope = EventEnvelope(TOKEN, AES_KEY, CLIENT)
    strings = st.one_of(st.none(), st.text(max_size=50), st.sampled_from([MS, "0", "-1", "９" * 13, "1" * 400]))

    async with a_channel(mode="http") as channel:

        @MANY
        @given(mutated(bodies), strings, strings, st.integers(0, 7), st.binary(max_size=20), st.integers(0, 400))
        def attack(body: Any, first: Any, second: Any, forged: int, noise: bytes, at: int) -> None:
            text = json.dumps(body).encode()
            query: dict[str, str] = {}
            if door == "events":
                sealed = envelope.seal(text.decode(), timestamp=MS, nonce="n")
                query = {"msg_signature": sealed["msg_signature"], "timestamp": MS, "nonce": "n"}
                text = json.dumps({"encrypt": sealed["encrypt"]}).encode()
            headers = {
                "timestamp": MS,
                "sign": robot_signature(MS, SECRET),
                "x-ddpaas-signature-timestamp": MS,
                "x-ddpaas-signature": card_signature(MS, CARD_SECRET),
            }
            if forged & 1:
                for name, value in zip(list(headers), (first, second) * 2, strict=True):
                    headers[name] = value or ""
                query |= {"msg_signature": first or "", "nonce": second or ""}
            if forged & 2:
                text = text[:at] + noise + text[at:]
            with suppress(Untrusted):
                received = channel.receive(Hook(method="POST", query=query, headers=headers, body=text, door=door))
                assert all(one.key and one.model_dump_json() for one in received.incoming)

        attack()


@MANY
@given(mutated(FRAMES), st.binary(max_size=10), st.integers(0, 300), st.booleans())
def test_a_damaged_frame_is_read_or_refused(frame: Any, noise: bytes, at: int, cut: bool) -> None:
    text = json.dumps(frame).encode()
    if cut:
        text = text[:at] + noise + text[at:]
    with suppress(Unusable):
        read = Frame.of(text)
        assert all(one.model_dump_json() for one in read.incoming(HOME))
        assert json.loads(read.kept())["code"] == 200
        assert json.loads(read.not_kept())["code"] in (200, 500)


class Wire:
    """A socket that keeps what is sent on it."""

    close_code = 1000

    def __init__(self) -> None:
        self.sent: list[Any] = []

    async def send_str(self, text: str) -> None:
        self.sent.append(json.loads(text))

    async def close(self) -> None:
        pass


async def acknowledged(frame: Any, kept: Kept) -> list[Any]:
    """What a connection answers to a frame."""
    wire = Wire()
    connection = Connection(wire, HOME, kept, idle=60)  # type: ignore[arg-type]
    await connection._receive(json.dumps(frame))
    keeper = asyncio.create_task(connection._keep_in_order())
    await connection._waiting.join()
    keeper.cancel()
    return wire.sent


VECTORS = json.loads((FOLDER / "vectors.json").read_text("utf-8"))["stream_frames"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
async def test_a_recorded_frame_is_acknowledged_as_it_should_be(vector: Any) -> None:
    later = "LATER" in str(vector["recommended_ack"])
    answers = await acknowledged(vector["from_platform"], Kept(failures=1 if later else 0))
    expected = vector["recommended_ack"]
    if expected is None:
        assert answers == []
        return
    (answer,) = answers
    assert answer["code"] == expected["code"]
    assert answer["headers"] == expected["headers"]
    topic = vector["from_platform"]["headers"]["topic"]
    if topic == CARD:
        assert answer["data"] == '{"response":{}}', "a card changes later, through the API"
    elif later:
        assert json.loads(answer["data"])["status"] == "LATER"
    else:
        assert answer["data"] == expected["data"]
        assert answer["message"] == expected["message"]


async def test_a_message_that_cannot_be_kept_is_not_acknowledged() -> None:
    robot = next(frame for frame in FRAMES if frame["headers"]["topic"] == ROBOT)
    (answer,) = await acknowledged(robot, Kept(failures=1))
    assert answer["code"] == 500
