"""What a refusal of DingTalk means: codes of the new API, of the old one and of webhooks, sorted into few kinds.

Source: protocols/dingtalk.md 8.3-8.5.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum

from bot.channels.channel import PlatformTrouble
from bot.delivery import Delivery, Failed, Rejected, Sent, Throttled


class Kind(Enum):
    """What has to happen because of a refusal."""

    TOKEN = "token"
    """The access token is not good (any more): drop it, fetch, repeat once."""
    SETTING = "setting"
    """A human must mend credentials, permissions or the robot's state: the whole channel waits."""
    TEMPLATE = "template"
    """The card template cannot be used: the card goes out without it."""
    SLOWER = "slower"
    """Too fast or too busy for this address: wait."""
    BLOCKED = "blocked"
    """Nothing of ours is served for some minutes."""
    QUOTA = "quota"
    """The month's calls are used up."""
    SESSION = "session"
    """The reply address has expired: use the API."""
    DONE = "done"
    """It was done before."""
    MISSING = "missing"
    """The card does not exist."""
    UNSURE = "unsure"
    """It may have had its effect or not; also anything unknown that may pass."""
    NEVER = "never"
    """It will never work for this recipient or this content."""


WAITS = {
    Kind.TOKEN: timedelta(minutes=1),
    Kind.SETTING: timedelta(minutes=10),
    Kind.SLOWER: timedelta(seconds=5),
    Kind.BLOCKED: timedelta(minutes=5),
    Kind.QUOTA: timedelta(hours=1),
}
EVERYTHING = frozenset({Kind.TOKEN, Kind.SETTING, Kind.BLOCKED, Kind.QUOTA})

CODES: Mapping[str, Kind] = {
    "InvalidAuthentication": Kind.TOKEN,
    "invalidClientIdOrSecret": Kind.SETTING,
    "invalidParameter.robotCode.auth": Kind.SETTING,
    "invalidParameter.robotCode.notExsit": Kind.SETTING,
    "resource.not.found": Kind.SETTING,
    "robot.oto.notExist": Kind.SETTING,
    "template.not.existed": Kind.TEMPLATE,
    "template.stopped": Kind.TEMPLATE,
    "param.templateNotExist": Kind.TEMPLATE,
    "param.templateUnpublished": Kind.TEMPLATE,
    "param.callbackRouteKeyNotExist": Kind.TEMPLATE,
    "param.cardAlreadyExist": Kind.DONE,
    "param.cardNotExist": Kind.MISSING,
    "session.notExisted": Kind.SESSION,
    "session.expired": Kind.SESSION,
    "send.too.fast": Kind.SLOWER,
    "send.byToken.tooFast": Kind.SLOWER,
    "too.many.group": Kind.SLOWER,
    "too.many.people": Kind.SLOWER,
    "unknown.send.result": Kind.UNSURE,
    "operationTimeout": Kind.UNSURE,
    "service.timeout": Kind.UNSURE,
    "ServiceTimeout": Kind.UNSURE,
    "unknownError": Kind.UNSURE,
    "system.error": Kind.UNSURE,
    "todo.taskCreate.lockError": Kind.UNSURE,
    "todo.taskCreate.systemError": Kind.UNSURE,
}
"""Codes of the new API (8.4) that their HTTP status alone does not sort."""

LAST_PARTS = (
    ("ApiCountLimitForOrg", Kind.QUOTA),
    ("QpmLimitForAppkeyAndApi", Kind.SLOWER),
    ("QpsLimitForAppkeyAndApi", Kind.SLOWER),
    ("QpsLimitForApi", Kind.SLOWER),
    ("AccessTokenPermissionDenied", Kind.SETTING),
    ("IpNotInWhiteList", Kind.SETTING),
)
BACK_OFF = re.compile(r"throttl|limit|busy|too\.?fast|too\.?many|flowcontrol", re.IGNORECASE)
"""What speaks of load, in codes that no page lists."""

MINUTE = frozenset(
    {"send.too.fast", "send.byToken.tooFast", "too.many.group", "too.many.people", "QpmLimitForAppkeyAndApi"}
)

ERRCODES: Mapping[int, Kind] = {
    -1: Kind.UNSURE,
    15: Kind.UNSURE,
    88: Kind.UNSURE,
    40001: Kind.TOKEN,
    40014: Kind.TOKEN,
    42001: Kind.TOKEN,
    40089: Kind.SETTING,
    60011: Kind.SETTING,
    60020: Kind.SETTING,
    90017: Kind.SETTING,
    45009: Kind.SLOWER,
    90018: Kind.SLOWER,
    90020: Kind.QUOTA,
    410100: Kind.SLOWER,
    300001: Kind.SESSION,
    400101: Kind.SESSION,
    400106: Kind.SESSION,
    **dict.fromkeys(range(90001, 90015), Kind.BLOCKED),
}
"""Codes of the old API and of webhooks (8.5); any other is permanent."""

WAIT_OF_ERRCODE = {410100: timedelta(minutes=10), 90018: timedelta(seconds=1)}


class Trouble(PlatformTrouble):
    """A call that was refused or came to nothing; the text names call, code and request, never content or secrets."""

    def __init__(
        self, call: str, code: str, kind: Kind, *, wait: timedelta | None = None, about: str = "", status: int = 0
    ) -> None:
        super().__init__(f"{call}: {code}" + (f" ({about})" if about else ""))
        self.call = call
        self.code = code
        self.kind = kind
        self.wait = wait or WAITS.get(kind, timedelta(seconds=5))
        self.about = about
        self.status = status

    def delivery(self) -> Delivery:
        """What becomes of the message whose call this was."""
        text = says(self)
        match self.kind:
            case Kind.DONE:
                return Sent()
            case Kind.UNSURE:
                return Failed(text)
            case Kind.NEVER | Kind.MISSING | Kind.TEMPLATE | Kind.SESSION:
                return Rejected(text)
        return Throttled(self.wait, text, everything=self.kind in EVERYTHING)


def of_code(status: int, code: str) -> tuple[Kind, timedelta | None]:
    """Kind and waiting time of a refusal of the new API, by HTTP status and `code`."""
    known = CODES.get(code) or next((kind for part, kind in LAST_PARTS if code.endswith(part)), None)
    wait = timedelta(minutes=1) if code.rpartition(".")[2] in MINUTE or code in MINUTE else None
    if known is not None:
        return known, wait
    if status == 401:
        return Kind.TOKEN, None
    if status == 429 or BACK_OFF.search(code):
        return Kind.SLOWER, None
    if status >= 500:
        return Kind.UNSURE, None
    return (Kind.SETTING if code.startswith("Forbidden.") else Kind.NEVER), None


def of_errcode(errcode: int, sub_code: str, errmsg: str) -> tuple[int, Kind, timedelta | None]:
    """The telling code, kind and waiting time of a refusal of the old API or a webhook.

    Authentication trouble hides inside 88: `sub_code` counts first, then the number inside `errmsg`, then `errcode`.
    """
    nested = re.search(r"subcode=(\d+)", errmsg)
    inner = sub_code if sub_code.isdigit() else nested[1] if nested and errcode == 88 else ""
    code = int(inner) if inner and len(inner) < 10 else errcode
    return code, ERRCODES.get(code, Kind.NEVER), WAIT_OF_ERRCODE.get(code)


ADVICE: Mapping[str, str] = {
    "invalidClientIdOrSecret": "Client ID 或 Client Secret 不对，请核对 client_id 和 client_secret",
    "40089": "Client ID 或 Client Secret 不对，请核对 client_id 和 client_secret",
    "InvalidAuthentication": "凭证刚取到就失效，请核对 client_id 和 client_secret",
    "AccessTokenPermissionDenied": "应用缺少权限，请在开放平台「权限管理」开通",
    "60011": "应用缺少权限，请在开放平台「权限管理」开通",
    "IpNotInWhiteList": "出口 IP 不在白名单，请在开放平台「安全设置」添加",
    "60020": "出口 IP 不在白名单，请在开放平台「安全设置」添加",
    "invalidParameter.robotCode.auth": "机器人不属于这个应用，请核对 robot_code",
    "invalidParameter.robotCode.notExsit": "没有这个机器人，请核对 robot_code 并发布机器人",
    "resource.not.found": "没有这个机器人，请核对 robot_code 并发布机器人",
    "robot.oto.notExist": "没有这个机器人，请核对 robot_code 并发布机器人",
    "ApiCountLimitForOrg": "本月接口调用量已用完，请在开放平台增购，或等到下月",
    "90020": "本月接口调用量已用完，请在开放平台增购，或等到下月",
    "invalidStaffId": "对方已离职，或不在应用可见范围，请在开放平台调整可见范围",
    "flowControlled": "对方收到的消息过多，稍后再发",
    "staffId.notExisted": "对方已不在组织里，请重新同步通讯录",
    "chatbotId.notAllow.sendOTO": "机器人不能单聊，请在开放平台打开单聊",
    "group.disbanded": "群已解散",
    "400013": "群已解散",
    "bot.stopped": "机器人已被停用，请在群里或开放平台启用",
    "400102": "机器人已被停用，请在群里或开放平台启用",
    "param.contentUnsafe": "内容没有通过钉钉的安全检查，请改写",
    "blocked": "调用过于频繁，被钉钉暂时封禁",
}


def says(trouble: Trouble) -> str:
    """The trouble in words for the person who looks after the service, with the next step where there is one."""
    code = trouble.code
    advice = ADVICE.get(code) or ADVICE.get(code.rpartition(".")[2], "")
    if not advice and code.startswith("contain."):
        advice = ADVICE["param.contentUnsafe"]
    text = f"{trouble.call} {code}" + (f" {trouble.about}" if trouble.about else "")
    return f"{advice}（{text}）" if advice else text
