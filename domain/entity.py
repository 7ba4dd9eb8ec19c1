"""What is kept and numbered, and what happened to it."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to an entity; other capabilities react to it. Named in the past tense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack(Event):
    """A change was undone: what had become `was` is `now` again; its cards may still show the change.

    Attributes:
        by: id of the member who took the change back.
    """

    was: "Entity"
    now: "Entity"
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing with an identity. `id` is 0 and `version` is 0 until it has been saved.

    Class attributes: `kind` names it in the journal and in card subjects, `letter` starts its number, `noun` is what a
    person calls it.
    """

    kind: ClassVar[str] = ""
    letter: ClassVar[str] = ""
    noun: ClassVar[str] = "记录"

    id: int = 0
    version: int = 0
    events: tuple[Event, ...] = field(default=(), compare=False, repr=False)

    @property
    def number(self) -> str:
        """What people type to name it, such as `F-000123`."""
        return f"{self.letter}-{self.id:06d}"

    @property
    def subject(self) -> str:
        """What a card that shows it is about, such as `approval:123`."""
        return f"{self.kind}:{self.id}"

    def recording(self, *events: Event) -> Self:
        """The same with these events to be published when it is saved."""
        return replace(self, events=(*self.events, *events))
