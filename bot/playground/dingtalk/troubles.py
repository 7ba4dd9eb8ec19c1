"""How the platform says no: the new API by HTTP status and code, the old one by errcode inside 200."""

import json
import uuid
from typing import Any, Literal, Self

STATUS = {
    "system.busy": 429,
    "systemBusy": 429,
    "system.error": 500,
    "unknownError": 500,
    "operationTimeout": 503,
    "service.timeout": 504,
    "ServiceTimeout": 504,
}
"""HTTP statuses of codes that are neither 400 nor `Forbidden...`. Source: protocols/dingtalk.md 8.4."""

SAYS = {
    -1: "系统繁忙",
    88: "ding talk error",
    40014: "不合法的access_token",
    90018: "您的服务器调用钉钉开放平台接口的频率超过限制",
    90020: "当前企业的接口调用量已超过本月限额",
    410100: "发送速度太快而限流",
    300001: "session 不存在",
    460101: "消息内容过长",
}


class ApiTrouble(Exception):
    """A refusal of the new API.

    Source: protocols/dingtalk.md 8.2, 8.4.
    """

    def __init__(self, code: str, message: str = "", status: int | None = None, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or code
        self.status = status or STATUS.get(code, 403 if code.startswith("Forbidden.") else 400)
        self.more = more
        self.page = ""

    @classmethod
    def no_permission(cls, scope: str) -> Self:
        """The app lacks the permission `scope`."""
        return cls(
            "Forbidden.AccessDenied.AccessTokenPermissionDenied",
            f"应用尚未开通所需的权限：[{scope}]",
            accessdenieddetail={"requiredScopes": [scope]},
        )

    @classmethod
    def html(cls, status: int, page: str) -> Self:
        """A refusal by a gateway that knows no JSON."""
        trouble = cls("blocked", status=status)
        trouble.page = page
        return trouble

    def answer(self) -> str:
        """The body of the answer."""
        if self.page:
            return self.page
        body = {"code": self.code, "requestid": str(uuid.uuid4()).upper(), "message": self.message, **self.more}
        return json.dumps(body, ensure_ascii=False)


class OapiTrouble(Exception):
    """A refusal of the old API or of a webhook; `more` may hold `sub_code` and `sub_msg`.

    Source: protocols/dingtalk.md 8.2, 8.5.
    """

    def __init__(self, errcode: int, errmsg: str = "", **more: Any) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.errmsg = errmsg or SAYS.get(errcode, f"error {errcode}")
        self.more = more

    @classmethod
    def nested(cls, sub_code: int, sub_msg: str) -> Self:
        """An authentication problem: 88 with the real code inside."""
        return cls(
            88,
            f"ding talk error[subcode={sub_code},submsg={sub_msg}]",
            sub_code=str(sub_code),
            sub_msg=sub_msg,
        )

    @classmethod
    def no_permission(cls, scope: str) -> Self:
        """The app lacks the permission `scope`."""
        return cls.nested(60011, f"应用尚未开通所需的权限：[{scope}]")

    def answer(self) -> str:
        """The body of the answer."""
        body = {"errcode": self.errcode, "errmsg": self.errmsg, "request_id": uuid.uuid4().hex[:12], **self.more}
        return json.dumps(body, ensure_ascii=False)


def scripted(side: Literal["api", "oapi"], value: float | int | str) -> ApiTrouble | OapiTrouble:
    """The refusal a `Fault` of kind `errcode` asks for.

    Args:
        value: a number for the old API; for the new one a code, optionally after its HTTP status: `503 system.busy`.
    """
    text = str(value)
    if side == "oapi":
        return OapiTrouble(int(text))
    status, _, code = text.partition(" ")
    if status.isdigit():
        return ApiTrouble(code or "unknownError", status=int(status))
    return ApiTrouble(text)
