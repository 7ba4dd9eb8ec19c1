"""The company's address book as far as the app may see it, and whether the app's credentials are in order.

Source: protocols/wecom.md 6.1, 6.2, 8.1 (WeCom documentation 90200, 90201, 90208, 95350).
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.channels.channel import Directory, DirectoryDepartment, DirectoryMember, PlatformTrouble
from bot.channels.wecom.api import WeComApi
from bot.channels.wecom.codes import MENDED_BY_PEOPLE, NOT_ALLOWED_HERE, UNREACHABLE, Answer

GONE = (2, 5)
ADDRESS = re.compile(r"from ip: *([0-9A-Fa-f.:]+)")


async def read(api: WeComApi) -> Directory:
    """The departments and members in the app's scope, each member once.

    Raises:
        PlatformTrouble: a call failed.
    """
    departments = await _departments(api)
    members: dict[str, DirectoryMember] = {}
    leads: dict[str, list[str]] = {}
    for department in departments:
        for leader in department.leaders:
            leads.setdefault(leader, []).append(department.id)
        for row in await _members(api, department.id):
            member = _member(row)
            if member.account:
                members.setdefault(member.account, member)
    return Directory(members=tuple(_leading(member, leads) for member in members.values()), departments=departments)


async def _departments(api: WeComApi) -> tuple[DirectoryDepartment, ...]:
    answer, name = await api.get("department/list"), "department"
    if answer.code in NOT_ALLOWED_HERE:
        answer, name = await api.get("department/simplelist"), "department_id"
    return tuple(_department(row) for row in listed(_good(answer), name))


async def _members(api: WeComApi, department: str) -> list[dict[str, Any]]:
    answer = await api.get("user/list", department_id=department)
    if answer.code in NOT_ALLOWED_HERE:
        answer = await api.get("user/simplelist", department_id=department)
    if answer.code == 60011:
        return []
    return listed(_good(answer), "userlist")


def _good(answer: Answer) -> dict[str, Any]:
    if not answer.good:
        raise PlatformTrouble(answer.trouble)
    return answer.data


def listed(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list in an answer; anything else in it is left out."""
    value = data.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _department(row: Mapping[str, Any]) -> DirectoryDepartment:
    parent = str(row.get("parentid") or "")
    return DirectoryDepartment(
        id=str(row.get("id", "")),
        name=str(row.get("name") or row.get("id", "")),
        parent=parent,
        leaders=tuple(str(each).lower() for each in _values(row.get("department_leader"))),
    )


def _member(row: Mapping[str, Any]) -> DirectoryMember:
    departments = [str(each) for each in _values(row.get("department"))]
    flags = _values(row.get("is_leader_in_dept"))
    superiors = [str(each).lower() for each in _values(row.get("direct_leader"))]
    account = str(row.get("userid") or "").lower()
    return DirectoryMember(
        account=account,
        name=str(row.get("name") or account),
        mobile=str(row.get("mobile") or ""),
        title=str(row.get("position") or ""),
        departments=tuple(departments),
        leads=tuple(department for department, flag in zip(departments, flags, strict=False) if flag == 1),
        superior=next((each for each in superiors if each != account), ""),
        active=row.get("status") not in GONE,
    )


def _leading(member: DirectoryMember, leads: Mapping[str, list[str]]) -> DirectoryMember:
    """With the departments whose own entry names this member as leader."""
    all_led = tuple(dict.fromkeys((*member.leads, *leads.get(member.account, ()))))
    return member.model_copy(update={"leads": all_led})


def _values(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


async def check(api: WeComApi) -> str:
    """What is wrong, in Chinese, naming the next step; "" when all is well."""
    answer = await api.token()
    if not answer.good:
        return _advice(answer)
    answer = await api.get("department/simplelist")
    if not answer.good:
        return _advice(answer)
    if not listed(answer.data, "department_id"):
        return "应用的可见范围里没有部门。请在管理后台「应用管理 → 可见范围」加上要用本服务的部门。"
    return ""


def _advice(answer: Answer) -> str:
    if answer.code == UNREACHABLE:
        return f"连不上企业微信接口 ({answer.text})。请检查网络和 api_base。"
    if answer.code == 60020:
        found = ADDRESS.search(answer.text)
        seen = f" {found[1]}" if found else ""
        return f"本机 IP{seen} 不在企业可信 IP 里。请在管理后台「应用详情 → 企业可信IP」添加{seen}, 约 1 分钟后生效。"
    if answer.code == 60011:
        return "应用的可见范围是空的。请在管理后台「应用管理 → 可见范围」加上要用本服务的部门。"
    if answer.code == 45009:
        return "调用太频繁, 平台暂时不受理。请 1 小时后再试; 若刚改过 Secret, 请先核对。"
    words = MENDED_BY_PEOPLE.get(answer.code)
    return f"{words} (错误码 {answer.code})。" if words else f"企业微信返回错误 {answer.code}: {answer.text}"
