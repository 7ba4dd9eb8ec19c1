"""What a member can press on a card as it stands on the screen, and what comes of it (protocol 4.3, 5.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.playground.platform import Bubble


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A press that happens.

    Attributes:
        menu: an item of the top-right menu.
        question: text an AI bot's jump sends instead of an event.
        selected: question key -> ids of the options chosen.
    """

    key: str
    card_type: str
    menu: bool = False
    question: str | None = None
    selected: dict[str, list[str]] = field(default_factory=dict)


def press(bubble: Bubble, account: str, button: str, choices: Mapping[str, Sequence[str]]) -> Pressed:
    """Press what has this key, or else this text.

    Args:
        choices: question key -> ids or texts of options; what is not given stays as the card preselects it.

    Raises:
        ValueError: the button is not there, greyed or only opens a page; an option does not exist.
    """
    if account not in bubble.seen_by or bubble.kind != "card":
        raise ValueError("屏幕上没有这张卡片")
    card = bubble.body_for(account)
    kind = str(card.get("card_type"))
    menu = card.get("action_menu", {}).get("action_list", [])
    found = _find(menu, button)
    if found is not None:
        return Pressed(key=found["key"], card_type=kind, menu=True)
    for jump in card.get("jump_list", []):
        if jump.get("type") == 3 and jump.get("title") == button:
            return Pressed(key="", card_type=kind, question=jump["question"])
    if account in bubble.closed_for:
        raise ValueError(f"按钮已变灰: {bubble.closed_for[account]}")
    found = _find([*card.get("button_list", []), *([card["submit_button"]] if "submit_button" in card else [])], button)
    if found is None:
        raise ValueError(f"卡片上没有按钮: {button}")
    if found.get("type") == 1:
        raise ValueError(f"这个按钮只打开网页: {found['url']}")
    return Pressed(key=found["key"], card_type=kind, selected=_selected(card, choices))


def _find(items: Sequence[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    by_key = next((item for item in items if item.get("key") == wanted), None)
    return by_key or next((item for item in items if item.get("text") == wanted), None)


def _questions(card: dict[str, Any]) -> list[tuple[dict[str, Any], bool]]:
    """Each question, and whether it is a check box rather than a drop-down."""
    drop_downs = [card["button_selection"]] if "button_selection" in card else []
    boxes = [(card["checkbox"], True)] if "checkbox" in card else []
    return [*boxes, *((each, False) for each in (*drop_downs, *card.get("select_list", [])))]


def _selected(card: dict[str, Any], choices: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    questions = _questions(card)
    unknown = choices.keys() - {question["question_key"] for question, _ in questions}
    if unknown:
        raise ValueError(f"卡片上没有选择项: {'、'.join(sorted(unknown))}")
    selected = {}
    for question, box in questions:
        key = question["question_key"]
        chosen = _chosen(question, choices[key]) if key in choices else _preset(question, box)
        if len(chosen) > 1 and not (box and question.get("mode") == 1):
            raise ValueError(f"只能选一项: {key}")
        if chosen:
            selected[key] = chosen
    return selected


def _chosen(question: dict[str, Any], wanted: Sequence[str]) -> list[str]:
    if question.get("disable"):
        raise ValueError(f"不能再选: {question['question_key']}")
    options = question["option_list"]
    chosen = []
    for each in wanted:
        option = next((o for o in options if o["id"] == each), None) or next(
            (o for o in options if o["text"] == each), None
        )
        if option is None:
            raise ValueError(f"没有这个选项: {each}")
        chosen.append(str(option["id"]))
    return chosen


def _preset(question: dict[str, Any], box: bool) -> list[str]:
    options = question["option_list"]
    if box:
        return [str(option["id"]) for option in options if option.get("is_checked")]
    preset = question.get("selected_id")
    return [str(preset)] if preset in [option["id"] for option in options] else [str(options[0]["id"])]
