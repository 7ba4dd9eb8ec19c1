"""The calls that read the directory (protocol 6.1-6.3, 1.5, 8.1)."""

import base64
import json
from typing import Any

from bot.playground.platform import Department, Person
from bot.playground.wecom.api import Call, Endpoint
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.results import ApiError, ok


class Contacts:
    """Members, departments and tags as one app, or the contact-sync assistant, may read them."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._directory = ground.directory

    def endpoints(self) -> dict[str, Endpoint]:
        """The paths served here."""
        return {
            "user/get": Endpoint("GET", "app", self.user),
            "user/simplelist": Endpoint("GET", "app", self.users_in_short),
            "user/list": Endpoint("GET", "app", self.users),
            "user/list_id": Endpoint("POST", "contacts", self.user_ids),
            "user/getuserid": Endpoint("POST", "app", self.by_mobile),
            "department/list": Endpoint("GET", "app", self.departments),
            "department/simplelist": Endpoint("GET", "any", self.departments_in_short),
            "department/get": Endpoint("GET", "app", self.department),
            "tag/list": Endpoint("GET", "app", self.tags),
            "tag/get": Endpoint("GET", "app", self.tag),
            "batch/openuserid_to_userid": Endpoint("POST", "app", self.converted),
            "getcallbackip": Endpoint("GET", "any", lambda call: ok(ip_list=["127.0.0.1", "127.0.0.*"])),
            "get_api_domain_ip": Endpoint("GET", "any", lambda call: ok(ip_list=["127.0.0.1"])),
        }

    def user(self, call: Call) -> dict[str, Any]:
        """`user/get`: 60111 unknown, 60011 out of scope."""
        person = self._directory.find(call.asked("userid"))
        if person is None or person.external:
            raise ApiError(60111)
        if not self._readable(call.app, person):
            raise ApiError(60011)
        return ok(**self._card(call.app, person))

    def _readable(self, app: WeComApp, person: Person) -> bool:
        inside = not self._directory.visible_departments(app).isdisjoint(person.departments)
        return inside or person.account in app.visible_people

    def _card(self, app: WeComApp, person: Person) -> dict[str, Any]:
        visible = [each for each in person.departments if each in self._directory.visible_departments(app)]
        superior = self._directory.find(person.superior) if person.superior else None
        return {
            "userid": person.account,
            "name": person.name,
            "department": visible,
            "order": [0] * len(visible),
            "position": person.title,
            "is_leader_in_dept": [int(each in person.leads) for each in visible],
            "direct_leader": [superior.account] if superior and self._readable(app, superior) else [],
            **({"main_department": visible[0]} if visible else {}),
            "alias": "",
            "telephone": "",
            "extattr": {"attrs": []},
            "status": 1 if person.active else 2,
        }

    def users_in_short(self, call: Call) -> dict[str, Any]:
        """`user/simplelist`, one level."""
        people = self._listed(call)
        rows = [{key: card[key] for key in ("userid", "name", "department")} for card in people]
        return ok(userlist=rows)

    def users(self, call: Call) -> dict[str, Any]:
        """`user/list`, one level."""
        return ok(userlist=self._listed(call))

    def _listed(self, call: Call) -> list[dict[str, Any]]:
        number = self._department(call, "department_id").id
        return [self._card(call.app, person) for person in self._directory.members(number)]

    def _department(self, call: Call, name: str) -> Department:
        number = call.number(name, 0)
        if number not in self._directory.departments:
            raise ApiError(60003)
        if number not in self._directory.visible_departments(call.app):
            raise ApiError(60011)
        return self._directory.departments[number]

    def user_ids(self, call: Call) -> dict[str, Any]:
        """`user/list_id`: one row per membership, pages of at most 10000."""
        body = call.body()
        limit = body.get("limit", 10000)
        if type(limit) is not int or not 1 <= limit <= 10000:
            raise ApiError(40035, "limit is not within 1 and 10000")
        people = [person for person in self._directory.people.values() if not person.external]
        rows = [{"userid": person.account, "department": each} for person in people for each in person.departments]
        start = _cursor(body.get("cursor"))
        following = "" if start + limit >= len(rows) else base64.urlsafe_b64encode(str(start + limit).encode()).decode()
        return ok(next_cursor=following, dept_user=rows[start : start + limit])

    def by_mobile(self, call: Call) -> dict[str, Any]:
        """`user/getuserid`: 46004 when nobody in scope has the number."""
        mobile = call.body().get("mobile")
        for person in self._directory.people.values():
            if mobile and person.mobile == mobile and self._readable(call.app, person):
                return ok(userid=person.account)
        raise ApiError(46004)

    def departments(self, call: Call) -> dict[str, Any]:
        """`department/list`: a department with everything below it, or all there is to see."""
        return ok(department=[self._full(call.app, each) for each in self._tree(call)])

    def departments_in_short(self, call: Call) -> dict[str, Any]:
        """`department/simplelist`, also for the contact-sync secret."""
        rows = [{"id": each.id, "parentid": each.parent, "order": 0} for each in self._tree(call)]
        return ok(department_id=rows)

    def _tree(self, call: Call) -> list[Department]:
        app = call.owner if isinstance(call.owner, WeComApp) else None
        visible = self._directory.visible_departments(app) if app else set(self._directory.departments)
        top = call.number("id", 0)
        if top and top not in self._directory.departments:
            raise ApiError(60003)
        wanted = self._directory.below(top) & visible if top else visible
        return [self._directory.departments[each] for each in sorted(wanted)]

    def _full(self, app: WeComApp, department: Department) -> dict[str, Any]:
        leaders = [p.account for p in self._directory.members(department.id) if department.id in p.leads]
        return {
            "id": department.id,
            "name": department.name,
            "name_en": "",
            "department_leader": leaders,
            "parentid": department.parent,
            "order": 0,
        }

    def department(self, call: Call) -> dict[str, Any]:
        """`department/get`."""
        return ok(department=self._full(call.app, self._department(call, "id")))

    def tags(self, call: Call) -> dict[str, Any]:
        """`tag/list`."""
        return ok(taglist=[{"tagid": tag.id, "tagname": tag.name} for tag in self._ground.corp.tags.values()])

    def tag(self, call: Call) -> dict[str, Any]:
        """`tag/get`: visible members only."""
        tag = self._ground.corp.tags.get(call.number("tagid", 0))
        if tag is None:
            raise ApiError(68000)
        people = [found for account in tag.people if (found := self._directory.find(account))]
        shown = [{"userid": p.account, "name": p.name} for p in people if self._readable(call.app, p)]
        visible = self._directory.visible_departments(call.app)
        return ok(tagname=tag.name, userlist=shown, partylist=[each for each in tag.departments if each in visible])

    def converted(self, call: Call) -> dict[str, Any]:
        """`batch/openuserid_to_userid`: at most 1000 ids, those out of scope are listed as invalid."""
        ids = call.body().get("open_userid_list")
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            raise ApiError(40035, "open_userid_list is not an array of strings")
        if not ids or len(ids) > 1000:
            raise ApiError(40032)
        known, unknown = [], []
        for each in ids:
            person = self._directory.by_open_id(each)
            if person is not None and self._readable(call.app, person):
                known.append({"open_userid": each, "userid": person.account})
            else:
                unknown.append(each)
        return ok(userid_list=known, invalid_open_userid_list=unknown)


def _cursor(value: object) -> int:
    if value in (None, ""):
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(str(value))))
    except ValueError as error:
        raise ApiError(40035, "cursor is invalid") from error
