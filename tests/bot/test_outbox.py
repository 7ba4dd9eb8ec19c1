"""What becomes of outgoing messages: sent, slowed down, tried again with growing waits, given up in the open."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.bell import Bell
from bot.delivery import Delivery, Failed, Outgoing, Rejected, Sent, Throttled
from bot.metrics import Metrics
from bot.outbox import ATTEMPTS, OutboxSender, retry_delay
from bot.pace import Pace
from handlers.dialogue.card import Card
from storage.outbox import ABANDONED, SENT, WAITING
from storage.work import Database
from tests.company import Clock
from tests.makers import NOW


class Line:
    """A platform's side that does as it is told and keeps what it was given."""

    platform, personal = "line", True

    def __init__(self, name: str = "line", pace: Pace | None = None) -> None:
        self.name, self.pace = name, pace or Pace()
        self.given: list[Outgoing] = []
        self.answers: list[Delivery | Exception] = []
        self.gate: asyncio.Event | None = None

    async def send(self, message: Outgoing) -> Delivery:
        self.given.append(message)
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else Sent()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def passive(self, _hook: Any, messages: Sequence[Outgoing]) -> tuple[bytes, str, tuple[str, ...]]:
        return b"passive", "text/x", tuple(message.key for message in messages if message.kind == "update")


class Post:
    """A sender between a database and some lines."""

    def __init__(self, database: Database, *lines: Line) -> None:
        self.database, self.clock, self.metrics = database, Clock(), Metrics()
        self.lines = {line.name: line for line in lines}
        self.sender = OutboxSender(database, self.lines, self.clock.now, Bell(), self.metrics)  # type: ignore[arg-type]

    async def put(self, key: str, channel: str = "line", lane: str = "a", *, window: str = "", **fields: Any) -> None:
        message = Outgoing(key=key, address=lane, **{"kind": "text", "text": key, **fields})
        payload, at = message.model_dump(mode="json", exclude_defaults=True), self.clock.now()
        async with self.database.begin(at) as work:
            due = at + timedelta(seconds=5) if window else at
            await work.outbox.put(key, channel, lane, payload, at, cause="m:1", window=window, due_at=due)

    async def states(self) -> dict[str, str]:
        async with self.database.read(NOW) as work:
            return {m.key: state for state in (WAITING, SENT, ABANDONED) for m in await work.outbox.listed(state)}

    async def trouble(self, state: str = ABANDONED) -> list[str | None]:
        async with self.database.read(NOW) as work:
            return [message.trouble for message in await work.outbox.listed(state)]

    def count(self, outcome: str, channel: str = "line") -> float:
        value = self.metrics.registry.get_sample_value(
            "gendan_deliveries_total", {"channel": channel, "outcome": outcome}
        )
        return value or 0.0


async def test_what_is_taken_is_settled_and_sent_in_order(database: Database) -> None:
    line = Line()
    post = Post(database, line)
    for key in ("1", "2", "3"):
        await post.put(key)
    await post.put("other", lane="b")
    assert [await post.sender.deliver_due() for _ in range(4)] == [2, 1, 1, 0]
    assert [m.text for m in line.given if m.address == "a"] == ["1", "2", "3"]
    assert set((await post.states()).values()) == {SENT}
    assert post.count("sent") == 4


async def test_failures_are_tried_again_with_growing_waits_and_given_up_in_the_open(database: Database) -> None:
    line = Line()
    post = Post(database, line)
    line.answers = [Failed(f"HTTP 50{n}") for n in range(ATTEMPTS)]
    await post.put("1")
    await post.put("behind")
    waits = []
    for attempt in range(1, ATTEMPTS):
        assert await post.sender.deliver_due() == 1
        assert await post.sender.deliver_due() == 0, "not before its time, and nothing overtakes it"
        waits.append(retry_delay(attempt))
        post.clock.time += waits[-1]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=3), timedelta(minutes=30))
    assert await post.sender.deliver_due() == 1
    assert await post.states() == {"1": ABANDONED, "behind": WAITING}
    assert await post.trouble() == ["HTTP 507"]
    assert await post.sender.deliver_due() == 1
    assert (await post.states())["behind"] == SENT
    assert post.count("failed") == ATTEMPTS


async def test_a_rejection_is_given_up_at_once(database: Database) -> None:
    line = Line()
    post = Post(database, line)
    line.answers = [Rejected("60111 no such member")]
    await post.put("1")
    assert await post.sender.deliver_due() == 1
    assert await post.trouble() == ["60111 no such member"]
    assert post.count("rejected") == 1


async def test_a_wait_is_no_attempt_and_may_rest_the_whole_channel(database: Database) -> None:
    line, other = Line(), Line("other")
    post = Post(database, line, other)
    minute = timedelta(minutes=1)
    line.answers = [Throttled(minute, "45009") for _ in range(ATTEMPTS * 2)]
    await post.put("1")
    for _ in range(ATTEMPTS * 2):
        assert await post.sender.deliver_due() == 1
        post.clock.time += minute
    line.answers = [Throttled(minute, "quota", everything=True)]
    assert await post.sender.deliver_due() == 1
    await post.put("2", lane="b")
    await post.put("3", "other")
    assert await post.sender.deliver_due() == 1, "the other channel goes on"
    assert [m.text for m in other.given] == ["3"]
    assert (await post.states())["2"] == WAITING
    post.clock.time += minute
    assert await post.sender.deliver_due() == 2
    assert set((await post.states()).values()) == {SENT}


async def test_our_own_pace_holds_messages_back_over_restarts(database: Database) -> None:
    line = Line(pace=Pace(per_minute=3))
    post = Post(database, line)
    for key in range(5):
        await post.put(str(key))
    for _ in range(6):
        await Post(database, line).sender.deliver_due()
    assert len(line.given) == 3
    assert len(await post.trouble(WAITING)) == 2
    for span, expected in ((30, 3), (32, 5)):
        post.clock.forward(seconds=span)
        for _ in range(3):
            await post.sender.deliver_due()
        assert len(line.given) == expected


async def test_a_channel_that_raises_or_hangs_has_failed(database: Database) -> None:
    line = Line()
    post = Post(database, line)
    post.sender.longest = 0.05
    line.answers = [ZeroDivisionError("secret=1")]
    await post.put("1")
    await post.sender.deliver_due()
    assert await post.trouble(WAITING) == ["ZeroDivisionError in the channel"]
    line.gate = asyncio.Event()
    post.clock.forward(seconds=3)
    await post.sender.deliver_due()
    assert await post.trouble(WAITING) == ["no answer within 0.05 s"]


async def test_what_has_no_channel_or_cannot_be_read_is_given_up(database: Database) -> None:
    post = Post(database, Line())
    await post.put("homeless", "gone")
    async with database.begin(NOW) as work:
        await work.outbox.put("odd", "line", "a", {"shape": 1}, NOW, cause="m:1")
    assert await post.sender.deliver_due() == 2
    assert sorted(str(one) for one in await post.trouble()) == [
        "it cannot be read (any more)",
        "its channel is no longer configured",
    ]


async def test_what_is_learned_by_sending_is_given_to_the_update_and_spent_by_it(database: Database) -> None:
    line = Line()
    post = Post(database, line)
    card = Card(title="审批")
    async with database.begin(NOW) as work:
        await work.cards.add("c1", "line", "a", 1, "approval:1", card.model_dump(mode="json"), NOW)
    line.answers = [Sent({"codes": [["x", 1]]}), Sent({"codes": []}), Sent(content=b"PNG")]
    await post.put("c1", kind="card", card=card, text="")
    await post.put("u1", kind="update", card=card, task="c1", text="")
    async with database.begin(NOW) as work:
        file, _ = await work.files.expect("m:1#0", 1, "image", "", NOW)
    await post.put("f1", kind="fetch", file=file)
    for _ in range(3):
        await post.sender.deliver_due()
    assert line.given[1].receipt == {"codes": [["x", 1]]}
    async with database.read(NOW) as work:
        known, fetched = await work.cards.find("c1"), await work.files.find(file)
    assert known is not None
    assert fetched is not None
    assert (known.receipt, fetched.content) == ({"codes": []}, b"PNG")


async def test_a_slow_channel_holds_up_neither_the_others_nor_sends_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.PATIENCE", 0.1)
    slow, quick = Line("slow", Pace(at_once=2)), Line("quick")
    slow.gate = asyncio.Event()
    post = Post(database, slow, quick)
    for number in range(8):
        await post.put(f"s{number}", "slow", f"l{number}")
    first = asyncio.create_task(post.sender.deliver_due())
    for _ in range(500):
        await asyncio.sleep(0 if len(slow.given) == 2 else 0.01)
    assert len(slow.given) == 2
    await post.put("q", "quick")
    assert await post.sender.deliver_due() == 1
    assert [m.text for m in quick.given] == ["q"]
    await asyncio.sleep(0.2)
    slow.gate.set()
    assert await first == 8
    assert len(slow.given) == 2, "those without a place were put back"
    post.clock.forward(seconds=1)
    while await post.sender.deliver_due():
        pass
    assert sorted(m.text for m in slow.given) == [f"s{n}" for n in range(8)]


async def test_the_answer_of_a_callback_carries_what_it_can(database: Database) -> None:
    line = Line()
    post = Post(database, line)
    async with database.begin(NOW) as work:
        await work.cards.add("c1", "line", "a", 1, "approval:1", {"title": "审批"}, NOW)
    await post.put("u1", kind="update", card=Card(title="好"), task="c1", text="", window="w")
    await post.put("t1", window="w")
    assert await post.sender.passive(line, None, "nothing") is None  # type: ignore[arg-type]
    answer = await post.sender.passive(line, None, "w")  # type: ignore[arg-type]
    assert answer is not None
    assert (answer.body, answer.content_type) == (b"passive", "text/x")
    assert await post.states() == {"u1": WAITING, "t1": WAITING}
    again = await post.sender.passive(line, None, "w")  # type: ignore[arg-type]
    assert again is None or not again.messages, "what travels is not sent a second time"
    await post.sender.carried(answer, arrived=True)
    assert await post.states() == {"u1": SENT, "t1": WAITING}
    assert await post.sender.deliver_due() == 1
    assert line.given[0].text == "t1"


async def test_an_answer_that_did_not_arrive_goes_the_ordinary_way_also_after_a_crash(database: Database) -> None:
    line = Line()
    post = Post(database, line)
    for key, arrived in (("hung up", False), ("crashed", None)):
        await post.put(key, kind="update", card=Card(title="好"), task="c1", text="", window=key)
        answer = await post.sender.passive(line, None, key)  # type: ignore[arg-type]
        assert answer is not None
        if arrived is not None:
            await post.sender.carried(answer, arrived=arrived)
        post.clock.forward(seconds=91)
        assert await post.sender.deliver_due() == 1
        assert line.given[-1].key == key
    assert set((await post.states()).values()) == {SENT}
