"""What the robot says by API: to people, into groups, and what became of it."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.inbound import Inbound
from bot.playground.dingtalk.msgkeys import bubble_of, message_parameters
from bot.playground.dingtalk.troubles import ApiTrouble
from bot.playground.platform import Bubble

RECALLED = "机器人撤回了一条消息"


@dataclass(slots=True, kw_only=True)
class Sent:
    """One accepted send: the bubbles it became; `group` "" for 1:1."""

    key: str
    robot_code: str
    group: str
    at: datetime
    bubbles: list[Bubble] = field(default_factory=list)
    recalled: bool = False


class Robot:
    """The robot API.

    Source: protocols/dingtalk.md 5.2-5.6, 5.8.
    """

    def __init__(self, ground: Ground, inbound: Inbound) -> None:
        self._ground = ground
        self._inbound = inbound
        self.sent: dict[str, Sent] = {}
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)

    async def to_people(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/robot/oToMessages/batchSend -> {processQueryKey, invalid..., flowControlledStaffIdList}."""
        body = call.json()
        self._check_robot(call, body)
        accounts = body.get("userIds")
        if not isinstance(accounts, list) or not accounts or not all(isinstance(a, str) for a in accounts):
            raise ApiTrouble("miss.param.userIds", "userIds 不能为空")
        if len(accounts) > self._ground.limits.batch_users:
            raise ApiTrouble("invalidParameter.userIds.tooLong", "userIds 最多100个")
        key, members = message_parameters(body, self._ground.limits.msg_param_bytes)
        accounts = list(dict.fromkeys(accounts))
        invalid = [account for account in accounts if not self._reachable(account)]
        slow = [account for account in accounts if account not in invalid and self._too_fast(account)]
        reached = [account for account in accounts if account not in invalid and account not in slow]
        query_key = ""
        if reached:
            query_key = self._keep(body["robotCode"], "", key, members, reached)
        return {
            "processQueryKey": query_key,
            "invalidStaffIdList": invalid,
            "flowControlledStaffIdList": slow,
        }

    async def to_group(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/robot/groupMessages/send -> {processQueryKey}; `@userId` stays plain text."""
        body = call.json()
        self._check_robot(call, body)
        group = str(body.get("openConversationId", ""))
        self._check_group(group)
        key, members = message_parameters(body, self._ground.limits.msg_param_bytes)
        limit = self._ground.limits.robot_per_group_minute
        if limit is not None and not self._within(group, limit):
            raise ApiTrouble("send.too.fast", "发送速度太快")
        return {"processQueryKey": self._keep(body["robotCode"], group, key, members, [group])}

    async def recall_from_people(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/robot/otoMessages/batchRecall -> {successResult, failedResult}."""
        return self._recall(call, "")

    async def recall_from_group(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/robot/groupMessages/recall -> {successResult, failedResult}."""
        group = str(call.json().get("openConversationId", ""))
        self._check_group(group)
        return self._recall(call, group)

    async def read_by_people(self, call: Call) -> dict[str, Any]:
        """GET api /v1.0/robot/oToMessages/readStatus -> {sendStatus, messageReadInfoList}."""
        sent = self._find(call.query("processQueryKey"), call.query("robotCode"), "")
        readers = [
            {"name": self._name(bubble.chat), "userId": bubble.chat, "readStatus": self._status(bubble, bubble.chat)}
            for bubble in sent.bubbles
        ]
        return {"sendStatus": _state(sent), "messageReadInfoList": readers}

    async def read_by_group(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/robot/groupMessages/query -> {sendStatus, readUserIds, nextToken, hasMore}."""
        body = call.json()
        group = str(body.get("openConversationId", ""))
        self._check_group(group)
        sent = self._find(str(body.get("processQueryKey")), str(body.get("robotCode")), group)
        readers = sorted(self._ground.read.get(sent.bubbles[0].id, set()))
        begin, size = int(body.get("nextToken") or 0), min(int(body.get("maxResults") or 200), 200)
        more = len(readers) > begin + size
        page = readers[begin : begin + size]
        return {
            "sendStatus": _state(sent),
            "readUserIds": page,
            "hasMore": more,
            "nextToken": str(begin + size) if more else "",
        }

    async def react(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/robot/emotion/reply and /recall: a reaction on a person's message."""
        body = call.json()
        self._check_robot(call, body)
        try:
            bubble = self._ground.screens.find(str(body.get("openMsgId")))
        except KeyError:
            raise ApiTrouble("invalidParameter.openMsgId", "消息不存在") from None
        name = body.get("emotionName")
        if body.get("emotionType") != 2 or not isinstance(name, str) or not isinstance(body.get("textEmotion"), dict):
            raise ApiTrouble("invalidParameter.emotion")
        reactions = [one for one in bubble.body.get("reactions", []) if one != name]
        if call.path.endswith("/reply"):
            reactions.append(name)
        bubble.body = {**bubble.body, "reactions": reactions}
        self._ground.screens.changed(bubble)
        return {"success": True}

    async def ding(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/robot/ding/send {robotCode, remindType, receiverUserIdList, content} -> {openDingId}."""
        body = call.json()
        self._check_robot(call, body)
        kind, receivers, content = body.get("remindType"), body.get("receiverUserIdList"), body.get("content")
        if kind not in (1, 2, 3) or not isinstance(receivers, list) or not receivers or not content:
            raise ApiTrouble("invalidParameter.ding")
        limits = self._ground.limits
        if len(receivers) > (limits.ding_in_app if kind == 1 else limits.ding_by_phone):
            raise ApiTrouble("too.many.people", "接收人超过上限")
        for account in receivers:
            if self._reachable(account):
                self._ground.show(account, "notice", {"text": f"DING：{content}"})
        return {"openDingId": self._ground.fresh("ding-")}

    def show_key(self, key: str, robot_code: str, group: str, bubbles: Iterable[Bubble]) -> None:
        """Let bubbles that came another way (a card) be recalled, read and quoted by `key`."""
        sent = Sent(key=key, robot_code=robot_code, group=group, at=self._ground.now(), bubbles=list(bubbles))
        self.sent[key] = sent
        for bubble in sent.bubbles:
            self._inbound.sent_as[bubble.id] = key

    def _keep(self, robot_code: str, group: str, key: str, members: dict[str, str], chats: list[str]) -> str:
        kind, body = bubble_of(key, members)
        query_key = self._ground.fresh("pqk")
        self.show_key(query_key, robot_code, group, [self._ground.show(chat, kind, dict(body)) for chat in chats])
        return query_key

    def _check_robot(self, call: Call, body: dict[str, Any]) -> None:
        if not body.get("robotCode"):
            raise ApiTrouble("miss.param.robotCode", "robotCode 不能为空")
        robot = self._ground.robot(str(body["robotCode"]))
        if robot is None:
            raise ApiTrouble("invalidParameter.robotCode.notExsit", "robotCode 不存在")
        if robot is not call.caller:
            raise ApiTrouble("invalidParameter.robotCode.auth", "robotCode 与应用不匹配")

    def _check_group(self, group: str) -> None:
        if group in self._ground.conditions.disbanded_groups:
            raise ApiTrouble("group.disbanded", "群已解散")
        if group not in self._ground.groups:
            raise ApiTrouble("invalid.openConversationId", "openConversationId 无效")

    def _reachable(self, account: str) -> bool:
        person = self._ground.people.get(account)
        return person is not None and person.active and not person.external

    def _too_fast(self, account: str) -> bool:
        if account in self._ground.conditions.throttled_people:
            return True
        limit = self._ground.limits.robot_per_person_minute
        return limit is not None and not self._within(account, limit)

    def _within(self, chat: str, limit: int) -> bool:
        now, sent = self._ground.now(), self._recent[chat]
        while sent and sent[0] <= now - timedelta(minutes=1):
            sent.popleft()
        if len(sent) >= limit:
            return False
        sent.append(now)
        return True

    def _recall(self, call: Call, group: str) -> dict[str, Any]:
        body = call.json()
        self._check_robot(call, body)
        keys = body.get("processQueryKeys")
        if not isinstance(keys, list) or not 1 <= len(keys) <= self._ground.limits.recall_keys:
            raise ApiTrouble("invalidParameter.processQueryKeys", "processQueryKeys 最多20个")
        done, failed = [], {}
        for key in keys:
            sent = self.sent.get(str(key))
            if sent is None or sent.group != group or sent.robot_code != body["robotCode"]:
                failed[str(key)] = "processQueryKey不存在"
            elif self._ground.now() - sent.at > self._ground.limits.recall_window:
                failed[str(key)] = "消息超过可撤回时间"
            else:
                self._take_back(sent)
                done.append(key)
        return {"successResult": done, "failedResult": failed}

    def _take_back(self, sent: Sent) -> None:
        sent.recalled = True
        for bubble in sent.bubbles:
            bubble.kind, bubble.body, bubble.overrides = "notice", {"text": RECALLED}, {}
            self._ground.screens.changed(bubble)

    def _find(self, key: str, robot_code: str, group: str) -> Sent:
        sent = self.sent.get(key)
        if sent is None or sent.robot_code != robot_code or sent.group != group:
            raise ApiTrouble("invalidParameter.processQueryKey", "processQueryKey不存在")
        return sent

    def _status(self, bubble: Bubble, account: str) -> str:
        return "READ" if account in self._ground.read.get(bubble.id, set()) else "UNREAD"

    def _name(self, account: str) -> str:
        person = self._ground.people.get(account)
        return person.name if person else account


def _state(sent: Sent) -> str:
    return "RECALLED" if sent.recalled else "SUCCESS"
