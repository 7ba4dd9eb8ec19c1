"""Cards in the XML of passive replies, read into the JSON form (protocol 3.5)."""

import re
from typing import Any
from xml.etree.ElementTree import Element

LISTS = frozenset(
    (
        "HorizontalContentList",
        "JumpList",
        "ActionList",
        "VerticalContentList",
        "ButtonList",
        "OptionList",
        "SelectList",
    )
)
NAMES = {
    "KeyName": "keyname",
    "UserId": "userid",
    "AppId": "appid",
    "Appid": "appid",
    "PagePath": "pagepath",
    "CheckBox": "checkbox",
}
NUMBERS = frozenset(("Type", "Style", "DescColor", "Mode"))
FLAGS = frozenset(("Disable", "IsChecked"))


def card_from_xml(element: Element) -> dict[str, Any]:
    """The card in a `TemplateCard` element; repeated elements become lists, numbers and booleans get their type."""
    card: dict[str, Any] = {}
    for child in element:
        name = NAMES.get(child.tag) or re.sub(r"(?<!^)(?=[A-Z])", "_", child.tag).lower()
        if child.tag in LISTS:
            card.setdefault(name, []).append(card_from_xml(child))
        else:
            card[name] = card_from_xml(child) if len(child) else _value(child)
    return card


def _value(element: Element) -> str | int | float | bool:
    words = (element.text or "").strip()
    if element.tag in NUMBERS and words.isdigit():
        return int(words)
    if element.tag in FLAGS:
        return words.lower() in ("1", "true")
    if element.tag == "AspectRatio":
        return float(words)
    return words
