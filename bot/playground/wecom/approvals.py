"""The approval app: requests made through the API, decided by people, told to the apps that may call it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from bot.playground.platform import Person
from bot.playground.wecom.api import Call, Endpoint
from bot.playground.wecom.approval_forms import ApprovalTemplate, described, filled
from bot.playground.wecom.approval_requests import ApprovalRequest, Happening, Node, Vote
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.quotas import MINUTE, OFFICE, Windows
from bot.playground.wecom.results import ApiError, ok
from bot.playground.wecom.xml import Value

Tell: TypeAlias = Callable[[WeComApp, Mapping[str, Value]], Awaitable[object]]

WINDOW = timedelta(days=31)
PAGE = 100
SUMMARY_LINES = 3
SUMMARY_LENGTH = 20


class Approvals:
    """All requests of the company (protocol 4.4, 6.6); `tell` delivers `sys_approval_change` to an app."""

    def __init__(self, ground: Ground, tell: Tell) -> None:
        self.requests: dict[str, ApprovalRequest] = {}
        self._ground = ground
        self._tell = tell
        self._windows = Windows(ground.now)
        self._telling: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop telling of requests just made."""
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    def endpoints(self) -> dict[str, Endpoint]:
        """The paths served here."""
        return {
            "oa/applyevent": Endpoint("POST", "app", self.apply),
            "oa/getapprovaldetail": Endpoint("POST", "app", self.detail),
            "oa/gettemplatedetail": Endpoint("POST", "app", self.template),
            "oa/getapprovalinfo": Endpoint("POST", "app", self.numbers),
        }

    def apply(self, call: Call) -> dict[str, Any]:
        """`oa/applyevent`: 60111 or 60011 for people, 301025 for everything that does not fit the template."""
        body = self._admitted(call)
        applicant = self._person(call.app, body.get("creator_userid"))
        template = self._template(body)
        data = body.get("apply_data")
        contents = filled(template.controls, data.get("contents") if isinstance(data, dict) else None)
        _check_summary(body.get("summary_list", []))
        request = ApprovalRequest(
            number=self._number(),
            name=template.name,
            template_id=template.id,
            applicant=applicant.account,
            department=self._department(applicant, body.get("choose_department")),
            applied=self._ground.seconds(),
            contents=contents,
            nodes=self._nodes(applicant, template, body),
            notified=[self._known(each).account for each in _texts(body.get("notifyer", []), "notifyer")],
        )
        self.requests[request.number] = request
        task = asyncio.get_running_loop().create_task(self._tell_of(request, Happening.SUBMITTED))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        return ok(sp_no=request.number)

    def _admitted(self, call: Call) -> dict[str, Any]:
        corp = self._ground.corp
        if corp.approvals_stopped:
            raise ApiError(301056)
        if call.app.agent_id not in corp.approval_callers:
            raise ApiError(301055)
        return call.body()

    def _person(self, app: WeComApp, userid: object) -> Person:
        person = self._known(userid)
        if not self._ground.directory.sees(app, person):
            raise ApiError(60011)
        return person

    def _known(self, userid: object) -> Person:
        person = self._ground.directory.find(userid) if isinstance(userid, str) else None
        if person is None or person.external:
            raise ApiError(60111)
        return person

    def _template(self, body: Mapping[str, Any]) -> ApprovalTemplate:
        for template in self._ground.corp.approval_templates:
            if template.id == body.get("template_id"):
                return template
        raise ApiError(301025, "template_id does not exist")

    def _department(self, applicant: Person, chosen: object) -> int:
        if chosen is None:
            return applicant.departments[0] if applicant.departments else 1
        if isinstance(chosen, int) and chosen in applicant.departments:
            return chosen
        raise ApiError(301025, "choose_department is not one of the creator's")

    def _nodes(self, applicant: Person, template: ApprovalTemplate, body: Mapping[str, Any]) -> list[Node]:
        if body.get("use_template_approver", 0) not in (0, 1):
            raise ApiError(301025, "use_template_approver is 0 or 1")
        if body.get("use_template_approver", 0) == 1:
            superior = (applicant.superior,) if applicant.superior else ()
            steps = [(step.people or superior, step.everybody) for step in template.flow]
        else:
            steps = [_named(step) for step in _list(body.get("approver"), "approver")]
        nodes = [
            Node(votes=[Vote(account=self._known(each).account) for each in people], everybody=everybody)
            for people, everybody in steps
        ]
        if not nodes or not all(node.votes for node in nodes):
            raise ApiError(301025, "nobody is asked to approve")
        return nodes

    def _number(self) -> str:
        day = self._ground.now().astimezone(OFFICE).strftime("%Y%m%d")
        return f"{day}{sum(number.startswith(day) for number in self.requests) + 1:04d}"

    def template(self, call: Call) -> dict[str, Any]:
        """`oa/gettemplatedetail`."""
        return ok(**described(self._template(self._admitted(call))))

    def detail(self, call: Call) -> dict[str, Any]:
        """`oa/getapprovaldetail`, of whoever's request."""
        body = self._admitted(call)
        self._take(call)
        request = self.requests.get(str(body.get("sp_no")))
        if request is None:
            raise ApiError(301025, "sp_no does not exist")
        return ok(info=request.info())

    def numbers(self, call: Call) -> dict[str, Any]:
        """`oa/getapprovalinfo`: at most 31 days, at most 100 numbers; the cursor counts those already given."""
        body = self._admitted(call)
        self._take(call)
        since, until = _whole(body, "starttime"), _whole(body, "endtime")
        if not 0 <= until - since <= WINDOW.total_seconds():
            raise ApiError(301025, "the window ends before it starts, or is longer than 31 days")
        size = _whole(body, "size", PAGE)
        if not 1 <= size <= PAGE:
            raise ApiError(301025, f"size is 1 to {PAGE}")
        named = "new_cursor" if "new_cursor" in body else "cursor"
        start = _whole(body, named, 0)
        found = [each for each in self.requests.values() if since <= each.applied <= until]
        for wanted in _list(body.get("filters", []), "filters"):
            found = [each for each in found if _passes(each, wanted)]
        page = [each.number for each in found[start : start + size]]
        if start + size >= len(found):
            return ok(sp_no_list=page)
        after = start + size
        following = {"new_next_cursor": str(after)} if named == "new_cursor" else {"next_cursor": after}
        return ok(sp_no_list=page, **following)

    def _take(self, call: Call) -> None:
        limits = self._ground.limits
        if limits.base_quotas and not self._windows.take("read", (MINUTE, limits.approvals_per_minute)):
            raise ApiError(45009)

    async def decide(self, account: str, number: str, agree: bool, speech: str) -> None:
        """See `WeComPlatform.decide_approval`."""
        request = self.requests[number]
        await self._tell_of(request, request.decide(account, agree, speech, self._ground.seconds()))

    async def withdraw(self, account: str, number: str) -> None:
        """See `WeComPlatform.withdraw_approval`."""
        request = self.requests[number]
        await self._tell_of(request, request.withdraw(account))

    async def _tell_of(self, request: ApprovalRequest, happening: Happening) -> None:
        corp, own = self._ground.corp, request.told(happening)
        for app in corp.apps:
            if app.agent_id in corp.approval_callers:
                await self._tell(app, own)


def _check_summary(lines: object) -> None:
    listed = _list(lines, "summary_list")
    texts = [text for line in listed for text in _list(line.get("summary_info"), "summary_info")]
    if len(listed) > SUMMARY_LINES or any(len(str(each.get("text", ""))) > SUMMARY_LENGTH for each in texts):
        raise ApiError(301025, f"a summary has {SUMMARY_LINES} lines of {SUMMARY_LENGTH} characters")


def _named(step: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
    if step.get("attr") not in (1, 2):
        raise ApiError(301025, "attr of an approver is 1 or 2")
    return tuple(_texts(step.get("userid"), "userid")), step["attr"] == 2


def _passes(request: ApprovalRequest, wanted: Mapping[str, Any]) -> bool:
    facts = {
        "template_id": request.template_id,
        "creator": request.applicant,
        "department": str(request.department),
        "sp_status": str(int(request.status)),
    }
    key = str(wanted.get("key"))
    if key not in facts:
        raise ApiError(301025, f"there is no filter {key}")
    return facts[key] == str(wanted.get("value"))


def _list(items: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise ApiError(301025, f"{name} is not a list of objects")
    return items


def _texts(items: object, name: str) -> list[str]:
    if not isinstance(items, list) or not all(isinstance(each, str) for each in items):
        raise ApiError(301025, f"{name} is not a list of texts")
    return items


def _whole(body: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = str(body.get(name, "")) or str(default)
    if not value.isdigit():
        raise ApiError(301025, f"{name} is not a number")
    return int(value)
