"""OA approvals of the platform itself: started by the service, decided by people, told as events."""

from dataclasses import dataclass, field
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.events import Events
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.troubles import ApiTrouble

FIELDS = 150
APPROVERS = 20
REMARK = 1_024
"""Source: protocols/dingtalk.md 7.6."""


@dataclass(slots=True, kw_only=True)
class Step:
    """One approver's task; `result` "" while it runs."""

    id: int
    account: str
    result: str = ""


@dataclass(slots=True, kw_only=True)
class Instance:
    """An approval; every approver must agree, in their order."""

    id: str
    process: str
    originator: str
    fields: list[dict[str, Any]]
    created: int
    steps: list[Step]
    status: str = "RUNNING"
    result: str = ""
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def current(self) -> Step | None:
        """The task that waits for its approver."""
        return next((step for step in self.steps if not step.result), None) if self.status == "RUNNING" else None


class Workflow:
    """The approval calls.

    Source: protocols/dingtalk.md 7.6, 4.6.
    """

    def __init__(self, ground: Ground, events: Events) -> None:
        self._ground = ground
        self._events = events
        self.instances: dict[str, Instance] = {}
        self._tasks = 75_043_223_000

    async def start(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/workflow/processInstances -> {instanceId}."""
        body = call.json()
        fields, originator = body.get("formComponentValues"), body.get("originatorUserId")
        if not body.get("processCode") or originator not in self._ground.people or not isinstance(fields, list):
            raise ApiTrouble("processInstanceStartFailed", "参数错误")
        accounts = [account for entry in body.get("approvers") or () for account in entry.get("userIds", ())]
        known = all(account in self._ground.people for account in accounts)
        if len(fields) > FIELDS or not 1 <= len(accounts) <= APPROVERS or not known:
            raise ApiTrouble("processInstanceStartFailed", "表单或审批人不合法")
        steps = [Step(id=self._tasks + number, account=account) for number, account in enumerate(accounts, 1)]
        self._tasks += len(accounts)
        instance = Instance(
            id=self._ground.fresh("ci"),
            process=str(body["processCode"]),
            originator=str(originator),
            fields=fields,
            created=self._ground.ms(),
            steps=steps,
        )
        self.instances[instance.id] = instance
        await self._tell_instance(instance, "start")
        await self._tell_task(instance, steps[0], "start")
        return {"instanceId": instance.id}

    async def read(self, call: Call) -> dict[str, Any]:
        """GET api /v1.0/workflow/processInstances?processInstanceId= -> {success, result}."""
        instance = self._find(call.query("processInstanceId"))
        tasks = [
            {"taskId": step.id, "userId": step.account, "status": self._state(instance, step), "result": step.result}
            for step in instance.steps
        ]
        result = {
            "title": self._title(instance),
            "status": instance.status,
            "result": instance.result,
            "originatorUserId": instance.originator,
            "businessId": instance.id.removeprefix("ci"),
            "formComponentValues": instance.fields,
            "operationRecords": instance.records,
            "tasks": tasks,
        }
        return {"success": True, "result": result}

    async def execute(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/workflow/processInstances/execute -> {success, result}; for the current approver only."""
        body = call.json()
        instance = self._find(str(body.get("processInstanceId")))
        step, result, remark = instance.current, body.get("result"), str(body.get("remark", ""))
        if step is None or (step.id, step.account) != (body.get("taskId"), body.get("actionerUserId")):
            raise ApiTrouble("aflowProcessTaskNotMatch", "审批任务与审批人不匹配")
        if result not in ("agree", "refuse") or len(remark) > REMARK:
            raise ApiTrouble("invalidParameter.result")
        await self.decide(step.account, instance.id, result, remark)
        return {"success": True, "result": True}

    async def terminate(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/workflow/processInstances/terminate -> {success, result}."""
        instance = self._find(str(call.json().get("processInstanceId")))
        if instance.status != "RUNNING" or self._ground.ms() - instance.created < 15_000:
            raise ApiTrouble("aflowProcessNotTerminable", "当前不能撤销")
        instance.status = "TERMINATED"
        await self._tell_instance(instance, "terminate")
        return {"success": True, "result": True}

    async def decide(self, account: str, instance_id: str, result: str, remark: str = "") -> None:
        """`account` decides in the client, `agree` or `refuse`, and the platform tells.

        Raises:
            ValueError: it is not this person's turn.
        """
        instance = self.instances[instance_id]
        step = instance.current
        if step is None or step.account != account:
            raise ValueError(f"{account} has nothing to decide")
        step.result = result
        record = {"userId": account, "date": self._ground.ms(), "type": "EXECUTE_TASK_NORMAL"}
        instance.records.append(record | {"result": result.upper(), "remark": remark})
        await self._tell_task(instance, step, "finish", result=result, remark=remark)
        following = instance.current
        if result == "agree" and following is not None:
            await self._tell_task(instance, following, "start")
            return
        instance.status, instance.result = "COMPLETED", result
        await self._tell_instance(instance, "finish", result=result)

    def _find(self, instance_id: str) -> Instance:
        instance = self.instances.get(instance_id)
        if instance is None:
            raise ApiTrouble("aflowProcessInstanceNotFound", "审批实例不存在")
        return instance

    @staticmethod
    def _state(instance: Instance, step: Step) -> str:
        if step.result:
            return "COMPLETED"
        return "RUNNING" if step is instance.current else "NEW"

    def _title(self, instance: Instance) -> str:
        return f"{self._ground.people[instance.originator].name}提交的审批"

    async def _tell_instance(self, instance: Instance, kind: str, **more: Any) -> None:
        about = self._about(instance) | {"type": kind, "staffId": instance.originator} | more
        await self._events.tell("bpms_instance_change", about)

    async def _tell_task(self, instance: Instance, step: Step, kind: str, **more: Any) -> None:
        about = self._about(instance) | {"type": kind, "taskId": step.id, "staffId": step.account} | more
        await self._events.tell("bpms_task_change", about)

    def _about(self, instance: Instance) -> dict[str, Any]:
        return {
            "processInstanceId": instance.id,
            "processCode": instance.process,
            "businessId": instance.id.removeprefix("ci"),
            "title": self._title(instance),
            "createTime": instance.created,
        }
