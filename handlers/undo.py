"""Taking back one's last act, with everything that hung on it, for half an hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

from domain.entity import Entity, PutBack
from domain.errors import NotFound, NothingToUndo, Refusal
from handlers.dialogue.card import Card, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.reply import Reply, Update
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from storage.collection import NUMBER, Collection, adapter
from storage.journal import Entry

routes = Routes()

WITHIN = timedelta(minutes=30)

NAMED = 3
"""Records that are named when several stand in the way."""


class TooLate(Refusal):
    """The act is longer ago than `WITHIN`, or was taken back already, or was not the sender's."""

    code = "too_late_to_undo"
    says = "{number} 已不能撤销: 只能撤销自己30分钟内的操作。要更正请发送: 改 {number}"


class Stuck(Refusal):
    """An act that cannot be taken back any more; `why` says it in a few words."""

    why: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        super().__init__(**facts)
        self.shortly = self.why.format(**facts)


class Overtaken(Stuck):
    """Somebody else has worked on it since."""

    code = "overtaken"
    why = "{number} 之后已有其他人处理"
    says = f"{why}, 不能直接撤销。请联系对方, 或发送「帮助」看看别的办法。"


class StillUsed(Stuck):
    """Something that came later hangs on it."""

    code = "still_used"
    why = "{others} 还挂在 {number} 上"
    says = "{others} 还挂在这个{noun}上, 请先撤销它, 再撤销 {number}。"


class Undo(Command, name="undo", typed="撤销"):
    """The sender's last act is taken back."""


class UndoRecord(Command, name="undo.record", typed="撤销 {number}"):
    """The act that made this record is taken back."""

    number: str


@dataclass(frozen=True, slots=True)
class _Change:
    """What one act made of one entity: as it is now, and its values before (None: not there) and after the act."""

    collection: Collection[Any]
    entity: Entity | None
    number: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    id: int

    @property
    def untouched(self) -> bool:
        """Whether nothing has changed it since."""
        if self.entity is None or self.after is None:
            return self.entity is None and self.after is None
        return self.collection.dump(self.entity) | {"version": 0} == {**self.after, "version": 0}


@routes.command("撤销", "撤回刚才的", examples={"撤销": Undo()}, title="撤销")
async def undo(command: Undo, request: Request) -> Reply:
    """Take back the latest of the sender's acts that can be; what had to be passed over is named."""
    sender, since = request.sender.id, request.at - WITHIN
    kinds = [collection.entity.kind for collection in request.work.collections() if collection.entity.kind != "member"]
    passed: list[Stuck] = []
    for cause in await request.work.journal.causes(sender, since, entities=kinds):
        act = await _act(cause, request)
        try:
            await _require_free(act, request)
        except Stuck as stuck:
            passed.append(stuck)
            continue
        if act:
            return await _take_back(act, cause, request, passed)
    if passed:
        raise passed[0]
    raise NothingToUndo


@routes.command("撤销 <number>", examples={"撤销 F-000123": UndoRecord(number="F-000123")})
async def undo_record(command: UndoRecord, request: Request) -> Reply:
    """Take back the act that made a record."""
    match = NUMBER.fullmatch(command.number.strip())
    letter = match[1].upper() if match else ""
    collection = next((one for one in request.work.collections() if one.entity.letter == letter), None)
    if match is None or collection is None:
        raise NotFound(what="记录", name=command.number)
    history = await request.work.journal.of_entity(collection.entity.kind, int(match[2]))
    made = next((entry for entry in history if entry.before is None and entry.undone_by is None), None)
    if made is None or made.actor != request.sender.id or made.at < request.at - WITHIN:
        raise TooLate(number=command.number.upper())
    act = await _act(made.cause, request)
    if not act:
        raise TooLate(number=command.number.upper())
    await _require_free(act, request)
    return await _take_back(act, made.cause, request)


async def _act(cause: str, request: Request) -> Sequence[_Change]:
    """What the sender changed by this cause, an entity at a time; without what is gone anyway."""
    parts: dict[tuple[str, int], list[Entry]] = {}
    for entry in await request.work.journal.of_cause(cause, actor=request.sender.id):
        parts.setdefault((entry.entity, entry.entity_id), []).append(entry)
    changes = []
    for (kind, entity_id), entries in parts.items():
        collection = request.work.collection(kind)
        entity = await collection.find(entity_id)
        if entity is not None or entries[-1].after is None:
            number = f"{collection.entity.letter}-{entity_id:06d}"
            ends = entries[0].before, entries[-1].after
            changes.append(_Change(collection, entity, number, *ends, entity_id))
    return [change for change in changes if change.before is not None or change.entity is not None]


async def _require_free(act: Sequence[_Change], request: Request) -> None:
    """Nothing that came later may be lost.

    Raises:
        Overtaken: somebody else has worked on it since.
        StillUsed: something hangs on what the act made.
    """
    made = {(change.collection.entity.kind, change.id) for change in act if change.before is None}
    for change in act:
        if change.before is not None:
            if not change.untouched and not _aside(change, act):
                raise Overtaken(number=change.number)
        elif change.entity is not None:
            hanging = await request.work.hanging_on(change.entity)
            if others := [other.number for other in hanging if (other.kind, other.id) not in made]:
                more = f"等{len(others)}条" if len(others) > NAMED else ""
                named = "、".join(others[:NAMED]) + more
                raise StillUsed(number=change.number, others=named, noun=change.entity.noun)
            history = await request.work.journal.of_entity(change.entity.kind, change.id)
            if any(entry.actor not in (None, request.sender.id) and entry.undone_by is None for entry in history):
                raise Overtaken(number=change.number)


def _aside(change: _Change, act: Sequence[_Change]) -> bool:
    """Whether this is only the customer's note of when something happened last, in an act about something else."""
    return change.collection.entity.kind == "customer" and any(
        other.collection.entity.kind != "customer" for other in act
    )


async def _take_back(act: Sequence[_Change], cause: str, request: Request, passed: Sequence[Stuck] = ()) -> Reply:
    """Undo the changes in reverse order; the journal keeps both the act and its undoing."""
    updates: list[Update] = []
    said: list[str] = []
    for change in reversed(act):
        entity = change.entity
        if change.before is None and entity is not None:
            await change.collection.remove(entity)
            await _forget_names(entity, request)
            updates.append(Update(subject=entity.subject, card=_withdrawn(entity)))
            said.append(f"{entity.noun} {entity.number}")
        elif change.before is not None and entity is None:
            restored = await change.collection.restore(dict(change.before))
            said.append(f"{restored.noun} {restored.number} 已恢复")
        elif change.before is not None and entity is not None and change.untouched:
            before: Entity = adapter(change.collection.entity).validate_python(dict(change.before))
            now = await change.collection.save(replace(before, version=entity.version))
            request.work.happened.append(PutBack(was=entity, now=now, by=request.sender.id))
            if not _aside(change, act):
                said.append(f"{entity.noun} {entity.number} 恢复原样")
    await request.work.journal.mark_undone(cause, request.sender.id, request.cause)
    reasons = f"跳过了: {'; '.join(stuck.shortly for stuck in passed[:NAMED])}。" if passed else ""
    return Reply((f"已撤销: {'、'.join(said)}。{reasons}",), updates=tuple(updates))


async def _forget_names(entity: Entity, request: Request) -> None:
    if entity.kind in ("customer", "product"):
        await request.work.names.call(entity.kind, entity.id, "", ())


def _withdrawn(entity: Entity) -> Card:
    title = f"{entity.noun} {entity.number} 已撤销"
    return Card(title=title, tone=Tone.MUTED, subject=entity.subject, closed=True)
