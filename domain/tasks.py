"""What somebody has to do: whose it is, who gave it, when it is due, whether it is done."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from domain.calendar import WorkCalendar
from domain.due import MORNING, Due
from domain.entity import Entity, Event
from domain.errors import NotFound, Refusal
from domain.members import Member, Sight

LONGEST = 1000
"""Characters of what is to be done; the rest of a longer text is left out."""


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class TaskSettled(Refusal):
    """The task was finished or dropped before."""

    code = "task_settled"
    says = "{number}「{content}」{how}, 不用再处理。发送「我的待办」看其余任务。"

    def __init__(self, task: "Task") -> None:
        how = "已经完成了" if task.state is TaskState.DONE else "已经取消了"
        super().__init__(number=task.number, content=task.content[:30], how=how)


class TaskGiven(Refusal):
    """The task was given by somebody else, who alone can take it back."""

    code = "task_given"
    says = (
        "{number} 是同事安排的, 只有安排人能取消。请和安排人说一声, 由对方发送「不做了 {number}」; "
        "已经办好请发送「完成 {number}」。"
    )


class NothingToDo(Refusal):
    """The sender has no open task."""

    code = "nothing_to_do"
    says = "您没有未完成的待办。要记一条, 请发送例如: 待办 周五前给客户报价"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Event):
    """A task was finished; `by` is the member who said so."""

    task: int
    owner: int
    customer: int | None
    by: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Entity):
    """Something to do.

    Attributes:
        owner: the member who has to do it; `assigned_by`: the member who wrote it down, often the same.
        due_at: the deadline, UTC; closing time of its day unless `hour_named`. None: no deadline.
        remind_at: when it will next be brought to mind, UTC; None: no more.
        source: number of the record it comes from (`F-000123`), "" for one that was given as such.
        settled_at: when it was done or dropped.
    """

    kind: ClassVar[str] = "task"
    letter: ClassVar[str] = "T"
    noun: ClassVar[str] = "任务"

    content: str
    owner: int
    assigned_by: int
    customer: int | None = None
    due_at: datetime | None = None
    hour_named: bool = False
    remind_at: datetime | None = None
    state: TaskState = TaskState.OPEN
    source: str = ""
    created_at: datetime
    settled_at: datetime | None = None

    @classmethod
    def new(
        cls,
        content: str,
        *,
        owner: Member,
        by: Member,
        at: datetime,
        due: Due | None = None,
        customer: int | None = None,
        source: str = "",
    ) -> Self:
        """A task that `by` gives to `owner`."""
        fresh = cls(
            content=content.strip()[:LONGEST],
            owner=owner.id,
            assigned_by=by.id,
            customer=customer,
            source=source,
            created_at=at,
        )
        return fresh if due is None else fresh.due(due)

    def due(self, due: Due) -> Self:
        """The same with this deadline and its reminder."""
        self._require_open()
        return replace(self, due_at=due.at, hour_named=due.hour_named, remind_at=due.remind_at)

    def reworded(self, content: str, customer: int | None) -> Self:
        """The same with another text and customer, where they are given."""
        self._require_open()
        return replace(
            self,
            content=content.strip()[:LONGEST] or self.content,
            customer=self.customer if customer is None else customer,
        )

    def snoozed(self, until: datetime) -> Self:
        """The same, brought to mind again at `until`; the deadline stays."""
        self._require_open()
        return replace(self, remind_at=until)

    def reminded(self, at: datetime, calendar: WorkCalendar) -> Self:
        """The same after it was brought to mind at `at`: next on the deadline's morning or hour if that is to come."""
        if self.due_at is None:
            return replace(self, remind_at=None)
        day = calendar.today(self.due_at)
        worked = day if calendar.is_workday(day) else calendar.previous_workday(day)
        last = self.due_at if self.hour_named else calendar.moment(worked, MORNING)
        return replace(self, remind_at=last if last > at else None)

    def done(self, by: Member, at: datetime) -> Self:
        """The same, finished.

        Raises:
            TaskSettled: it was finished or dropped before.
        """
        self._require_open()
        finished = replace(self, state=TaskState.DONE, settled_at=at, remind_at=None)
        return finished.recording(TaskDone(task=self.id, owner=self.owner, customer=self.customer, by=by.id, at=at))

    def dropped(self, at: datetime, *, by: Member | None = None) -> Self:
        """The same, no longer to be done; `by` says so, None when it follows from something else.

        Raises:
            TaskSettled: it was finished or dropped before.
            TaskGiven: `by` is not who gave it.
        """
        self._require_open()
        if by is not None and by.id != self.assigned_by:
            raise TaskGiven(number=self.number)
        return replace(self, state=TaskState.DROPPED, settled_at=at, remind_at=None)

    def wants_reminder(self, at: datetime) -> bool:
        """Whether it is still to be brought to mind at exactly this moment."""
        return self.state is TaskState.OPEN and self.remind_at == at

    def overdue(self, at: datetime) -> bool:
        """Open after its deadline."""
        return self.state is TaskState.OPEN and self.due_at is not None and self.due_at <= at

    def require_visible(self, sight: Sight) -> Self:
        """The task itself, for its owner, who gave it, and whoever sees the owner's records.

        Raises:
            NotFound: for anybody else, who need not know that there is one.
        """
        if sight.member == self.assigned_by or sight.covers(self.owner):
            return self
        raise NotFound(what="任务", name=self.number)

    def _require_open(self) -> None:
        if self.state is not TaskState.OPEN:
            raise TaskSettled(self)
