"""Logging what happened at a customer; correcting it; pictures, voice and positions that belong to it."""

import re
from datetime import date, timedelta

from domain.customers import Customer
from domain.due import Due
from domain.entity import PutBack
from domain.errors import BadValue, NotFound
from domain.follow_ups import FollowUp
from domain.money import NotMoney, decimal_yuan, shown, yuan
from handlers.dialogue.card import Button, Card, Line, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.finding import colleagues_called, customer, touch
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Notice, Reply, Update, say
from handlers.dialogue.request import Request, Situation
from handlers.dialogue.routes import Routes
from handlers.dialogue.understanding import amended
from handlers.language.telling import told_slot
from storage.files import File

routes = Routes()

BELONGS = timedelta(minutes=30)
"""A picture, voice or position within this time after a follow-up belongs to it."""

CORRECTS = re.compile("改成|改为|改到|应该是|应为|写错|说错|搞错|记错")
"""Words that correct something said before."""

ASKED_BACK = timedelta(days=2)
"""A follow-up that takes a picture is logged at most this long after it came: its customer may have to be asked."""

KINDS = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件"}


class LogFollowUp(Command, name="followup.log"):
    """A visit, call or chat is recorded. Slots as in corpus/README.md 1.1; `files` and `place` come with media."""

    content: str = ""
    customer: str = ""
    contact: tuple[str, ...] = ()
    next_time: str = ""
    amount: str = ""
    mention: tuple[str, ...] = ()
    amend: bool = False
    files: tuple[int, ...] = ()
    place: str = ""


class ChangeFollowUp(Command, name="followup.change", typed="改 {number}"):
    """A follow-up is to be corrected: `change` says in words what (金额改成3.5万)."""

    number: str
    change: str = ""


@routes.command(
    examples={
        "跟进 华为 今天拜访了王总, 预算50万, 下周三再约": LogFollowUp(customer="华为"),
        "今天去恒泰机电见了李总, 谈得不错": LogFollowUp(customer="恒泰机电"),
    },
    title="记跟进",
)
async def log(command: LogFollowUp, request: Request) -> Reply:
    """Keep a follow-up and give its receipt; a correction changes the one the conversation was about."""
    if command.amend and (number := request.last_record("F")):
        return await _correct(await request.work.follow_ups.by_number(number), command, request)
    about = await customer(request, command)
    if not command.content.strip() and not command.files:
        raise Question(command.filled(customer=about.number), "content", f"{about.called} 的跟进内容是什么?")
    mentioned = [m for name in command.mention for m in await colleagues_called(request, name)]
    fresh = FollowUp(
        customer=about.id,
        member=request.sender.id,
        content=command.content.strip(),
        contacts=command.contact,
        amount=_fen(command.amount),
        next_at=_next(command.next_time, request),
        files=(*command.files, *(kept.file for kept in request.said.attachments if kept.file not in command.files)),
        place=command.place,
        mentioned=tuple(dict.fromkeys(m.id for m in mentioned)),
        at=request.at,
    )
    saved = await request.work.follow_ups.save(fresh)
    request.work.happened.extend(saved.logged(about.called).events)
    await touch(request, about)
    return Reply(
        (receipt(saved, about, request.today),),
        notices=tuple(Notice(member=m, card=_mention_card(saved, about, request)) for m in saved.mentioned),
        record=saved.number,
    )


@routes.command(
    "改 <number>",
    "改 <number> <change>",
    examples={"改 F-000123 金额改成3.5万": ChangeFollowUp(number="F-000123", change="金额改成3.5万")},
)
async def change(command: ChangeFollowUp, request: Request) -> Reply:
    """Correct a follow-up by its number, asking what is to be different when that is not said."""
    follow_up = await request.work.follow_ups.by_number(command.number)
    about = await request.work.customers.by_id(follow_up.customer)
    if not about.visible_to(await request.sight()):
        raise NotFound(what=follow_up.noun, name=follow_up.number)
    if not command.change:
        raise Question(
            command, "change", f"{follow_up.number} 要改什么?", subtitle="例如: 金额改成3.5万, 或: 下次改到周五"
        )
    slots = await amended(command.change, LogFollowUp.name, _slots(follow_up, about), request)
    correction = LogFollowUp.model_validate({**slots, "amend": True})
    return await _correct(follow_up, correction, request)


@routes.on_words
async def correction(text: str, request: Request) -> Command | None:
    """「金额改成55万」 with other messages in between: what was logged last is meant, for a while."""
    if not CORRECTS.search(text):
        return None
    latest = await request.work.follow_ups.last_of(request.sender.id, request.at - BELONGS)
    return ChangeFollowUp(number=latest.number, change=text) if latest else None


async def _correct(follow_up: FollowUp, said: LogFollowUp, request: Request) -> Reply:
    """Before and after; the receipt shows the new state everywhere."""
    before = await request.work.customers.by_id(follow_up.customer)
    about = before
    if said.customer and said.customer not in (before.called, before.name):
        about = await customer(request, said)
    corrected = follow_up.corrected(
        request.sender.id,
        request.at,
        about.called,
        customer=about.id,
        content=said.content or None,
        contacts=said.contact or None,
        amount=_fen(said.amount),
        next_at=_next(said.next_time, request) or None,
    )
    saved = await request.work.follow_ups.save(corrected)
    changes = _differences(follow_up, before, saved, about, request.today)
    if not changes:
        return say(f"{saved.number} 没有变化。请说明要改哪一项, 例如: 金额改成3.5万", record=saved.number)
    card = receipt(saved, about, request.today)
    told_card = card.model_copy(update={"title": f"已更正 {saved.number}", "subtitle": "; ".join(changes)})
    return Reply((told_card,), updates=(Update(subject=saved.subject, card=card),), record=saved.number)


@routes.on(PutBack)
async def stands_again(event: PutBack, situation: Situation) -> Reply:
    """A correction was undone: it is said what is different now, and the receipt shows it again."""
    was, now = event.was, event.now
    if not isinstance(was, FollowUp) or not isinstance(now, FollowUp):
        return Reply()
    before = await situation.work.customers.by_id(was.customer)
    about = await situation.work.customers.by_id(now.customer)
    changes = _differences(was, before, now, about, situation.today)
    update = Update(subject=now.subject, card=receipt(now, about, situation.today))
    return Reply((f"{now.number} {'; '.join(changes)}",) if changes else (), updates=(update,))


def receipt(follow_up: FollowUp, about: Customer, today: date) -> Card:
    """What was understood, each part on its own line, with 撤销 and 改."""
    lines = [Line(label="客户", text=about.called, page=f"/h5/customers/{about.number}")]
    if follow_up.contacts:
        lines.append(Line(label="联系人", text="、".join(follow_up.contacts)))
    if follow_up.amount is not None:
        lines.append(Line(label="金额", text=f"{shown(follow_up.amount)}元"))
    if follow_up.next_at:
        lines.append(Line(label="下次", text=told_slot(follow_up.next_at, today)))
    if follow_up.place:
        lines.append(Line(label="地点", text=follow_up.place))
    if follow_up.files:
        page = f"/h5/customers/{about.number}"
        lines.append(Line(label="附件", text=f"{len(follow_up.files)}个", page=page))
    return Card(
        title=f"已记跟进 {follow_up.number}",
        tone=Tone.SUCCESS,
        lines=tuple(lines),
        text=follow_up.content,
        buttons=(
            Button.undo(follow_up.number),
            Button.to("改", ChangeFollowUp(number=follow_up.number)),
        ),
        subject=follow_up.subject,
    )


@routes.on_media
async def media(request: Request) -> Reply | None:
    """Pictures, voice or a position without words belong to the follow-up just logged, or begin one."""
    spot = request.said.spot
    files = tuple(kept.file for kept in request.said.attachments)
    if not files and spot is None:
        return None
    place = spot.label or f"{spot.latitude:.4f},{spot.longitude:.4f}" if spot else ""
    latest = await request.work.follow_ups.last_of(request.sender.id, request.at - BELONGS)
    if latest is None:
        what = f"到访签到: {place}" if spot else "、".join(KINDS[kept.kind] for kept in request.said.attachments)
        begun = LogFollowUp(content=what, files=files, place=place)
        return await log(begun, request)
    saved = await request.work.follow_ups.save(latest.with_files(files, place))
    about = await request.work.customers.by_id(saved.customer)
    added = f"{len(files)}个附件" if files else f"地点 {place}"
    update = Update(subject=saved.subject, card=receipt(saved, about, request.today))
    return Reply((f"已把{added}记到 {saved.number}({about.called})。",), updates=(update,), record=saved.number)


async def file_seen(file_id: int, request: Request) -> File | None:
    """A file that the sender may open: an own one, or one of a follow-up at a customer within sight."""
    file = await request.work.files.find(file_id)
    if file is None or file.owner is None:
        return None
    if file.owner == request.sender.id:
        return file
    since, until = file.kept_at - BELONGS, file.kept_at + ASKED_BACK
    follow_up = await request.work.follow_ups.holding(file.id, file.owner, since, until)
    about = await request.work.customers.find(follow_up.customer) if follow_up is not None else None
    return file if about is not None and about.visible_to(await request.sight()) else None


def _mention_card(follow_up: FollowUp, about: Customer, request: Request) -> Card:
    return Card(
        title=f"{request.sender.name}在跟进中提到了您",
        lines=(Line(label="客户", text=about.called), Line(label="编号", text=follow_up.number)),
        text=follow_up.content,
    )


def _fen(amount: str) -> int | None:
    if not amount:
        return None
    try:
        return yuan(amount)
    except NotMoney:
        raise BadValue(what="金额", value=amount, like="50万 或 3.5万") from None


def _next(value: str, request: Request) -> str:
    """The next step as it is kept; a moment that cannot be one is refused before anything is written."""
    if value:
        Due.of(value, request.calendar, request.at)
    return value


def _slots(follow_up: FollowUp, about: Customer) -> dict[str, object]:
    slots: dict[str, object] = {"customer": about.called, "content": follow_up.content}
    if follow_up.contacts:
        slots["contact"] = list(follow_up.contacts)
    if follow_up.amount is not None:
        slots["amount"] = decimal_yuan(follow_up.amount)
    if follow_up.next_at:
        slots["next_time"] = follow_up.next_at
    return slots


def _differences(old: FollowUp, was: Customer, new: FollowUp, now: Customer, today: date) -> list[str]:
    def money(fen: int | None) -> str:
        return "无" if fen is None else shown(fen)

    def next_step(value: str) -> str:
        return told_slot(value, today) if value else "无"

    pairs = (
        ("客户", was.called, now.called),
        ("联系人", "、".join(old.contacts) or "无", "、".join(new.contacts) or "无"),
        ("金额", money(old.amount), money(new.amount)),
        ("下次", next_step(old.next_at), next_step(new.next_at)),
        ("内容", old.content, new.content),
    )
    return [f"{label}: {before} → {after}" for label, before, after in pairs if before != after]
