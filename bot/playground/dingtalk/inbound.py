"""What people write, as the robot gets it: the JSON of a robot message, the same over HTTP and Stream."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.dingtalk.corp import DingTalkApp
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.media import Media
from bot.playground.dingtalk.sessions import Sessions
from bot.playground.platform import Bubble, BubbleKind, Person

IN_GROUPS = ("text", "richText", "picture")
"""The message types that reach a robot in a group; 1:1 all do. Source: protocols/dingtalk.md 2.4."""

UNSUPPORTED = "暂不支持的消息类型"


class Inbound:
    """Builds robot messages.

    Source: protocols/dingtalk.md 2.3-2.5, 8.3.
    """

    def __init__(self, ground: Ground, media: Media, sessions: Sessions) -> None:
        self._ground = ground
        self._media = media
        self._sessions = sessions
        self.sent_as: dict[str, str] = {}

    def content(self, app: DingTalkApp, kind: BubbleKind, body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """`msgtype` and the type's own members of what a person sends; files are already kept, see `Media.of_person`.

        Args:
            body: image, file {media_id, name}; voice {media_id, text, duration (ms)}; video {media_id, duration (ms)};
                text {richText: a list of texts and images}.
        """
        match kind:
            case "text":
                parts = [self._part(app, part) for part in body["richText"]]
                return "richText", {"content": {"richText": parts}}
            case "image":
                return "picture", {"content": self._picture(app, body)}
            case "voice":
                spoken = {"recognition": str(body.get("text", "")), "duration": int(body.get("duration", 4200))}
                return "audio", {
                    "content": {"downloadCode": self._media.download_code(app, body["media_id"]), **spoken}
                }
            case "video":
                about = {"videoType": "mp4", "duration": int(body.get("duration", 5000))}
                return "video", {"content": {"downloadCode": self._media.download_code(app, body["media_id"]), **about}}
            case "file":
                name = str(body["name"])
                code = self._media.download_code(app, body["media_id"])
                return "file", {"content": {"downloadCode": code, "fileName": name, "spaceId": "1000", "fileId": "1"}}
            case _:
                return "unknownMsgType", {"content": {"unknownMsgType": UNSUPPORTED}}

    def _part(self, app: DingTalkApp, part: Any) -> dict[str, Any]:
        if isinstance(part, str):
            return {"text": part}
        if "text" in part:
            return dict(part)
        return {"type": "picture", **self._picture(app, self._media.of_person("image", part))}

    def _picture(self, app: DingTalkApp, body: Mapping[str, Any]) -> dict[str, str]:
        code = self._media.download_code(app, body["media_id"])
        return {"downloadCode": code, "pictureDownloadCode": self._media.alias(code)}

    def message(
        self,
        app: DingTalkApp,
        bubble: Bubble,
        msgtype: str,
        members: Mapping[str, Any],
        *,
        at: Sequence[str] = (),
    ) -> dict[str, Any]:
        """The whole robot message about a bubble a person has just written."""
        ground = self._ground
        person = ground.people[bubble.sender]
        webhook, expires = self._sessions.open(app, bubble.chat)
        body: dict[str, Any] = {
            "msgId": bubble.id,
            "createAt": ground.ms(),
            "conversationId": ground.conversation(app, bubble.chat),
            "conversationType": "1",
            **self._sender(app, person),
            "chatbotCorpId": ground.corp.corp_id,
            "chatbotUserId": ground.dingtalk_id(app.robot_code),
            "robotCode": app.robot_code,
            "sessionWebhook": webhook,
            "sessionWebhookExpiredTime": expires,
        }
        if bubble.chat in ground.groups:
            body |= self._group(app, bubble.chat, at)
        if ground.conditions.inbound_quota_used_up or self._month_is_used_up():
            return body | {"msgtype": msgtype, "errorCode": 20001, "errorMessage": "本月接收消息数已达上限"}
        return body | {"msgtype": msgtype, **members} | self._quote(app, bubble, members)

    def _sender(self, app: DingTalkApp, person: Person) -> dict[str, Any]:
        ground = self._ground
        sender: dict[str, Any] = {
            "senderId": ground.dingtalk_id(person.account),
            "senderNick": person.name,
            "senderCorpId": "ding0external" if person.external else ground.corp.corp_id,
            "senderPlatform": "iOS",
        }
        if app.published and not person.external:
            sender["senderStaffId"] = person.account
            sender["senderUnionId"] = ground.union_id(person.account)
        if app.published:
            sender["isAdmin"] = person.account in ground.corp.admins
        return sender

    def _group(self, app: DingTalkApp, chat: str, at: Sequence[str]) -> dict[str, Any]:
        ground = self._ground
        mentioned: list[dict[str, str]] = [{"dingtalkId": ground.dingtalk_id(app.robot_code)}]
        for account in at:
            entry = {"dingtalkId": ground.dingtalk_id(account)}
            person = ground.people.get(account)
            if ground.conditions.staff_ids_in_mentions and person is not None and not person.external:
                entry |= {"staffId": account, "unionId": ground.union_id(account)}
            mentioned.append(entry)
        return {
            "conversationType": "2",
            "conversationId": chat,
            "conversationTitle": ground.groups[chat].name,
            "isInAtList": True,
            "atUsers": mentioned,
        }

    def _month_is_used_up(self) -> bool:
        limit = self._ground.limits.pushes_per_month
        return limit is not None and self._ground.count_push() > limit

    def _quote(self, app: DingTalkApp, bubble: Bubble, members: Mapping[str, Any]) -> dict[str, Any]:
        """The members a quote reply has besides its text (2.5)."""
        if bubble.quote is None:
            return {}
        quoted = self._ground.screens.find(bubble.quote)
        text = quoted.body.get("text")
        kind, content = ("text", {"text": text}) if text else ("unknownMsgType", {"unknownMsgType": UNSUPPORTED})
        more: dict[str, Any] = {"originalMsgId": quoted.id}
        if quoted.id in self.sent_as:
            more["originalProcessQueryKey"] = self.sent_as[quoted.id]
        replied = {
            "msgType": kind,
            "msgId": quoted.id,
            "senderId": self._ground.dingtalk_id(quoted.sender or app.robot_code),
            "createdAt": int(quoted.at.timestamp() * 1000),
            "content": content,
        }
        return more | {"text": {**members.get("text", {}), "isReplyMsg": True, "repliedMsg": replied}}
