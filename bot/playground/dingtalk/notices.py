"""Work notices (工作通知): accepted at once, and silently dropped beyond their limits."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.troubles import OapiTrouble
from bot.playground.platform import Bubble, BubbleKind

MEMBERS = {
    "text": "content",
    "image": "media_id",
    "voice": "media_id",
    "file": "media_id",
    "link": "messageUrl",
    "oa": "body",
    "markdown": "text",
    "action_card": "markdown",
}
"""The member each type must have. Source: protocols/dingtalk.md 7.5."""

TOO_MANY = 143105
REPEATED = 143106
PER_DAY = 500
CONTENT_BYTES = 2_048
RECEIVERS = 100


@dataclass(slots=True, kw_only=True)
class Task:
    """One sending and what became of it for each receiver."""

    id: int
    bubbles: dict[str, Bubble] = field(default_factory=dict)
    invalid: list[str] = field(default_factory=list)
    forbidden: dict[str, int] = field(default_factory=dict)


class Notices:
    """The work-notice calls.

    Source: protocols/dingtalk.md 7.5.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tasks: dict[int, Task] = {}
        self._today: dict[tuple[str, str], set[str]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    async def send(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/message/corpconversation/asyncsend_v2 -> {task_id}."""
        body = call.json()
        if body.get("agent_id") != call.caller.agent_id:
            raise OapiTrouble(52019, "无效的agentid")
        message = self._message(body.get("msg"))
        accounts = self._receivers(body)
        task = Task(id=10_000 + len(self._tasks))
        self._tasks[task.id] = task
        for account in accounts:
            self._deliver(task, account, message)
        return {"task_id": task.id}

    async def result(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/message/corpconversation/getsendresult {agent_id, task_id} -> {send_result}."""
        task = self._tasks.get(int(call.json().get("task_id", 0)))
        if task is None:
            raise OapiTrouble(40035, "不合法的task_id")
        read = [account for account, one in task.bubbles.items() if account in self._ground.read.get(one.id, set())]
        codes = sorted(set(task.forbidden.values()))
        return {
            "send_result": {
                "invalid_user_id_list": task.invalid,
                "forbidden_user_id_list": list(task.forbidden),
                "failed_user_id_list": [],
                "read_user_id_list": read,
                "unread_user_id_list": [account for account in task.bubbles if account not in read],
                "forbidden_list": [
                    {"code": str(code), "count": 1, "userid": account}
                    for code in codes
                    for account, reason in task.forbidden.items()
                    if reason == code
                ],
            }
        }

    async def progress(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/message/corpconversation/getsendprogress -> {progress: {progress_in_percent, status}}."""
        if int(call.json().get("task_id", 0)) not in self._tasks:
            raise OapiTrouble(40035, "不合法的task_id")
        return {"progress": {"progress_in_percent": 100, "status": 2}}

    def _message(self, message: Any) -> dict[str, Any]:
        kind = message.get("msgtype") if isinstance(message, dict) else None
        if kind not in MEMBERS or not (message.get(kind) or {}).get(MEMBERS[kind]):
            raise OapiTrouble(40035, "不合法的msg")
        if len(json.dumps(message, ensure_ascii=False).encode()) > CONTENT_BYTES:
            raise OapiTrouble(40035, "msg超过2048字节")
        checked: dict[str, Any] = message
        return checked

    def _receivers(self, body: dict[str, Any]) -> list[str]:
        if body.get("to_all_user"):
            return list(self._ground.people)
        accounts = [account for account in str(body.get("userid_list") or "").split(",") if account]
        departments = {int(number) for number in str(body.get("dept_id_list") or "").split(",") if number.isdigit()}
        for person in self._ground.people.values():
            if departments & set(person.departments):
                accounts.append(person.account)
        if not accounts or len(accounts) > RECEIVERS:
            raise OapiTrouble(40035, "接收人为空或超过上限")
        return list(dict.fromkeys(accounts))

    def _deliver(self, task: Task, account: str, message: dict[str, Any]) -> None:
        person = self._ground.people.get(account)
        if person is None or person.external:
            task.invalid.append(account)
            return
        day = (account, self._ground.now().date().isoformat())
        content = json.dumps(message, sort_keys=True, ensure_ascii=False)
        count = self._counts[day] = self._counts.get(day, 0) + 1
        if content in self._today.setdefault(day, set()):
            task.forbidden[account] = REPEATED
        elif count > PER_DAY:
            task.forbidden[account] = TOO_MANY
        else:
            self._today[day].add(content)
            kind, body = _shown(message)
            task.bubbles[account] = self._ground.show(account, kind, body | {"notice": True})


def _shown(message: dict[str, Any]) -> tuple[BubbleKind, dict[str, Any]]:
    kind = message["msgtype"]
    match kind:
        case "text":
            return "text", {"text": message[kind]["content"]}
        case "markdown":
            return "markdown", dict(message[kind])
        case "image" | "voice" | "file":
            return kind, {"name": kind, "media_id": message[kind]["media_id"], "size": 0}
        case "link":
            return "link", dict(message[kind])
        case _:
            return "card", {"msgtype": kind, kind: message[kind]}
