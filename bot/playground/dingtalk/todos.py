"""To-dos (待办): created by the service for people, ticked by people, told as events."""

from dataclasses import dataclass, field
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.events import Events
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.troubles import ApiTrouble

SUBJECT = 1_024
DESCRIPTION = 4_096
"""Characters. Source: protocols/dingtalk.md 7.4."""


@dataclass(slots=True, kw_only=True)
class Todo:
    """A to-do; people by unionId, times in ms, `done_by` executors that have ticked it."""

    id: str
    source_id: str
    creator: str
    created: int
    body: dict[str, Any]
    done_by: set[str] = field(default_factory=set)

    def told(self) -> dict[str, Any]:
        """The to-do as an answer."""
        executors = self.body.get("executorIds") or []
        return {
            **self.body,
            "id": self.id,
            "sourceId": self.source_id,
            "creatorId": self.creator,
            "createdTime": self.created,
            "modifiedTime": self.created,
            "done": bool(self.body.get("done")) or (bool(executors) and self.done_by >= set(executors)),
        }


class Todos:
    """The to-do calls.

    Source: protocols/dingtalk.md 7.4, 4.6.
    """

    def __init__(self, ground: Ground, events: Events) -> None:
        self._ground = ground
        self._events = events
        self.all: dict[str, Todo] = {}

    async def create(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/todo/users/{unionId}/tasks -> the to-do; one per sourceId."""
        body = call.json()
        self._check(call, body)
        if not body.get("subject") or not body.get("detailUrl"):
            raise ApiTrouble("todo.taskCreate.paramError", "subject、detailUrl is required")
        source = str(body.get("sourceId") or self._ground.fresh("src"))
        if any(todo.source_id == source for todo in self.all.values()):
            raise ApiTrouble("todo.taskCreate.paramError", "task exist")
        todo = Todo(
            id=self._ground.fresh("task"),
            source_id=source,
            creator=str(body.get("creatorId") or call.part("union_id")),
            created=self._ground.ms(),
            body={name: value for name, value in body.items() if name not in ("sourceId", "creatorId")},
        )
        self.all[todo.id] = todo
        self._notify(todo)
        return todo.told()

    async def update(self, call: Call) -> dict[str, Any]:
        """PUT api .../tasks/{taskId} {subject, description, dueTime, done, executorIds} -> {result, requestId}."""
        body, todo = call.json(), self._find(call)
        self._check(call, body)
        todo.body |= body
        return {"result": True, "requestId": self._ground.fresh("")}

    async def tick_off(self, call: Call) -> dict[str, Any]:
        """PUT api .../tasks/{taskId}/executorStatus {executorStatusList: [{id, isDone}]} -> {result, requestId}."""
        todo = self._find(call)
        for entry in call.json().get("executorStatusList") or ():
            (todo.done_by.add if entry.get("isDone") else todo.done_by.discard)(str(entry.get("id")))
        return {"result": True, "requestId": self._ground.fresh("")}

    async def delete(self, call: Call) -> dict[str, Any]:
        """DELETE api .../tasks/{taskId} -> {result, requestId}."""
        del self.all[self._find(call).id]
        return {"result": True, "requestId": self._ground.fresh("")}

    async def query(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/todo/users/{unionId}/org/tasks/query {isDone} -> {todoCards, nextToken}."""
        union_id, done = call.part("union_id"), bool(call.json().get("isDone"))
        cards = [
            {"taskId": todo.id, **{name: value for name, value in todo.told().items() if name != "id"}, "isDone": done}
            for todo in self.all.values()
            if union_id in (todo.body.get("executorIds") or ()) and (union_id in todo.done_by) == done
        ]
        return {"todoCards": cards, "nextToken": ""}

    async def finish(self, account: str, task_id: str) -> None:
        """`account` ticks a to-do in the client, and the platform tells.

        Raises:
            KeyError: there is no such to-do.
        """
        union_id = self._ground.union_id(account)
        self.all[task_id].done_by.add(union_id)
        members = {"unionIdList": [union_id], "taskId": task_id, "bizTag": "dingtalk"}
        await self._events.tell("todo_task_update", members)

    def _find(self, call: Call) -> Todo:
        todo = self.all.get(call.part("task_id"))
        if todo is None:
            raise ApiTrouble("todo.taskUpdate.paramError", "task is not exist")
        return todo

    def _check(self, call: Call, body: dict[str, Any]) -> None:
        people = [call.part("union_id"), *(body.get("executorIds") or ()), *(body.get("participantIds") or ())]
        if any(self._ground.by_union_id(str(union_id)) is None for union_id in people):
            raise ApiTrouble("todo.taskCreate.paramError", "unionId is invalid")
        if len(str(body.get("subject", ""))) > SUBJECT or len(str(body.get("description", ""))) > DESCRIPTION:
            raise ApiTrouble("todo.taskCreate.paramError", "subject or description is oversize")

    def _notify(self, todo: Todo) -> None:
        if (todo.body.get("notifyConfigs") or {}).get("dingNotify") != "1":
            return
        for union_id in todo.body.get("executorIds") or ():
            account = self._ground.by_union_id(union_id)
            if account is not None and union_id != todo.creator:
                self._ground.show(account, "notice", {"text": f"待办：{todo.body['subject']}"})
