"""Taking back one's last act, with everything that hung on it, for half an hour."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

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


class TooLate(Refusal):
    """The act is longer ago than `WITHIN`, or was taken back already, or was not the sender's."""

    code = "too_late_to_undo"
    says = "{number} 已不能撤销: 只能撤销自己30分钟内的操作。要更正请发送: 改 {number}"


class Overtaken(Refusal):
    """Somebody else has worked on it since."""

    code = "overtaken"
    says = "{number} 之后已有其他人处理, 不能直接撤销。请联系对方, 或发送「帮助」看看别的办法。"


class Undo(Command, name="undo", typed="撤销"):
    """The sender's last act is taken back."""


class UndoRecord(Command, name="undo.record", typed="撤销 {number}"):
    """The act that made this record is taken back."""

    number: str


@routes.command("撤销", "撤回刚才的", examples={"撤销": Undo()}, title="撤销")
async def undo(command: Undo, request: Request) -> Reply:
    """Take back what the sender did last."""
    journal, since = request.work.journal, request.at - WITHIN
    cause = await journal.last_cause(request.sender.id, since, entities=_kinds(request))
    if cause is None:
        raise NothingToUndo
    return await _take_back(await journal.of_cause(cause), cause, request)


@routes.command("撤销 <number>", examples={"撤销 F-000123": UndoRecord(number="F-000123")})
async def undo_record(command: UndoRecord, request: Request) -> Reply:
    """Take back the act that made a record."""
    match = NUMBER.fullmatch(command.number.strip())
    collection = _by_letter(match[1].upper(), request) if match else None
    if match is None or collection is None:
        raise NotFound(what="记录", name=command.number)
    history = await request.work.journal.of_entity(collection.entity.kind, int(match[2]))
    made = next((entry for entry in history if entry.before is None and entry.undone_by is None), None)
    if made is None or made.actor != request.sender.id or made.at < request.at - WITHIN:
        raise TooLate(number=command.number.upper())
    return await _take_back(await request.work.journal.of_cause(made.cause), made.cause, request)


async def _take_back(entries: Sequence[Entry], cause: str, request: Request) -> Reply:
    """Undo entries in reverse order; the journal keeps both the act and its undoing."""
    updates: list[Update] = []
    said: list[str] = []
    for entry in reversed(entries):
        collection = _collection(entry.entity, request)
        entity = await collection.find(entry.entity_id)
        if entry.before is None and entity is not None:
            await _only_ours(entity, entry, request)
            await collection.remove(entity)
            await _forget_names(entity, request)
            updates.append(Update(subject=entity.subject, card=_withdrawn(entity)))
            said.append(f"{entity.noun} {entity.number}")
        elif entry.before is not None and entry.after is None:
            restored = await collection.restore(dict(entry.before))
            said.append(f"{restored.noun} {restored.number} 已恢复")
        elif entry.before is not None and entity is not None:
            back = _as_before(entity, entry, collection)
            if back is not None:
                await collection.save(back)
                request.work.happened.append(PutBack(kind=entity.kind, id=entity.id))
                said.append(f"{entity.noun} {entity.number} 恢复原样" if entity.kind != "customer" else "")
    if not any(said):
        raise Overtaken(number=_number(entries[-1], request))
    await request.work.journal.mark_undone(cause, request.cause)
    told = "、".join(part for part in dict.fromkeys(said) if part)
    return Reply((f"已撤销: {told}。",), updates=tuple(updates))


def _number(entry: Entry, request: Request) -> str:
    return f"{_collection(entry.entity, request).entity.letter}-{entry.entity_id:06d}"


def _as_before(entity: Entity, entry: Entry, collection: Collection[Any]) -> Entity | None:
    """The entity as it was, unless something else has changed it since."""
    if entry.after is None or entity.version != entry.after["version"]:
        return None
    before: Entity = adapter(collection.entity).validate_python(dict(entry.before or {}))
    return replace(before, version=entity.version)


async def _only_ours(entity: Entity, entry: Entry, request: Request) -> None:
    later = await request.work.journal.of_entity(entry.entity, entry.entity_id)
    if any(other.actor not in (None, request.sender.id) for other in later):
        raise Overtaken(number=entity.number)


async def _forget_names(entity: Entity, request: Request) -> None:
    if entity.kind in ("customer", "product"):
        await request.work.names.call(entity.kind, entity.id, "", ())


def _withdrawn(entity: Entity) -> Card:
    title = f"{entity.noun} {entity.number} 已撤销"
    return Card(title=title, tone=Tone.MUTED, subject=entity.subject, closed=True)


def _kinds(request: Request) -> list[str]:
    collections = (value for value in vars(request.work).values() if isinstance(value, Collection))
    return [collection.entity.kind for collection in collections if collection.entity.kind != "member"]


def _by_letter(letter: str, request: Request) -> Collection[Any] | None:
    collections = (value for value in vars(request.work).values() if isinstance(value, Collection))
    return next((collection for collection in collections if collection.entity.letter == letter), None)


def _collection(kind: str, request: Request) -> Collection[Any]:
    return request.work.collection(kind)
