"""Which call goes where: the table of everything the service can call."""

from typing import Protocol

from bot.playground.dingtalk.card_api import CardApi
from bot.playground.dingtalk.directory import DEPARTMENT, MEMBER, Directory
from bot.playground.dingtalk.door import Endpoint, Serve
from bot.playground.dingtalk.events import Events
from bot.playground.dingtalk.gateway import Gateway
from bot.playground.dingtalk.media import Media
from bot.playground.dingtalk.notices import Notices
from bot.playground.dingtalk.robot import Robot
from bot.playground.dingtalk.todos import Todos
from bot.playground.dingtalk.tokens import Tokens
from bot.playground.dingtalk.webhook import Webhooks
from bot.playground.dingtalk.workflow import Workflow

SEND = "qyapi_robot_sendmsg"
CARDS = "Card.Instance.Write"


class Parts(Protocol):
    """The parts of the platform that serve calls."""

    tokens: Tokens
    gateway: Gateway
    media: Media
    webhooks: Webhooks
    robot: Robot
    card_api: CardApi
    directory: Directory
    events: Events
    todos: Todos
    notices: Notices
    workflow: Workflow


def endpoints(parts: Parts) -> list[Endpoint]:
    """All endpoints with their permission and whether they count against the quota.

    Source: protocols/dingtalk.md 0.4, 0.5, 8.1.
    """
    return [
        *_free(parts),
        *_robot(parts.robot, parts.media),
        *_cards(parts.card_api),
        *_contacts(parts),
        *_office(parts.todos, parts.workflow),
    ]


def _free(parts: Parts) -> list[Endpoint]:
    """What needs no token."""
    table: list[tuple[str, str, str, Serve]] = [
        ("api", "POST", "/v1.0/oauth2/accessToken", parts.tokens.new),
        ("api", "POST", "/v1.0/oauth2/{corp_id}/token", parts.tokens.of_corp),
        ("oapi", "GET", "/gettoken", parts.tokens.old),
        ("api", "POST", "/v1.0/gateway/connections/open", parts.gateway.tickets.open),
        ("oapi", "POST", "/robot/sendBySession", parts.webhooks.by_session),
        ("oapi", "POST", "/robot/send", parts.webhooks.by_custom_robot),
    ]
    return [
        Endpoint(side="api" if side == "api" else "oapi", method=method, path=path, serve=serve, free=True)
        for side, method, path, serve in table
    ]


def _robot(robot: Robot, media: Media) -> list[Endpoint]:
    table: list[tuple[str, str, Serve]] = [
        ("POST", "oToMessages/batchSend", robot.to_people),
        ("POST", "groupMessages/send", robot.to_group),
        ("POST", "otoMessages/batchRecall", robot.recall_from_people),
        ("POST", "groupMessages/recall", robot.recall_from_group),
        ("GET", "oToMessages/readStatus", robot.read_by_people),
        ("POST", "groupMessages/query", robot.read_by_group),
        ("POST", "messageFiles/download", media.download),
        ("POST", "emotion/reply", robot.react),
        ("POST", "emotion/recall", robot.react),
    ]
    ding = Endpoint(
        side="api", method="POST", path="/v1.0/robot/ding/send", serve=robot.ding, scope="Premium.Ding.Write"
    )
    return [
        *(
            Endpoint(side="api", method=method, path=f"/v1.0/robot/{path}", serve=serve, scope=SEND)
            for method, path, serve in table
        ),
        ding,
    ]


def _cards(cards: CardApi) -> list[Endpoint]:
    table: list[tuple[str, str, Serve]] = [
        ("POST", "instances", cards.create),
        ("POST", "instances/deliver", cards.deliver),
        ("POST", "instances/createAndDeliver", cards.create_and_deliver),
        ("PUT", "instances", cards.update),
        ("PUT", "instances/spaces", cards.add_spaces),
        ("PUT", "streaming", cards.stream),
        ("POST", "callbacks/register", cards.register),
    ]
    return [
        Endpoint(
            side="api",
            method=method,
            path=f"/v1.0/card/{path}",
            serve=serve,
            scope="Card.Streaming.Write" if path == "streaming" else CARDS,
        )
        for method, path, serve in table
    ]


def _contacts(parts: Parts) -> list[Endpoint]:
    """The old API besides tokens and webhooks; contacts do not count against the quota."""
    people = parts.directory
    table: list[tuple[str, str, Serve, str]] = [
        ("POST", "/topapi/v2/user/get", people.user, MEMBER),
        ("POST", "/topapi/v2/user/list", people.users, MEMBER),
        ("POST", "/topapi/user/listid", people.user_ids, MEMBER),
        ("POST", "/topapi/v2/user/getbymobile", people.by_mobile, MEMBER),
        ("POST", "/topapi/user/getbyunionid", people.by_union_id, MEMBER),
        ("POST", "/topapi/v2/department/listsub", people.sub_departments, DEPARTMENT),
        ("POST", "/topapi/v2/department/get", people.department, DEPARTMENT),
        ("POST", "/topapi/v2/user/getuserinfo", people.who_is, ""),
        ("GET", "/call_back/get_call_back_failed_result", parts.events.failed_result, ""),
        ("POST", "/media/upload", parts.media.upload, ""),
        ("POST", "/topapi/message/corpconversation/asyncsend_v2", parts.notices.send, ""),
        ("POST", "/topapi/message/corpconversation/getsendresult", parts.notices.result, ""),
        ("POST", "/topapi/message/corpconversation/getsendprogress", parts.notices.progress, ""),
    ]
    return [
        Endpoint(
            side="oapi",
            method=method,
            path=path,
            serve=serve,
            scope=scope,
            counted=path.startswith(("/media", "/topapi/message")),
        )
        for method, path, serve, scope in table
    ]


def _office(todos: Todos, workflow: Workflow) -> list[Endpoint]:
    write, read = "Todo.Todo.Write", "Todo.Todo.Read"
    table: list[tuple[str, str, Serve, str]] = [
        ("POST", "todo/users/{union_id}/tasks", todos.create, write),
        ("PUT", "todo/users/{union_id}/tasks/{task_id}", todos.update, write),
        ("PUT", "todo/users/{union_id}/tasks/{task_id}/executorStatus", todos.tick_off, write),
        ("DELETE", "todo/users/{union_id}/tasks/{task_id}", todos.delete, write),
        ("POST", "todo/users/{union_id}/org/tasks/query", todos.query, read),
        ("POST", "workflow/processInstances", workflow.start, "Workflow.Instance.Write"),
        ("GET", "workflow/processInstances", workflow.read, "Workflow.Instance.Read"),
        ("POST", "workflow/processInstances/execute", workflow.execute, "Workflow.Instance.Write"),
        ("POST", "workflow/processInstances/terminate", workflow.terminate, "Workflow.Instance.Write"),
    ]
    return [
        Endpoint(side="api", method=method, path=f"/v1.0/{path}", serve=serve, scope=scope)
        for method, path, serve, scope in table
    ]
