"""Neutral cards as DingTalk shows them: variables of our template, or action cards whose buttons speak for the person.

Source: protocols/dingtalk.md 5.4, 5.7, 6.5, 6.9, 6.14.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.channels.dingtalk.markdown import BREAK, escaped, link, plain, speaking
from bot.channels.dingtalk.wire import written
from handlers.dialogue.card import Button, Card, Choice, Input, Line, Tone

BUTTONS = 4
"""Buttons of our template."""
ACTION_BUTTONS = 5
"""Buttons of an action card sent by the API (sampleActionCard5)."""
VALUE_LIMIT = 1_024
"""Bytes of a template variable (6.5)."""
BODY_LIMIT = 8_000
"""Bytes of the variable `body`, the one that clients are known to show beyond the documented limit."""

MARKS = {Tone.INFO: "", Tone.SUCCESS: "🟢", Tone.WARNING: "🟡", Tone.DANGER: "🔴", Tone.MUTED: "⚪"}


def variables(card: Card, *, key: str, rev: int) -> dict[str, str]:
    """The variables of the template `card_template.json`, all of them, all strings.

    Args:
        key: outTrackId of the card, in the variable `bizId`.
        rev: the card's revision, which every update raises; buttons echo it, see `events.card_callback`.

    Returns:
        title, status, body (markdown), canAct, bizId, rev, btn1Text, btn1Action, btn1Show … btn4Show, form, hasForm,
        url, urlText, hasUrl. Flags are "true" or "false". Buttons beyond the fourth become words at the end of `body`.

    Raises:
        ValueError: a value is longer than the platform takes.
    """
    buttons = () if card.closed else card.buttons
    form = "" if card.closed else _form(card, rev)
    values = {
        "title": card.title,
        "status": status(card),
        "body": template_body(card),
        "canAct": _flag(bool(buttons or form)),
        "bizId": key,
        "rev": str(rev),
        "form": form,
        "hasForm": _flag(bool(form)),
        "url": card.page,
        "urlText": card.page_text if card.page else "",
        "hasUrl": _flag(bool(card.page)),
    }
    for number in range(1, BUTTONS + 1):
        values |= _button(number, buttons[number - 1] if number <= len(buttons) else None)
    for name, value in values.items():
        limit = BODY_LIMIT if name == "body" else VALUE_LIMIT
        if len(value.encode("utf-8", "replace")) > limit:
            raise ValueError(f"variable {name} of the card has more than {limit} bytes")
    return values


def template_body(card: Card) -> str:
    """The markdown of the variable `body`: lines, text, and the words for buttons that have no room."""
    rest = () if card.closed else card.buttons[BUTTONS:]
    return BREAK.join([*map(_line, card.lines), *_text(card), *_typed(rest, "还可以发送：")])


def status(card: Card) -> str:
    """The subtitle, marked by how serious the card is."""
    return f"{MARKS[card.tone]} {card.subtitle}".strip()


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _button(number: int, button: Button | None) -> dict[str, str]:
    name = f"btn{number}"
    if button is None:
        return {f"{name}Text": "", f"{name}Action": "", f"{name}Show": "false"}
    return {f"{name}Text": button.text, f"{name}Action": button.command, f"{name}Show": "true"}


def _form(card: Card, rev: int) -> str:
    """The fields of the form component as JSON, "" for none.

    Hidden fields carry the first button's command and the revision, for a form that is sent by its own button.
    """
    fields: list[dict[str, Any]] = [_select(choice) for choice in card.choices]
    if card.input is not None:
        fields.append(_written(card.input))
    if not fields:
        return ""
    action = card.buttons[0].command if card.buttons else ""
    hidden = [
        {"name": name, "label": name, "type": "TEXT", "hidden": True, "defaultValue": value}
        for name, value in (("action", action), ("rev", str(rev)))
    ]
    return written({"fields": fields + hidden})


def _select(choice: Choice) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": choice.field,
        "label": choice.title,
        "type": "MULTI_SELECT" if choice.multiple else "SELECT",
        "options": [{"value": option.id, "text": option.text} for option in choice.options],
    }
    ids = [option.id for option in choice.options]
    selected = [one for one in choice.selected.split(",") if one in ids] if choice.multiple else [choice.selected]
    places = [ids.index(one) for one in selected if one in ids]
    if not places:
        return field
    default = {"index": places, "value": selected} if choice.multiple else {"index": places[0], "value": selected[0]}
    return field | {"defaultValue": default}


def _written(field: Input) -> dict[str, Any]:
    return {"name": field.field, "label": field.label, "type": "TEXT", "placeholder": field.hint}


@dataclass(frozen=True, slots=True)
class ActionCard:
    """A card without a template: markdown, and up to five buttons that send words in the person's name.

    Attributes:
        buttons: title and dtmd address of each.
    """

    title: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()

    def webhook(self) -> dict[str, Any]:
        """The message for a reply address (5.7)."""
        if not self.buttons:
            return {"msgtype": "markdown", "markdown": {"title": self.title, "text": self.text}}
        buttons = [{"title": title, "actionURL": address} for title, address in self.buttons]
        shown = {"title": self.title, "text": self.text, "btnOrientation": "0", "btns": buttons}
        return {"msgtype": "actionCard", "actionCard": shown}

    def sample(self) -> tuple[str, dict[str, str]]:
        """`msgKey` and members of `msgParam` for the robot API (5.4)."""
        shown = {"title": self.title, "text": self.text}
        match len(self.buttons):
            case 0:
                return "sampleMarkdown", shown
            case 1:
                title, address = self.buttons[0]
                return "sampleActionCard", shown | {"singleTitle": title, "singleURL": address}
        for number, (title, address) in enumerate(self.buttons, 1):
            shown |= {f"actionTitle{number}": title, f"actionURL{number}": address}
        return f"sampleActionCard{len(self.buttons)}", shown


def action_card(card: Card, *, personal: bool, links: bool = True) -> ActionCard:
    """The card without a template.

    Args:
        personal: in the 1:1 conversation, where links that speak reach the robot; in a group everything is typed.
        links: whether choices are links that speak; they are long.
    """
    speaks = personal and links
    buttons = () if card.closed else card.buttons
    spoken = tuple((b.text, speaking(b.says)) for b in buttons if b.says)[:ACTION_BUTTONS] if personal else ()
    parts = [
        f"### {escaped(' '.join(card.title.split()))}",
        *([escaped(status(card))] if status(card) else []),
        *(_line(line, speaks=speaks) for line in card.lines),
        *_text(card),
        *(() if card.closed else _choices(card, speaks=speaks)),
        *_typed(buttons, "也可以回复：" if personal else "请 @我 回复："),
        *([link(card.page_text, card.page)] if card.page else []),
    ]
    return ActionCard(card.title, BREAK.join(parts), spoken)


def _line(line: Line, *, speaks: bool = False) -> str:
    shown = escaped(line.text)
    if line.page:
        shown = link(line.text, line.page)
    elif speaks and line.says:
        shown = link(line.text, speaking(line.says))
    return f"**{escaped(line.label)}**：{shown}".replace("\n", BREAK) if line.label else shown.replace("\n", BREAK)


def _text(card: Card) -> list[str]:
    return [plain(card.text)] if card.text else []


def _typed(buttons: tuple[Button, ...], intro: str) -> list[str]:
    words = [escaped(button.says) for button in buttons if button.says]
    return [intro + " / ".join(f"「{one}」" for one in words)] if words else []


def _choices(card: Card, *, speaks: bool) -> Iterator[str]:
    """The drop-downs as lines: links where all options have words, else numbers to answer with; then the input."""
    for choice in card.choices:
        worded = all(option.says for option in choice.options)
        yield f"**{escaped(choice.title)}**" + ("：" if worded else "（回复序号）：")
        for number, option in enumerate(choice.options, 1):
            if worded and speaks:
                yield f"· {link(option.text, speaking(option.says))}"
            elif worded:
                yield f"· {escaped(option.text)}：回复「{escaped(option.says)}」"
            else:
                yield f"{number}）{escaped(option.text)}"
    if card.input is not None:
        yield f"**{escaped(card.input.label)}**：{escaped(card.input.hint)}".rstrip("：")
