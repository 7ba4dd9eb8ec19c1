"""A Command: one intention, however it was asked for."""

import json
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

_COMMANDS: dict[str, type["Command"]] = {}


class Command(BaseModel):
    """Base of all commands: frozen values, filled from words, a button, the API or a form.

    Subclasses are declared with `name=` (the intent of corpus/README.md 1.1 where there is one) and, when a button or
    an option carries them, with `typed=`: a template of the words that mean the same, such as `"同意 {number}"`.
    Unknown fields are ignored, since understanding may know slots that a command does not need.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: ClassVar[str] = ""
    words: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str = "", typed: str = "", **settings: Any) -> None:
        super().__init_subclass__(**settings)
        if name:
            cls.name, cls.words = name, typed
            _COMMANDS[name] = cls

    def typed(self) -> str:
        """What to type for the same effect; "" when there are no such words."""
        return self.words.format(**self.model_dump()).strip() if self.words else ""

    def encode(self) -> str:
        """The command as one short string, the opaque handle of buttons: its name and its set fields as JSON."""
        fields = self.model_dump(mode="json", exclude_defaults=True)
        return self.name + (" " + json.dumps(fields, ensure_ascii=False, separators=(",", ":")) if fields else "")

    def filled(self, **values: Any) -> Self:
        """The same with further fields, validated."""
        return type(self).model_validate({**self.model_dump(), **values})


def decode(handle: str, /, **values: Any) -> Command:
    """The command of an opaque handle, with what was chosen or written on the card.

    Raises:
        ValueError: it is not a handle of ours, or a value does not fit (pydantic's ValidationError is one).
    """
    name, _, fields = handle.partition(" ")
    kind = _COMMANDS.get(name)
    if kind is None:
        raise ValueError(f"no command named {name!r}")
    loaded = json.loads(fields) if fields else {}
    if not isinstance(loaded, dict):
        raise ValueError("fields of a handle are an object")
    return kind.model_validate({**loaded, **values})


def command_named(name: str) -> type[Command] | None:
    """The command class of this name, if there is one."""
    return _COMMANDS.get(name)
