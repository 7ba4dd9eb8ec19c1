"""The commands by which a task or a reminder is finished, put off, moved or dropped."""

from handlers.dialogue.command import Command


class Done(Command, name="task.done", typed="完成 {target_id}"):
    """It is finished. `target_id` is its number (`T-12`, `12`, `R-5`), `content` what it says, as far as known."""

    target_id: str = ""
    content: str = ""
    customer: str = ""
    number: str = ""


class Later(Command, name="due.later", typed="晚1小时 {number}"):
    """Bring it to mind again in an hour."""

    number: str = ""


class Tomorrow(Command, name="due.tomorrow", typed="明天再说 {number}"):
    """Bring it to mind tomorrow at this hour."""

    number: str = ""


class Move(Command, name="due.move", typed="改期 {number} {moment}"):
    """Another moment: `moment` as a slot value or as people say it; asked for when it is missing."""

    number: str = ""
    moment: str = ""


class Drop(Command, name="due.drop", typed="不做了 {number}"):
    """It is not to be done any more."""

    number: str = ""
