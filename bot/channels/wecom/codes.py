"""What becomes of a message, by the platform's result code.

Source: protocols/wecom.md 7.2 (WeCom documentation 90313). Codes of classes A (token) and D (partial failure) are
handled where they arise, in `api.py` and `channel.py`; here is what remains when that did not help.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from bot.delivery import Failed, Rejected, Throttled

log = structlog.get_logger()

UNREACHABLE = -2
"""Our own: no answer of the platform, so the outcome is unknown; `Answer.text` says what there was instead."""

EXPIRED_TOKEN = frozenset((40014, 42001, 41001))
WRONG_SECRET = 40001
TOKEN = EXPIRED_TOKEN | {WRONG_SECRET}

USED_CODE = 60140
NOT_ALLOWED_HERE = frozenset((48009, 60011))
MEDIA_GONE = frozenset((40007, 40145))

WAITS = {
    45009: timedelta(seconds=60),
    45033: timedelta(seconds=3),
    45036: timedelta(minutes=5),
}
"""Too much at once, and how long to wait; 45009 and 45036 hold back the whole channel."""

RETRIED = frozenset((-1, UNREACHABLE, 45035, 6000, 846607, 41063, 41079, 90304, 301022, 301112, 2000111, 2000141)) | (
    EXPIRED_TOKEN | MEDIA_GONE
)

MENDED_BY_PEOPLE = {
    40001: "应用的 Secret 不对, 请在管理后台复制后更新配置",
    40013: "企业 ID (corp_id) 不对, 请在管理后台「我的企业」核对",
    40056: "agent_id 不对, 请在管理后台的应用详情核对",
    40091: "Secret 属于另一家企业, 请更换",
    45031: "Secret 需要重置, 请在管理后台重置后更新配置",
    43012: "应用没有设置回调地址, 请在管理后台「接收消息」里设置",
    48001: "应用没有这个接口的权限, 请在管理后台开通",
    48002: "应用没有这个接口的权限, 请在管理后台开通",
    48004: "接口已被禁用, 请在管理后台查看",
    48005: "接口已被平台收回, 请升级本服务",
    48006: "应用已被停用, 请管理员重新启用",
    48008: "应用没有这个接口的权限, 请在管理后台开通",
    48009: "应用没有这个接口的权限, 请改用自建应用的 Secret",
    48010: "本机的 TLS 版本太旧, 请升级系统",
    48011: "应用活跃度过低, 请让成员使用后再试",
    50001: "网页授权域名不可信, 请在管理后台设置可信域名",
    50003: "应用已被停用, 请管理员重新启用",
    50006: "应用已被限制, 请在管理后台查看原因",
    60020: "本机 IP 不在企业可信 IP 里, 请在管理后台的应用详情添加",
    60031: "应用已被限制, 请在管理后台查看原因",
    80001: "可信域名不对, 请在管理后台设置",
    85005: "可信域名不对, 请在管理后台设置",
    301002: "agent_id 与 Secret 不是同一个应用的, 请一起核对",
    301007: "企业已被停用或解散, 请联系企业微信",
    301055: "应用没有审批接口的权限, 请在审批应用里添加",
    301056: "审批应用已停用, 请管理员启用",
    846601: "机器人不是长连接模式",
    846609: "机器人尚未订阅长连接",
    853000: "机器人的 ID 或 Secret 不对, 请核对",
}
"""Configuration that somebody has to mend: the channel waits, nothing is lost."""

MENDING = timedelta(minutes=10)

NOBODY_THERE = (
    *(81013, 82001, 40003, 40031, 40032, 46004, 60111, 301021, 50002, 60011, 60021, 92000, 82002, 82003),
    *(40050, 86001, 86003, 49008, 86008, 86004, 86005, 86006, 86007, 86101, *range(86202, 86208), 86215, 86216),
    *(93000, 93001, 93004, 93006, 93008, 93019),
)
BAD_CONTENT = (
    *(40004, 40005, 40006, 40009, 40011, 40123, 44001, 45001, 45007, 301016, 301017, 40008, 40033, 40035, 40058),
    *(40063, 40039, 45034, 40094, 40074, 41016, 41033, 44004, 93017, 45002, 40206, 45008, 45032, 82004, 85002),
    *(40201, 40204, 42014, *range(42017, 42021), *range(42027, 42032), 42033, *range(42035, 42048)),
    *(42049, 42050, 42051),
)
TOO_LATE = (
    *(USED_CODE, 42015, 42016, 82101, 82102, 42052, 93050, 846604, 846605, 846606, 846608, 846625),
    *(*range(846611, 846617), 846697, 40029, 42003, 42022),
)
GIVEN_UP = {
    **dict.fromkeys(NOBODY_THERE, "收件人不存在, 或不在应用可见范围内"),
    **dict.fromkeys(BAD_CONTENT, "平台不接受这样的内容"),
    **dict.fromkeys(TOO_LATE, "已过期、已用过, 或不是本应用的"),
}
"""It will never work for this recipient, this content or this card."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform said to one call.

    Attributes:
        call: the path, such as `message/send`.
        code: its result code, 0 for success, `UNREACHABLE` when there was no answer.
        text: its words, without secrets; never matched on.
        data: the whole JSON; `content` instead, when a file was asked for.
    """

    call: str
    code: int
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    content: bytes = b""

    @property
    def good(self) -> bool:
        """Whether it worked."""
        return self.code == 0

    @property
    def trouble(self) -> str:
        """What went wrong, for logs and for people who mend it."""
        if self.code == UNREACHABLE:
            return f"{self.call}: {self.text}"
        words = MENDED_BY_PEOPLE.get(self.code) or GIVEN_UP.get(self.code, "")
        return f"{self.call} {self.code}: {words}{'。' if words else ''}{self.text}"


def outcome(answer: Answer) -> Throttled | Failed | Rejected:
    """What becomes of the message whose call was answered so; a code nobody knows is not worth a retry."""
    if answer.code in WAITS:
        return Throttled(WAITS[answer.code], answer.trouble, everything=answer.code != 45033)
    if answer.code in MENDED_BY_PEOPLE:
        return Throttled(MENDING, answer.trouble, everything=True)
    if answer.code in RETRIED:
        return Failed(answer.trouble)
    if answer.code not in GIVEN_UP:
        log.warning("a code we do not know", trouble=answer.trouble)
    return Rejected(answer.trouble)
