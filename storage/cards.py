"""Cards that were sent: whom to, what about, how they can still be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.connection import Connection
from storage.schema import Id, Json, Utc, metadata

cards = sa.Table(
    "cards",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("address", sa.String(256), nullable=False),
    sa.Column("member", Id, index=True),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("card", Json, nullable=False),
    sa.Column("receipt", Json, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("sent_at", Utc, nullable=False),
    sa.Index("ix_cards_subject", "subject"),
    sa.Index("ix_cards_address_sent_at", "address", "sent_at"),
)

LOOKED_AT = 100
"""Cards of a conversation that are looked through for the one that is quoted."""


@dataclass(frozen=True, slots=True)
class SentCard:
    """A card on somebody's device. `card` is the neutral card as it was last to be shown, JSON."""

    key: str
    channel: str
    address: str
    member: int | None
    subject: str
    card: dict[str, Any]
    receipt: dict[str, Any]
    closed: bool
    revision: int


class Cards:
    """The cards within one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(
        self, key: str, channel: str, address: str, member: int | None, subject: str, card: dict[str, Any], at: datetime
    ) -> None:
        """Note that a card is on its way."""
        row: dict[str, Any] = {"key": key, "channel": channel, "address": address, "member": member}
        row |= {"subject": subject, "card": card, "receipt": {}, "closed": bool(card.get("closed"))}
        row |= {"revision": 0, "sent_at": at}
        await self._connection.run(sa.insert(cards).values(row))

    async def find(self, key: str) -> SentCard | None:
        """The card of this key."""
        return next(iter(await self._listed(cards.c.key == key)), None)

    async def with_receipt(self, address: str, name: str, value: str) -> SentCard | None:
        """The card in this conversation whose receipt has this value, among the `LOOKED_AT` latest."""
        columns = [cards.c[column] for column in SentCard.__slots__]
        query = sa.select(*columns).where(cards.c.address == address).order_by(cards.c.sent_at.desc()).limit(LOOKED_AT)
        found = (SentCard(**row._mapping) for row in await self._connection.all(query))
        return next((card for card in found if card.receipt.get(name) == value), None)

    async def about(self, subject: str, *, closed: bool = False) -> Sequence[SentCard]:
        """Open cards about a subject, oldest first; with `closed`, those too that were closed."""
        still_open = () if closed else (cards.c.closed.is_(False),)
        return await self._listed(cards.c.subject == subject, *still_open)

    async def show(self, key: str, card: dict[str, Any]) -> int:
        """Note what it shows from now on; its new revision."""
        values = {"card": card, "closed": bool(card.get("closed")), "revision": cards.c.revision + 1}
        changed = sa.update(cards).where(cards.c.key == key).values(values).returning(cards.c.revision)
        row = await self._connection.first(changed)
        return row.revision if row else 0

    async def learn(self, key: str, receipt: Mapping[str, Any]) -> None:
        """Add to what we know for changing it: lists grow, other values are replaced."""
        known = await self.find(key)
        if known is None:
            return
        merged = dict(known.receipt)
        for name, value in receipt.items():
            old = merged.get(name)
            merged[name] = [*old, *value] if isinstance(old, list) and isinstance(value, list) else value
        await self._connection.run(sa.update(cards).where(cards.c.key == key).values(receipt=merged))

    async def spend(self, key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Replace what an update was given (`before`) by what it left (`after`); what was learned meanwhile stays."""
        known = await self.find(key)
        if known is None:
            return
        merged = dict(known.receipt)
        for name in {*before, *after}:
            old, new, now = before.get(name), after.get(name), merged.get(name)
            if isinstance(now, list):
                used = [item for item in (old or []) if item not in (new or [])]
                gained = [item for item in (new or []) if item not in (old or []) and item not in now]
                merged[name] = [*(item for item in now if item not in used), *gained]
            else:
                merged[name] = new
        await self._connection.run(sa.update(cards).where(cards.c.key == key).values(receipt=merged))

    async def _listed(self, *conditions: sa.ColumnElement[bool]) -> Sequence[SentCard]:
        columns = [cards.c[name] for name in SentCard.__slots__]
        query = sa.select(*columns).where(*conditions).order_by(cards.c.sent_at, cards.c.key)
        return [SentCard(**row._mapping) for row in await self._connection.all(query)]
