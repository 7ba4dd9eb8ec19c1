"""What the platform accepts as a template card (protocol 5.4, 5.5, 5.10, 5.11)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from bot.playground.wecom.card_parts import INTERACTIONS, NOTICES, PARTS, RECOMMENDED, TASK_ID, Flavour
from bot.playground.wecom.card_values import a_choice, a_string, an_object, is_url, objects, title_of
from bot.playground.wecom.ground import Overlong
from bot.playground.wecom.results import ApiError


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
        if not title_of(card) and not (self.kind == "text_notice" and card.get("sub_title_text")):
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
        a_string(part, 42038, "replace_text")

    def _source(self, part: object) -> None:
        source = an_object(part, "source")
        self._words(source, "desc", "source.desc")
        a_choice(source, "desc_color", (0, 1, 2, 3))

    def _main_title(self, part: object) -> None:
        title = an_object(part, "main_title")
        self._words(title, "title", "main_title.title", 16 if self.kind == "vote_interaction" else None)
        self._words(title, "desc", "main_title.desc", 160 if self.kind in INTERACTIONS[1:] else None)

    def _sub_title_text(self, part: object) -> None:
        self._words({"text": part}, "text", "sub_title_text")

    def _emphasis_content(self, part: object) -> None:
        emphasis = an_object(part, "emphasis_content")
        self._words(emphasis, "title", "emphasis_content.title")
        self._words(emphasis, "desc", "emphasis_content.desc")

    def _quote_area(self, part: object) -> None:
        quote = an_object(part, "quote_area")
        self._target(quote, types=(0, 1, 2))
        self._words(quote, "title", "")
        self._words(quote, "quote_text", "")

    def _image_text_area(self, part: object) -> None:
        area = an_object(part, "image_text_area")
        self._target(area, types=(0, 1, 2))
        if not is_url(area.get("image_url")):
            raise ApiError(42044, "image_text_area.image_url is empty")

    def _card_image(self, part: object) -> None:
        image = an_object(part, "card_image")
        if not is_url(image.get("url")):
            raise ApiError(42044, "card_image.url is empty")
        ratio = image.get("aspect_ratio", 1.3)
        if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
            raise ApiError(42044, "card_image.aspect_ratio out of range")

    def _vertical_content_list(self, part: object) -> None:
        for row in objects(part, range(5), 42036, "vertical_content_list"):
            a_string(row.get("title"), 42036, "vertical_content_list.title")
            self._words(row, "title", "vertical.title")
            self._words(row, "desc", "vertical.desc")

    def _horizontal_content_list(self, part: object) -> None:
        for row in objects(part, range(7), 42035, "horizontal_content_list"):
            a_string(row.get("keyname"), 42027, "horizontal_content_list.keyname")
            self._words(row, "keyname", "keyname")
            self._words(row, "value", "value")
            kind = a_choice(row, "type", (0, 1, 2, 3) if self._media_rows else (0, 1, 3))
            if kind == 1 and not is_url(row.get("url")):
                raise ApiError(42028, "horizontal_content_list.url is empty")
            if kind == 2:
                a_string(row.get("media_id"), 42029, "horizontal_content_list.media_id")
            if kind == 3:
                a_string(row.get("userid"), 42050, "horizontal_content_list.userid")

    def _jump_list(self, part: object) -> None:
        types = (0, 1, 2, 3) if self.flavour == "bot" else (0, 1, 2)
        for jump in objects(part, range(4), 42042, "jump_list"):
            a_string(jump.get("title"), 42042, "jump_list.title")
            self._words(jump, "title", "jump_list.title")
            self._target(jump, types=types)
            question = jump.get("question")
            if jump.get("type") == 3 and not (isinstance(question, str) and 0 < len(question.encode()) <= 200):
                raise ApiError(42042, "jump_list.question is empty or too long")

    def _card_action(self, part: object) -> None:
        action = an_object(part, "card_action")
        types = (1, 2) if self.kind in NOTICES else (0, 1, 2)
        if "type" not in action and self.kind in NOTICES:
            raise ApiError(42045, "card_action.type is missing")
        if isinstance(action.get("type", 0), bool) or action.get("type", 0) not in types:
            raise ApiError(42045, "card_action.type is illegal")
        if action.get("type") == 1 and not is_url(action.get("url")):
            raise ApiError(42045, "card_action.url is empty")
        if action.get("type") == 2:
            a_string(action.get("appid"), 42045, "card_action.appid")

    def _action_menu(self, part: object) -> None:
        menu = an_object(part, "action_menu")
        if self.flavour == "webhook":
            raise ApiError(43012, "a webhook has no callback url")
        items = objects(menu.get("action_list"), range(1, 4), 42017, "action_menu.action_list")
        for item in items:
            a_string(item.get("text"), 42018, "action_menu text")
            a_string(item.get("key"), 42019, "action_menu key", most=1024)
        if len({item["key"] for item in items}) < len(items):
            raise ApiError(42051, "duplicate action_menu key")

    def _button_selection(self, part: object) -> None:
        self._question(an_object(part, "button_selection"), 10, "select")

    def _button_list(self, part: object) -> None:
        buttons = objects(part, range(1, 7), 42038, "button_list")
        keys = []
        for button in buttons:
            a_string(button.get("text"), 42038, "button_list.text")
            self._words(button, "text", "button.text")
            a_choice(button, "style", (1, 2, 3, 4))
            if self.flavour == "app" and a_choice(button, "type", (0, 1)) == 1:
                if not is_url(button.get("url")):
                    raise ApiError(42028, "button_list.url is empty")
                continue
            keys.append(a_string(button.get("key"), 42039, "button_list.key", most=1024))
        if len(set(keys)) < len(keys):
            raise ApiError(42039, "duplicate button_list.key")

    def _checkbox(self, part: object) -> None:
        checkbox = an_object(part, "checkbox")
        a_choice(checkbox, "mode", (0, 1))
        self._question(checkbox, 20, "checkbox")
        for option in checkbox["option_list"]:
            if not isinstance(option.get("is_checked", False), bool):
                raise ApiError(40035, "checkbox.option_list.is_checked is not a boolean")

    def _select_list(self, part: object) -> None:
        lists = objects(part, range(1, 4), 42047, "select_list")
        for each in lists:
            self._question(each, 10, "select")
        if len({each["question_key"] for each in lists}) < len(lists):
            raise ApiError(42043, "duplicate question_key")

    def _question(self, part: dict[str, Any], most: int, name: str) -> None:
        a_string(part.get("question_key"), 42043, "question_key", most=1024)
        self._words(part, "title", f"{name}.title")
        if not isinstance(part.get("disable", False), bool):
            raise ApiError(40035, "disable is not a boolean")
        options = objects(part.get("option_list"), range(1, most + 1), 42037, "option_list")
        for option in options:
            a_string(option.get("id"), 42040, "option_list.id", most=128)
            a_string(option.get("text"), 42041, "option_list.text")
            self._words(option, "text", f"{name}.option")
        if len({option["id"] for option in options}) < len(options):
            raise ApiError(42040, "duplicate option_list.id")

    def _submit_button(self, part: object) -> None:
        button = an_object(part, "submit_button")
        a_string(button.get("text"), 42049, "submit_button.text")
        self._words(button, "text", "button.text")
        a_string(button.get("key"), 42046, "submit_button.key", most=1024)

    def _target(self, part: dict[str, Any], *, types: tuple[int, ...]) -> None:
        kind = a_choice(part, "type", types)
        if kind == 1 and not is_url(part.get("url")):
            raise ApiError(42028, "url is empty")
        if kind == 2:
            a_string(part.get("appid"), 42030, "appid")

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
