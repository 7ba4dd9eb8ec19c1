"""Webhook-style messages: replies to a sessionWebhook, in an HTTP answer, and of custom robots."""

import json
import re
from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.corp import CustomRobot
from bot.playground.dingtalk.envelope import robot_sign
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.sessions import Sessions
from bot.playground.dingtalk.troubles import OapiTrouble
from bot.playground.platform import Bubble, BubbleKind

MEMBERS = {
    "text": ("content",),
    "markdown": ("title", "text"),
    "link": ("title", "text", "messageUrl"),
    "actionCard": ("title", "text"),
    "feedCard": ("links",),
}
"""What each type must have besides `msgtype`. Source: protocols/dingtalk.md 5.7."""


class Webhooks:
    """Checks and shows webhook-style messages.

    Source: protocols/dingtalk.md 2.7, 2.8, 5.7.
    """

    def __init__(self, ground: Ground, sessions: Sessions) -> None:
        self._ground = ground
        self._sessions = sessions
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)
        self._blocked: dict[str, datetime] = {}
        self._uuids: set[tuple[str, str]] = set()

    async def by_session(self, call: Call) -> dict[str, Any]:
        """POST oapi /robot/sendBySession?session=: a reply into the conversation the message came from."""
        session = self._sessions.find(call.query("session"))
        if session is None:
            raise OapiTrouble(300001)
        if session.chat in self._ground.conditions.disbanded_groups:
            raise OapiTrouble(400013, "群已被解散")
        self._check_size(call)
        self._check_rate(f"{session.app.client_id} {session.chat}")
        self.show(session.chat, _message(call))
        return {}

    async def by_custom_robot(self, call: Call) -> dict[str, Any]:
        """POST oapi /robot/send?access_token=[&timestamp=&sign=]: a message of a custom robot into its group."""
        robots = {robot.access_token: robot for robot in self._ground.corp.custom_robots}
        robot = robots.get(call.query("access_token"))
        if robot is None:
            raise OapiTrouble(400101, "access_token不存在")
        self._check_size(call)
        message = _message(call)
        self._check_protection(robot, call, message)
        self._check_rate(robot.access_token)
        key = (robot.access_token, str(message.get("msgUuid", "")))
        if not key[1] or key not in self._uuids:
            self._uuids.add(key)
            self.show(robot.group, message, name=robot.name)
        return {}

    def show(self, chat: str, message: dict[str, Any], *, name: str = "") -> Bubble | None:
        """Show a webhook-format message; `empty` shows nothing.

        Args:
            name: of the custom robot that speaks; "" for the app's robot.

        Raises:
            OapiTrouble: 400105 unknown type, 400002 a member is missing.
        """
        msgtype = message.get("msgtype")
        if msgtype == "empty":
            return None
        content = message.get(str(msgtype))
        if msgtype not in MEMBERS:
            raise OapiTrouble(400105, "消息类型不支持")
        if not isinstance(content, dict) or any(not content.get(member) for member in MEMBERS[msgtype]):
            raise OapiTrouble(400002, f"缺少参数 {msgtype}")
        if msgtype == "actionCard":
            _check_buttons(content)
        kind, body = self._bubble(chat, msgtype, content, message)
        return self._ground.show(chat, kind, body | ({"robot": name} if name else {}))

    def _bubble(
        self, chat: str, msgtype: str, content: dict[str, Any], message: dict[str, Any]
    ) -> tuple[BubbleKind, dict[str, Any]]:
        if msgtype == "link":
            return "link", dict(content)
        if msgtype in ("actionCard", "feedCard"):
            return "card", {"msgtype": msgtype, msgtype: content}
        raw = str(content["content"] if msgtype == "text" else content["text"])
        text, mentioned = self._mentions(chat, raw, message.get("at"))
        body: dict[str, Any] = {"text": text, "at": mentioned}
        if msgtype == "markdown":
            return "markdown", body | {"title": content["title"]}
        return "text", body

    def _mentions(self, chat: str, text: str, at: Any) -> tuple[str, list[str]]:
        """The text with names in place of ids, and the accounts that are notified."""
        at = at if isinstance(at, dict) else {}
        audience = self._ground.audience(chat)
        if at.get("isAtAll"):
            return text, list(audience)
        wanted = {str(account): str(account) for account in at.get("atUserIds") or ()}
        mobiles = [str(mobile) for mobile in at.get("atMobiles") or ()]
        for person in self._ground.people.values():
            if person.mobile and person.mobile in mobiles:
                wanted[person.mobile] = person.account
        if len(wanted) > self._ground.limits.webhook_mentions:
            raise OapiTrouble(400002, "@的人数超过限制")
        notified = []
        for shown, account in wanted.items():
            person_known = self._ground.people.get(account)
            if person_known is not None and account in audience and re.search(_mention(shown), text):
                notified.append(account)
                text = re.sub(_mention(shown), f"@{person_known.name}".replace("\\", ""), text)
        return text, notified

    def _check_size(self, call: Call) -> None:
        if len(call.body) > self._ground.limits.webhook_bytes:
            raise OapiTrouble(460101)

    def _check_rate(self, key: str) -> None:
        limits, now = self._ground.limits, self._ground.now()
        if limits.webhook_per_minute is None:
            return
        sent = self._recent[key]
        while sent and sent[0] <= now - timedelta(minutes=1):
            sent.popleft()
        if now < self._blocked.get(key, now):
            raise OapiTrouble(410100)
        if len(sent) >= limits.webhook_per_minute:
            self._blocked[key] = now + limits.webhook_block
            raise OapiTrouble(410100)
        sent.append(now)

    def _check_protection(self, robot: CustomRobot, call: Call, message: dict[str, Any]) -> None:
        text = json.dumps({k: v for k, v in message.items() if k != "at"}, ensure_ascii=False)
        if robot.keywords and not any(keyword in text for keyword in robot.keywords):
            raise OapiTrouble(310000, "keywords not in content")
        if robot.ips and call.request.remote not in robot.ips:
            raise OapiTrouble(310000, f"ip {call.request.remote} not in whitelist")
        if robot.secret:
            check_custom_sign(self._ground, robot.secret, call.query("timestamp"), call.query("sign"))


def check_custom_sign(ground: Ground, secret: str, timestamp: str, sign: str) -> None:
    """Check 加签 of a custom robot.

    Raises:
        OapiTrouble: 310000, the timestamp is more than an hour off or the sign does not match.

    Source: protocols/dingtalk.md 5.7.
    """
    if not timestamp or not sign:
        raise OapiTrouble(310000, "sign not match")
    window = ground.limits.signature_window.total_seconds() * 1000
    if not timestamp.isdigit() or abs(ground.ms() - int(timestamp)) > window:
        raise OapiTrouble(310000, "invalid timestamp")
    if robot_sign(timestamp, secret) != sign:
        raise OapiTrouble(310000, "sign not match")


def _message(call: Call) -> dict[str, Any]:
    if call.request.content_type != "application/json":
        raise OapiTrouble(43004, "无效的HTTP HEADER Content-Type")
    try:
        message = json.loads(call.body)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise OapiTrouble(400002, "消息不是JSON")
    return message


def _check_buttons(card: dict[str, Any]) -> None:
    buttons = card.get("btns")
    if buttons is None and card.get("singleTitle") and card.get("singleURL"):
        return
    well = isinstance(buttons, list) and all(
        isinstance(button, dict) and button.get("title") and button.get("actionURL") for button in buttons
    )
    if not buttons or not well:
        raise OapiTrouble(400002, "缺少参数 btns")


def _mention(shown: str) -> str:
    """The pattern of a literal `@userId` or `@mobile` that is not the beginning of a longer one."""
    return rf"@{re.escape(shown)}(?![A-Za-z0-9_-])"
