from datetime import date

from handlers.language.feasts import state_calendar, state_feasts


def test_published_years_have_make_up_days() -> None:
    calendar = state_calendar((2025,))
    assert calendar.is_workday(date(2025, 9, 28))
    assert not calendar.is_workday(date(2025, 10, 8))
    assert calendar.next_workday(date(2025, 9, 30)) == date(2025, 10, 9)


def test_a_block_of_two_feasts_has_both_names() -> None:
    block = next(feast for feast in state_feasts((2025,)) if "国庆" in feast.names)
    assert "中秋" in block.names
    assert (block.first, block.last) == (date(2025, 10, 1), date(2025, 10, 8))


def test_years_that_are_not_decided_are_forecast_and_distant_ones_do_no_harm() -> None:
    assert not state_calendar((2040,)).is_workday(date(2040, 10, 1))
    assert state_calendar((2900,)).is_workday(date(2900, 1, 1)) in (True, False)
