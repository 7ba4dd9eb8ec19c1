"""`message/send` and `message/recall` (protocol 5.2, 5.6, 5.7, 7.1)."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.playground.platform import Bubble, Person
from bot.playground.wecom.card_store import CardStore
from bot.playground.wecom.cards import calls_back, check_card
from bot.playground.wecom.contents import TO_MEMBERS, Contents, Look
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.ground import Dropped, Ground
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.quotas import HOUR, MINUTE, Days, Windows
from bot.playground.wecom.results import ApiError, ok


@dataclass(slots=True)
class Recipients:
    """Who gets a message, and who of those named does not."""

    people: dict[str, Person] = field(default_factory=dict)
    invalid_users: list[str] = field(default_factory=list)
    invalid_parties: list[str] = field(default_factory=list)
    invalid_tags: list[str] = field(default_factory=list)
    unlicensed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class SentMessage:
    """What recall needs to know."""

    app: WeComApp
    at: datetime
    bubbles: list[Bubble]


class Messages:
    """Messages of apps to members, in their 1:1 conversations."""

    def __init__(self, ground: Ground, media: MediaStore, cards: CardStore) -> None:
        self._ground = ground
        self._media = media
        self._cards = cards
        self._windows = Windows(ground.now)
        self._days = Days(ground.now)
        self._sent: dict[str, SentMessage] = {}
        self._repeats: dict[tuple[int, bytes], tuple[datetime, dict[str, Any]]] = {}

    def send(self, app: WeComApp, message: dict[str, Any], raw: bytes) -> dict[str, Any]:
        """The answer of `message/send`.

        Args:
            raw: the request body as it came: only byte-identical bodies count as repeats.

        Raises:
            ApiError: 81013, 82001-82003, 40032, 40035, 43012, 42014, 45009 and what the contents refuse.
        """
        self._check_common(app, message)
        recipients = self._recipients(app, message)
        checking = a_flag(message, "enable_duplicate_check")
        key = (app.agent_id, hashlib.sha256(raw).digest())
        if checking and (answer := self._repeated(key)) is not None:
            return answer
        look = self._look(app, message)
        if not recipients.people:
            raise ApiError(81013)
        self._take_quota(app, recipients)
        answer = self._deliver(app, look, recipients)
        if checking:
            interval = message.get("duplicate_check_interval", 1800)
            self._repeats[key] = (self._ground.now() + timedelta(seconds=interval), answer)
        return answer

    def _check_common(self, app: WeComApp, message: dict[str, Any]) -> None:
        check_agent(app, message)
        interval = message.get("duplicate_check_interval", 1800)
        if type(interval) is not int or not 0 < interval <= 14400:
            raise ApiError(40035, "duplicate_check_interval is not within 14400 seconds")
        a_flag(message, "enable_id_trans")

    def _recipients(self, app: WeComApp, message: dict[str, Any]) -> Recipients:
        users = _listed(message, "touser", 1000, 40032)
        parties = _listed(message, "toparty", 100, 82002)
        tags = _listed(message, "totag", 100, 82003)
        if not users and not parties and not tags:
            raise ApiError(82001)
        found = Recipients()
        if users == ["@all"]:
            if message.get("msgtype") == "miniprogram_notice":
                raise ApiError(40035, "miniprogram_notice is not sent to @all")
            self._add(found, self._ground.directory.visible(app))
            return found
        self._add_users(app, users, found)
        self._add_parties(app, parties, found)
        self._add_tags(app, tags, found)
        return found

    def _add(self, found: Recipients, people: list[Person]) -> None:
        for person in people:
            if person.account not in self._ground.corp.unlicensed:
                found.people[person.account] = person
            elif person.account.lower() not in found.unlicensed:
                found.unlicensed.append(person.account.lower())

    def _add_users(self, app: WeComApp, users: list[str], found: Recipients) -> None:
        directory = self._ground.directory
        for userid in users:
            person = directory.find(userid)
            if person is None or not directory.sees(app, person):
                found.invalid_users.append(userid.lower())
            else:
                self._add(found, [person])

    def _add_parties(self, app: WeComApp, parties: list[str], found: Recipients) -> None:
        directory = self._ground.directory
        visible = directory.visible_departments(app)
        for party in parties:
            if not party.isdigit() or int(party) not in visible:
                found.invalid_parties.append(party.lower())
                continue
            members = directory.members(int(party), recursive=True)
            self._add(found, [person for person in members if directory.sees(app, person)])

    def _add_tags(self, app: WeComApp, tags: list[str], found: Recipients) -> None:
        directory = self._ground.directory
        for number in tags:
            tag = self._ground.corp.tags.get(int(number)) if number.isdigit() else None
            if tag is None:
                found.invalid_tags.append(number.lower())
                continue
            self._add(found, [person for person in directory.tagged(tag) if directory.sees(app, person)])

    def _repeated(self, key: tuple[int, bytes]) -> dict[str, Any] | None:
        until, answer = self._repeats.get(key, (self._ground.now(), {}))
        if self._ground.now() >= until:
            return None
        if self._ground.limits.duplicate_answer == "same":
            return answer
        return {name: value for name, value in answer.items() if name not in ("msgid", "response_code")}

    def _look(self, app: WeComApp, message: dict[str, Any]) -> Look:
        if message.get("msgtype") == "template_card":
            checked = check_card(message.get("template_card"))
            if calls_back(checked.card) and app.callback_url is None:
                raise ApiError(43012)
            if calls_back(checked.card) and self._cards.used(app.agent_id, checked.card):
                raise ApiError(42014, "task_id has been used")
            for row in checked.card.get("horizontal_content_list", []):
                if row.get("type") == 2:
                    self._media.use(row["media_id"])
            look = Look(kind="card", body=self._cards.accept(checked))
        else:
            look = Contents(self._ground, self._media, "message/send").read(message, TO_MEMBERS)
        if a_flag(message, "enable_id_trans"):
            return Look(kind=look.kind, body=self._ground.directory.translated(look.body, app))
        return look

    def _take_quota(self, app: WeComApp, recipients: Recipients) -> None:
        most = 200 * self._ground.limits.account_limit
        if not self._days.take(app.agent_id, most, amount=len(recipients.people)):
            raise ApiError(45009)

    def _deliver(self, app: WeComApp, look: Look, recipients: Recipients) -> dict[str, Any]:
        accounts = tuple(recipients.people)
        updatable = look.kind == "card" and calls_back(look.body)
        task = self._cards.open(app.agent_id, look.body, accounts) if updatable else None
        bubbles = []
        for account in accounts:
            bubble = self._show(app, account, look)
            if bubble is not None:
                bubbles.append(bubble)
                if task is not None:
                    self._cards.placed(task, bubble)
        msgid = self._ground.id("M-")
        self._sent[msgid] = SentMessage(app, self._ground.now(), bubbles)
        answer = ok(
            invaliduser="|".join(recipients.invalid_users),
            invalidparty="|".join(recipients.invalid_parties),
            invalidtag="|".join(recipients.invalid_tags),
            unlicenseduser="|".join(recipients.unlicensed),
            msgid=msgid,
        )
        return answer if task is None else {**answer, "response_code": self._cards.code(task)}

    def _show(self, app: WeComApp, account: str, look: Look) -> Bubble | None:
        limits = self._ground.limits
        spans = ((MINUTE, limits.per_member_minute), (HOUR, limits.per_member_hour))
        if not self._windows.take((app.agent_id, account), *spans):
            self._ground.notes.dropped.append(
                Dropped(at=self._ground.now(), source=str(app.agent_id), account=account, body=look.body)
            )
            return None
        chat = self._ground.chat_of(app, account)
        return self._ground.show(chat=chat, kind=look.kind, body=dict(look.body), seen_by=(account,))

    def recall(self, app: WeComApp, body: dict[str, Any]) -> dict[str, Any]:
        """The answer of `message/recall`; the bubbles become notices.

        Raises:
            ApiError: 40058 unknown or another app's, 42052 older than 24 hours.
        """
        sent = self._sent.get(str(body.get("msgid")))
        if sent is None or sent.app is not app:
            raise ApiError(40058)
        if self._ground.now() > sent.at + self._ground.limits.recall_life:
            raise ApiError(42052)
        for bubble in sent.bubbles:
            bubble.kind = "notice"
            bubble.body, bubble.overrides = {"text": f"{app.name} 撤回了一条消息"}, {}
            self._ground.screens.changed(bubble)
        return ok()


def check_agent(app: WeComApp, message: dict[str, Any]) -> None:
    """The `agentid` of a body against the owner of the token.

    Raises:
        ApiError: 40056 missing, 40035 no integer, 301002 another app's.
    """
    agent = message.get("agentid")
    if agent is None:
        raise ApiError(40056)
    if type(agent) is not int:
        raise ApiError(40035, "agentid is not an integer")
    if agent != app.agent_id:
        raise ApiError(301002)


def _listed(message: dict[str, Any], key: str, most: int, code: int) -> list[str]:
    value = message.get(key, "")
    if not isinstance(value, str):
        raise ApiError(40035, f"{key} is not a string")
    named = list(dict.fromkeys(each.strip() for each in value.split("|") if each.strip()))
    if len(named) > most:
        raise ApiError(code)
    return named


def a_flag(message: dict[str, Any], key: str) -> bool:
    """A switch of a message, 0 where it is missing; anything but the numbers 0 and 1: 40035."""
    value = message.get(key, 0)
    if type(value) is not int or value not in (0, 1):
        raise ApiError(40035, f"{key} is not 0 or 1")
    return value == 1
