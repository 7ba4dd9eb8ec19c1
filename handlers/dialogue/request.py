"""Who asks, when and where, and the unit of work it is answered in."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.calendar import QuietHours, WorkCalendar
from domain.members import Member, Role, Sight
from handlers.language.folding import fold
from storage.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpEntry:
    """A command as the help shows it; `roles` empty: for everybody."""

    intent: str
    title: str
    examples: tuple[str, ...]
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What is the same for every request: the company's name, office time, quiet hours, settings of capabilities.

    Attributes:
        digest_at: hour and minute of the daily digest on the company's clock.
        digest_groups: groups of the configuration that get the company's digest.
        guide: what the help shows, in the order of the capabilities.
        definitions: folder of the company's own definition files (`approvals/*.toml`), None for none.
    """

    name: str
    calendar: WorkCalendar
    quiet: QuietHours
    digest_at: timedelta = timedelta(hours=18)
    digest_groups: tuple[str, ...] = ()
    guide: tuple[HelpEntry, ...] = ()
    definitions: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An attachment that came with a message: the id of its file in our store and what it is (`image`, `voice`…)."""

    file: int
    kind: str
    name: str = ""
    seconds: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A position a person sent."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The message as it came, for handlers that need more than the command: text, attachments, position, mentions."""

    text: str = ""
    attachments: tuple[Kept, ...] = ()
    spot: Spot | None = None
    mentions: tuple[int, ...] = ()
    quoted: str = ""
    group: str = ""
    group_name: str = ""

    def as_typed(self, text: str) -> str:
        """A part of the message, read from its folded form, as it was typed."""
        typed = fold(self.text)
        place = typed.text.find(text) if text else -1
        return typed.typed(place, place + len(text)) if place >= 0 else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a chore or a reaction has: the moment, the unit of work, the company. Its clock is `at` and nothing else."""

    at: datetime
    work: Work
    company: Company
    cause: str = ""

    @property
    def calendar(self) -> WorkCalendar:
        """Office time."""
        return self.company.calendar

    @property
    def today(self) -> date:
        """The company's day."""
        return self.calendar.today(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Situation):
    """A member asks for something.

    Attributes:
        talk: the state of this conversation (JSON): `last` is {"intent", "slots", "record", "at"} of what was
            understood before. Read it; the dispatcher writes it.
        card: key of the card that was pressed, "" when it was typed; `shown`: the subject that card was about.
    """

    sender: Member
    said: Said = field(default_factory=Said)
    talk: dict[str, Any] = field(default_factory=dict)
    card: str = ""
    shown: str = ""

    @property
    def in_group(self) -> bool:
        """Whether others read along: sensitive fields are masked there."""
        return bool(self.said.group)

    async def sight(self) -> Sight:
        """What the sender may see."""
        return await self.work.members.sight(self.sender)

    def last_record(self, letter: str) -> str:
        """Number of the record of this kind the conversation was about last, "" when there is none."""
        record = str(self.talk.get("last", {}).get("record", ""))
        return record if record.startswith(f"{letter}-") else ""
