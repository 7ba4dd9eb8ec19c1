import pytest

from handlers.language.spelling import corrected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("跟近", "跟进"),
        ("抱销", "报销"),
        ("同义王强", "同意王强"),
        ("库纯", "库存"),
        ("题醒我", "提醒我"),
        ("代办", "待办"),
        ("撤消", "撤销"),
    ],
)
def test_a_command_with_a_character_of_the_same_sound_is_understood(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize("text", ["申请加班", "汇款", "上级领导", "统一口径", "更近一步"])
def test_words_of_their_own_are_left_alone(text: str) -> None:
    assert corrected(text) == text
