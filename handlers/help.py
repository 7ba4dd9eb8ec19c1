"""What can be asked for, by role, with examples on the person's own customers."""

from collections.abc import Sequence
from itertools import chain

from domain.members import Role
from handlers.dialogue.card import Button, Card, Line
from handlers.dialogue.command import Command
from handlers.dialogue.reply import Reply, say
from handlers.dialogue.request import HelpEntry, Request
from handlers.dialogue.routes import Routes

routes = Routes()

EXAMPLE_CUSTOMERS = ("华为", "恒泰机电")
"""Customers in the examples of commands; in the help they are replaced by the reader's own."""

FOREMOST = (
    (Role.SALES, ("followup.log", "customer.view", "stock.query", "approval.request", "reminder.set", "expert.ask")),
    (Role.MANAGER, ("approval.waiting", "digest.get", "customer.view", "task.add", "followup.log", "stock.query")),
    (
        Role.FINANCE,
        ("approval.waiting", "approval.request", "reminder.set", "task.list", "digest.get", "customer.view"),
    ),
    (Role.EXPERT, ("expert.answer", "stock.query", "task.list", "reminder.set", "approval.request", "customer.view")),
    (Role.KEEPER, ("stock.query", "task.list", "reminder.set", "approval.request", "task.add", "expert.ask")),
)
"""What each role does most; for somebody with several roles the first of each, in turn."""

ALL = "all"
FIRST = 6
"""Commands on the card; the rest one tap away."""

HINT = "直接打字即可, 不用记格式。说错了发送「撤销」。"


class Help(Command, name="help", typed="帮助"):
    """What the bot can do; with `topic` (an intent) only that."""

    topic: str = ""


class AllHelp(Command, name="help.all", typed="全部帮助"):
    """Everything the bot can do for the reader."""


@routes.command("帮助", "help", "你能做什么", "怎么用", "?", examples={"帮助": Help()})
async def show(command: Help, request: Request) -> Reply:
    """The commands that fit the reader's role, each with an example that works as it stands."""
    own = await request.work.customers.recent_of(request.sender.id, limit=len(EXAMPLE_CUSTOMERS))
    names = [customer.called for customer in own]
    entries = [entry for entry in request.company.guide if _fits(entry, request)]
    if command.topic and any(entry.intent == command.topic for entry in entries):
        entries = [entry for entry in entries if entry.intent == command.topic]
    if command.topic == ALL:
        return say("\n".join(f"{entry.title}: {_example(entry.examples[0], names)}" for entry in entries))
    shown = _foremost(entries, request)[:FIRST]
    lines = tuple(Line(label=entry.title, text=_example(min(entry.examples, key=len), names)) for entry in shown)
    more = [f"· {_example(text, names)}" for entry in shown for text in entry.examples[1:3]]
    text = "也可以这样说:\n" + "\n".join(more) if command.topic and more else HINT
    buttons = (Button.to(f"全部{len(entries)}项", AllHelp()),) if len(entries) > FIRST else ()
    return say(Card(title=f"{request.sender.name}, 您可以这样说", lines=lines, text=text, buttons=buttons))


@routes.command("全部帮助", examples={"全部帮助": AllHelp()})
async def show_all(command: AllHelp, request: Request) -> Reply:
    """Every command that fits the reader's role."""
    return await show(Help(topic=ALL), request)


@routes.on_enter
async def greet(request: Request) -> Reply | None:
    """A word of welcome the first time a person opens the conversation on a day; silence after that."""
    greeted, today = f"greeted:{request.sender.id}", request.today.isoformat()
    if await request.work.settings.get(greeted) == today:
        return None
    await request.work.settings.set(greeted, today)
    return say(f"{request.sender.name}您好, 有事直接打字就行, 例如「跟进 …」「库存 …」。发送「帮助」看全部。")


def _foremost(entries: Sequence[HelpEntry], request: Request) -> list[HelpEntry]:
    """The entries, what the reader's roles do most before the rest."""
    roles = [intents for role, intents in FOREMOST if request.sender.has(role)]
    order = list(dict.fromkeys(chain.from_iterable(zip(*roles, strict=True))))
    return sorted(entries, key=lambda entry: order.index(entry.intent) if entry.intent in order else len(order))


def _fits(entry: HelpEntry, request: Request) -> bool:
    return not entry.roles or request.sender.has(*entry.roles)


def _example(text: str, names: list[str]) -> str:
    """The example on the reader's own customers, one for each."""
    for place, name in enumerate(EXAMPLE_CUSTOMERS):
        if name in text and names:
            return text.replace(name, names[min(place, len(names) - 1)])
    return text
