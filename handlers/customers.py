"""Looking at a customer, creating one, sharing one; the timeline of everything that happened there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.customers import Contact, Customer, CustomerAdded, CustomerTaken
from domain.members import Member
from domain.money import shown
from handlers.dialogue.card import Button, Card, Line, Option, Style, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.finding import NEW, TAKEN, added, colleague, customer, customers_like, keep
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Notice, Reply, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.language.names import folded_name, formless_name
from handlers.language.telling import told_shortly, told_slot

routes = Routes()

RECENT = 3
"""Follow-ups on the card; the page has them all."""

TIMELINE = 200
NEGLECTED = timedelta(days=30)


class ViewCustomer(Command, name="customer.view", typed="客户 {customer}"):
    """What is known of a customer."""

    customer: str = ""
    contact: tuple[str, ...] = ()


class NewCustomer(Command, name="customer.new"):
    """A customer is created. `sure` is set when a look-alike was shown and it is a new one all the same."""

    customer: str = ""
    contact: tuple[str, ...] = ()
    phone: str = ""
    region: str = ""
    industry: str = ""
    same: str = ""


class ShareCustomer(Command, name="customer.share"):
    """A colleague may see a customer and work on it too."""

    customer: str
    colleague: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A row of the timeline."""

    at: datetime
    kind: str
    who: str
    text: str
    number: str
    files: tuple[int, ...] = ()


@routes.command(
    "客户 <customer>",
    "查客户 <customer>",
    examples={"客户 华为": ViewCustomer(customer="华为")},
    title="看客户",
)
async def view(command: ViewCustomer, request: Request) -> Reply:
    """The customer's card: owner, level, last follow-ups, what is open and overdue."""
    about = await customer(request, command, create=False)
    return say(await card_of(about, request), record=about.number)


async def card_of(about: Customer, request: Request) -> Card:
    """A customer as a card, with what the reader may see of it."""
    work = request.work
    follow_ups = await work.follow_ups.about_customer(about.id, RECENT)
    people = await _people([f.member for f in follow_ups] + ([about.owner] if about.owner else []), request)
    owner = people[about.owner].name if about.owner in people else "公海(暂无负责人)"
    lines = [
        Line(label="负责人", text=owner),
        Line(label="级别", text=about.level),
        Line(label="地区", text=" ".join(part for part in (about.region, about.industry) if part) or "未填"),
    ]
    if about.contacts:
        lines.append(Line(label="联系人", text=_contacts(about, request)))
    lines.append(Line(label="进行中", text=await _open(about, request), page=f"/h5/customers/{about.number}"))
    text = "\n".join(
        _line(f.at, people[f.member].name, shortened(f.content), request) for f in follow_ups if f.member in people
    )
    return Card(
        title=about.called,
        subtitle=about.name if about.name != about.called else about.number,
        tone=Tone.WARNING if request.at - about.touched_at > NEGLECTED else Tone.INFO,
        lines=tuple(lines),
        text=text or "还没有跟进记录。",
        buttons=(Button.to("更多", CustomerHistory(customer=about.number)),),
        page=f"/h5/customers/{about.number}",
        page_text="全部时间线",
        subject=about.subject,
    )


async def _open(about: Customer, request: Request) -> str:
    work = request.work
    tasks = await work.tasks.open_for_customer(about.id)
    overdue = sum(1 for task in tasks if task.due_at is not None and task.due_at < request.at)
    approvals = await work.approvals.open_about(about.id)
    questions = await work.questions.open_about(about.id)
    parts = [f"任务{len(tasks)}", f"审批{len(approvals)}", f"提问{len(questions)}"]
    return " ".join(parts) + (f" 逾期{overdue}" if overdue else "")


def _contacts(about: Customer, request: Request) -> str:
    """The main contact with the phone number (in private only), and how many more there are."""
    main, *others = about.contacts
    phone = f" {main.phone}" if main.phone and not request.in_group else ""
    more = f" 等{len(others) + 1}人" if others else ""
    return f"{main.name}{phone}{more}"


class CustomerHistory(Command, name="customer.history", typed="客户时间线 {customer}"):
    """The latest of a customer's timeline in the chat."""

    customer: str


@routes.command("客户时间线 <customer>", examples={"客户时间线 华为": CustomerHistory(customer="华为")})
async def history(command: CustomerHistory, request: Request) -> Reply:
    """The ten latest happenings, and the way to all of them."""
    about = await customer(request, command, create=False)
    moments = await timeline(about, request, limit=10)
    text = "\n".join(_line(m.at, m.who, f"{m.kind} {m.number} {m.text}", request) for m in moments)
    card = Card(title=f"{about.called} 时间线", text=text or "还没有记录。", page=f"/h5/customers/{about.number}")
    return say(card, record=about.number)


@routes.command(
    examples={"新建客户 远山机械": NewCustomer(customer="远山机械")},
    title="新建客户",
)
async def new(command: NewCustomer, request: Request) -> Reply:
    """Create a customer; one with the same name but for legal form and region is asked back first."""
    name = command.customer.removeprefix(NEW).strip()
    if not name:
        raise Question(command, "customer", "新客户叫什么名字?")
    if command.same and not command.same.startswith(NEW):
        same = await request.work.customers.by_number(command.same)
        return say(await card_of(same.require_visible(await request.sight()), request), record=same.number)
    if alike := await customers_like(request, name):
        await _ask_whether_same(command, name, alike, request)
    fresh = await added(request, name)
    filled = _filled(fresh, command)
    saved = await keep(request, filled) if filled != fresh else fresh
    request.work.happened.append(CustomerAdded(customer=saved.id, owner=saved.owner, at=request.at))
    return say(_created(saved), record=saved.number)


async def _ask_whether_same(command: NewCustomer, name: str, alike: Sequence[Customer], request: Request) -> None:
    """Ask before a look-alike is created; the very name of a customer the sender may not see is not created at all."""
    sight = await request.sight()
    seen = [c for c in alike if c.visible_to(sight)]
    if not seen and any(formless_name(name) in (formless_name(c.name), folded_name(c.short)) for c in alike):
        raise CustomerTaken
    if command.same:
        return
    options = tuple(Option(id=c.number, text=f"就是{c.called}"[:20]) for c in seen[:RECENT])
    anew = Option(id=NEW, text="不是, 新建")
    hidden = f"{TAKEN}。" if not seen else ""
    says = f"{hidden}「{name}」可能已经有了, 是同一家吗?"
    raise Question(command.filled(customer=name), "same", says, (*options, anew), closed=True)


def _filled(fresh: Customer, command: NewCustomer) -> Customer:
    contacts = tuple(
        Contact(name=name, phone=command.phone if i == 0 else "") for i, name in enumerate(command.contact)
    )
    return replace(fresh, region=command.region, industry=command.industry, contacts=contacts)


def _created(saved: Customer) -> Card:
    lines = [Line(label="客户", text=saved.name), Line(label="负责人", text="您")]
    if saved.contacts:
        lines.append(Line(label="联系人", text="、".join(contact.name for contact in saved.contacts)))
    return Card(
        title=f"已新建客户 {saved.number}",
        tone=Tone.SUCCESS,
        lines=tuple(lines),
        text=f"接着记一条: 跟进 {saved.called} …",
        buttons=(
            Button(text="撤销", command=f'undo.record {{"number":"{saved.number}"}}', says=f"撤销 {saved.number}"),
            Button.to("查看", ViewCustomer(customer=saved.number), Style.PRIMARY),
        ),
        subject=saved.subject,
    )


@routes.command(
    "共享 <customer> 给 <colleague>",
    examples={"共享 华为 给 张伟": ShareCustomer(customer="华为", colleague="张伟")},
    title="共享客户",
)
async def share(command: ShareCustomer, request: Request) -> Reply:
    """Let a colleague see a customer and work on it."""
    about = await customer(request, command, create=False)
    other = await colleague(request, command, "colleague", command.colleague)
    saved = await request.work.customers.save(about.shared(other))
    told = Card(
        title=f"{request.sender.name}与您共享了客户 {saved.called}",
        buttons=(Button.to("查看", ViewCustomer(customer=saved.number)),),
    )
    reply = say(f"已把 {saved.called} 共享给{other.name}。", record=saved.number)
    return replace(reply, notices=(Notice(member=other.id, card=told),))


@routes.view("/customers/{number}", "customers/show.html")
async def show(request: Request, number: str) -> Mapping[str, Any]:
    """A customer and its whole timeline, newest first."""
    about = await request.work.customers.by_number(number)
    about.require_visible(await request.sight())
    owners = await _people([about.owner] if about.owner else [], request)
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
    """Everything that happened at a customer, newest first: follow-ups, approvals, questions and answers."""
    work = request.work
    follow_ups = await work.follow_ups.about_customer(about.id, limit)
    approvals = await work.approvals.about_customer(about.id, limit)
    questions = await work.questions.about_customer(about.id, limit)
    ids = [f.member for f in follow_ups] + [a.applicant for a in approvals]
    ids += [q.asker for q in questions] + [turn.by for q in questions for turn in q.turns]
    people = await _people(ids, request)

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
    return sorted(moments, key=lambda moment: moment.at, reverse=True)[:limit]


async def _people(ids: Sequence[int], request: Request) -> dict[int, Member]:
    return await request.work.members.by_ids(ids)


def shortened(text: str, length: int = 30) -> str:
    """The beginning of a text, marked where it goes on; the page has all of it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"


def _line(at: datetime, who: str, text: str, request: Request) -> str:
    return f"{told_shortly(request.calendar.office_time(at), request.today)} {who}: {text}"
