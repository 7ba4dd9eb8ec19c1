"""Our own pace: never more than allowed, and never waiting longer than needed."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot import pace
from bot.pace import Pace, Throttle
from tests.makers import NOW

MINUTE = timedelta(minutes=1)


@given(
    per_address=st.integers(1, 60),
    burst=st.integers(1, 20),
    gaps=st.lists(st.integers(0, 20_000), min_size=1, max_size=80),
)
def test_never_more_than_a_burst_and_the_rate_within_any_minute(per_address: int, burst: int, gaps: list[int]) -> None:
    throttle, at, sent = Throttle(Pace(per_address=per_address, burst=burst)), NOW, []
    for gap in gaps:
        at += timedelta(milliseconds=gap)
        wait = throttle.wait("zhou", at)
        assert timedelta(0) <= wait <= MINUTE / per_address
        if not wait:
            sent.append(at)
    for start in sent:
        assert sum(start <= moment < start + MINUTE for moment in sent) <= burst + per_address
        assert sum(moment == start for moment in sent) <= burst


@given(per_address=st.integers(1, 60), burst=st.integers(1, 20))
def test_who_waits_as_long_as_told_may_go(per_address: int, burst: int) -> None:
    throttle, at = Throttle(Pace(per_address=per_address, burst=burst)), NOW
    for _ in range(burst + 5):
        if wait := throttle.wait("zhou", at):
            at += wait
            assert throttle.wait("zhou", at) == timedelta(0)
    assert at > NOW
    assert throttle.wait("chen", at) == timedelta(0), "addresses do not wait for each other"


def test_addresses_whose_time_has_come_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(pace, "FORGET_ABOVE", 10)
    throttle = Throttle(Pace(per_address=60, burst=1))
    for number in range(11):
        assert throttle.wait(str(number), NOW + timedelta(seconds=number)) == timedelta(0)
    assert len(throttle._due) == 1
