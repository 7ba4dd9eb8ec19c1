"""Days, weeks and months of a summary, and when it is sent."""

from datetime import date, timedelta

import pytest

from domain.digests import Digest, Item, Part, Period, Scope, Span, sending_moment
from domain.errors import BadValue
from tests.makers import CALENDAR, NOW, local

WEDNESDAY = date(2025, 6, 11)


@pytest.mark.parametrize(
    ("span", "word", "following"),
    [
        (Span.day(WEDNESDAY), "日报", (date(2025, 6, 12), date(2025, 6, 12))),
        (Span.day(date(2025, 6, 13)), "日报", (date(2025, 6, 14), date(2025, 6, 16))),
        (Span.week(WEDNESDAY), "周报", (date(2025, 6, 16), date(2025, 6, 22))),
        (Span.month(WEDNESDAY), "月报", (date(2025, 7, 1), date(2025, 7, 30))),
        (Span.of("2025-06-09", "2025-06-11"), "小结", (date(2025, 6, 12), date(2025, 6, 14))),
    ],
)
def test_a_span_knows_its_name_and_the_days_after_it(span: Span, word: str, following: tuple[date, date]) -> None:
    after = span.following(CALENDAR)

    assert (span.word, after.first, after.last) == (word, *following)


def test_one_day_may_be_given_alone() -> None:
    assert Span.of("2025-06-11", "") == Span.day(WEDNESDAY)


@pytest.mark.parametrize(
    ("first", "last"), [("昨天", ""), ("2025-06-11", "x"), ("2025-06-11", "2025-06-10"), ("2020-01-01", "2025-06-11")]
)
def test_days_that_make_no_span_are_refused(first: str, last: str) -> None:
    with pytest.raises(BadValue):
        Span.of(first, last)


def test_a_period_ends_at_midnight_of_the_company() -> None:
    period = Period.of(Span.day(WEDNESDAY), CALENDAR, NOW)

    assert (period.start, period.end) == (local("2025-06-11T00:00"), local("2025-06-12T00:00"))
    assert period.next_end == local("2025-06-13T00:00")
    assert period.present
    assert not Period.of(Span.day(WEDNESDAY), CALENDAR, local("2025-06-12T00:00")).present


def an_item(member: int | None) -> Item:
    return Item(number="F-000001", member=member, customer="", text="谈了", at=None)


def test_every_number_is_the_length_of_a_list() -> None:
    scope = Scope(token="team", label="团队", owners=frozenset({1, 2}))
    items = [an_item(2), an_item(1), an_item(2), an_item(None)]
    digest = Digest(span=Span.day(WEDNESDAY), scope=scope, lists={Part.FOLLOW_UPS: items})

    assert (digest.count(Part.FOLLOW_UPS), digest.count(Part.DONE), digest.empty) == (4, 0, False)
    assert list(digest.by_member(Part.FOLLOW_UPS).items()) == [(2, 2), (1, 1)]
    assert Digest(span=digest.span, scope=scope, lists={Part.DONE: ()}).empty


@pytest.mark.parametrize(
    "hour", [timedelta(hours=18), timedelta(hours=18, minutes=28), timedelta(hours=17, minutes=58)]
)
def test_sending_is_spread_over_minutes_and_spares_the_busy_ones(hour: timedelta) -> None:
    moments = [sending_moment(WEDNESDAY, hour, member, CALENDAR) for member in range(20)]

    assert {CALENDAR.office_time(moment).minute for moment in moments}.isdisjoint({0, 30})
    assert len(set(moments)) == 5
    begun = local("2025-06-11T00:00") + hour
    assert all(timedelta(0) < moment - begun <= timedelta(minutes=7) for moment in moments)
