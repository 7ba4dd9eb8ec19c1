"""Contacts as the old API tells them, and login codes."""

import uuid
from datetime import datetime
from typing import Any

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.troubles import OapiTrouble
from bot.playground.platform import Department, Person

MEMBER = "qyapi_get_member"
DEPARTMENT = "qyapi_get_department_list"


class Directory:
    """The contact endpoints, limited to the app's contact scope.

    Source: protocols/dingtalk.md 7.1-7.3.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._codes: dict[str, tuple[str, datetime]] = {}

    async def user(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/v2/user/get {userid} -> {result: user}."""
        return {"result": self._whole(self._person(call.json().get("userid")))}

    async def users(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/v2/user/list {dept_id, cursor, size} -> {result: {has_more, next_cursor, list}}."""
        body = call.json()
        department = self._department(body.get("dept_id"))
        begin, size = body.get("cursor"), body.get("size")
        if not isinstance(begin, int) or not isinstance(size, int) or not 1 <= size <= self._ground.limits.user_page:
            raise OapiTrouble(40035, "不合法的参数")
        members = self._members(department)
        page = members[begin : begin + size]
        result: dict[str, Any] = {"has_more": len(members) > begin + size}
        if result["has_more"]:
            result["next_cursor"] = begin + size
        return {"result": result | {"list": [self._listed(person, department) for person in page]}}

    async def user_ids(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/user/listid {dept_id} -> {result: {userid_list}}; not limited by the contact scope."""
        department = self._department(call.json().get("dept_id"), scoped=False)
        return {"result": {"userid_list": [person.account for person in self._members(department)]}}

    async def sub_departments(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/v2/department/listsub {dept_id} -> {result: one level of departments}."""
        department = self._department(call.json().get("dept_id", 1))
        below = [one for one in self._ground.departments.values() if one.parent == department.id]
        return {"result": [_told(one) for one in below if self._in_scope(one.id)]}

    async def department(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/v2/department/get {dept_id} -> {result: department with dept_manager_userid_list}."""
        department = self._department(call.json().get("dept_id"))
        leaders = [person.account for person in self._members(department) if department.id in person.leads]
        return {"result": _told(department) | {"dept_manager_userid_list": leaders, "order": department.id}}

    async def by_mobile(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/v2/user/getbymobile {mobile} -> {result: {userid}}."""
        mobile = call.json().get("mobile")
        for person in self._ground.people.values():
            if mobile and person.mobile == mobile and not person.external:
                return {"result": {"userid": self._person(person.account).account}}
        raise OapiTrouble(60121, "找不到该用户")

    async def by_union_id(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/user/getbyunionid {unionid} -> {result: {contact_type, userid}}."""
        account = self._ground.by_union_id(str(call.json().get("unionid")))
        if account is None:
            raise OapiTrouble(60121, "找不到该用户")
        return {"result": {"contact_type": int(self._ground.people[account].external), "userid": account}}

    async def who_is(self, call: Call) -> dict[str, Any]:
        """POST oapi /topapi/v2/user/getuserinfo {code} -> {result: {userid, unionid, name, ...}}; a code works once."""
        account, until = self._codes.pop(str(call.json().get("code")), ("", self._ground.now()))
        person = self._ground.people.get(account)
        if person is None or self._ground.now() >= until:
            raise OapiTrouble(40078, "不存在的临时授权码")
        union_id, admin = self._ground.union_id(account), account in self._ground.corp.admins
        return {
            "result": {
                "userid": account,
                "unionid": union_id,
                "associated_unionid": union_id,
                "name": person.name,
                "device_id": uuid.uuid5(uuid.NAMESPACE_OID, account).hex,
                "sys": admin,
                "sys_level": int(admin),
            }
        }

    def login_code(self, account: str) -> str:
        """What `dd.requestAuthCode` gives the page that `account` has open: a code for 5 minutes and one use."""
        code = self._ground.fresh("")
        self._codes[code] = (account, self._ground.now() + self._ground.limits.login_code_life)
        return code

    def _person(self, account: Any) -> Person:
        if not isinstance(account, str) or not account:
            raise OapiTrouble(33012, "无效的userid")
        person = self._ground.people.get(account)
        if person is None or person.external:
            raise OapiTrouble(60121, "找不到该用户")
        if not any(self._in_scope(department) for department in person.departments):
            raise OapiTrouble(50002, "请求的userid不在授权范围内")
        return person

    def _department(self, number: Any, *, scoped: bool = True) -> Department:
        if not isinstance(number, int):
            raise OapiTrouble(40035, "不合法的参数")
        department = self._ground.departments.get(number)
        if department is None:
            raise OapiTrouble(60003, "部门不存在")
        if scoped and not self._in_scope(number):
            raise OapiTrouble(50004, "请求的部门id不在授权范围内")
        return department

    def _in_scope(self, number: int) -> bool:
        """Whether the department, or one above it, is in the app's contact scope."""
        scope, seen = self._ground.conditions.contact_scope, set[int]()
        while scope is not None and number not in scope:
            department = self._ground.departments.get(number)
            if department is None or number in seen or not department.parent:
                return False
            seen.add(number)
            number = department.parent
        return True

    def _members(self, department: Department) -> list[Person]:
        people = self._ground.people.values()
        return [person for person in people if department.id in person.departments and not person.external]

    def _listed(self, person: Person, department: Department) -> dict[str, Any]:
        """An entry of user/list: without the superior, with the flag `leader`."""
        entry = self._whole(person)
        entry.pop("manager_userid", None)
        entry.pop("leader_in_dept", None)
        return entry | {"leader": department.id in person.leads, "dept_order": 1}

    def _whole(self, person: Person) -> dict[str, Any]:
        user: dict[str, Any] = {
            "userid": person.account,
            "unionid": self._ground.union_id(person.account),
            "name": person.name,
            "avatar": "",
            "title": person.title,
            "job_number": "",
            "dept_id_list": list(person.departments),
            "dept_order_list": [{"dept_id": number, "order": 1} for number in person.departments],
            "leader_in_dept": [{"dept_id": number, "leader": number in person.leads} for number in person.departments],
            "role_list": [],
            "active": person.active,
            "admin": person.account in self._ground.corp.admins,
            "boss": False,
            "senior": False,
            "hide_mobile": False,
            "real_authed": True,
            "extension": "{}",
        }
        if person.mobile:
            user["mobile"] = person.mobile
        if person.superior:
            user["manager_userid"] = person.superior
        return user


def _told(department: Department) -> dict[str, Any]:
    return {
        "dept_id": department.id,
        "name": department.name,
        "parent_id": department.parent,
        "auto_add_user": False,
        "create_dept_group": False,
    }
