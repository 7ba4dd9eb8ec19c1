"""Stand-ins of both platforms: they show what people do and answer at once, without a service behind them."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.playground.clock import MovableClock
from bot.playground.company import Company, directory
from bot.playground.company.members import PlatformName
from bot.playground.platform import Bubble, BubbleKind, Exchange, Fault, Screens


@dataclass
class Standin:
    """A `Platform` of which every act is written down in `done`."""

    company: Company
    name: str
    clock: MovableClock
    done: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuses: str = ""

    def __post_init__(self) -> None:
        platform: PlatformName = "wecom" if self.name == "wecom" else "dingtalk"
        known = directory(self.company, platform)
        self.people = {person.account: person for person in known.people}
        self.departments = {department.id: department for department in known.departments}
        self.groups = {group.id: group for group in known.groups}
        self.screens = Screens()
        self.wire: deque[Exchange] = deque(maxlen=100)
        self.faults: list[Fault] = []

    def show(
        self,
        chat: str,
        kind: BubbleKind,
        body: dict[str, Any],
        *,
        sender: str = "",
        quote: str | None = None,
        ago: timedelta = timedelta(),
        closed: str = "",
    ) -> Bubble:
        """A bubble in a 1:1 conversation or a group."""
        members = tuple(self.groups[chat].members) if chat in self.groups else (chat,)
        bubble = Bubble(
            id=f"{self.name}-{len(self.screens.bubbles) + 1}",
            chat=chat,
            sender=sender,
            at=self.clock.now() - ago,
            kind=kind,
            body=body,
            seen_by=members,
            closed_for=dict.fromkeys(members, closed) if closed else {},
            quote=quote,
        )
        self.screens.show(bubble)
        return bubble

    def exchange(self, plain: str, *, target: str = "http://127.0.0.1:8600/hooks/main", **more: Any) -> None:
        """Something on the wire."""
        facts = {
            "at": self.clock.now(),
            "platform": self.name,
            "direction": "callback",
            "method": "POST",
            "target": target,
            "headers": {"Content-Type": "text/xml"},
            "body": "<xml><Encrypt><![CDATA[q1w2e3r4t5y6]]></Encrypt></xml>",
            "plain": plain,
            "status": 200,
            "answer": "",
            "took_ms": 3.4,
        }
        self.wire.append(Exchange(**{**facts, **more}))

    async def say(
        self, account: str, text: str, *, chat: str | None = None, at: Sequence[str] = (), quote: str | None = None
    ) -> str:
        self._do("say", account=account, text=text, chat=chat, at=tuple(at), quote=quote)
        names = "".join(f"@{name} " for name in ("跟单助手", *(self.people[one].name for one in at))) if chat else ""
        shown = self.show(chat or account, "text", {"text": names + text}, sender=account, quote=quote)
        self.exchange(f"<xml><FromUserName><![CDATA[{account}]]></FromUserName><Content>{text}</Content></xml>")
        self.show(chat or account, "text", {"text": f"收到：{text}"})
        return shown.id

    async def press(
        self, account: str, bubble: str, button: str, choices: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._do("press", account=account, bubble=bubble, button=button, choices=dict(choices or {}))
        found = self.screens.find(bubble)
        found.closed_for[account] = "已处理"
        self.screens.changed(found)

    async def send(self, account: str, kind: BubbleKind, body: Mapping[str, Any], *, chat: str | None = None) -> str:
        self._do("send", account=account, kind=kind, chat=chat, keys=sorted(body))
        shown = {key: value for key, value in body.items() if key != "content"}
        return self.show(chat or account, kind, shown, sender=account).id

    async def enter(self, account: str) -> None:
        self._do("enter", account=account)

    async def change(self, change: str, **facts: Any) -> None:
        self._do("change", change=change, **facts)

    def _do(self, act: str, **facts: Any) -> None:
        if self.refuses and act != "enter":
            raise ValueError(self.refuses)
        self.done.append((act, facts))

    def acts(self, name: str) -> list[dict[str, Any]]:
        """What was done of this name."""
        return [facts for act, facts in self.done if act == name]


class Following(Standin):
    """The 钉钉 one: it knows links that speak."""

    async def follow(self, account: str, bubble: str, title_or_url: str) -> str:
        self._do("follow", account=account, bubble=bubble, link=title_or_url)
        return self.show(account, "text", {"text": "同意 A-000123"}, sender=account).id


def standins(company: Company, clock: MovableClock) -> dict[str, Standin]:
    """Both platforms."""
    return {"wecom": Standin(company, "wecom", clock), "dingtalk": Following(company, "dingtalk", clock)}


def fixed(at: datetime) -> MovableClock:
    """A clock that stands still until it is moved."""
    return MovableClock(lambda: at)
