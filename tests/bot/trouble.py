"""A command that goes wrong in every way a handler can, and waiting while the clock goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from domain.customers import Customer
from domain.errors import Refusal
from handlers.dialogue.card import Option
from handlers.dialogue.command import Command
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Reply, say
from handlers.dialogue.request import Request
from tests.scene import Scene


class Break(Command, name="test.break"):
    """Something goes wrong: `how` says what."""

    how: str
    answer: str = ""


class Never(Refusal):
    """It cannot be done."""

    code = "never"
    says = "这个不行。"


@dataclass(slots=True)
class Trouble:
    """Registers the command; counts how often it was run."""

    runs: list[str] = field(default_factory=list)

    def joins(self, scene: Scene) -> None:
        """Have 「弄坏 …」 understood; what fails in the scene is meant to."""
        scene.forgiven.add("failed")

        @scene.service._conversation.routes.command("弄坏 <how>")
        async def break_it(command: Break, request: Request) -> Reply:
            self.runs.append(command.how)
            saved = await request.work.customers.save(_a_customer(command.how, request))
            match command.how:
                case "raise":
                    raise ZeroDivisionError("the handler is broken")
                case "once" if self.runs.count("once") == 1:
                    raise ZeroDivisionError("the handler is broken")
                case "stale" if self.runs.count("stale") == 1:
                    await request.work.customers.save(replace(saved, version=7))
                case "hang" if self.runs.count("hang") == 1:
                    await asyncio.Event().wait()
                case "refuse":
                    raise Never
                case "ask" if not command.answer:
                    raise Question(command, "answer", "哪一个?", (Option(id="甲", text="第一个"),))
            return say(f"好了: {command.how} {command.answer}".strip(), record=saved.number)


def _a_customer(name: str, request: Request) -> Customer:
    return Customer(name=name, core=name, owner=request.sender.id, created_at=request.at, touched_at=request.at)


async def eventually(scene: Scene, condition: Callable[[], Awaitable[bool]]) -> None:
    """Return when it holds, with the clock going on a second at each look."""
    async with asyncio.timeout(15):
        while not await condition():
            scene.clock.forward(seconds=1)
            scene.service.wake()
            await asyncio.sleep(0.02)
