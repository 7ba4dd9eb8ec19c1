"""Result codes of the platform's API and the shape of its answers (protocol 7.2, 11)."""

import secrets
from typing import Any

MEANING = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid msgtype",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40032: "invalid userid list size",
    40033: "invalid character, \\uxxxx is not allowed",
    40035: "invalid parameter",
    40039: "invalid url size",
    40050: "chatid not exist",
    40056: "invalid agentid",
    40058: "invalid parameter value",
    40063: "some parameters are empty",
    40074: "news can not be confidential",
    40094: "invalid url, scheme is missing",
    41001: "access_token missing",
    41016: "missing title",
    41033: "missing description",
    42001: "access_token expired",
    42003: "code expired",
    42014: "invalid task_id",
    42015: "sending agent differs",
    42016: "task not exist",
    42022: "code has been used",
    42052: "message is too old to be recalled",
    43012: "agent has no callback url",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "api freq out of limit",
    46004: "user not exist",
    48002: "api forbidden",
    48006: "agent is suspended",
    48009: "api forbidden for contact sync secret",
    50001: "redirect_url domain is not trusted",
    60003: "department not found",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60140: "response_code invalid or expired",
    68000: "tag not found",
    81013: "user & party & tag all invalid",
    82001: "user & party & tag all empty",
    82002: "too many partyids",
    82003: "too many tagids",
    82101: "no update target",
    82102: "update target is not among the recipients",
    84025: "invalid state",
    86003: "invalid chatid",
    86008: "chat was created by another agent",
    86215: "chatid already exists",
    93000: "invalid webhook url",
    301002: "agentid does not match the access_token",
    301025: "get approval param error",
    301055: "no approval auth",
    301056: "approval app is stopped",
    846601: "bot is not in long connection mode",
    846604: "req_id expired",
    846605: "invalid req_id",
    846606: "req_id has been answered",
    846607: "bot send limited",
    846608: "stream message expired",
    846609: "not subscribed",
    853000: "invalid bot_id or secret",
}


class ApiError(Exception):
    """A call the platform refuses with `code`."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason or MEANING.get(code, "not allowed"))
        self.code = code


def refusal(error: ApiError, address: str) -> dict[str, Any]:
    """The body of a refusal; its `errmsg` ends like the real one."""
    hint = secrets.randbelow(10**19)
    more = f"hint: [{hint:019d}], from ip: {address}, more info at /devtool/query?e={error.code}"
    return {"errcode": error.code, "errmsg": f"{error}, {more}"}


def ok(**fields: Any) -> dict[str, Any]:
    """The body of a success."""
    return {"errcode": 0, "errmsg": "ok", **fields}
