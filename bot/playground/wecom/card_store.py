"""Cards that are out there: their tasks, their codes, and what becomes of them (protocol 5.4, 5.5)."""

import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.playground.platform import Bubble
from bot.playground.wecom.card_parts import INTERACTIONS
from bot.playground.wecom.cards import Checked, check_card
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.results import ApiError, ok


@dataclass(slots=True)
class Task:
    """One card send.

    Attributes:
        owner: the agent id or the bot id.
        forgotten: the platform knows nothing of it any more, though the cards are still there.
        bubbles: one per recipient of an app's card, one for all in a bot's group.
    """

    owner: int | str
    task_id: str
    recipients: tuple[str, ...]
    forgotten: bool = False
    bubbles: list[Bubble] = field(default_factory=list)


@dataclass(slots=True)
class Code:
    """A right to change a card once."""

    task: Task
    issued: datetime
    used: bool = False


class CardStore:
    """All tasks and codes; a task id is never free again."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tasks: dict[tuple[int | str, str], Task] = {}
        self._codes: dict[str, Code] = {}
        self._by_bubble: dict[str, Task] = {}

    def accept(self, checked: Checked) -> dict[str, Any]:
        """Note what is odd about a card; the card as clients show it."""
        self._ground.notes.overlong.extend(checked.overlong)
        self._ground.notes.ignored.extend(checked.ignored)
        return copy.deepcopy(checked.card)

    def open(self, owner: int | str, card: dict[str, Any], recipients: tuple[str, ...]) -> Task:
        """A new task.

        Raises:
            ApiError: 42014, the task id has been used by this app or bot before.
        """
        task_id = card.get("task_id") or self._ground.id("task-")
        if (owner, task_id) in self._tasks:
            raise ApiError(42014, "task_id has been used")
        task = Task(owner, task_id, recipients)
        self._tasks[owner, task_id] = task
        return task

    def used(self, owner: int | str, card: dict[str, Any]) -> bool:
        """Whether the card's task id is taken."""
        return (owner, card.get("task_id")) in self._tasks

    def placed(self, task: Task, bubble: Bubble) -> None:
        """A card of this task is on a screen."""
        task.bubbles.append(bubble)
        self._by_bubble[bubble.id] = task

    def task_of(self, bubble: Bubble) -> Task | None:
        """The task of a bubble, if it is a card with one."""
        return self._by_bubble.get(bubble.id)

    def forget(self, bubble: Bubble) -> None:
        """Let the platform lose the task behind a card: updates answer 42016 from now on."""
        self._by_bubble[bubble.id].forgotten = True

    def code(self, task: Task) -> str:
        """A fresh code for one update."""
        value = self._ground.id("RC")
        self._codes[value] = Code(task, self._ground.now())
        return value

    def update(self, app: WeComApp, body: dict[str, Any]) -> dict[str, Any]:
        """`message/update_template_card`, both variants.

        Raises:
            ApiError: 60140, 42015, 42016, 82101, 82102, 40035, 40063 and those of the card.
        """
        code = self._usable(body.get("response_code"))
        if code.task.owner != app.agent_id:
            raise ApiError(42015)
        if code.task.forgotten:
            raise ApiError(42016)
        targets, invalid = self._targets(app, body, code.task)
        if isinstance(body.get("button"), dict):
            self._close(code.task, targets, body["button"].get("replace_name"))
        else:
            card = self.accept(check_card(body.get("template_card"), updating=True))
            if body.get("enable_id_trans") == 1:
                card = self._ground.directory.translated(card, app)
            self.replace(code.task, targets, card)
        code.used = True
        return ok(invaliduser=invalid)

    def _usable(self, value: object) -> Code:
        code = self._codes.get(value) if isinstance(value, str) else None
        if code is None or code.used or self._ground.now() >= code.issued + self._ground.limits.code_life:
            raise ApiError(60140)
        return code

    def _targets(self, app: WeComApp, body: dict[str, Any], task: Task) -> tuple[tuple[str, ...], list[str]]:
        if body.get("atall") not in (None, 0, 1) or isinstance(body.get("atall"), bool):
            raise ApiError(40035, "atall is not 0 or 1")
        if body.get("atall") == 1:
            return task.recipients, []
        wanted = self._named(app, body)
        if not wanted:
            raise ApiError(82101)
        known = {account.lower(): account for account in task.recipients}
        hit = tuple(dict.fromkeys(known[each.lower()] for each in wanted if each.lower() in known))
        if not hit:
            raise ApiError(82102)
        return hit, [each.lower() for each in wanted if each.lower() not in known]

    def _named(self, app: WeComApp, body: dict[str, Any]) -> list[str]:
        for name, kind, most in (("userids", str, 1000), ("partyids", int, 100), ("tagids", int, 100)):
            listed = body.get(name, [])
            if not isinstance(listed, list) or not all(type(each) is kind for each in listed):
                raise ApiError(40035, f"{name} is not an array")
            if len(listed) > most:
                raise ApiError(40032 if kind is str else 82002, f"{name} too many")
        directory = self._ground.directory
        wanted = list(body.get("userids", []))
        for party in body.get("partyids", []):
            wanted += [p.account for p in directory.members(party, recursive=True) if directory.sees(app, p)]
        for tag in (self._ground.corp.tags.get(each) for each in body.get("tagids", [])):
            wanted += [p.account for p in directory.tagged(tag)] if tag else []
        return wanted

    def _close(self, task: Task, targets: tuple[str, ...], words: object) -> None:
        if not isinstance(words, str) or not words:
            raise ApiError(42038, "button.replace_name is empty")
        if not any(bubble.body.get("card_type") in INTERACTIONS for bubble in task.bubbles):
            raise ApiError(42031, "only interaction cards have buttons")
        self.close(task, targets, words)

    def close(self, task: Task, targets: tuple[str, ...], words: str) -> None:
        """Grey the buttons on the screens of `targets`."""
        for bubble in task.bubbles:
            hit = [account for account in bubble.seen_by if account in targets]
            for account in hit:
                bubble.closed_for[account] = words
            if hit:
                self._ground.screens.changed(bubble)

    def replace(self, task: Task, targets: tuple[str, ...], card: dict[str, Any]) -> None:
        """Another card instead, for `targets` alone; `replace_text` greys its buttons."""
        for bubble in task.bubbles:
            hit = [account for account in bubble.seen_by if account in targets]
            for account in hit:
                bubble.overrides[account] = copy.deepcopy(card)
                bubble.closed_for.pop(account, None)
                if words := card.get("replace_text"):
                    bubble.closed_for[account] = words
            if hit and set(hit) == set(bubble.seen_by):
                bubble.body, bubble.overrides = copy.deepcopy(card), {}
            if hit:
                self._ground.screens.changed(bubble)
