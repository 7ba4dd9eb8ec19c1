"""Strict reading of the values of a card: right JSON type, present, not too long."""

from typing import Any

from bot.playground.wecom.results import ApiError


def title_of(card: dict[str, Any]) -> object:
    """The main title's title, falsy where there is none."""
    title = card.get("main_title")
    return isinstance(title, dict) and title.get("title")


def an_object(part: object, name: str) -> dict[str, Any]:
    """`part` if it is an object, else 40035."""
    if not isinstance(part, dict):
        raise ApiError(40035, f"{name} is not an object")
    return part


def objects(part: object, sizes: range, code: int, name: str) -> list[dict[str, Any]]:
    """`part` if it is a list of objects whose number is in `sizes`; missing or another number: `code`."""
    if part is None:
        raise ApiError(code, f"{name} is missing")
    if not isinstance(part, list) or not all(isinstance(each, dict) for each in part):
        raise ApiError(40035, f"{name} is not a list of objects")
    if len(part) not in sizes:
        raise ApiError(code, f"{name} has {len(part)} items")
    return part


def a_string(value: object, code: int, name: str, *, most: int | None = None) -> str:
    """`value` if it is a string of at most `most` bytes; missing, empty or longer: `code`."""
    if value is None or value == "":
        raise ApiError(code, f"{name} is empty")
    if not isinstance(value, str):
        raise ApiError(40035, f"{name} is not a string")
    if most is not None and len(value.encode()) > most:
        raise ApiError(code, f"{name} is too long")
    return value


def a_choice(part: dict[str, Any], key: str, allowed: tuple[int, ...]) -> int:
    """The whole number at `key`, the first of `allowed` where it is missing; another value: 40035."""
    value = part.get(key, allowed[0])
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise ApiError(40035, f"{key} is illegal")
    return value


def is_url(value: object) -> bool:
    """Whether it is an http(s) address of at most 2048 bytes."""
    return isinstance(value, str) and value.startswith(("http://", "https://")) and len(value.encode()) <= 2048
