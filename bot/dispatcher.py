"""One message or chore -> one committed unit of work."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from bot.channels.channel import Channel, Incoming
from bot.intake import Happening, Intake
from bot.metrics import Metrics
from bot.speaker import Speaker
from domain.errors import Refusal
from domain.members import Member
from handlers.dialogue.card import Card
from handlers.dialogue.command import Command
from handlers.dialogue.conversation import Conversation, Turn, answered, asking, fresh
from handlers.dialogue.question import Question, Settled
from handlers.dialogue.reply import Notice, Reply, Update, say, with_reactions
from handlers.dialogue.request import Company, Request, Situation
from storage.collection import StaleEntity
from storage.inbox import InboxEntry
from storage.timers import Timer
from storage.work import Database, Work

log = structlog.get_logger()

T = TypeVar("T")

TRIES = 3
"""How often a message that fails is handled before it is set aside."""

LONGEST = 25.0
"""Seconds of real time a message may take; it must stay below the inbox's hold."""

INTERRUPTED = 20
"""How often a message may be taken up by processes that then end, before it is held to be what ends them."""

AGAIN = timedelta(seconds=2)
STALE_TRIES = 5
DEBOUNCE = timedelta(seconds=2)
"""Changes of an address book come in swarms; it is read once after them."""

STRANGER = "您还不是{company}跟单助手的用户, 请联系管理员开通。"
APOLOGY = "抱歉, 这条消息处理时出了问题, 已转给管理员。请稍后重发, 或发送「帮助」。"
NOT_YOURS = "这张卡片不是发给您的, 操作没有生效。"
WORN_OUT = "这个按钮已经失效, 请发送「帮助」看看能做什么。"
EMPTY = "这条消息没有收到内容(平台额度可能已用完), 请联系管理员。"


async def afresh(work: Callable[[], Awaitable[T]]) -> T:
    """Do it, from the top again when somebody else has saved meanwhile what it had loaded.

    Raises:
        StaleEntity: somebody was faster every time.
    """
    for _ in range(STALE_TRIES - 1):
        try:
            return await work()
        except StaleEntity:
            continue
    return await work()


class NotOurs(Exception):
    """The entry was settled by another replica meanwhile; nothing of this unit of work may be kept."""


class Dispatcher:
    """Handles what was kept and what is due. Whatever it does is committed whole, with its answers, or not at all."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        conversation: Conversation,
        company: Company,
        speaker: Speaker,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._channels = channels
        self._conversation = conversation
        self._company = company
        self._speaker = speaker
        self._metrics = metrics
        self.longest = LONGEST
        self._intake = Intake(company, speaker)

    async def handle(self, entry: InboxEntry, at: datetime) -> None:
        """Handle a kept message; trouble is put into its entry, never raised."""
        channel = self._channels.get(entry.channel)
        if channel is None:
            await self._set_aside(entry, at, "its channel is no longer configured")
            return
        try:
            incoming = Incoming.model_validate(entry.payload)
        except ValueError as error:
            await self._set_aside(entry, at, f"it cannot be read (any more): {error}")
            return
        happening = Happening(entry=entry, incoming=incoming, channel=channel, at=at)
        if entry.attempts > INTERRUPTED:
            await self._failed(happening, f"taken up {entry.attempts - 1} times without an end")
            return
        try:
            async with asyncio.timeout(self.longest):
                await self._handle(happening)
            self._metrics.handled.labels(entry.channel).inc()
            log.info("message handled", channel=entry.channel, kind=incoming.kind)
        except NotOurs:
            log.warning("settled elsewhere", entry=entry.id)
        except Exception:
            self._metrics.failed.labels(entry.channel).inc()
            await self._failed(happening, traceback.format_exc())

    async def _handle(self, happening: Happening) -> None:
        account = await self._plain_account(happening)
        if happening.incoming.attachments:
            async with self._unit(happening) as work:
                await self._intake.attachments(work, happening, await self._member(work, happening, account))
        await afresh(lambda: self._attempt(happening, account))

    async def _attempt(self, happening: Happening, account: str) -> None:
        try:
            async with self._unit(happening) as work:
                member = await self._member(work, happening, account)
                reply = await self._reply(work, happening, member)
                await self._finish(work, happening, member, reply)
        except Refusal as refusal:
            await self._say_instead(happening, account, str(refusal))
        except Question as question:
            await self._ask(happening, account, question)

    def _unit(self, happening: Happening) -> Any:
        return self._database.begin(happening.at, cause=happening.cause)

    async def _plain_account(self, happening: Happening) -> str:
        """The account that a member is known by; asks the platform for encrypted ids, before any unit of work.

        A personal channel tells accounts as they are; there is nothing to look up.
        """
        incoming, channel = happening.incoming, happening.channel
        if not incoming.account or channel.personal:
            return incoming.account
        async with self._database.read(happening.at) as work:
            known = await work.members.by_account(channel.platform, incoming.account)
        if known is not None:
            return incoming.account
        return await channel.resolve(incoming.account) or incoming.account

    async def _member(self, work: Work, happening: Happening, account: str) -> Member | None:
        incoming, platform = happening.incoming, happening.channel.platform
        if not account or incoming.external:
            return None
        member = await work.members.by_account(platform, account)
        if member is None or not member.active:
            return None
        if account != incoming.account:
            await work.members.link(platform, incoming.account, member.id, alias=True)
        if happening.channel.personal:
            await work.members.seen(platform, account, happening.channel.name, happening.at)
        work.author.actor = member.id
        return member

    async def _reply(self, work: Work, happening: Happening, member: Member | None) -> Reply:
        incoming = happening.incoming
        if incoming.kind == "directory":
            due = happening.at + DEBOUNCE
            await work.timers.set(f"directory:{happening.channel.name}", "directory", due)
            return Reply()
        if incoming.kind == "other" and not incoming.trouble:
            return Reply()
        if member is None:
            quiet = incoming.kind in ("enter", "menu") or not incoming.account
            return Reply() if quiet else say(STRANGER.format(company=self._company.name))
        if incoming.trouble:
            log.error("message without content", channel=happening.channel.name, trouble=incoming.trouble)
            return say(EMPTY)
        request = await self._intake.request(work, happening, member)
        turn = await self._turn(request, incoming)
        if turn.command is not None:
            work.author.act = turn.command.name
            try:
                reply = await self._conversation.run(turn.command, request)
            except Question as question:
                question.after = turn.settles
                raise
        else:
            reply = turn.reply or Reply()
        reply = replace(reply, updates=(*_closing(turn.settles), *reply.updates))
        talk = answered(request.talk, turn, reply, happening.at)
        await work.talks.keep(member.id, happening.place, talk, happening.at)
        return reply

    async def _turn(self, request: Request, incoming: Incoming) -> Turn:
        if incoming.kind == "press":
            return await self._pressed(request, incoming)
        if incoming.kind == "enter":
            return Turn(reply=await self._first(self._conversation.routes.entering, request))
        if request.said.text:
            return await self._conversation.typed(request.said.text, request)
        return Turn(reply=await self._first(self._conversation.routes.media, request))

    async def _pressed(self, request: Request, incoming: Incoming) -> Turn:
        card = await request.work.cards.find(incoming.card)
        if card is not None and card.member not in (None, request.sender.id) and not incoming.group:
            return Turn(reply=say(NOT_YOURS))
        try:
            return self._conversation.pressed(incoming.handle, incoming.chosen, request)
        except ValueError:
            return Turn(reply=say(WORN_OUT))

    @staticmethod
    async def _first(hooks: Any, request: Request) -> Reply:
        for hook in hooks:
            reply: Reply | None = await hook(request)
            if reply is not None:
                return reply
        return Reply()

    async def _finish(self, work: Work, happening: Happening, member: Member | None, reply: Reply) -> None:
        reactions = await self._react(work, happening.at, happening.cause)
        origin = happening.origin(member)
        whole = with_reactions(reply, reactions)
        await self._speaker.put(work, whole, happening.at, happening.cause, origin)
        if not await work.inbox.mark_handled(happening.entry, happening.at):
            raise NotOurs

    async def _react(self, work: Work, at: datetime, cause: str) -> Reply:
        """Run the reactions to what happened, and to what they made happen."""
        reply = Reply()
        situation = Situation(at=at, work=work, company=self._company, cause=cause)
        while work.happened:
            event = work.happened.pop(0)
            for reaction in self._conversation.routes.reactions.get(type(event), ()):
                reply += await reaction(event, situation)
        return reply

    async def _say_instead(self, happening: Happening, account: str, text: str) -> None:
        async with self._unit(happening) as work:
            member = await self._member(work, happening, account)
            await self._finish(work, happening, member, say(text))

    async def _ask(self, happening: Happening, account: str, question: Question) -> None:
        async with self._unit(happening) as work:
            member = await self._member(work, happening, account)
            assert member is not None
            talk = fresh(await work.talks.load(member.id, happening.place), happening.at)
            key = f"q{happening.entry.id}"
            await work.talks.keep(member.id, happening.place, asking(talk, question, key, happening.at), happening.at)
            reply = replace(say(question.card(key)), updates=_closing(question.after))
            await self._finish(work, happening, member, reply)

    async def _failed(self, happening: Happening, trouble: str) -> None:
        entry, at = happening.entry, happening.at
        log.error("message failed", entry=entry.id, channel=entry.channel, attempt=entry.attempts, exception=trouble)
        if entry.attempts < TRIES:
            async with self._unit(happening) as work:
                await work.inbox.put_back(entry, at + AGAIN * entry.attempts, trouble)
            return
        async with self._unit(happening) as work:
            if await work.inbox.set_aside(entry, at, trouble) and happening.incoming.account:
                await self._speaker.put(work, say(APOLOGY), at, f"{happening.cause}!", happening.origin(None))

    async def _set_aside(self, entry: InboxEntry, at: datetime, trouble: str) -> None:
        async with self._database.begin(at) as work:
            await work.inbox.set_aside(entry, at, trouble)

    async def chore(self, timer: Timer, at: datetime) -> None:
        """Do what a timer is for; trouble is noted with the timer, never raised."""
        cause = f"t:{timer.key}@{int(timer.due_at.timestamp())}"[:64]
        try:
            await afresh(lambda: self._chore(timer, at, cause))
        except Exception:
            trouble = traceback.format_exc()
            log.error("timer failed", timer=timer.key, kind=timer.kind, exception=trouble)
            async with self._database.begin(at) as work:
                await work.timers.put_back(timer, at + AGAIN * timer.attempts, trouble)

    async def _chore(self, timer: Timer, at: datetime, cause: str) -> None:
        async with self._database.begin(at, cause=cause, act=timer.kind) as work:
            if not await work.timers.finish(timer):
                return
            reply = await self._due(timer, Situation(at=at, work=work, company=self._company, cause=cause))
            reply += await self._react(work, at, cause)
            await self._speaker.put(work, reply, at, cause)

    async def _due(self, timer: Timer, situation: Situation) -> Reply:
        if timer.kind == "notice":
            payload = timer.payload
            card = Card.model_validate(payload["card"]) if payload["card"] else None
            return Reply(notices=(Notice(member=payload["member"], card=card, text=payload["text"]),))
        handler = self._conversation.routes.timers.get(timer.kind)
        if handler is None:
            log.error("no handler for a timer", kind=timer.kind, timer=timer.key)
            return Reply()
        return await handler(timer, situation)

    async def start(self, at: datetime) -> None:
        """Let every capability make sure of its standing timers."""
        async with self._database.begin(at, cause="start", act="start") as work:
            for start in self._conversation.routes.starts:
                await start(Situation(at=at, work=work, company=self._company, cause="start"))

    async def ask(self, command: Command, member: Member, at: datetime, cause: str) -> Reply:
        """Do a command that came through a page or the API; its notices go out, its answer is returned.

        Raises:
            Refusal: the business says no.
        """
        return await afresh(lambda: self._asked(command, member, at, cause))

    async def _asked(self, command: Command, member: Member, at: datetime, cause: str) -> Reply:
        async with self._database.begin(at, actor=member.id, cause=cause, act=command.name) as work:
            request = Request(at=at, work=work, company=self._company, cause=cause, sender=member)
            reply = await self._conversation.run(command, request)
            reactions = await self._react(work, at, cause)
            await self._speaker.put(work, replace(reply, says=(), documents=()) + reactions, at, cause)
        return reply


def _closing(settled: Settled | None) -> tuple[Update, ...]:
    """The change of a question's card when it has its answer."""
    return (Update(subject=settled.subject, card=settled.card()),) if settled and settled.key else ()
