"""What becomes of a message for every result code the document sorts (7.2)."""

from datetime import timedelta

import pytest

from bot.channels.wecom.codes import UNREACHABLE, Answer, outcome
from bot.delivery import Failed, Rejected, Throttled

AGAIN_WITH_A_TOKEN = (40014, 42001, 41001)
AGAIN_LATER = (-1, 45035, 6000, 846607, 41063, 41079, 90304, 301022, 301112, 2000111, 2000141, UNREACHABLE)
NEW_UPLOAD = (40007, 40145)
SLOWER = {45009: (60, True), 45033: (3, False), 45036: (300, True)}
PEOPLE_MEND = (
    *(40001, 40013, 40056, 301002, 40091, 45031, 60020, 48001, 48002, 48004, 48008, 48009, 48005, 48006, 50003),
    *(60031, 50006, 48010, 48011, 43012, 301007, 50001, 80001, 85005, 301055, 301056, 846601, 846609, 853000),
)
NOBODY_THERE = (
    *(81013, 82001, 40003, 40031, 40032, 46004, 60111, 301021, 50002, 60011, 60021, 92000, 82002, 82003, 40050),
    *(86001, 86003, 49008, 86008, 86004, 86005, 86006, 86007, 86101, 86202, 86203, 86204, 86205, 86206, 86207),
    *(86215, 86216, 93000, 93001, 93004, 93006, 93008, 93019),
)
REFUSED = (
    *(40004, 40005, 40006, 40009, 40011, 40123, 44001, 45001, 45007, 301016, 301017, 40008, 40033, 40035, 40058),
    *(40063, 40039, 45034, 40094, 40074, 41016, 41033, 44004, 93017, 45002, 40206, 45008, 45032, 82004, 85002),
    *(40201, 40204, 42014, 42017, 42018, 42019, 42020, 42027, 42028, 42029, 42030, 42031, 42033, 42035, 42036),
    *(42037, 42038, 42039, 42040, 42041, 42042, 42043, 42044, 42045, 42046, 42047, 42049, 42050, 42051),
)
TOO_LATE = (
    *(60140, 42015, 42016, 82101, 82102, 42052, 93050, 846604, 846605, 846606, 846608, 846625, 846611, 846612),
    *(846613, 846614, 846615, 846616, 846697, 40029, 42003, 42022),
)


@pytest.mark.parametrize("code", AGAIN_WITH_A_TOKEN + AGAIN_LATER + NEW_UPLOAD)
def test_what_may_work_later(code: int) -> None:
    assert isinstance(outcome(Answer("message/send", code, "words")), Failed)


@pytest.mark.parametrize("code", SLOWER)
def test_what_was_too_much_at_once(code: int) -> None:
    seconds, everything = SLOWER[code]
    settled = outcome(Answer("message/send", code, "words"))
    assert isinstance(settled, Throttled)
    assert (settled.wait, settled.everything) == (timedelta(seconds=seconds), everything)


@pytest.mark.parametrize("code", PEOPLE_MEND)
def test_what_people_have_to_mend_holds_the_channel_and_loses_nothing(code: int) -> None:
    settled = outcome(Answer("message/send", code, "words"))
    assert isinstance(settled, Throttled)
    assert settled.everything
    assert str(code) in settled.trouble


@pytest.mark.parametrize("code", [*NOBODY_THERE, *REFUSED, *TOO_LATE, 123456])
def test_what_will_never_work(code: int) -> None:
    settled = outcome(Answer("message/send", code, "words"))
    assert isinstance(settled, Rejected)
    assert settled.trouble.startswith(f"message/send {code}: ")
