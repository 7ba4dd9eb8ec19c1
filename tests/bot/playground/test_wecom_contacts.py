"""The directory as apps and the contact-sync assistant may read it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.bot.playground.wecom_service import SECRET, Service, a_service


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service() as service:
        yield service


async def asked(service: Service, path: str, secret: str = SECRET, **query: str) -> dict[str, Any]:
    return await service.get(path, access_token=await service.token(secret), **query)


async def test_a_member_without_what_new_apps_may_not_see(service: Service) -> None:
    member = await asked(service, "user/get", userid="ZhouQiang")
    assert (member["userid"], member["name"], member["department"]) == ("zhouqiang", "周强", [1, 2])
    assert (member["direct_leader"], member["is_leader_in_dept"], member["status"]) == (["lina"], [0, 0], 1)
    assert "mobile" not in member
    assert (await asked(service, "user/get", userid="ghost"))["errcode"] == 60111


async def test_an_app_reads_its_scope_only(service: Service) -> None:
    assert (await asked(service, "user/get", "other-secret", userid="lina"))["errcode"] == 60011
    member = await asked(service, "user/get", "other-secret", userid="zhouqiang")
    assert (member["department"], member["direct_leader"]) == ([2], [])
    departments = await asked(service, "department/list", "other-secret")
    assert [each["id"] for each in departments["department"]] == [2, 3]


async def test_lists_are_one_level_deep(service: Service) -> None:
    short = await asked(service, "user/simplelist", department_id="1")
    assert [each["userid"] for each in short["userlist"]] == ["lina", "zhouqiang", "lizhi"]
    full = await asked(service, "user/list", department_id="2")
    assert [each["userid"] for each in full["userlist"]] == ["zhouqiang", "ligong"]
    assert (await asked(service, "user/list", department_id="99"))["errcode"] == 60003


async def test_departments_with_their_leaders(service: Service) -> None:
    tree = (await asked(service, "department/list"))["department"]
    assert [(each["id"], each["parentid"], each["department_leader"]) for each in tree] == [
        (1, 0, ["lina"]),
        (2, 1, []),
        (3, 2, []),
    ]
    one = await asked(service, "department/get", id="2")
    assert one["department"]["name"] == "技术部"
    ids = await asked(service, "department/simplelist", id="2")
    assert [each["id"] for each in ids["department_id"]] == [2, 3]


async def test_the_sync_assistant_sees_ids_and_structure_only(service: Service) -> None:
    first = await service.post("user/list_id", {"limit": 3}, secret="sync-secret")
    assert len(first["dept_user"]) == 3
    rest = await service.post("user/list_id", {"limit": 3, "cursor": first["next_cursor"]}, secret="sync-secret")
    assert (len(rest["dept_user"]), rest["next_cursor"]) == (2, "")
    assert (await asked(service, "department/simplelist", "sync-secret"))["errcode"] == 0
    assert (await asked(service, "user/get", "sync-secret", userid="lina"))["errcode"] == 48009
    assert (await service.post("user/list_id", {}))["errcode"] == 48002


async def test_tags_and_numbers(service: Service) -> None:
    assert (await asked(service, "tag/list"))["taglist"] == [{"tagid": 7, "tagname": "专家"}]
    tag = await asked(service, "tag/get", tagid="7")
    assert (tag["userlist"], tag["partylist"]) == ([{"userid": "ligong", "name": "李工"}], [2])
    assert (await asked(service, "tag/get", tagid="8"))["errcode"] == 68000
    assert (await service.post("user/getuserid", {"mobile": "13800000001"}))["userid"] == "lina"
    assert (await service.post("user/getuserid", {"mobile": "1"}))["errcode"] == 46004


async def test_the_wrong_method_is_refused(service: Service) -> None:
    assert (await asked(service, "message/send"))["errcode"] == 40035
