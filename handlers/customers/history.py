"""The timeline of everything that happened at a customer: in the chat and as a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.customers import Customer
from domain.members import Member
from domain.money import shown
from domain.tasks import TaskState
from handlers.dialogue.card import Card
from handlers.dialogue.command import Command
from handlers.dialogue.finding import customer
from handlers.dialogue.reply import Reply
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.language.telling import told_shortly, told_slot

routes = Routes()

TIMELINE = 200
STATES = {TaskState.OPEN: "未完成", TaskState.DONE: "已完成", TaskState.DROPPED: "已取消"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A row of the timeline."""

    at: datetime
    kind: str
    who: str
    text: str
    number: str
    files: tuple[int, ...] = ()


class CustomerHistory(Command, name="customer.history", typed="客户时间线 {customer}"):
    """The latest of a customer's timeline in the chat."""

    customer: str


@routes.command("客户时间线 <customer>", examples={"客户时间线 华为": CustomerHistory(customer="华为")})
async def history(command: CustomerHistory, request: Request) -> Reply:
    """The ten latest happenings, and the way to all of them."""
    about = await customer(request, command, create=False)
    moments = await timeline(about, request, limit=10)
    text = "\n".join(line_of(m.at, m.who, f"{m.kind} {m.number} {m.text}", request) for m in moments)
    card = Card(title=f"{about.called} 时间线", text=text or "还没有记录。", page=f"/h5/customers/{about.number}")
    return Reply((card,), record=about.number, private=request.in_group)


@routes.view("/customers/{number}", "customers/show.html")
async def show(request: Request, number: str) -> Mapping[str, Any]:
    """A customer and its whole timeline, newest first."""
    about = await request.work.customers.by_number(number)
    about.require_visible(await request.sight())
    owners = await people_of([about.owner] if about.owner else [], request)
    moments = await timeline(about, request, limit=TIMELINE)
    labels = await request.work.files.labels(file for m in moments for file in m.files)
    return {
        "title": about.called,
        "number": about.number,
        "name": about.name,
        "level": str(about.level),
        "industry": about.industry,
        "region": about.region,
        "owner": owners[about.owner].name if about.owner in owners else "公海",
        "contacts": [{"name": c.name, "title": c.title, "phone": c.phone} for c in about.contacts],
        "timeline": [
            {
                "at": told_shortly(request.calendar.office_time(m.at), request.today),
                "kind": m.kind,
                "who": m.who,
                "text": m.text,
                "number": m.number,
                "files": [
                    {"page": f"/h5/files/{file}", "kind": labels[file][0], "name": labels[file][1]}
                    for file in m.files
                    if file in labels
                ],
            }
            for m in moments
        ],
    }


async def timeline(about: Customer, request: Request, *, limit: int) -> list[Moment]:
    """Everything that happened at a customer, newest first: follow-ups, approvals, questions and answers, tasks."""
    work = request.work
    follow_ups = await work.follow_ups.about_customer(about.id, limit)
    approvals = await work.approvals.about_customer(about.id, limit)
    questions = await work.questions.about_customer(about.id, limit)
    tasks = await work.tasks.about_customer(about.id, limit)
    ids = [f.member for f in follow_ups] + [a.applicant for a in approvals] + [task.owner for task in tasks]
    ids += [q.asker for q in questions] + [turn.by for q in questions for turn in q.turns]
    people = await people_of(ids, request)

    def name(member: int) -> str:
        return people[member].name if member in people else "已离职同事"

    moments: list[Moment] = []
    for f in follow_ups:
        extra = f"({shown(f.amount)}元)" if f.amount is not None else ""
        later = f" 下次: {told_slot(f.next_at, request.today)}" if f.next_at else ""
        moments.append(
            Moment(
                at=f.at,
                kind="跟进",
                who=name(f.member),
                text=f.content + extra + later,
                number=f.number,
                files=f.files,
            )
        )
    for a in approvals:
        text = f"{a.title}({a.state.word})"
        moments.append(Moment(at=a.requested_at, kind="审批", who=name(a.applicant), text=text, number=a.number))
    for q in questions:
        moments.append(Moment(at=q.asked_at, kind="提问", who=name(q.asker), text=q.content, number=q.number))
        for turn in q.turns:
            kind = "追问" if turn.by == q.asker else "回答"
            moments.append(Moment(at=turn.at, kind=kind, who=name(turn.by), text=turn.text, number=q.number))
    for task in tasks:
        text = f"{task.content}({STATES[task.state]})"
        moments.append(Moment(at=task.created_at, kind="任务", who=name(task.owner), text=text, number=task.number))
    return sorted(moments, key=lambda moment: moment.at, reverse=True)[:limit]


async def people_of(ids: Sequence[int], request: Request) -> dict[int, Member]:
    return await request.work.members.by_ids(ids)


def shortened(text: str, length: int = 30) -> str:
    """The beginning of a text, marked where it goes on; the page has all of it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"


def line_of(at: datetime, who: str, text: str, request: Request) -> str:
    return f"{told_shortly(request.calendar.office_time(at), request.today)} {who}: {text}"
