"""Puts what a handler has to say into the outbox, within the same unit of work."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.channel import Channel
from bot.delivery import Outgoing
from bot.links import Links
from domain.calendar import QuietHours
from handlers.dialogue.card import Card
from handlers.dialogue.reply import Document, Notice, Post, Reply, Update
from storage.cards import SentCard
from storage.work import Work

NO_ACCOUNT = "the member has no account on a platform that is configured"
PASSIVE = timedelta(seconds=5)
"""How long what may travel in the answer of a callback is kept from the ordinary way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a message came from, so that it can be answered there; `renew`: see `Incoming.same`."""

    channel: str
    address: str
    account: str = ""
    member: int | None = None
    window: str = ""
    group: bool = False
    pressed: str = ""
    passive: str = ""
    renew: bool = False


@dataclass(slots=True)
class _Batch:
    """Messages of one happening; their keys derive from its cause and their place, so a repeat is the same.

    `told` are the members and the conversation that hear of it in a message, so that cards there need not be sent anew.
    """

    work: Work
    at: datetime
    cause: str
    told: frozenset[int | str] = frozenset()
    count: int = 0
    seen: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    def key(self) -> str:
        self.count += 1
        return f"{hashlib.sha256(self.cause.encode()).hexdigest()[:20]}-{self.count}"


def passive_window(channel: str, key: str) -> str:
    """The outbox window of messages that may travel in the answer to this callback."""
    return hashlib.sha256(f"{channel}|{key}".encode()).hexdigest()[:40]


class Speaker:
    """Turns a Reply into rows of the outbox."""

    def __init__(self, channels: Mapping[str, Channel], links: Links, quiet: QuietHours) -> None:
        self._channels = channels
        self._links = links
        self._quiet = quiet

    async def put(self, work: Work, reply: Reply, at: datetime, cause: str, origin: Origin | None = None) -> None:
        """Everything the reply holds: updates first, then answers, notices and posts."""
        batch = _Batch(work, at, cause, told=frozenset(_told(reply, origin)))
        for update in reply.updates:
            await self._update(batch, update, origin)
        if origin is not None and reply.private and origin.group and origin.member is not None:
            await self._answer(batch, origin, "已私信回复您。")
            notices = [self._as_notice(origin.member, says) for says in reply.says]
        else:
            notices = []
            for says in reply.says if origin else ():
                await self._answer(batch, origin, says)
            for document in reply.documents if origin else ():
                await self._document(batch, origin, document)
        for notice in (*notices, *reply.notices):
            await self._notice(batch, notice)
        for post in reply.posts:
            await self._post(batch, post)
        if origin is not None and origin.renew:
            await self._renew(batch, origin)

    async def fetch(self, work: Work, at: datetime, cause: str, origin: Origin, file: int, reference: str) -> None:
        """Have an attachment brought from the platform into our store."""
        key = f"{hashlib.sha256(f'{cause}|{file}'.encode()).hexdigest()[:20]}-f{file}"
        message = Outgoing(key=key, address=origin.address, kind="fetch", text=reference, file=file)
        await self._enqueue(work, origin.channel, f"fetch:{file}", message, at, cause)

    @staticmethod
    def _as_notice(member: int, says: Card | str) -> Notice:
        return Notice(member=member, card=says) if isinstance(says, Card) else Notice(member=member, text=says)

    async def _answer(self, batch: _Batch, origin: Origin | None, says: Card | str) -> None:
        assert origin is not None
        mentions = (origin.account,) if origin.group and origin.account else ()
        reader = None if origin.group else origin.member
        at_once = "" if origin.pressed else origin.passive
        await self._say(batch, origin.channel, origin.address, reader, says, origin.window, mentions, at_once)

    async def _document(self, batch: _Batch, origin: Origin | None, document: Document) -> None:
        assert origin is not None
        file = await batch.work.files.add(origin.member, "file", document.name, batch.at, document.content)
        message = Outgoing(
            key=batch.key(),
            address=origin.address,
            kind="file",
            file=file,
            filename=document.name,
            window=origin.window,
        )
        await self._enqueue(batch.work, origin.channel, origin.address, message, batch.at, batch.cause)

    async def _notice(self, batch: _Batch, notice: Notice) -> None:
        if notice.patient and self._quiet.quiet(batch.at):
            await self._postpone(batch, notice)
            return
        place = await self.place_of(batch.work, notice.member)
        if place is None:
            await self._unreachable(batch, notice)
            return
        channel, address = place
        await self._say(batch, channel, address, notice.member, notice.card or notice.text)

    async def _unreachable(self, batch: _Batch, notice: Notice) -> None:
        """Nobody hears it, so it is seen by whoever looks after what was given up (design.md 1.4)."""
        if not self._channels:
            return
        text = notice.card.plain() if notice.card else notice.text
        message = Outgoing(key=batch.key(), address="", kind="text", text=text)
        payload, lane = message.model_dump(mode="json", exclude_defaults=True), f"member:{notice.member}"
        await batch.work.outbox.give_up(message.key, "", lane, payload, batch.at, cause=batch.cause, trouble=NO_ACCOUNT)

    async def _postpone(self, batch: _Batch, notice: Notice) -> None:
        card = notice.card.model_dump(mode="json") if notice.card else None
        payload = {"member": notice.member, "card": card, "text": notice.text}
        await batch.work.timers.set(f"notice:{batch.key()}", "notice", self._quiet.ends(batch.at), **payload)

    async def place_of(self, work: Work, member: int) -> tuple[str, str] | None:
        """Channel and address where a member is reached: where the person wrote last; None without any account."""
        for account in await work.members.accounts_of(member):
            for channel in self._channels.values():
                if channel.platform == account.platform and channel.personal:
                    return channel.name, channel.address_of(account.account)
        return None

    async def _post(self, batch: _Batch, post: Post) -> None:
        name, _, conversation = post.group.partition(":")
        if name in self._channels:
            address = f"group:{conversation}" if conversation else ""
            await self._say(batch, name, address, None, post.card)

    async def _say(
        self,
        batch: _Batch,
        channel: str,
        address: str,
        member: int | None,
        says: Card | str,
        window: str = "",
        mentions: Sequence[str] = (),
        passive: str = "",
    ) -> None:
        key = batch.key()
        if isinstance(says, str):
            message = Outgoing(
                key=key, address=address, kind="text", text=says, window=window, mentions=tuple(mentions)
            )
        else:
            card = self._for_reader(says, member, batch.at)
            message = Outgoing(
                key=key, address=address, kind="card", card=card, window=window, mentions=tuple(mentions)
            )
            stored = says.model_dump(mode="json")
            await batch.work.cards.add(key, channel, address, member, says.subject, stored, batch.at)
        due_at = batch.at + PASSIVE if passive else None
        await self._enqueue(batch.work, channel, address, message, batch.at, batch.cause, window=passive, due_at=due_at)

    async def _update(self, batch: _Batch, update: Update, origin: Origin | None) -> None:
        shown = list(await batch.work.cards.about(update.subject, closed=update.closed))
        pressed = await batch.work.cards.find(origin.pressed) if origin and origin.pressed else None
        if pressed and pressed.subject == update.subject and all(card.key != pressed.key for card in shown):
            shown.append(pressed)
        latest = {sent.address: sent.key for sent in shown}
        for sent in shown:
            reader = origin.member if origin and origin.pressed == sent.key else sent.member
            if sent.key in batch.seen or update.member not in (None, reader):
                continue
            if update.member is not None:
                batch.seen.add(sent.key)
            spare = bool({sent.member, sent.address} & batch.told) or latest[sent.address] != sent.key
            await self._change(batch, sent, update.card, origin, spare)

    async def _renew(self, batch: _Batch, origin: Origin) -> None:
        """Show the pressed card once more if the press has left it as it was, so that it can be pressed again."""
        pressed = await batch.work.cards.find(origin.pressed)
        if pressed is not None and pressed.key not in batch.changed:
            await self._change(batch, pressed, Card.model_validate(pressed.card), origin, spare=True)

    async def _change(self, batch: _Batch, sent: SentCard, card: Card, origin: Origin | None, spare: bool) -> None:
        batch.changed.add(sent.key)
        await batch.work.cards.show(sent.key, card.model_dump(mode="json"))
        message = Outgoing(
            key=batch.key(),
            address=sent.address,
            kind="update",
            card=self._for_reader(card, sent.member, batch.at),
            task=sent.key,
            spare=spare,
        )
        passive = origin.passive if origin and origin.pressed == sent.key else ""
        due_at = batch.at + PASSIVE if passive else None
        await self._enqueue(
            batch.work, sent.channel, sent.address, message, batch.at, batch.cause, window=passive, due_at=due_at
        )

    def _for_reader(self, card: Card, member: int | None, at: datetime) -> Card:
        if member is None:
            return card.with_pages(lambda _path: "")
        return card.with_pages(lambda path: self._links.address(path, member, at))

    async def _enqueue(
        self,
        work: Work,
        channel: str,
        lane: str,
        message: Outgoing,
        at: datetime,
        cause: str,
        *,
        window: str = "",
        due_at: datetime | None = None,
    ) -> None:
        if channel not in self._channels:
            return
        for part in self._channels[channel].split(message):
            payload = part.model_dump(mode="json", exclude_defaults=True)
            await work.outbox.put(part.key, channel, lane, payload, at, cause=cause, window=window, due_at=due_at)


def _told(reply: Reply, origin: Origin | None) -> Iterator[int | str]:
    """The members who get a message of this reply at once, and the conversation it answers."""
    if origin is not None and (reply.says or reply.documents):
        yield origin.address
        if origin.member is not None:
            yield origin.member
    yield from (notice.member for notice in reply.notices if not notice.patient)
