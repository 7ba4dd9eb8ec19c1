"""Card -> template card.

| the card has | becomes |
| --- | --- |
| nothing to press, or is closed | text_notice |
| buttons, at most one choice | button_interaction |
| one choice of several options at once | vote_interaction |
| several choices | multiple_interaction |

Source: protocols/wecom.md 5.4, 5.5 (WeCom documentation 90236, 94888).
"""

import re
from dataclasses import dataclass
from typing import Any

from bot.channels.wecom.layout import APP, MISSING, Limits, Paper, flat
from handlers.dialogue.card import Button, Card, Choice, Line, Style, Tone

SOURCE = "跟单"
COLOURS = {Tone.INFO: 1, Tone.SUCCESS: 3, Tone.WARNING: 2, Tone.DANGER: 2, Tone.MUTED: 0}
STYLES = {Style.PRIMARY: 1, Style.NORMAL: 2, Style.DANGER: 3}
KEY_BYTES = 1024
OPTION_ID_BYTES = 128
URL_BYTES = 2048
TASK = re.compile(r"[0-9A-Za-z_@-]{1,128}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as the platform takes it, and the text that has to follow it because it did not fit ("" for none)."""

    body: dict[str, Any]
    more: str


def template_card(card: Card, *, task: str, site: str, limits: Limits = APP, update: bool = False) -> Shown:
    """The `template_card` object of a card.

    Args:
        task: unique per send, at most 128 bytes of letters, digits, `_`, `-`, `@`; "" only in an app's update.
        site: where a card without a page of its own leads, such as `https://crm.example.com`.
        limits: the sender's recommended lengths.
        update: it replaces a card; no text follows, what is missing is marked with ….

    Raises:
        ValueError: the task id is illegal, or a command, a field's name or an option's id is too long to come back.
    """
    return _Renderer(card, task, site, limits, update).shown()


def news_notice(
    *, title: str, subtitle: str, image: str, page: str, rows: tuple[Line, ...] = (), ratio: float = 1.3
) -> dict[str, Any]:
    """The `template_card` object of a card with a picture; `image` and `page` are addresses, `ratio` 1.3 to 2.25."""
    paper = Paper()
    return {
        "card_type": "news_notice",
        "source": {"desc": SOURCE},
        "main_title": {"title": paper.heading(title, APP.title), "desc": paper.heading(subtitle, APP.subtitle)},
        "card_image": {"url": image, "aspect_ratio": min(max(ratio, 1.3), 2.25)},
        "horizontal_content_list": [_row(line, paper, APP) for line in rows[: APP.rows]],
        "card_action": {"type": 1, "url": page},
    }


class _Renderer:
    """One card on its way to becoming a template card."""

    def __init__(self, card: Card, task: str, site: str, limits: Limits, update: bool) -> None:
        if not TASK.fullmatch(task) and not (update and not task):
            raise ValueError("task ids have 1 to 128 letters, digits, _, - or @")
        self._card = card
        self._task = task
        self._site = site
        self._limits = limits
        self._update = update
        self._mark = MISSING if update else limits.follows
        self._paper = Paper(text=card.text.splitlines())
        self._buttons = () if card.closed else _unique(card.buttons)
        self._choices = () if card.closed else card.choices

    def shown(self) -> Shown:
        if not self._buttons:
            return self._text_notice()
        if len(self._choices) > 1:
            return self._multiple()
        if self._choices and self._choices[0].multiple:
            return self._vote()
        return self._button_interaction()

    def _text_notice(self) -> Shown:
        card = self._start("text_notice", self._limits.title)
        self._add_rows(card)
        for choice in self._choices:
            self._spell_out(choice)
        self._add_hints(())
        more = self._add_body(card)
        page = _address(self._card.page)
        if page:
            title = self._cut(self._card.page_text, self._limits.jump)
            card["jump_list"] = [{"type": 1, "title": title, "url": page}]
        card["card_action"] = {"type": 1, "url": page or self._site}
        return Shown(card, more)

    def _button_interaction(self) -> Shown:
        card = self._start("button_interaction", self._limits.title)
        self._add_rows(card)
        if self._choices:
            card["button_selection"] = self._selection(self._choices[0])
        shown, others = self._buttons[: self._limits.buttons], self._buttons[self._limits.buttons :]
        card["button_list"] = [self._button(button) for button in shown]
        self._add_hints(others)
        more = self._add_body(card)
        page = _address(self._card.page)
        if page:
            card["card_action"] = {"type": 1, "url": page}
        return Shown(card, more)

    def _vote(self) -> Shown:
        card = self._start("vote_interaction", self._limits.vote_title)
        choice = self._choices[0]
        options = self._options(choice, self._limits.boxes, self._limits.box_option)
        preset = choice.selected.split(",")
        card["checkbox"] = {
            "question_key": _question(choice),
            "mode": 1,
            "option_list": [{**option, "is_checked": option["id"] in preset} for option in options],
        }
        if flat(choice.title) != "-":
            self._paper.text.append(flat(choice.title))
        return self._submitted(card)

    def _multiple(self) -> Shown:
        card = self._start("multiple_interaction", self._limits.title)
        if len({choice.field for choice in self._choices}) < len(self._choices):
            raise ValueError("two choices of a card have the same field")
        shown, others = self._choices[: self._limits.lists], self._choices[self._limits.lists :]
        card["select_list"] = [self._selection(choice) for choice in shown]
        for choice in others:
            self._spell_out(choice)
        return self._submitted(card)

    def _submitted(self, card: dict[str, Any]) -> Shown:
        submit, *others = self._buttons
        card["submit_button"] = {"text": self._button_text(submit), "key": _key(submit)}
        self._paper.text = [*self._subtitle(), *map(_sentence, self._card.lines), *self._paper.text]
        self._add_hints(tuple(others))
        desc, more = self._paper.laid_out(self._limits.vote_body, self._mark)
        if desc:
            card["main_title"]["desc"] = desc
        return Shown(card, more)

    def _start(self, kind: str, title_limit: int) -> dict[str, Any]:
        source: dict[str, Any] = {"desc": SOURCE}
        title: dict[str, Any] = {"title": self._paper.heading(self._card.title, title_limit)}
        if kind in ("text_notice", "button_interaction"):
            source["desc_color"] = COLOURS[self._card.tone]
            if self._card.subtitle.strip():
                title["desc"] = self._paper.heading(self._card.subtitle, self._limits.subtitle)
        card = {"card_type": kind, "source": source, "main_title": title}
        return {**card, "task_id": self._task} if self._task else card

    def _subtitle(self) -> list[str]:
        return [flat(self._card.subtitle)] if self._card.subtitle.strip() else []

    def _add_rows(self, card: dict[str, Any]) -> None:
        rows = self._card.lines[: self._limits.rows]
        if rows:
            card["horizontal_content_list"] = [_row(line, self._paper, self._limits) for line in rows]
        self._paper.below += [_sentence(line) for line in self._card.lines[self._limits.rows :]]

    def _add_body(self, card: dict[str, Any]) -> str:
        body, more = self._paper.laid_out(self._limits.body, self._mark)
        if body:
            card["sub_title_text"] = body
        return more

    def _add_hints(self, typed: tuple[Button, ...]) -> None:
        words = [f"{flat(button.text)}: 请回复「{button.says}」" for button in typed if button.says]
        self._paper.below += words
        field = None if self._card.closed else self._card.input
        if field is not None:
            self._paper.below.append(
                f"{flat(field.label)}: 直接回复文字即可" + (f", {field.hint}" if field.hint else "")
            )

    def _button(self, button: Button) -> dict[str, Any]:
        return {"text": self._button_text(button), "style": STYLES[button.style], "key": _key(button)}

    def _button_text(self, button: Button) -> str:
        return self._paper.field(button.text, self._limits.button, "按钮")

    def _selection(self, choice: Choice) -> dict[str, Any]:
        selection: dict[str, Any] = {
            "question_key": _question(choice),
            "title": self._paper.field(choice.title, self._limits.choice_title, "选择"),
            "option_list": self._options(choice, self._limits.options, self._limits.option),
        }
        if choice.selected in [option["id"] for option in selection["option_list"]]:
            selection["selected_id"] = choice.selected
        return selection

    def _options(self, choice: Choice, most: int, length: int) -> list[dict[str, Any]]:
        options = choice.options
        if not options or len({option.id for option in options}) < len(options):
            raise ValueError("a choice needs options, each with an id of its own")
        for option in options:
            if not 0 < len(option.id.encode()) <= OPTION_ID_BYTES:
                raise ValueError(f"option ids have 1 to {OPTION_ID_BYTES} bytes")
        for option in options[most:]:
            words = f": 请回复「{option.says}」" if option.says else ""
            self._paper.below.append(f"{flat(choice.title)}还可以选 {flat(option.text)}{words}")
        label = flat(choice.title)
        return [{"id": each.id, "text": self._paper.field(each.text, length, label)} for each in options[:most]]

    def _spell_out(self, choice: Choice) -> None:
        for option in choice.options:
            if option.says:
                self._paper.below.append(f"{flat(option.text)}: 请回复「{option.says}」")

    def _cut(self, text: str, limit: int) -> str:
        line = flat(text)
        return line if len(line) <= limit else line[: limit - 1] + "…"


def _unique(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """Without a second button for the same command, which would come back as the same key."""
    return tuple({button.command: button for button in reversed(buttons)}.values())[::-1]


def _row(line: Line, paper: Paper, limits: Limits) -> dict[str, Any]:
    label = flat(line.label)
    if len(label) > limits.label:
        paper.below.append(_sentence(line))
        value = flat(line.text)
        shown = value if len(value) <= limits.value else value[: limits.value - 1] + "…"
        row: dict[str, Any] = {"keyname": label[: limits.label - 1] + "…", "value": shown}
    else:
        row = {"keyname": label, "value": paper.field(line.text, limits.value, label)}
    page = _address(line.page)
    return {"type": 1, **row, "url": page} if page else row


def _sentence(line: Line) -> str:
    return f"{flat(line.label)}: {flat(line.text)}"


def _key(button: Button) -> str:
    if not 0 < len(button.command.encode()) <= KEY_BYTES:
        raise ValueError(f"the command of a button has 1 to {KEY_BYTES} bytes")
    return button.command


def _question(choice: Choice) -> str:
    if not 0 < len(choice.field.encode()) <= KEY_BYTES:
        raise ValueError(f"the field of a choice has 1 to {KEY_BYTES} bytes")
    return choice.field


def _address(page: str) -> str:
    good = page.startswith(("https://", "http://")) and len(page.encode()) <= URL_BYTES
    return page if good else ""
