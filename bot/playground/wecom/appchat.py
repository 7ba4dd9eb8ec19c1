"""Groups an app has created (protocol 5.8)."""

import re
from datetime import timedelta
from typing import Any

from bot.playground.platform import Group
from bot.playground.wecom.api import Call, Endpoint
from bot.playground.wecom.contents import TO_APPCHAT, Contents
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.ground import Dropped, Ground
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.quotas import HOUR, MINUTE, Days, Windows
from bot.playground.wecom.results import ApiError, ok

CHAT_ID = re.compile(r"[0-9a-zA-Z]{1,32}")


class AppChats:
    """Groups created through the interface; only the app that made one may use it."""

    def __init__(self, ground: Ground, media: MediaStore) -> None:
        self._ground = ground
        self._media = media
        self._owners: dict[str, tuple[int, str]] = {}
        self._days = Days(ground.now)
        self._windows = Windows(ground.now)

    def endpoints(self) -> dict[str, Endpoint]:
        """The paths served here."""
        return {
            "appchat/create": Endpoint("POST", "app", lambda call: self.create(self._rooted(call), call.body())),
            "appchat/update": Endpoint("POST", "app", lambda call: self.update(self._rooted(call), call.body())),
            "appchat/get": Endpoint("GET", "app", lambda call: self.get(self._rooted(call), call.asked("chatid"))),
            "appchat/send": Endpoint("POST", "app", lambda call: self.send(self._rooted(call), call.body())),
        }

    def _rooted(self, call: Call) -> WeComApp:
        if 1 not in call.app.visible_departments:
            raise ApiError(48002, "the visible scope of the agent is not the root department")
        return call.app

    def create(self, app: WeComApp, body: dict[str, Any]) -> dict[str, Any]:
        """`appchat/create`: 86215 for a taken id, 86003 for an illegal one, 45009 after 1000 a day."""
        members = self._members(app, body.get("userlist"))
        if not 2 <= len(members) <= 2000:
            raise ApiError(40032)
        chat_id = body.get("chatid") or f"wr{self._ground.serial():014d}"
        if not isinstance(chat_id, str) or not CHAT_ID.fullmatch(chat_id):
            raise ApiError(86003)
        if chat_id in self._ground.groups:
            raise ApiError(86215)
        owner = body.get("owner") or members[0]
        if owner not in members:
            raise ApiError(40003)
        if not self._days.take("create", self._ground.limits.groups_per_day):
            raise ApiError(45009)
        name = str(body.get("name") or "群聊")[:50]
        self._ground.groups[chat_id] = Group(id=chat_id, name=name, members=members)
        self._owners[chat_id] = (app.agent_id, owner)
        return ok(chatid=chat_id)

    def _members(self, app: WeComApp, listed: object) -> list[str]:
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise ApiError(40035, "userlist is not an array of strings")
        people = [self._ground.directory.find(each) for each in listed]
        found = [person for person in people if person is not None and self._ground.directory.sees(app, person)]
        if len(found) < len(people):
            raise ApiError(60111)
        return list(dict.fromkeys(person.account for person in found))

    def _group(self, app: WeComApp, chat_id: object) -> Group:
        if not isinstance(chat_id, str) or chat_id not in self._ground.groups:
            raise ApiError(40050)
        if chat_id not in self._owners or self._owners[chat_id][0] != app.agent_id:
            raise ApiError(86008)
        return self._ground.groups[chat_id]

    def update(self, app: WeComApp, body: dict[str, Any]) -> dict[str, Any]:
        """`appchat/update`: an owner who leaves needs a successor."""
        group = self._group(app, body.get("chatid"))
        added = self._members(app, body.get("add_user_list", []))
        removed = self._members(app, body.get("del_user_list", []))
        members = [each for each in dict.fromkeys([*group.members, *added]) if each not in removed]
        owner = body.get("owner") or self._owners[group.id][1]
        if owner not in members:
            raise ApiError(40003, "owner is not a member")
        if not self._windows.take("update", (HOUR, self._ground.limits.group_changes_per_hour)):
            raise ApiError(45009)
        group.members[:] = members
        group.name = str(body.get("name") or group.name)[:50]
        self._owners[group.id] = (app.agent_id, owner)
        return ok()

    def get(self, app: WeComApp, chat_id: str) -> dict[str, Any]:
        """`appchat/get`."""
        group = self._group(app, chat_id)
        owner = self._owners[chat_id][1]
        return ok(chat_info={"chatid": chat_id, "name": group.name, "owner": owner, "userlist": list(group.members)})

    def send(self, app: WeComApp, body: dict[str, Any]) -> dict[str, Any]:
        """`appchat/send`: no template cards; members over their share miss it silently."""
        group = self._group(app, body.get("chatid"))
        look = Contents(self._ground, self._media, "appchat/send").read(body, TO_APPCHAT)
        limits = self._ground.limits
        spans = ((MINUTE, limits.appchat_per_minute), (HOUR, limits.appchat_per_hour))
        if not self._windows.take("send", *spans, amount=len(group.members)):
            raise ApiError(45009)
        seen_by = tuple(each for each in group.members if self._taken(app, each, look.body))
        if seen_by:
            self._ground.show(chat=group.id, kind=look.kind, body=look.body, seen_by=seen_by)
        return ok()

    def _taken(self, app: WeComApp, account: str, body: dict[str, Any]) -> bool:
        limits = self._ground.limits
        spans = ((MINUTE, limits.appchat_member_minute), (timedelta(days=1), limits.appchat_member_day))
        if self._windows.take((app.agent_id, account), *spans):
            return True
        dropped = Dropped(at=self._ground.now(), source=f"appchat {app.agent_id}", account=account, body=body)
        self._ground.notes.dropped.append(dropped)
        return False
