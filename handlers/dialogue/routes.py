"""Routes: what can be asked for, what reacts, what is due; one table merged from all capabilities."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any, TypeAlias, TypeVar

from domain.entity import Event
from domain.members import Role
from handlers.dialogue.command import Command
from handlers.dialogue.grammar import Phrase
from handlers.dialogue.reply import Reply
from handlers.dialogue.request import HelpEntry, Request, Situation
from storage.timers import Timer

CommandHandler: TypeAlias = Callable[[Any, Request], Awaitable[Reply]]
Reaction: TypeAlias = Callable[[Any, Situation], Awaitable[Reply]]
TimerHandler: TypeAlias = Callable[[Timer, Situation], Awaitable[Reply]]
ViewHandler: TypeAlias = Callable[..., Awaitable[Mapping[str, Any]]]
Hook: TypeAlias = Callable[[Request], Awaitable[Reply | None]]
Start: TypeAlias = Callable[[Situation], Awaitable[None]]
Quoting: TypeAlias = Callable[[str, str, Request], Awaitable[Command | None]]
Words: TypeAlias = Callable[[str, Request], Awaitable[Command | None]]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A command, its handler, what shows it in the help, and who may use it."""

    command: type[Command]
    handler: CommandHandler
    phrases: tuple[Phrase, ...]
    examples: Mapping[str, Command]
    title: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One view: a page at `/h5{path}` and JSON at `/api{path}`."""

    path: str
    template: str
    handler: ViewHandler

    @property
    def asks(self) -> frozenset[str]:
        """What it can be asked for in the query besides the parts of its path."""
        return frozenset(list(signature(self.handler).parameters)[1:])


class Conflict(Exception):
    """Two capabilities claim the same phrase, command or timer; found at start-up."""


@dataclass(slots=True)
class Routes:
    """The routes of one capability, or of all after `merge`."""

    commands: dict[str, CommandRoute] = field(default_factory=dict)
    reactions: dict[type[Event], list[Reaction]] = field(default_factory=dict)
    timers: dict[str, TimerHandler] = field(default_factory=dict)
    views: list[View] = field(default_factory=list)
    media: list[Hook] = field(default_factory=list)
    entering: list[Hook] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    quoting: dict[str, Quoting] = field(default_factory=dict)
    words: list[Words] = field(default_factory=list)

    def command(
        self,
        *phrases: str,
        examples: Mapping[str, Command] | None = None,
        title: str = "",
        roles: Sequence[Role] = (),
    ) -> Callable[[F], F]:
        """The handler of the command that its first parameter is annotated with.

        Args:
            phrases: exact words with `<field>` holes; free sentences reach the command by its name (the intent).
            examples: what is typed -> the command it means; they are the help text and are tested to mean it.
            title: what it is called in the help, such as 「记跟进」; "" leaves it out.
            roles: who may use it; everybody when empty.
        """

        def register(handler: F) -> F:
            kind = _first_parameter(handler)
            compiled = tuple(Phrase.of(phrase, kind) for phrase in phrases)
            if kind.name in self.commands:
                raise Conflict(f"command {kind.name} has two handlers")
            self.commands[kind.name] = CommandRoute(kind, handler, compiled, examples or {}, title, tuple(roles))
            return handler

        return register

    def on(self, event: type[Event]) -> Callable[[F], F]:
        """A reaction to an event of another capability, within the same unit of work."""

        def register(handler: F) -> F:
            self.reactions.setdefault(event, []).append(handler)
            return handler

        return register

    def timer(self, kind: str) -> Callable[[F], F]:
        """What to do when a timer of this kind (`work.timers.set`) is due."""

        def register(handler: F) -> F:
            if kind in self.timers:
                raise Conflict(f"timer {kind} has two handlers")
            self.timers[kind] = handler
            return handler

        return register

    def view(self, path: str, template: str) -> Callable[[F], F]:
        """A view `async def show(request: Request, **parts) -> Mapping` of JSON values."""

        def register(handler: F) -> F:
            self.views.append(View(path, template, handler))
            return handler

        return register

    def on_media(self, handler: Hook) -> Hook:
        """What to do with pictures, voice and positions that come without words; the first that answers has them."""
        self.media.append(handler)
        return handler

    def on_enter(self, handler: Hook) -> Hook:
        """What to say when a person opens the conversation."""
        self.entering.append(handler)
        return handler

    def on_start(self, handler: Start) -> Start:
        """What to make sure of each time the service starts (a timer is set)."""
        self.starts.append(handler)
        return handler

    def on_quote(self, letter: str) -> Callable[[Quoting], Quoting]:
        """What plain words mean that quote a message about a record of this letter: `(number, text, request)`.

        None has them understood like any others.
        """

        def register(handler: Quoting) -> Quoting:
            if letter in self.quoting:
                raise Conflict(f"quoting {letter} has two handlers")
            self.quoting[letter] = handler
            return handler

        return register

    def on_words(self, handler: Words) -> Words:
        """What words may mean that are not understood otherwise: `(text, request)`; the first that knows has them."""
        self.words.append(handler)
        return handler

    def merge(self, *others: "Routes") -> "Routes":
        """These and the others as one table.

        Raises:
            Conflict: two claim the same.
        """
        merged = Routes()
        for routes in (self, *others):
            for name, route in routes.commands.items():
                if name in merged.commands:
                    raise Conflict(f"command {name} has two handlers")
                merged.commands[name] = route
            for kind, handler in routes.timers.items():
                if kind in merged.timers:
                    raise Conflict(f"timer {kind} has two handlers")
                merged.timers[kind] = handler
            for event, reactions in routes.reactions.items():
                merged.reactions.setdefault(event, []).extend(reactions)
            for letter, quoting in routes.quoting.items():
                if letter in merged.quoting:
                    raise Conflict(f"quoting {letter} has two handlers")
                merged.quoting[letter] = quoting
            merged.words.extend(routes.words)
            merged.views.extend(routes.views)
            merged.media.extend(routes.media)
            merged.entering.extend(routes.entering)
            merged.starts.extend(routes.starts)
        _check_phrases(merged)
        return merged

    def guide(self) -> tuple[HelpEntry, ...]:
        """What the help shows: every command with a title and an example."""
        return tuple(
            HelpEntry(intent=route.command.name, title=route.title, examples=tuple(route.examples), roles=route.roles)
            for route in self.commands.values()
            if route.title and route.examples
        )

    def phrased(self, folded: str) -> Command | None:
        """The command whose exact phrase this text is; the phrase with the most words wins."""
        found: list[tuple[tuple[int, int], Command]] = []
        for route in self.commands.values():
            for phrase in route.phrases:
                fields = phrase.read(folded)
                if fields is not None:
                    try:
                        found.append((phrase.weight, route.command.model_validate(fields)))
                    except ValueError:
                        continue
        return max(found, key=lambda pair: pair[0])[1] if found else None


def _first_parameter(handler: Callable[..., Any]) -> type[Command]:
    kind = next(iter(handler.__annotations__.values()))
    if not (isinstance(kind, type) and issubclass(kind, Command) and kind.name):
        raise TypeError(f"{handler.__name__}: its first parameter must be annotated with a named Command")
    return kind


def _check_phrases(routes: Routes) -> None:
    claimed: dict[str, str] = {}
    for name, route in routes.commands.items():
        for phrase in route.phrases:
            other = claimed.setdefault(phrase.pattern.pattern, name)
            if other != name:
                raise Conflict(f"phrase {phrase.text!r} is claimed by {other} and {name}")
