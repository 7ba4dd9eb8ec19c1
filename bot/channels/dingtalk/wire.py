"""JSON as DingTalk writes it: unknown members, numbers as strings, documents inside strings; nothing is presumed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]
"""A JSON object of the platform."""

DEEPEST = 12


def written(value: Any) -> str:
    """Compact JSON with raw UTF-8; characters that have no UTF-8 form become question marks."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()


def read(text: str | bytes) -> Any:
    """The value of a JSON text, `None` when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def document(value: Any) -> Document:
    """A JSON object, given as such or as JSON text; an empty one when it is neither."""
    if isinstance(value, str):
        value = read(value)
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A JSON array, given as such or as JSON text; anything else alone in a list, nothing for nothing."""
    if isinstance(value, str) and value.startswith("["):
        value = read(value)
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def text(value: Any) -> str:
    """A string or a number as clean text; "" for everything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).encode("utf-8", "replace").decode()


def number(value: Any) -> int:
    """A whole number, given as such or as text; 0 for everything else."""
    try:
        return int(float(value)) if isinstance(value, str | int | float) else 0
    except (ValueError, OverflowError):
        return 0


def moment(value: Any) -> datetime | None:
    """Milliseconds since 1970 as an aware time in UTC, `None` when they are none."""
    try:
        return datetime.fromtimestamp(number(value) / 1000, UTC) if number(value) > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def member(of: Document, name: str) -> Any:
    """A member by its name in any case; `None` when there is none."""
    if name in of:
        return of[name]
    return next((value for key, value in of.items() if key.lower() == name.lower()), None)


def digest(*parts: Any) -> str:
    """64 hexadecimal characters that are the same for the same parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def walk(value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every named value at any depth, outermost first; JSON texts inside are opened."""
    if depth > DEEPEST:
        return
    if isinstance(value, str) and value[:1] in ("{", "["):
        value = read(value)
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            yield from walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, depth + 1)
