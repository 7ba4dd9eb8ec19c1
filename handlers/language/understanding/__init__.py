"""A free sentence understood: which intent, with which slots, how surely, and why (corpus/README.md 1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from domain.calendar import OFFICE, WorkCalendar
from handlers.language.feasts import state_calendar
from handlers.language.names import Lexicon
from handlers.language.understanding import approvals, decisions, followups, newcomers, reports, sales, stock, tasks
from handlers.language.understanding.context import Context, continued
from handlers.language.understanding.message import Message
from handlers.language.understanding.scoring import Cue, scores
from handlers.language.understanding.values import Slots

THRESHOLD = 0.1
"""A margin below this is a guess; the caller asks back instead of acting."""
FULL_LEAD = 8.0
"""Points ahead of the second intent at which the margin is 1."""
CHITCHAT = "chitchat"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message means.

    `slots` are those of the corpus; `margin` is from 0 (two intents are equally likely) to 1; `cues` say what spoke
    for the intent; `runner_up` is the second likeliest intent.
    """

    intent: str
    slots: dict[str, Any]
    margin: float
    cues: tuple[Cue, ...]
    runner_up: str

    @property
    def sure(self) -> bool:
        return self.margin >= THRESHOLD


_SLOTS: dict[str, Callable[[Message], Slots]] = {
    "followup.log": followups.slots,
    "expert.ask": reports.ask,
    "approval.request": approvals.request,
    "approval.decide": decisions.decide,
    "stock.query": stock.query,
    "stock.move": stock.move,
    "customer.view": sales.view,
    "customer.new": newcomers.new_customer,
    "lead.new": newcomers.new_lead,
    "lead.claim": newcomers.claim,
    "opportunity.update": sales.deal,
    "task.add": tasks.add,
    "task.done": tasks.done,
    "reminder.set": tasks.remind,
    "digest.get": reports.summary,
    "report.funnel": reports.summary,
    "order.query": sales.order,
    "payment.log": sales.payment,
    "kb.search": reports.search,
    "kb.add": reports.add_knowledge,
    "help": reports.help_topic,
}
INTENTS = (*_SLOTS, "undo", CHITCHAT)
"""Every intent there is."""


def understand(
    text: str,
    *,
    at: datetime,
    lexicon: Lexicon,
    calendar: WorkCalendar | None = None,
    context: Context | None = None,
) -> Understood:
    """What the text means when it arrives at the aware moment `at`.

    Never raises: a text that means nothing is chitchat. Without a calendar the lexicon's holidays apply, and without
    those the State Council's.
    """
    days = calendar or _calendar_of(lexicon, at)
    message = Message.of(text, days.office_time(at).replace(tzinfo=None), lexicon, days)
    if not message.text.strip():
        return Understood(CHITCHAT, {}, 1.0, (), "help")
    followed = continued(message, context)
    if followed and context:
        slots, how = followed
        cue = Cue(context.intent, FULL_LEAD, "更正上一条" if how == "amend" else "接着上一条", message.whole.original)
        return Understood(context.intent, slots, 1.0, (cue,), CHITCHAT)
    ranked, cues = scores(message)
    (intent, best), (runner_up, second) = ranked[0], ranked[1]
    margin = max(0.0, min(1.0, (best - second) / FULL_LEAD))
    read = _SLOTS.get(intent)
    spoke = tuple(cue for cue in cues if cue.intent == intent)
    return Understood(intent, read(message) if read else {}, round(margin, 3), spoke, runner_up)


def _calendar_of(lexicon: Lexicon, at: datetime) -> WorkCalendar:
    feasts = lexicon.tables.feasts
    if not feasts:
        year = at.astimezone(OFFICE).year
        return _state_calendar(year)
    return _own_calendar(lexicon)


@lru_cache(maxsize=8)
def _state_calendar(year: int) -> WorkCalendar:
    return state_calendar((year, year + 1))


def _own_calendar(lexicon: Lexicon) -> WorkCalendar:
    from datetime import timedelta

    free = frozenset(
        feast.first + timedelta(days=n)
        for feast in lexicon.tables.feasts
        for n in range((feast.last - feast.first).days + 1)
    )
    return WorkCalendar(holidays=free, workdays=lexicon.tables.workdays)


__all__ = ["FULL_LEAD", "INTENTS", "THRESHOLD", "Context", "Cue", "Understood", "understand"]
