"""The business saying no: text for the person, a code for everyone else."""

from typing import ClassVar


class Refusal(Exception):
    """Base of every refusal. `str(error)` is sent to the chat as it stands; it names the next step."""

    code: ClassVar[str] = "refused"
    says: ClassVar[str] = "这个操作现在不能进行。"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.says.format(**facts))
        self.facts = facts


class NotFound(Refusal):
    """There is none by this name or number that the sender may see."""

    code = "not_found"
    says = "没有找到{what}「{name}」。请核对后再发, 或发送「帮助」看看能做什么。"


class NotAllowed(Refusal):
    """The sender's role does not allow it."""

    code = "not_allowed"
    says = "您没有权限{what}。需要的话请找{who}处理。"


class BadValue(Refusal):
    """A value that cannot be used as it stands."""

    code = "bad_value"
    says = "{what}「{value}」看不懂, 请写成{like}。"


class NothingToUndo(Refusal):
    """The sender has no act of the last 30 minutes that can be taken back."""

    code = "nothing_to_undo"
    says = "30分钟内没有可以撤销的操作。"
