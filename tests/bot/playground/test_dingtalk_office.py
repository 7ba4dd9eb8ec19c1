"""To-dos, work notices and the platform's own approvals."""

from typing import Any

import pytest

from bot.playground.dingtalk import DingTalkApp
from tests.bot.playground.dingtalk_service import CLIENT, SECRET, Scene, serving

SEND = "/topapi/message/corpconversation/asyncsend_v2"


def todo(scene: Scene, **changed: Any) -> tuple[str, dict[str, Any]]:
    zhang, li = scene.platform.ground.union_id("zhangsan01"), scene.platform.ground.union_id("lisi02")
    body = {
        "sourceId": "crm-followup-000777",
        "subject": "跟进 宏达电子",
        "creatorId": zhang,
        "executorIds": [li],
        "detailUrl": {"appUrl": "https://crm.example/t/777", "pcUrl": "https://crm.example/t/777"},
        "notifyConfigs": {"dingNotify": "1"},
        **changed,
    }
    return f"/v1.0/todo/users/{zhang}/tasks", body


async def test_a_to_do_is_created_once_ticked_and_told() -> None:
    async with serving() as scene:
        client = await scene.connect()
        path, body = todo(scene)
        _, created = await scene.api("POST", path, body)
        assert (created["sourceId"], created["done"]) == ("crm-followup-000777", False)
        assert scene.texts("lisi02") == ["待办：跟进 宏达电子"]
        _, again = await scene.api("POST", path, body)
        assert (again["code"], again["message"]) == ("todo.taskCreate.paramError", "task exist")

        await scene.platform.todos.finish("lisi02", created["id"])
        assert client.frames[-1]["headers"]["eventType"] == "todo_task_update"
        assert client.data("*")[-1]["taskId"] == created["id"]
        query = f"/v1.0/todo/users/{scene.platform.ground.union_id('lisi02')}/org/tasks/query"
        _, done = await scene.api("POST", query, {"nextToken": "0", "isDone": True})
        assert [one["taskId"] for one in done["todoCards"]] == [created["id"]]


@pytest.mark.parametrize(
    "changed", [{"detailUrl": None}, {"executorIds": ["lisi02"]}, {"subject": "长" * 1025}, {"subject": ""}]
)
async def test_a_wrong_to_do_is_refused(changed: dict[str, Any]) -> None:
    async with serving() as scene:
        path, body = todo(scene, **changed)
        status, answer = await scene.api("POST", path, body)
        assert (status, answer["code"]) == (400, "todo.taskCreate.paramError")


async def test_a_to_do_is_changed_and_removed() -> None:
    async with serving() as scene:
        path, body = todo(scene)
        _, created = await scene.api("POST", path, body)
        one = f"{path}/{created['id']}"
        assert (await scene.api("PUT", one, {"subject": "改期"}))[1]["result"] is True
        status = {"executorStatusList": [{"id": body["executorIds"][0], "isDone": True}]}
        assert (await scene.api("PUT", f"{one}/executorStatus", status))[1]["result"] is True
        assert scene.platform.todos.all[created["id"]].told()["done"] is True
        assert (await scene.api("DELETE", one))[1]["result"] is True
        assert (await scene.api("DELETE", one))[0] == 400


async def test_work_notices_are_accepted_and_repeats_dropped_in_silence() -> None:
    async with serving(DingTalkApp(client_id=CLIENT, client_secret=SECRET, agent_id=123)) as scene:
        card = {"title": "待办", "markdown": "### 待跟进", "single_title": "打开", "single_url": "https://crm.example"}
        body = {
            "agent_id": 123,
            "userid_list": "zhangsan01,gone01",
            "msg": {"msgtype": "action_card", "action_card": card},
        }
        first, second = [await scene.oapi(SEND, body) for _ in range(2)]
        assert len(scene.platform.screens.seen("zhangsan01")) == 1
        assert scene.platform.screens.seen("zhangsan01")[0].body["action_card"] == card
        asked = {"agent_id": 123, "task_id": first["task_id"]}
        result = (await scene.oapi("/topapi/message/corpconversation/getsendresult", asked))["send_result"]
        assert result["invalid_user_id_list"] == ["gone01"]
        assert result["unread_user_id_list"] == ["zhangsan01"]
        asked["task_id"] = second["task_id"]
        result = (await scene.oapi("/topapi/message/corpconversation/getsendresult", asked))["send_result"]
        assert result["forbidden_list"] == [{"code": "143106", "count": 1, "userid": "zhangsan01"}]
        progress = await scene.oapi("/topapi/message/corpconversation/getsendprogress", asked)
        assert progress["progress"]["progress_in_percent"] == 100
        assert (await scene.oapi(SEND, body | {"agent_id": 1}))["errcode"] == 52019
        long = {"msgtype": "text", "text": {"content": "长" * 800}}
        assert (await scene.oapi(SEND, body | {"msg": long}))["errcode"] == 40035


async def test_an_approval_goes_from_one_approver_to_the_next() -> None:
    async with serving() as scene:
        client = await scene.connect()
        body = {
            "processCode": "PROC-0A1B",
            "originatorUserId": "zhangsan01",
            "formComponentValues": [{"name": "折扣", "value": "8"}],
            "approvers": [{"actionType": "AND", "userIds": ["lisi02", "manager09"]}],
        }
        _, started = await scene.api("POST", "/v1.0/workflow/processInstances", body)
        path = f"/v1.0/workflow/processInstances?processInstanceId={started['instanceId']}"
        tasks = (await scene.api("GET", path))[1]["result"]["tasks"]
        assert [task["status"] for task in tasks] == ["RUNNING", "NEW"]
        decision = {
            "processInstanceId": started["instanceId"],
            "taskId": tasks[0]["taskId"],
            "actionerUserId": "manager09",
            "result": "agree",
        }
        execute = "/v1.0/workflow/processInstances/execute"
        assert (await scene.api("POST", execute, decision))[0] == 400
        assert (await scene.api("POST", execute, decision | {"actionerUserId": "lisi02"}))[0] == 200
        await scene.platform.workflow.decide("manager09", started["instanceId"], "refuse", "价格过低")
        result = (await scene.api("GET", path))[1]["result"]
        assert (result["status"], result["result"]) == ("COMPLETED", "refuse")
        told = [
            (frame["headers"]["eventType"], data["type"])
            for frame, data in zip(client.frames, client.data("*"), strict=True)
        ]
        assert told == [
            ("bpms_instance_change", "start"),
            ("bpms_task_change", "start"),
            ("bpms_task_change", "finish"),
            ("bpms_task_change", "start"),
            ("bpms_task_change", "finish"),
            ("bpms_instance_change", "finish"),
        ]
        with pytest.raises(ValueError, match="lisi02"):
            await scene.platform.workflow.decide("lisi02", started["instanceId"], "agree")


async def test_an_approval_can_be_taken_back_after_fifteen_seconds() -> None:
    async with serving() as scene:
        body = {
            "processCode": "PROC-0A1B",
            "originatorUserId": "zhangsan01",
            "formComponentValues": [],
            "approvers": [{"actionType": "NONE", "userIds": ["lisi02"]}],
        }
        _, started = await scene.api("POST", "/v1.0/workflow/processInstances", body)
        take_back = {"processInstanceId": started["instanceId"], "operatingUserId": "zhangsan01"}
        assert (await scene.api("POST", "/v1.0/workflow/processInstances/terminate", take_back))[0] == 400
        scene.clock.pass_by(seconds=15)
        assert (await scene.api("POST", "/v1.0/workflow/processInstances/terminate", take_back))[0] == 200
        status, answer = await scene.api("POST", "/v1.0/workflow/processInstances", body | {"approvers": []})
        assert (status, answer["code"]) == (400, "processInstanceStartFailed")
