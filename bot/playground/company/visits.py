"""Follow-ups as reps write them: every customer goes through a story, and its last chapter falls on some recent day."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from bot.playground.company.catalogue import HERE, Contact, Customer, Product, customers, products
from bot.playground.company.history import FollowUp
from bot.playground.workdays import is_workday, moment, workday

STORY = ("intro", "needs", "trial", "quote", "bargain", "won", "service", "service", "quiet")
CHAPTERS = {"A": 6, "B": 4, "C": 3, "D": 1}
AMOUNTS = {
    "A": (45, 52, 68, 80, 96, 120, 186),
    "B": (12, 15, 18.5, 22, 26, 30, 38),
    "C": (3.5, 4.8, 6, 7.5, 9.6),
    "D": (0.8, 1.2, 2.6),
}
COLLEAGUES = ("张工", "马工", "刘工", "敏姐")
RECENT_DAYS = 5
OLDEST = 42
FORMER_OWNER = "Y007"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A text with places for contact, product, number, unit, amount and colleague, and the next step it promises."""

    text: str
    next: str = ""
    days: int = 0
    amount: bool = False


@cache
def phrases() -> dict[str, tuple[Phrase, ...]]:
    """All phrases by phase."""
    with (HERE / "phrases.toml").open("rb") as file:
        return {phase: tuple(Phrase(**each) for each in listed) for phase, listed in tomllib.load(file).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """All follow-ups in the order they were written, and when each customer (by short name) was created."""

    follow_ups: tuple[FollowUp, ...]
    first_seen: dict[str, datetime]


def visits(day: date, chance: Random) -> Visits:
    """About 200 follow-ups of the 60 days up to `day`; who is met for the first time in them is a new customer."""
    written: list[FollowUp] = []
    seen: dict[str, datetime] = {}
    for customer, last in _last_days(day, chance).items():
        story = _Story(customer, day, chance)
        chapters = story.chapters(last)
        written += chapters
        seen[customer.short] = _created(chapters[-1].at if story.from_the_beginning else None, day, chance)
    return Visits(follow_ups=tuple(sorted(written, key=lambda each: (each.at, each.customer))), first_seen=seen)


def _created(first_talk: datetime | None, day: date, chance: Random) -> datetime:
    if first_talk is not None:
        return first_talk - timedelta(minutes=chance.randint(2, 9))
    old = workday(day - timedelta(days=chance.randint(120, 900)), -1)
    return moment(old, chance.randint(9, 17), chance.randint(0, 59))


def _last_days(day: date, chance: Random) -> dict[Customer, int]:
    """For each customer how many working days ago its last follow-up was; the last days are busy, for several reps."""
    owned = [customer for customer in customers() if customer.owner]
    chance.shuffle(owned)
    last: dict[Customer, int] = {}
    for offset in range(RECENT_DAYS):
        wanted = chance.randint(6, 8) if offset or is_workday(day) else 2
        for customer in _spread(owned, wanted):
            owned.remove(customer)
            last[customer] = offset
    for customer in owned:
        last[customer] = chance.randint(RECENT_DAYS, 14 if customer.level in "AB" else 30)
    for customer in customers():
        last.setdefault(customer, chance.randint(34, OLDEST))
    return {customer: last[customer] for customer in customers()}


def _spread(owned: Sequence[Customer], wanted: int) -> list[Customer]:
    """`wanted` customers, no rep a third time before everybody had a second."""
    rounds: list[tuple[int, Customer]] = []
    counted: dict[str, int] = {}
    for customer in owned:
        counted[customer.owner] = counted.get(customer.owner, 0) + 1
        rounds.append((counted[customer.owner], customer))
    return [customer for _, customer in sorted(rounds, key=lambda each: each[0])[:wanted]]


class _Story:
    """One customer's weeks: what it wants, how much of it, and how far the talks have come."""

    def __init__(self, customer: Customer, day: date, chance: Random) -> None:
        self._customer = customer
        self._day = day
        self._chance = chance
        self._amount = chance.choice(AMOUNTS[customer.level])
        self._product = chance.choice([p for p in products() if self._fits(p)])
        self._told: set[str] = set()
        self.from_the_beginning = False

    def _fits(self, product: Product) -> bool:
        quantity = self._amount * 1_000_000 / max(product.price, 1)
        return 1.5 <= quantity <= 150 and product.code[:3] not in ("SVC", "CAB")

    def chapters(self, last: int) -> list[FollowUp]:
        """The follow-ups, the newest first; it was `last` working days ago."""
        count = CHAPTERS[self._customer.level] + self._chance.choice((-1, 0, 0, 0, 1))
        start = self._chance.randint(0, max(0, len(STORY) - max(1, count)))
        phases = STORY[start : start + max(1, count)]
        offsets = [last]
        for _ in phases[1:]:
            offsets.append(offsets[-1] + self._chance.randint(2, 9))
        chapters = zip(reversed(phases), offsets, strict=True)
        told = [(phase, offset) for phase, offset in chapters if offset <= OLDEST]
        self.from_the_beginning = told[-1][0] == "intro"
        return [self._chapter(phase, offset) for phase, offset in told]

    def _chapter(self, phase: str, offset: int) -> FollowUp:
        on = workday(self._day, -offset)
        phrase = self._phrase("morning" if offset == 0 and phase not in ("intro", "won") else phase)
        contact = self._chance.choice(self._customer.contacts)
        at = moment(on, *self._clock(offset)) + timedelta(seconds=self._chance.randint(0, 59))
        return FollowUp(
            at=at,
            by=self._customer.owner or FORMER_OWNER,
            customer=self._customer.short,
            contact=contact.name,
            content=self._filled(phrase.text, contact),
            amount=round(self._amount * 1_000_000) if phrase.amount else None,
            next_step=self._filled(phrase.next, contact),
            next_on=workday(on, phrase.days) if phrase.days else None,
        )

    def _clock(self, offset: int) -> tuple[int, int]:
        if offset == 0:
            return 8, self._chance.randint(20, 58)
        return self._chance.choice((9, 10, 10, 11, 12, 14, 15, 16, 16, 17, 17, 18)), self._chance.randint(0, 59)

    def _phrase(self, phase: str) -> Phrase:
        fresh = [phrase for phrase in phrases()[phase] if phrase.text not in self._told]
        chosen = self._chance.choice(fresh or phrases()[phase])
        self._told.add(chosen.text)
        return chosen

    def _filled(self, text: str, contact: Contact) -> str:
        return text.format(
            c=contact.called,
            p=self._product.name,
            n=self._quantity(),
            u=self._product.unit,
            a=f"{self._amount:g}万",
            k=self._chance.choice(COLLEAGUES),
        )

    def _quantity(self) -> int:
        count = max(1, round(self._amount * 1_000_000 / self._product.price))
        return count if count < 12 else round(count / 5) * 5
