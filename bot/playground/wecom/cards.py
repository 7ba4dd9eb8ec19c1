"""What the platform accepts as a template card (protocol 5.4, 5.5, 5.10, 5.11)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from bot.playground.wecom.ground import Overlong
from bot.playground.wecom.results import ApiError

Flavour = Literal["app", "webhook", "bot"]

NOTICES = ("text_notice", "news_notice")
INTERACTIONS = ("button_interaction", "vote_interaction", "multiple_interaction")

TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")

PARTS = {
    "text_notice": "source action_menu main_title quote_area emphasis_content sub_title_text"
    " horizontal_content_list jump_list card_action",
    "news_notice": "source action_menu main_title quote_area image_text_area card_image vertical_content_list"
    " horizontal_content_list jump_list card_action",
    "button_interaction": "source action_menu main_title quote_area sub_title_text horizontal_content_list"
    " card_action button_selection button_list",
    "vote_interaction": "source main_title checkbox submit_button",
    "multiple_interaction": "source main_title select_list submit_button",
}

RECOMMENDED = {
    "app": {
        "source.desc": 20,
        "main_title.title": 36,
        "main_title.desc": 44,
        "emphasis_content.title": 14,
        "emphasis_content.desc": 22,
        "sub_title_text": 160,
        "keyname": 5,
        "value": 30,
        "jump_list.title": 18,
        "vertical.title": 38,
        "vertical.desc": 160,
        "select.option": 16,
        "checkbox.option": 17,
        "button.text": 10,
    },
    "bot": {
        "source.desc": 13,
        "main_title.title": 26,
        "main_title.desc": 30,
        "emphasis_content.title": 10,
        "emphasis_content.desc": 15,
        "sub_title_text": 112,
        "keyname": 5,
        "value": 26,
        "jump_list.title": 13,
        "vertical.title": 26,
        "vertical.desc": 112,
        "select.title": 13,
        "select.option": 10,
        "checkbox.option": 11,
        "button.text": 10,
    },
}
RECOMMENDED["webhook"] = RECOMMENDED["bot"]


@dataclass(slots=True)
class Checked:
    """A card the platform has accepted: as clients show it, and what it found odd."""

    card: dict[str, Any]
    overlong: list[Overlong] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def check_card(card: object, flavour: Flavour = "app", *, updating: bool = False) -> Checked:
    """Accept a card or refuse it.

    Args:
        card: the `template_card` object as it came.
        updating: it replaces another card: no `task_id` and `submit_button` needed, `replace_text` allowed.

    Raises:
        ApiError: 42014, 42027-42051, 40035 (wrong JSON type), 40063 (no card).
    """
    if not card:
        raise ApiError(40063, "template_card is empty")
    if not isinstance(card, dict):
        raise ApiError(40035, "template_card is not an object")
    kind = card.get("card_type")
    if not isinstance(kind, str) or kind not in PARTS or (flavour == "webhook" and kind not in NOTICES):
        raise ApiError(42031, "invalid card_type")
    return CardCheck(card, kind, flavour, updating).run()


def calls_back(card: dict[str, Any]) -> bool:
    """Whether members can press something on it that comes back: such cards can be updated."""
    return card.get("card_type") in INTERACTIONS or bool(card.get("action_menu"))


class CardCheck:
    """One card under examination."""

    def __init__(self, card: dict[str, Any], kind: str, flavour: Flavour, updating: bool) -> None:
        self.card = card
        self.kind = kind
        self.flavour = flavour
        self.updating = updating
        self.result = Checked({"card_type": kind})
        self._media_rows = flavour != "bot"

    def run(self) -> Checked:
        """The card without the parts its type does not have."""
        allowed = set(PARTS[self.kind].split())
        always = {"card_type", "task_id", "feedback"} | ({"replace_text"} if self.updating else set())
        for name, part in self.card.items():
            if name in allowed or name in always:
                self.result.card[name] = part
            else:
                self.result.ignored.append(f"{self.kind}.{name}")
        for name in (*PARTS[self.kind].split(), "task_id", "replace_text"):
            if name in self.result.card:
                self.PART_CHECKS[name](self, self.result.card[name])
        self._required()
        return self.result

    def _required(self) -> None:
        card = self.result.card
        if not _title(card) and not (self.kind == "text_notice" and card.get("sub_title_text")):
            raise ApiError(42033, "main_title.title is empty")
        if self.kind in NOTICES and "card_action" not in card:
            raise ApiError(42045, "card_action is missing")
        if self.kind == "news_notice":
            wanted = ("card_image",) if self.flavour == "webhook" else ("card_image", "image_text_area")
            if not any(card.get(name) for name in wanted):
                raise ApiError(42044, "card_image.url is empty")
        for kind, name, code in (
            ("button_interaction", "button_list", 42038),
            ("vote_interaction", "checkbox", 42037),
            ("multiple_interaction", "select_list", 42047),
        ):
            if self.kind == kind and name not in card:
                raise ApiError(code, f"{name} is missing")
        if self.kind in INTERACTIONS[1:] and "submit_button" not in card and not self.updating:
            raise ApiError(42046, "submit_button is missing")
        needs_task = (self.kind in INTERACTIONS or bool(card.get("action_menu"))) and not self.updating
        if needs_task and "task_id" not in card:
            raise ApiError(42014, "task_id is missing")

    def _task_id(self, part: object) -> None:
        if not isinstance(part, str) or not TASK_ID.fullmatch(part):
            raise ApiError(42014)

    def _replace_text(self, part: object) -> None:
        _string(part, 42038, "replace_text")

    def _source(self, part: object) -> None:
        source = _object(part, "source")
        self._words(source, "desc", "source.desc")
        _choice(source, "desc_color", (0, 1, 2, 3))

    def _main_title(self, part: object) -> None:
        title = _object(part, "main_title")
        self._words(title, "title", "main_title.title", 16 if self.kind == "vote_interaction" else None)
        self._words(title, "desc", "main_title.desc", 160 if self.kind in INTERACTIONS[1:] else None)

    def _sub_title_text(self, part: object) -> None:
        self._words({"text": part}, "text", "sub_title_text")

    def _emphasis_content(self, part: object) -> None:
        emphasis = _object(part, "emphasis_content")
        self._words(emphasis, "title", "emphasis_content.title")
        self._words(emphasis, "desc", "emphasis_content.desc")

    def _quote_area(self, part: object) -> None:
        quote = _object(part, "quote_area")
        self._target(quote, types=(0, 1, 2))
        self._words(quote, "title", "")
        self._words(quote, "quote_text", "")

    def _image_text_area(self, part: object) -> None:
        area = _object(part, "image_text_area")
        self._target(area, types=(0, 1, 2))
        if not _is_url(area.get("image_url")):
            raise ApiError(42044, "image_text_area.image_url is empty")

    def _card_image(self, part: object) -> None:
        image = _object(part, "card_image")
        if not _is_url(image.get("url")):
            raise ApiError(42044, "card_image.url is empty")
        ratio = image.get("aspect_ratio", 1.3)
        if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
            raise ApiError(42044, "card_image.aspect_ratio out of range")

    def _vertical_content_list(self, part: object) -> None:
        for row in _objects(part, range(5), 42036, "vertical_content_list"):
            _string(row.get("title"), 42036, "vertical_content_list.title")
            self._words(row, "title", "vertical.title")
            self._words(row, "desc", "vertical.desc")

    def _horizontal_content_list(self, part: object) -> None:
        for row in _objects(part, range(7), 42035, "horizontal_content_list"):
            _string(row.get("keyname"), 42027, "horizontal_content_list.keyname")
            self._words(row, "keyname", "keyname")
            self._words(row, "value", "value")
            kind = _choice(row, "type", (0, 1, 2, 3) if self._media_rows else (0, 1, 3))
            if kind == 1 and not _is_url(row.get("url")):
                raise ApiError(42028, "horizontal_content_list.url is empty")
            if kind == 2:
                _string(row.get("media_id"), 42029, "horizontal_content_list.media_id")
            if kind == 3:
                _string(row.get("userid"), 42050, "horizontal_content_list.userid")

    def _jump_list(self, part: object) -> None:
        types = (0, 1, 2, 3) if self.flavour == "bot" else (0, 1, 2)
        for jump in _objects(part, range(4), 42042, "jump_list"):
            _string(jump.get("title"), 42042, "jump_list.title")
            self._words(jump, "title", "jump_list.title")
            self._target(jump, types=types)
            question = jump.get("question")
            if jump.get("type") == 3 and not (isinstance(question, str) and 0 < len(question.encode()) <= 200):
                raise ApiError(42042, "jump_list.question is empty or too long")

    def _card_action(self, part: object) -> None:
        action = _object(part, "card_action")
        types = (1, 2) if self.kind in NOTICES else (0, 1, 2)
        if "type" not in action and self.kind in NOTICES:
            raise ApiError(42045, "card_action.type is missing")
        if isinstance(action.get("type", 0), bool) or action.get("type", 0) not in types:
            raise ApiError(42045, "card_action.type is illegal")
        if action.get("type") == 1 and not _is_url(action.get("url")):
            raise ApiError(42045, "card_action.url is empty")
        if action.get("type") == 2:
            _string(action.get("appid"), 42045, "card_action.appid")

    def _action_menu(self, part: object) -> None:
        menu = _object(part, "action_menu")
        if self.flavour == "webhook":
            raise ApiError(43012, "a webhook has no callback url")
        items = _objects(menu.get("action_list"), range(1, 4), 42017, "action_menu.action_list")
        for item in items:
            _string(item.get("text"), 42018, "action_menu text")
            _string(item.get("key"), 42019, "action_menu key", most=1024)
        if len({item["key"] for item in items}) < len(items):
            raise ApiError(42051, "duplicate action_menu key")

    def _button_selection(self, part: object) -> None:
        self._question(_object(part, "button_selection"), 10, "select")

    def _button_list(self, part: object) -> None:
        buttons = _objects(part, range(1, 7), 42038, "button_list")
        keys = []
        for button in buttons:
            _string(button.get("text"), 42038, "button_list.text")
            self._words(button, "text", "button.text")
            _choice(button, "style", (1, 2, 3, 4))
            if self.flavour == "app" and _choice(button, "type", (0, 1)) == 1:
                if not _is_url(button.get("url")):
                    raise ApiError(42028, "button_list.url is empty")
                continue
            keys.append(_string(button.get("key"), 42039, "button_list.key", most=1024))
        if len(set(keys)) < len(keys):
            raise ApiError(42039, "duplicate button_list.key")

    def _checkbox(self, part: object) -> None:
        checkbox = _object(part, "checkbox")
        _choice(checkbox, "mode", (0, 1))
        self._question(checkbox, 20, "checkbox")
        for option in checkbox["option_list"]:
            if not isinstance(option.get("is_checked", False), bool):
                raise ApiError(40035, "checkbox.option_list.is_checked is not a boolean")

    def _select_list(self, part: object) -> None:
        lists = _objects(part, range(1, 4), 42047, "select_list")
        for each in lists:
            self._question(each, 10, "select")
        if len({each["question_key"] for each in lists}) < len(lists):
            raise ApiError(42043, "duplicate question_key")

    def _question(self, part: dict[str, Any], most: int, name: str) -> None:
        _string(part.get("question_key"), 42043, "question_key", most=1024)
        self._words(part, "title", f"{name}.title")
        if not isinstance(part.get("disable", False), bool):
            raise ApiError(40035, "disable is not a boolean")
        options = _objects(part.get("option_list"), range(1, most + 1), 42037, "option_list")
        for option in options:
            _string(option.get("id"), 42040, "option_list.id", most=128)
            _string(option.get("text"), 42041, "option_list.text")
            self._words(option, "text", f"{name}.option")
        if len({option["id"] for option in options}) < len(options):
            raise ApiError(42040, "duplicate option_list.id")

    def _submit_button(self, part: object) -> None:
        button = _object(part, "submit_button")
        _string(button.get("text"), 42049, "submit_button.text")
        self._words(button, "text", "button.text")
        _string(button.get("key"), 42046, "submit_button.key", most=1024)

    def _target(self, part: dict[str, Any], *, types: tuple[int, ...]) -> None:
        kind = _choice(part, "type", types)
        if kind == 1 and not _is_url(part.get("url")):
            raise ApiError(42028, "url is empty")
        if kind == 2:
            _string(part.get("appid"), 42030, "appid")

    def _words(self, part: dict[str, Any], key: str, name: str, limit: int | None = None) -> None:
        words = part.get(key, "")
        if not isinstance(words, str):
            raise ApiError(40035, f"{name or key} is not a string")
        most = limit or RECOMMENDED[self.flavour].get(name, 1_000_000)
        if len(words) > most:
            self.result.overlong.append(Overlong(card_type=self.kind, field=name, length=len(words), limit=most))

    PART_CHECKS: ClassVar[dict[str, Callable[["CardCheck", object], None]]] = {
        "source": _source,
        "action_menu": _action_menu,
        "main_title": _main_title,
        "quote_area": _quote_area,
        "emphasis_content": _emphasis_content,
        "sub_title_text": _sub_title_text,
        "image_text_area": _image_text_area,
        "card_image": _card_image,
        "vertical_content_list": _vertical_content_list,
        "horizontal_content_list": _horizontal_content_list,
        "jump_list": _jump_list,
        "card_action": _card_action,
        "button_selection": _button_selection,
        "button_list": _button_list,
        "checkbox": _checkbox,
        "select_list": _select_list,
        "submit_button": _submit_button,
        "task_id": _task_id,
        "replace_text": _replace_text,
    }


def _title(card: dict[str, Any]) -> object:
    title = card.get("main_title")
    return isinstance(title, dict) and title.get("title")


def _object(part: object, name: str) -> dict[str, Any]:
    if not isinstance(part, dict):
        raise ApiError(40035, f"{name} is not an object")
    return part


def _objects(part: object, sizes: range, code: int, name: str) -> list[dict[str, Any]]:
    if part is None:
        raise ApiError(code, f"{name} is missing")
    if not isinstance(part, list) or not all(isinstance(each, dict) for each in part):
        raise ApiError(40035, f"{name} is not a list of objects")
    if len(part) not in sizes:
        raise ApiError(code, f"{name} has {len(part)} items")
    return part


def _string(value: object, code: int, name: str, *, most: int | None = None) -> str:
    if value is None or value == "":
        raise ApiError(code, f"{name} is empty")
    if not isinstance(value, str):
        raise ApiError(40035, f"{name} is not a string")
    if most is not None and len(value.encode()) > most:
        raise ApiError(code, f"{name} is too long")
    return value


def _choice(part: dict[str, Any], key: str, allowed: tuple[int, ...]) -> int:
    value = part.get(key, allowed[0])
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise ApiError(40035, f"{key} is illegal")
    return value


def _is_url(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://")) and len(value.encode()) <= 2048
