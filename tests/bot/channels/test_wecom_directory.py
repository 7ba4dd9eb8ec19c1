"""The address book as the app sees it, and what `gendan check` says about the app."""

from typing import Any

import pytest

from bot.channels.channel import PlatformTrouble
from bot.channels.wecom.address_book import check, read
from bot.channels.wecom.codes import UNREACHABLE, Answer
from bot.playground.platform import Fault
from tests.bot.channels.wecom_scene import scene


async def test_the_whole_company_is_read_with_who_leads_whom() -> None:
    async with scene() as here:
        book = await here.app.directory()
    members = {member.account: member for member in book.members}
    assert set(members) == {"zhouqiang", "lina", "ligong"}
    assert members["zhouqiang"].superior == "lina"
    assert (members["zhouqiang"].name, members["zhouqiang"].title) == ("周强", "销售")
    assert members["zhouqiang"].departments == ("3",)
    assert members["lina"].leads == ("2",)
    assert {(each.id, each.name, each.parent) for each in book.departments} == {
        ("1", "远山科技", ""),
        ("2", "管理部", "1"),
        ("3", "销售部", "1"),
    }


async def test_only_what_is_in_scope_is_read() -> None:
    async with scene(visible=(3,)) as here:
        book = await here.app.directory()
    assert [member.account for member in book.members] == ["zhouqiang"]


async def test_a_secret_that_may_not_read_details_reads_names() -> None:
    async with scene() as here:
        for path in ("department/list", "user/list"):
            here.platform.faults.append(Fault(path=f"/cgi-bin/{path}", kind="errcode", value=48009, times=-1))
        book = await here.app.directory()
    assert {member.name for member in book.members} == {"周强", "李娜", "李工"}
    assert [each.name for each in book.departments] == ["1", "2", "3"]


async def test_what_cannot_be_read_is_told_without_secrets() -> None:
    async with scene() as here:
        here.platform.faults.append(Fault(path="/cgi-bin/user/list", kind="errcode", value=48006))
        with pytest.raises(PlatformTrouble, match="user/list 48006: 应用已被停用"):
            await here.app.directory()


async def test_all_is_well() -> None:
    async with scene() as here:
        assert await here.app.check() == ""
        assert await here.bot.check() == ""


async def test_a_wrong_secret_a_wrong_company_and_a_strange_address_are_named() -> None:
    async with scene(secret="wrong") as here:
        assert await here.app.check() == "应用的 Secret 不对, 请在管理后台复制后更新配置 (错误码 40001)。"
    async with scene(corp_id="ww0000000000000000") as here:
        assert (await here.app.check()).startswith("企业 ID (corp_id) 不对")
    async with scene(trusted_ips={"203.0.113.9"}) as here:
        told = await here.app.check()
    assert told.startswith("本机 IP 127.0.0.1 不在企业可信 IP 里")
    assert "添加 127.0.0.1" in told


async def test_an_app_nobody_can_see_and_a_platform_nobody_can_reach_are_named() -> None:
    async with scene(visible=()) as here:
        assert "可见范围" in await here.app.check()
    async with scene(api_base="http://127.0.0.1:9") as here:
        assert (await here.app.check()).startswith("连不上企业微信接口")


class Scripted:
    """Answers from a list, whatever is asked."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers

    async def token(self) -> Answer:
        return self.answers.get("gettoken", Answer("gettoken", 0))

    async def get(self, path: str, **params: str) -> Answer:
        return self.answers[path]


async def test_odd_answers_are_read_without_falling_over() -> None:
    departments: dict[str, Any] = {"department": [{"id": 1}, "x", {"id": 2, "department_leader": ["LiNa"]}]}
    odd = [{"userid": "LiNa", "direct_leader": ["lina"], "status": 5}, {"name": "nobody"}, None]
    api: Any = Scripted(
        {
            "department/list": Answer("department/list", 0, data=departments),
            "user/list": Answer("user/list", 0, data={"userlist": odd}),
        }
    )
    book = await read(api)
    (lina,) = book.members
    assert (lina.account, lina.name, lina.superior, lina.active, lina.leads) == ("lina", "lina", "", False, ("2",))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer("gettoken", UNREACHABLE, "TimeoutError"), "连不上企业微信接口 (TimeoutError)"),
        (Answer("gettoken", 45009, "freq"), "调用太频繁"),
        (Answer("gettoken", 60020, "not allow to access"), "本机 IP 不在企业可信 IP 里"),
        (Answer("gettoken", 99999, "new words"), "企业微信返回错误 99999: new words"),
    ],
)
async def test_other_troubles_are_put_into_words(answer: Answer, words: str) -> None:
    api: Any = Scripted({"gettoken": answer})
    assert (await check(api)).startswith(words)


async def test_an_empty_scope_is_named() -> None:
    api: Any = Scripted({"department/simplelist": Answer("department/simplelist", 60011)})
    assert "可见范围是空的" in await check(api)
