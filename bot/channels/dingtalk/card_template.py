"""Builds `card_template.json`, the template "跟单通用卡" as the console's card designer imports it.

`python -m bot.channels.dingtalk.card_template` writes the file; a test compares it. The designer's format is not
documented: it follows what the console exports (open-dingtalk/dingtalk-card-examples), with the properties that carry
meaning and the designer's defaults for the rest. Setting it up: docs/dingtalk-card-template.md.

Source: protocols/dingtalk.md 6.5, 6.6, 6.9.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from bot.channels.dingtalk.cards import BUTTONS

FILE = Path(__file__).with_name("card_template.json")
NAME = "跟单通用卡"

Piece: TypeAlias = dict[str, Any]

DESCRIPTIONS: Mapping[str, tuple[str, str]] = {
    "title": ("string", "标题"),
    "status": ("string", "状态"),
    "body": ("markdown", "正文"),
    "canAct": ("boolean", "还能操作"),
    "bizId": ("string", "卡片编号"),
    "rev": ("string", "卡片版本"),
    "form": ("form", "表单"),
    "hasForm": ("boolean", "有表单"),
    "url": ("string", "链接"),
    "urlText": ("string", "链接文字"),
    "hasUrl": ("boolean", "有链接"),
    **{
        f"btn{number}{part}": (kind, f"按钮{number}{words}")
        for number in range(1, BUTTONS + 1)
        for part, kind, words in (("Text", "string", "文字"), ("Action", "string", "动作"), ("Show", "boolean", "显示"))
    },
}
"""Type and description of every variable, by name; the names are those of `cards.variables`."""

FIELD = ("name", "label", "type", "hidden", "required", "requiredMsg", "readOnly", "placeholder", "defaultValue")
MARGINS = {"marginLeft": 12, "marginRight": 12, "marginTop": 6, "marginBottom": 6, "margin": -2, "innerOffset": 0}


def template() -> dict[str, str]:
    """The importable file: the designer's document as JSON text; the designer compiles the widget itself."""
    return {"editorData": _text(_editor()), "widgetInfo": "", "type": "im", "mode": "card"}


def rendered() -> str:
    """The text of `card_template.json`."""
    return json.dumps(template(), ensure_ascii=False, indent=2) + "\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _editor() -> Piece:
    root = _node("Card", "root", _card_properties(), children=list(_components()))
    used = dict.fromkeys(["Card", *(child["componentName"] for child in root["children"])])
    shown = {"title": "特价申请 A-000123", "status": "🟡 待审批", "body": "**申请人**：张三  \n  **折扣**：8 折"}
    flags = {"canAct": True, "hasForm": False, "hasUrl": False, "btn1Show": True, "btn2Show": True}
    sample = {**shown, **flags, "btn1Text": "同意", "btn2Text": "拒绝"}
    return {
        "schemaVersion": "3.0.0",
        "schema": {
            "version": "1.0.0",
            "componentsMap": [_component(name) for name in used],
            "componentsTree": [root],
            "i18n": {},
        },
        "mockData": {"cardData": sample, "cardPrivateData": {}, "localData": {}, "richTextData": {}},
        "editVersion": 0,
        "customWidgetInfo": "",
        "useCustomWidgetInfo": False,
        "variableList": [_variable(name, kind, words) for name, (kind, words) in DESCRIPTIONS.items()],
        "formList": [],
        "expList": [],
        "localList": [],
        "hsfList": [],
        "lwpList": [],
        "customContextList": [],
        "pageData": {},
        "extension": {"extendType": "NORMAL", "fileTypeList": []},
    }


def _components() -> Iterable[Piece]:
    yield _words("title", "${title}", token="common_subhead_text_style", lines=2, bold=True)
    yield _words("status", "${status}", token="common_footnote_text_style", lines=1, bold=False)
    yield _node(
        "MarkdownBlock",
        "body",
        {
            "content": {**_value("body"), "varType": "markdown"},
            "mdVer": 0,
            "isStreaming": False,
            "enableLinkStatPoint": False,
            "visible": _visible(),
            **MARGINS,
        },
    )
    yield _form()
    for number in range(1, BUTTONS + 1):
        yield _request_button(number)
    yield _link_button()


def _words(key: str, content: str, *, token: str, lines: int, bold: bool) -> Piece:
    properties = {
        "text": _string(content),
        "styleType": "standard",
        "styleToken": token,
        "fontColorType": "Standard",
        "fontSizeType": "Standard",
        "size": "middle",
        "color": _fixed("dynamicColor", "common_level1_base_color"),
        "bold": bold,
        "italic": False,
        "strikeThrough": False,
        "lineHeight": "normal",
        "gravity": "left",
        "widthMode": "match_parent",
        "maxLine": _fixed("dynamicNumber", lines),
        "enableIcon": False,
        "visible": _visible(),
        **MARGINS,
    }
    return _node("BaseText", key, properties)


def _form() -> Piece:
    """The form; its own button stands for the card's first button."""
    properties = {
        "id": "form",
        "formSchema": _value("form"),
        "inlineMode": True,
        "submitText": _string("提交"),
        "customSubmitEvent": False,
        "status": _fixed("dynamicSelect", "normal"),
        "actionType": "request",
        "actionId": _string("form"),
        "params": _echo("btn1Action"),
        "visible": _visible("canAct", "hasForm"),
        "successToast": _string(""),
        "failureToast": _string("操作失败，请直接发文字"),
        "successCondition": {"op": "and", "conditions": []},
        **MARGINS,
    }
    return _node("Form", "form", properties, children=[])


def _request_button(number: int) -> Piece:
    name = f"btn{number}"
    properties = {
        "text": _string(f"${{{name}Text}}"),
        "color": _fixed("dynamicSelect", "blue" if number == 1 else "gray"),
        "actionType": "request",
        "actionId": _string(name),
        "params": _echo(f"{name}Action"),
        "successToast": _string(""),
        "failureToast": _string("操作失败，请直接发文字"),
        "successCondition": {"op": "and", "conditions": []},
        "visible": _visible("canAct", f"{name}Show"),
        **_button_properties(),
    }
    return _node("SingleButton", name, properties)


def _link_button() -> Piece:
    properties = {
        "text": _string("${urlText}"),
        "color": _fixed("dynamicSelect", "gray"),
        "actionType": "url",
        "urlType": "all",
        "url": {
            "type": "dynamicLink",
            "valueType": "variable",
            "value": "",
            "variable": "url",
            "variableType": "global",
        },
        "isDtmd": False,
        "visible": _visible("hasUrl"),
        **_button_properties(),
    }
    return _node("SingleButton", "link", properties)


def _button_properties() -> Piece:
    return {
        "status": _fixed("dynamicSelect", "normal"),
        "enableIcon": False,
        "enableCornerMark": False,
        "enableClickEvent": True,
        "transformToEventChain": False,
        "disabledWhileForward": True,
        "widthMode": "match_parent",
        "width": 200,
        "events": [],
        **MARGINS,
    }


def _card_properties() -> Piece:
    return {
        "enableClickEvent": False,
        "disabledWhileForward": True,
        "summaryContent": _value("title"),
        "autoFoldConfig": {
            "needFold": False,
            "heightLimit": 480,
            "foldStatusLocalDataKey": "_cardFoldStatusLocalDataKey",
        },
        "paddingLeft": 0,
        "paddingRight": 0,
        "paddingTop": 6,
        "paddingBottom": 6,
    }


def _echo(action: str) -> list[Piece]:
    """The params of a press: the opaque handle, the card and its revision."""
    sources = (("action", action), ("bizId", "bizId"), ("rev", "rev"))
    return [
        {"id": str(n), "name": name, "type": "variable", "variable": source, "variableType": "global", "value": ""}
        for n, (name, source) in enumerate(sources, 1)
    ]


def _node(component: str, key: str, properties: Piece, children: list[Piece] | None = None) -> Piece:
    about = {"title": "", "hidden": False, "isLocked": False, "condition": True, "conditionGroup": ""}
    made = {"componentName": component, "id": f"node_gendan_{key}", "props": properties, **about}
    return made if children is None else {**made, "children": children}


def _component(name: str) -> Piece:
    return {
        "package": "@ali/dxComponent",
        "version": "1.0.0",
        "exportName": name,
        "main": "./src/index.tsx",
        "destructuring": False,
        "subName": "",
        "componentName": name,
    }


def _variable(name: str, kind: str, words: str) -> Piece:
    about = {"private": False, "description": words, "editorVarType": "variables"}
    made: Piece = {"name": name, "id": name, "type": kind, **about}
    if kind != "form":
        return made
    members = [{**about, "id": f"form.fields[0].{one}", "name": one, "type": "string"} for one in FIELD]
    options = {**about, "id": "form.fields[0].options", "name": "options", "type": "loopArray"}
    options["schema"] = [
        {**about, "id": f"form.fields[0].options[0].{one}", "name": one, "type": "string"} for one in ("value", "text")
    ]
    fields = {**about, "id": "form.fields", "name": "fields", "type": "loopArray", "schema": [*members, options]}
    return {**made, "schema": [fields]}


def _string(content: str) -> Piece:
    return {"type": "dynamicString", "content": content, "i18n": False}


def _fixed(kind: str, value: Any) -> Piece:
    return {"type": kind, "valueType": "fixed", "value": value, "variable": "", "variableType": "global"}


def _value(name: str) -> Piece:
    return {"type": "variableValue", "variable": name, "variableType": "global"}


def _visible(*flags: str) -> Piece:
    """Shown while all these variables are true."""
    conditions = [
        {
            "type": "variable",
            "variable": flag,
            "variableType": "global",
            "op": "isTrue",
            "value": "",
            "valueType": "fixed",
            "valueVariableType": "global",
        }
        for flag in flags
    ]
    kind = "condition" if flags else "fixed"
    return {
        "type": "dynamicVisible",
        "value": True,
        "valueType": kind,
        "condition": {"op": "and", "conditions": conditions},
    }


if __name__ == "__main__":
    FILE.write_text(rendered(), "utf-8")
