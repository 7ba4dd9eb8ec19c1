"""The test company: its people, its accounts on both platforms, the configuration of the service between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.playground.dingtalk import CardTemplate, DingTalkApp, DingTalkCorp, DingTalkPlatform
from bot.playground.platform import Department, Group, Person
from bot.playground.wecom import ContactSync, WeComApp, WeComBot, WeComCorp, WeComPlatform
from domain.members import Member, Role
from handlers.dialogue.request import Request
from handlers.members import know
from storage.work import Database, Work
from tests.makers import COMPANY, NOW

KEY = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
KEYS = {"main": KEY, "contacts": KEY[::-1], "helper": KEY.swapcase()}
TEMPLATE = "0f6d7c1e-6a51-4c56-9f5e-2f1f6c1d9a01.schema"
DEPARTMENTS = (Department(id=1, name="远山科技", parent=0), Department(id=2, name="销售部"))


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is told to go on."""

    time: datetime = NOW

    def now(self) -> datetime:
        """The moment it shows, UTC."""
        return self.time

    def forward(self, **span: float) -> None:
        """Go on by this `timedelta`."""
        self.time += timedelta(**span)

    def until(self, text: str) -> None:
        """Go on to an ISO moment in UTC+8."""
        self.time = datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of the test company and the accounts by which the person writes."""

    code: str
    name: str
    roles: tuple[Role, ...]
    wecom: str = ""
    dingtalk: str = ""
    superior: str = ""
    skills: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()


STAFF = (
    Staff("Y001", "王敏", (Role.MANAGER, Role.SALES), wecom="wangmin", dingtalk="d-wangmin"),
    Staff("Y002", "周强", (Role.SALES,), wecom="zhouqiang", superior="Y001"),
    Staff("Y003", "陈静", (Role.SALES,), dingtalk="d-chenjing", superior="Y001"),
    Staff("Y004", "张伟", (Role.EXPERT,), wecom="zhangwei", superior="Y001", skills=("服务器",), nicknames=("张工",)),
    Staff("Y005", "李仓", (Role.KEEPER,), dingtalk="d-licang", superior="Y001"),
    Staff("Y006", "钱芳", (Role.FINANCE,), wecom="qianfang", superior="Y001"),
    Staff("Y007", "管小管", (Role.ADMIN,), wecom="guanli"),
)


def configuration(url: str, platforms: int, service: int, template: str, mode: str) -> dict[str, Any]:
    """The configuration of the service between the two platforms."""
    base = f"http://127.0.0.1:{platforms}"
    return {
        "service": {"site": f"http://127.0.0.1:{service}", "company": "远山科技"},
        "database": {"url": url},
        "wecom": {
            "main": {
                "corp_id": "wwtest",
                "agent_id": 1000002,
                "secret": "app-secret",
                "token": "apptoken",
                "encoding_aes_key": KEYS["main"],
                "contacts_token": "contactstoken",
                "contacts_aes_key": KEYS["contacts"],
                "api_base": f"{base}/wecom",
            }
        },
        "wecom_bot": {
            "helper": {"token": "bottoken", "encoding_aes_key": KEYS["helper"], "app": "main", "name": "跟单助手"}
        },
        "wecom_group": {"board": {"key": "board-key", "api_base": f"{base}/wecom"}},
        "dingtalk": {
            "ding": {
                "client_id": "dingtest",
                "client_secret": "ding-secret",
                "robot_code": "dingtest",
                "corp_id": "dingcorp",
                "mode": mode,
                "card_template_id": template,
                "card_secret": "card-secret",
                "event_token": "eventtoken",
                "event_aes_key": KEYS["main"],
                "api_base": f"{base}/dingtalk/api",
                "oapi_base": f"{base}/dingtalk/oapi",
            }
        },
    }


def a_wecom(clock: Clock, port: int, staff: Sequence[Staff]) -> WeComPlatform:
    """The WeCom half with the staff that have accounts there."""
    hooks = f"http://127.0.0.1:{port}/hooks"
    codes = {person.code: person.wecom for person in staff}
    people = [
        Person(account=s.wecom, name=s.name, departments=(2,), superior=codes.get(s.superior) or None)
        for s in staff
        if s.wecom
    ]
    corp = WeComCorp(
        corp_id="wwtest",
        webhooks={"board-key": "wrGroup1"},
        apps=[
            WeComApp(
                agent_id=1000002,
                secret="app-secret",
                token="apptoken",
                encoding_aes_key=KEYS["main"],
                callback_url=f"{hooks}/main",
            )
        ],
        contacts=ContactSync(
            secret="sync-secret",
            token="contactstoken",
            encoding_aes_key=KEYS["contacts"],
            callback_url=f"{hooks}/main/events",
        ),
        bots=[
            WeComBot(
                bot_id="aib1",
                name="跟单助手",
                token="bottoken",
                encoding_aes_key=KEYS["helper"],
                callback_url=f"{hooks}/helper",
            )
        ],
    )
    group = Group(id="wrGroup1", name="华东大区", members=[person.account for person in people])
    return WeComPlatform(clock.now, corp, people=people, departments=DEPARTMENTS, groups=[group])


def a_dingtalk(clock: Clock, port: int, staff: Sequence[Staff], mode: str) -> DingTalkPlatform:
    """The DingTalk half with the staff that have accounts there."""
    hooks = f"http://127.0.0.1:{port}/hooks/ding"
    codes = {person.code: person.dingtalk for person in staff}
    people = [
        Person(account=s.dingtalk, name=s.name, departments=(2,), superior=codes.get(s.superior) or None)
        for s in staff
        if s.dingtalk
    ]
    app = DingTalkApp(
        client_id="dingtest",
        client_secret="ding-secret",
        mode="http" if mode == "http" else "stream",
        message_url=hooks,
        event_url=f"{hooks}/events",
        event_token="eventtoken",
        event_aes_key=KEYS["main"],
    )
    corp = DingTalkCorp(corp_id="dingcorp", apps=[app], templates=[CardTemplate(id=TEMPLATE)])
    group = Group(id="cidGroup1==", name="华东大区冲刺群", members=[person.account for person in people])
    return DingTalkPlatform(clock.now, corp, people=people, departments=DEPARTMENTS, groups=[group])


async def hire(database: Database, staff: Sequence[Staff], at: datetime) -> dict[str, int]:
    """Save the members, their names and accounts; ids by 工号."""
    ids: dict[str, int] = {}
    async with database.begin(at, cause="seed") as work:
        for person in staff:
            known = await work.members.by_code(person.code)
            member = known or await work.members.save(_member(person, ids))
            ids[person.code] = member.id
            await know(seeding(work, at, member), member)
            for platform, account in (("wecom", person.wecom), ("dingtalk", person.dingtalk)):
                if account:
                    await work.members.link(platform, account, member.id)
    return ids


def _member(person: Staff, ids: dict[str, int]) -> Member:
    return Member(
        code=person.code,
        name=person.name,
        department="销售部",
        superior=ids.get(person.superior),
        roles=person.roles,
        skills=person.skills,
        nicknames=person.nicknames,
    )


def seeding(work: Work, at: datetime, member: Member) -> Request:
    return Request(at=at, work=work, company=COMPANY, sender=member)
