"""What the service understood of a person's last messages, why, and what it changed; for the demo's inspector."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channels.channel import Incoming
from handlers.dialogue.request import Company, Request, Said
from handlers.dialogue.understanding import meant
from storage.inbox import Kept
from storage.work import Database, Work

SHOWN = 5
"""Messages of the person that are explained."""

LOOKED_AT = 300
"""Kept messages looked through for the person's."""


class Explainer:
    """Understands the last messages once more and reads the journal; changes nothing."""

    def __init__(
        self, database: Database, platforms: Mapping[str, str], company: Company, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._company = company
        self._now = now

    async def __call__(self, platform: str, account: str) -> Sequence[Mapping[str, Any]]:
        """The last messages of an account, newest first: [{"title": what was said, "lines": [...]}]."""
        channels = {name for name, known in self._platforms.items() if known == platform}
        async with self._database.read(self._now()) as work:
            listed = await work.inbox.latest(LOOKED_AT)
            mine = [entry for entry in listed if entry.channel in channels and entry.payload.get("account") == account]
            return [await self._explained(work, entry, platform, account) for entry in mine[:SHOWN]]

    async def _explained(self, work: Work, entry: Kept, platform: str, account: str) -> Mapping[str, Any]:
        incoming = Incoming.model_validate(entry.payload)
        lines = [f"消息 m:{entry.id} {entry.channel} {entry.state}"]
        if incoming.kind == "message" and incoming.text:
            lines += await self._understood(work, incoming, platform, account)
        lines += [f"按钮 {incoming.handle}"] if incoming.handle else []
        for change in await work.journal.of_cause(f"m:{entry.id}"):
            how = "新建" if change.before is None else "删除" if change.after is None else "修改"
            lines.append(f"{how} {change.entity} {change.entity_id} ({change.act})")
        return {"title": incoming.text or incoming.handle.partition(" ")[0] or incoming.kind, "lines": lines}

    async def _understood(self, work: Work, incoming: Incoming, platform: str, account: str) -> list[str]:
        member = await work.members.by_account(platform, account)
        if member is None:
            return ["不认识的账号"]
        request = Request(
            at=incoming.sent_at or self._now(),
            work=work,
            company=self._company,
            sender=member,
            said=Said(text=incoming.text, group=incoming.group),
        )
        understood = (await meant(incoming.text, request)).understood
        lines = [f"意图 {understood.intent}, 把握 {understood.margin:.2f}, 其次 {understood.runner_up}"]
        lines += [f"线索 {cue.why} {cue.weight:+g} 「{cue.words}」" for cue in understood.cues]
        return lines + [f"{slot} = {value}" for slot, value in understood.slots.items()]
