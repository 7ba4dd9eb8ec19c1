"""Contacts, login codes, media, and the events of a changing directory."""

import io
from typing import Any

import aiohttp
import pytest

from bot.playground.dingtalk import DingTalkLimits
from bot.playground.platform import Person
from tests.bot.playground.dingtalk_service import CORP, Scene, serving


async def test_a_user_has_the_documented_members() -> None:
    async with serving() as scene:
        answer = await scene.oapi("/topapi/v2/user/get", {"userid": "zhangsan01", "language": "zh_CN"})
        user = answer["result"]
        assert (answer["errcode"], answer["errmsg"]) == (0, "ok")
        assert (user["name"], user["mobile"], user["dept_id_list"]) == ("张三", "13800000001", [2])
        assert user["manager_userid"] == "manager09"
        assert user["active"] is True
        manager = (await scene.oapi("/topapi/v2/user/get", {"userid": "manager09"}))["result"]
        assert "manager_userid" not in manager
        assert manager["title"] == "经理"


async def test_members_of_a_department_come_in_pages() -> None:
    async with serving() as scene:
        asked = {"dept_id": 2, "cursor": 0, "size": 1}
        first = (await scene.oapi("/topapi/v2/user/list", asked))["result"]
        assert (first["has_more"], first["next_cursor"]) == (True, 1)
        second = (await scene.oapi("/topapi/v2/user/list", asked | {"cursor": 1}))["result"]
        assert second["has_more"] is False
        assert [one["userid"] for one in first["list"] + second["list"]] == ["zhangsan01", "lisi02"]
        assert [one["leader"] for one in first["list"] + second["list"]] == [False, True]
        assert "manager_userid" not in first["list"][0]
        assert (await scene.oapi("/topapi/v2/user/list", asked | {"size": 101}))["errcode"] == 40035


async def test_departments_and_their_leaders() -> None:
    async with serving() as scene:
        below = (await scene.oapi("/topapi/v2/department/listsub", {"dept_id": 1}))["result"]
        assert [(one["dept_id"], one["name"], one["parent_id"]) for one in below] == [(2, "销售部", 1)]
        about = (await scene.oapi("/topapi/v2/department/get", {"dept_id": 2}))["result"]
        assert about["dept_manager_userid_list"] == ["lisi02"]
        ids = (await scene.oapi("/topapi/user/listid", {"dept_id": 1}))["result"]
        assert ids == {"userid_list": ["manager09"]}


async def test_people_are_found_by_mobile_and_union_id() -> None:
    async with serving() as scene:
        assert (await scene.oapi("/topapi/v2/user/getbymobile", {"mobile": "13800000001"}))["result"] == {
            "userid": "zhangsan01"
        }
        union_id = scene.platform.ground.union_id("lisi02")
        found = (await scene.oapi("/topapi/user/getbyunionid", {"unionid": union_id}))["result"]
        assert found == {"contact_type": 0, "userid": "lisi02"}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/topapi/v2/user/get", {"userid": ""}, 33012),
        ("/topapi/v2/user/get", {"userid": "gone01"}, 60121),
        ("/topapi/v2/user/get", {"userid": "guest"}, 60121),
        ("/topapi/v2/user/getbymobile", {"mobile": "1"}, 60121),
        ("/topapi/user/getbyunionid", {"unionid": "u?"}, 60121),
        ("/topapi/v2/department/get", {"dept_id": 99}, 60003),
        ("/topapi/v2/department/get", {"dept_id": "1"}, 40035),
        ("/topapi/v2/user/getuserinfo", {"code": "?"}, 40078),
        ("/topapi/v2/user/get", None, 40035),
    ],
)
async def test_unknown_things_have_their_codes(path: str, body: Any, code: int) -> None:
    async with serving() as scene:
        assert (await scene.oapi(path, body))["errcode"] == code


async def test_what_is_outside_the_contact_scope_is_refused() -> None:
    async with serving() as scene:
        scene.platform.conditions.contact_scope = {2}
        assert (await scene.oapi("/topapi/v2/user/get", {"userid": "zhangsan01"}))["errcode"] == 0
        assert (await scene.oapi("/topapi/v2/user/get", {"userid": "manager09"}))["errcode"] == 50002
        assert (await scene.oapi("/topapi/v2/department/get", {"dept_id": 1}))["errcode"] == 50004
        assert (await scene.oapi("/topapi/user/listid", {"dept_id": 1}))["errcode"] == 0


async def test_a_login_code_works_once_and_for_five_minutes() -> None:
    async with serving() as scene:
        code = scene.platform.login_code("zhangsan01")
        answer = (await scene.oapi("/topapi/v2/user/getuserinfo", {"code": code}))["result"]
        assert (answer["userid"], answer["name"], answer["sys"]) == ("zhangsan01", "张三", False)
        assert (await scene.oapi("/topapi/v2/user/getuserinfo", {"code": code}))["errcode"] == 40078
        late = scene.platform.login_code("zhangsan01")
        scene.clock.pass_by(minutes=5)
        assert (await scene.oapi("/topapi/v2/user/getuserinfo", {"code": late}))["errcode"] == 40078


async def upload(scene: Scene, kind: str, content: bytes, filename: str | None = "a.bin") -> dict[str, Any]:
    form = aiohttp.FormData()
    form.add_field("type", kind)
    form.add_field("media", io.BytesIO(content), filename=filename, content_type="application/octet-stream")
    url = f"{scene.base}/oapi/media/upload?access_token={await scene.token()}"
    async with scene.http.post(url, data=form) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def test_media_are_uploaded_within_their_limits() -> None:
    async with serving(limits=DingTalkLimits(voice_bytes=10, media_bytes=2_000_000)) as scene:
        answer = await upload(scene, "file", b"x" * 1_500_000)
        assert answer["media_id"].startswith("@lAD")
        assert (answer["errcode"], answer["type"]) == (0, "file")
        assert len(scene.platform.media.files[answer["media_id"]].content) == 1_500_000
        assert (await upload(scene, "voice", b"x" * 11))["errcode"] == 40006
        assert (await upload(scene, "song", b"x"))["errcode"] == 40004
        assert '"media": "a.bin"' in scene.platform.wire[-1].body


CHANGES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("person_joined", {"account": "new01", "name": "新人"}, "user_add_org", {"userId": ["new01"]}),
    ("person_changed", {"account": "lisi02", "departments": (1,)}, "user_modify_org", {"userId": ["lisi02"]}),
    ("person_left", {"account": "lisi02"}, "user_leave_org", {"userId": ["lisi02"]}),
    ("department_added", {"id": 3, "name": "华东区", "parent": 2}, "org_dept_create", {"deptId": [3]}),
    ("department_changed", {"id": 2, "name": "营销部"}, "org_dept_modify", {"deptId": [2]}),
    ("department_removed", {"id": 2}, "org_dept_remove", {"deptId": [2]}),
]


@pytest.mark.parametrize(("change", "facts", "told", "members"), CHANGES)
async def test_a_change_is_told_over_stream(
    change: str, facts: dict[str, Any], told: str, members: dict[str, Any]
) -> None:
    async with serving() as scene:
        client = await scene.connect()
        await scene.platform.change(change, **facts)
        (frame,) = client.frames
        assert frame["type"] == "EVENT"
        assert frame["headers"]["eventType"] == told
        assert frame["headers"]["eventCorpId"] == CORP
        assert int(frame["headers"]["eventBornTime"])
        assert members.items() <= client.data("*")[0].items()


async def test_who_left_is_out_of_groups_and_unknown() -> None:
    async with serving() as scene:
        await scene.platform.change("person_left", account="lisi02")
        assert all("lisi02" not in group.members for group in scene.platform.groups.values())
        assert (await scene.oapi("/topapi/v2/user/get", {"userid": "lisi02"}))["errcode"] == 60121
        await scene.platform.change("person_joined", person=Person(account="lisi02", name="李四"))
        assert scene.platform.people["lisi02"] == Person(account="lisi02", name="李四")


async def test_an_unknown_change_is_an_error() -> None:
    async with serving() as scene:
        with pytest.raises(ValueError, match="nonsense"):
            await scene.platform.change("nonsense")
