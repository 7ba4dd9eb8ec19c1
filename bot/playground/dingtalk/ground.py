"""What the parts of the emulated DingTalk share: the organisation, its ids, what people see, the clock."""

import base64
import hashlib
import random
import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from bot.playground.dingtalk.corp import CardTemplate, Conditions, DingTalkApp, DingTalkCorp
from bot.playground.dingtalk.limits import DingTalkLimits
from bot.playground.dingtalk.timers import Timers
from bot.playground.platform import Bubble, BubbleKind, Department, Exchange, Fault, Group, Now, Person, Screens

NAME = "dingtalk"


def _digest(*parts: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256("\n".join(parts).encode()).digest())[:22].decode()


class Ground:
    """The state all parts work on. Ids made of accounts are stable, all others are random.

    Source of the id shapes: protocols/dingtalk.md 0.1.
    """

    def __init__(self, now: Now, corp: DingTalkCorp, limits: DingTalkLimits) -> None:
        self.now = now
        self.corp = corp
        self.limits = limits
        self.base_url = ""
        self.prefix = ""
        self.conditions = Conditions()
        self.chance = random.Random(2)
        self.apps = {app.client_id: app for app in corp.apps}
        self.people: dict[str, Person] = {}
        self.departments: dict[int, Department] = {}
        self.groups: dict[str, Group] = {}
        self.templates: dict[str, CardTemplate] = {template.id: template for template in corp.templates}
        self.screens = Screens()
        self.wire: deque[Exchange] = deque(maxlen=2000)
        self.faults: list[Fault] = []
        self.timers = Timers(now)
        self.read: dict[str, set[str]] = {}
        self._pushes: dict[tuple[int, int], int] = {}

    def record(
        self,
        direction: Literal["callback", "call", "frame"],
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        body: str,
        status: int,
        answer: str,
        plain: str = "",
        answer_plain: str = "",
        took: float = 0.0,
    ) -> None:
        """Keep an exchange for the inspector and for assertions; `took` in seconds."""
        self.wire.append(
            Exchange(
                at=self.now(),
                platform=NAME,
                direction=direction,
                method=method,
                target=target,
                headers=dict(headers),
                body=body,
                plain=plain,
                status=status,
                answer=answer,
                answer_plain=answer_plain,
                took_ms=took * 1000,
            )
        )

    def ms(self) -> int:
        """The moment, in milliseconds since 1970."""
        return int(self.now().timestamp() * 1000)

    def url(self, path: str) -> str:
        """The address of `path` (below the mount point) as the service reaches it.

        Raises:
            RuntimeError: nobody has called the platform yet and no base_url was given.
        """
        if not self.base_url:
            raise RuntimeError("the platform does not know its own address: set base_url or let the service call first")
        return f"{self.base_url}{path}"

    def fresh(self, kind: str) -> str:
        """A new id that starts with `kind`."""
        return f"{kind}{secrets.token_hex(10)}"

    def message_id(self) -> str:
        """A new msgId, such as `msgAbCd...==`."""
        return f"msg{secrets.token_urlsafe(15)}=="

    def dingtalk_id(self, account: str) -> str:
        """The encrypted id of a person or of a robot (by its code)."""
        return f"$:LWCP_v1:${_digest('ding', self.corp.corp_id, account)}"

    def union_id(self, account: str) -> str:
        """The unionId of a person."""
        return f"u{_digest('union', account)}iE"

    def by_union_id(self, union_id: str) -> str | None:
        """The account with this unionId."""
        return next((account for account in self.people if self.union_id(account) == union_id), None)

    def conversation(self, app: DingTalkApp, account: str) -> str:
        """The id of the 1:1 conversation of `account` with the app's robot."""
        return f"cid{_digest('1:1', app.client_id, account)}=="

    def robot(self, robot_code: str) -> DingTalkApp | None:
        """The app whose robot has this code."""
        return next((app for app in self.apps.values() if app.robot_code == robot_code), None)

    def audience(self, chat: str) -> tuple[str, ...]:
        """Who sees what is written in a 1:1 conversation (by account) or in a group (by id)."""
        group = self.groups.get(chat)
        return tuple(group.members) if group else (chat,)

    def show(
        self,
        chat: str,
        kind: BubbleKind,
        body: dict[str, Any],
        *,
        sender: str = "",
        bubble_id: str | None = None,
        seen_by: Iterable[str] | None = None,
        quote: str | None = None,
    ) -> Bubble:
        """A bubble appears on the screens of everybody in the chat, or of `seen_by` alone."""
        bubble = Bubble(
            id=bubble_id or self.message_id(),
            chat=chat,
            sender=sender,
            at=self.now(),
            kind=kind,
            body=body,
            seen_by=self.audience(chat) if seen_by is None else tuple(seen_by),
            quote=quote,
        )
        self.screens.show(bubble)
        return bubble

    def count_push(self) -> int:
        """Count one more robot message or card callback against the month; how many it were with this one."""
        month = self.month()
        self._pushes[month] = self._pushes.get(month, 0) + 1
        return self._pushes[month]

    def month(self) -> tuple[int, int]:
        """Year and month in which quotas are counted (UTC)."""
        moment: datetime = self.now().astimezone(UTC)
        return moment.year, moment.month
