"""A customer's card: owner, level, last follow-ups, what is open and overdue."""

import re
from datetime import timedelta

from domain.customers import Customer
from domain.follow_ups import FollowUp
from domain.money import shown
from handlers.customers.history import CustomerHistory, line_of, people_of, shortened
from handlers.dialogue.card import Button, Card, Line, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.finding import customer
from handlers.dialogue.reply import Reply, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes

routes = Routes()

RECENT = 3
"""Follow-ups on the card; the page has them all."""

NEGLECTED = timedelta(days=30)
SECRET = re.compile(
    r"[¥￥$]\s*[\d.,]+\s*[万亿千百]*元?|"
    r"[\d.,，零〇一二两三四五六七八九十百千半]+\s*[多来几余]?"
    r"(?:[万亿]+\s*(?:[\d零一二三四五六七八九]+)?\s*(?:元|块钱)?|[百千]*(?:元|块钱|折)|%|个点|[kKwW](?![a-zA-Z]))"
)
"""Amounts and discounts as people write them, not to be read by a whole group."""


class ViewCustomer(Command, name="customer.view", typed="客户 {customer}"):
    """What is known of a customer."""

    customer: str = ""
    contact: tuple[str, ...] = ()


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
    people = await people_of([f.member for f in follow_ups] + ([about.owner] if about.owner else []), request)
    owner = people[about.owner].name if about.owner in people else "公海(暂无负责人)"
    lines = [
        Line(label="负责人", text=owner),
        Line(label="级别", text=about.level),
        Line(label="地区", text=" ".join(part for part in (about.region, about.industry) if part) or "未填"),
    ]
    if about.contacts:
        lines.append(Line(label="联系人", text=_contacts(about, request)))
    deal = await work.follow_ups.latest_amount(about.id)
    if deal is not None and not request.in_group:
        lines.append(Line(label="在谈金额", text=f"{shown(deal)}元"))
    lines.append(Line(label="进行中", text=await _open(about, request), page=f"/h5/customers/{about.number}"))
    text = "\n".join(
        line_of(f.at, people[f.member].name, _content(f, request), request) for f in follow_ups if f.member in people
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
    parts = [f"任务{len(tasks)}", *([] if request.in_group else [f"审批{len(approvals)}"]), f"提问{len(questions)}"]
    return " ".join(parts) + (f" 逾期{overdue}" if overdue else "")


def _contacts(about: Customer, request: Request) -> str:
    """The main contact with the phone number (in private only), and how many more there are."""
    main, *others = about.contacts
    phone = f" {main.phone}" if main.phone and not request.in_group else ""
    more = f" 等{len(others) + 1}人" if others else ""
    return f"{main.name}{phone}{more}"


def _content(follow_up: FollowUp, request: Request) -> str:
    """What a follow-up says, in a group without amounts and discounts."""
    return shortened(SECRET.sub("××", follow_up.content) if request.in_group else follow_up.content)
