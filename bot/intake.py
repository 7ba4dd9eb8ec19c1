"""A kept message as a request: who sends it, what came with it, where its conversation stands."""

from dataclasses import dataclass
from datetime import datetime

from bot.channels.channel import Channel, Incoming
from bot.speaker import Origin, Speaker, passive_window
from domain.members import Member
from handlers.dialogue.card import Card
from handlers.dialogue.conversation import fresh
from handlers.dialogue.request import Company, Kept, Request, Said, Spot
from storage.inbox import InboxEntry
from storage.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A message being handled."""

    entry: InboxEntry
    incoming: Incoming
    channel: Channel
    at: datetime

    @property
    def cause(self) -> str:
        """What the journal and the outbox name it by."""
        return f"m:{self.entry.id}"

    @property
    def place(self) -> str:
        """The conversation it belongs to."""
        return f"{self.channel.name}|{self.incoming.address}"

    def origin(self, member: Member | None) -> Origin:
        """Where it is to be answered."""
        incoming = self.incoming
        passive = passive_window(self.channel.name, incoming.key) if incoming.passive else ""
        return Origin(
            channel=self.channel.name,
            address=incoming.address,
            account=incoming.account,
            member=member.id if member else None,
            window=incoming.window,
            group=bool(incoming.group),
            pressed=incoming.card,
            passive=passive,
            renew=incoming.same,
        )


class Intake:
    """Makes requests of kept messages, within the unit of work that handles them."""

    def __init__(self, company: Company, speaker: Speaker) -> None:
        self._company = company
        self._speaker = speaker

    async def request(self, work: Work, happening: Happening, member: Member) -> Request:
        """What the member asks, with everything a handler may need of the message."""
        incoming, at = happening.incoming, happening.at
        talk = fresh(await work.talks.load(member.id, happening.place), at)
        shown = ""
        if incoming.card:
            await work.cards.learn(incoming.card, incoming.receipt)
            card = await work.cards.find(incoming.card)
            shown = card.subject if card else ""
        spot = incoming.place
        said = Said(
            text=incoming.text.strip(),
            attachments=await self.attachments(work, happening, member),
            spot=Spot(latitude=spot.latitude, longitude=spot.longitude, label=spot.label) if spot else None,
            mentions=await self._mentioned(work, happening),
            quoted=await self._quoted(work, incoming),
            group=incoming.group,
            group_name=incoming.group_name,
        )
        return Request(
            at=at,
            work=work,
            company=self._company,
            cause=happening.cause,
            sender=member,
            said=said,
            talk=talk,
            card=incoming.card,
            shown=shown,
        )

    async def attachments(self, work: Work, happening: Happening, member: Member | None) -> tuple[Kept, ...]:
        """The message's files; they are expected, and their fetching ordered, before the message is handled, so that
        a question back does not lose them."""
        kept = []
        for place, attachment in enumerate(happening.incoming.attachments if member else ()):
            name = attachment.name or attachment.kind
            origin, owner = f"{happening.cause}#{place}", member.id if member else None
            file, new = await work.files.expect(origin, owner, attachment.kind, name, happening.at)
            if new:
                source = happening.origin(member)
                await self._speaker.fetch(work, happening.at, happening.cause, source, file, attachment.reference)
            kept.append(Kept(file=file, kind=attachment.kind, name=attachment.name, seconds=attachment.seconds))
        return tuple(kept)

    async def _mentioned(self, work: Work, happening: Happening) -> tuple[int, ...]:
        accounts = [mention.account for mention in happening.incoming.mentions if mention.account]
        found = [await work.members.by_account(happening.channel.platform, account) for account in accounts]
        return tuple(member.id for member in found if member is not None and member.active)

    @staticmethod
    async def _quoted(work: Work, incoming: Incoming) -> str:
        kind, _, key = incoming.quoted.partition(":")
        if kind != "card":
            return incoming.quoted
        name, _, value = key.partition(":")
        card = await (work.cards.with_receipt(incoming.address, name, value) if value else work.cards.find(key))
        return Card.model_validate(card.card).plain() if card else ""
