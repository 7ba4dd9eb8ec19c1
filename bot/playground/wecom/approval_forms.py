"""Templates of the approval app: their controls, and whether what somebody fills in fits them (protocol 6.6)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bot.playground.wecom.results import ApiError

ControlKind: TypeAlias = Literal["Text", "Textarea", "Number", "Money", "Date", "Selector", "Contact", "File", "Table"]

NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalControl:
    """One field of a template.

    Attributes:
        multiple: several options or people may be chosen.
        form: of a date `day` or `hour`, of a contact `user` or `department`.
        options: of a selector: key -> label.
        children: of a table: its columns.
    """

    id: str
    kind: ControlKind
    title: str
    required: bool = True
    multiple: bool = False
    form: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    children: tuple["ApprovalControl", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStep:
    """One step of a template's own flow; without people it is the applicant's superior.

    Attributes:
        everybody: all of them have to agree; otherwise the first answer decides.
    """

    people: tuple[str, ...] = ()
    everybody: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTemplate:
    """A template as the console has it."""

    id: str
    name: str
    controls: tuple[ApprovalControl, ...]
    flow: tuple[ApprovalStep, ...] = (ApprovalStep(),)


def described(template: ApprovalTemplate) -> dict[str, Any]:
    """What `oa/gettemplatedetail` tells of a template."""
    controls = [_described(control) for control in template.controls]
    return {"template_names": words(template.name), "template_content": {"controls": controls}}


def _described(control: ApprovalControl) -> dict[str, Any]:
    choice = "multi" if control.multiple else "single"
    config: dict[str, Any] = {}
    if control.kind == "Date":
        config["date"] = {"type": control.form or "day"}
    elif control.kind == "Selector":
        options = [{"key": key, "value": words(label)} for key, label in control.options.items()]
        config["selector"] = {"type": choice, "options": options}
    elif control.kind == "Contact":
        config["contact"] = {"type": choice, "mode": control.form or "user"}
    elif control.kind == "Table":
        config["table"] = {"children": [_described(child) for child in control.children]}
    shown = {
        "control": control.kind,
        "id": control.id,
        "title": words(control.title),
        "placeholder": words(""),
        "require": int(control.required),
        "un_print": 0,
    }
    return {"property": shown, "config": config}


def words(text: str) -> list[dict[str, str]]:
    """A text as the approval app writes it: once per language."""
    return [{"text": text, "lang": "zh_CN"}]


def filled(controls: Sequence[ApprovalControl], contents: object) -> list[dict[str, Any]]:
    """`contents` of a request with the titles the template gives them.

    Raises:
        ApiError: 301025 for an unknown or doubled control, a value of another shape, a required one left empty.
    """
    known = {control.id: control for control in controls}
    given: dict[str, Any] = {}
    for content in _objects(contents, "contents"):
        control = known.get(str(content.get("id")))
        if control is None or content.get("control") != control.kind or control.id in given:
            raise ApiError(301025, f"control {content.get('id')} does not match the template")
        value = content.get("value")
        if value is not None and not isinstance(value, dict):
            raise _unfit(control)
        given[control.id] = _value(control, value or {})
    missing = [control.id for control in controls if control.required and not given.get(control.id)]
    if missing:
        raise ApiError(301025, f"required control {missing[0]} is empty")
    return [
        {"control": control.kind, "id": control.id, "title": words(control.title), "value": given.get(control.id, {})}
        for control in controls
    ]


def _value(control: ApprovalControl, value: dict[str, Any]) -> dict[str, Any]:
    """The value when it fits; {} when it is empty."""
    if not value:
        return {}
    match control.kind:
        case "Text" | "Textarea":
            return value if _text(control, value.get("text")) else {}
        case "Number":
            return value if _number(control, value.get("new_number")) else {}
        case "Money":
            return value if _number(control, value.get("new_money")) else {}
        case "Date":
            return value if _date(control, value.get("date")) else {}
        case "Selector":
            return value if _chosen(control, value.get("selector")) else {}
        case "Contact":
            many, key = ("departments", "openapi_id") if control.form == "department" else ("members", "userid")
            return value if _list(control, value.get(many), key) else {}
        case "File":
            return value if _list(control, value.get("files"), "file_id", several=True) else {}
        case "Table":
            rows = [filled(control.children, row.get("list")) for row in _objects(value.get("children"), control.id)]
            return {"children": [{"list": row} for row in rows]} if rows else {}


def _text(control: ApprovalControl, text: object) -> str:
    if not isinstance(text, str) or (control.kind == "Text" and "\n" in text):
        raise _unfit(control)
    return text


def _number(control: ApprovalControl, number: object) -> bool:
    if number == "":
        return False
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise _unfit(control)
    return True


def _date(control: ApprovalControl, date: object) -> bool:
    if not isinstance(date, dict) or date.get("type") != (control.form or "day"):
        raise _unfit(control)
    if not re.fullmatch(r"\d{1,10}", str(date.get("s_timestamp"))):
        raise _unfit(control)
    return True


def _chosen(control: ApprovalControl, selector: object) -> bool:
    if not isinstance(selector, dict) or selector.get("type") != ("multi" if control.multiple else "single"):
        raise _unfit(control)
    keys = [option.get("key") for option in _objects(selector.get("options"), control.id)]
    if any(key not in control.options for key in keys) or (len(keys) > 1 and not control.multiple):
        raise _unfit(control)
    return bool(keys)


def _list(control: ApprovalControl, items: object, key: str, *, several: bool = False) -> bool:
    listed = _objects(items, control.id)
    if any(not isinstance(each.get(key), str) for each in listed):
        raise _unfit(control)
    if len(listed) > 1 and not (several or control.multiple):
        raise _unfit(control)
    return bool(listed)


def _objects(items: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise ApiError(301025, f"{name} is not a list of objects")
    return items


def _unfit(control: ApprovalControl) -> ApiError:
    return ApiError(301025, f"the value of {control.id} is not one of a {control.kind}")
