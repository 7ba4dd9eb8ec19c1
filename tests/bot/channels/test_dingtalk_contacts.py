"""The address book, and what checking the set-up says."""

import pytest

from bot.channels.channel import PlatformTrouble
from bot.playground.dingtalk import DingTalkLimits
from bot.playground.platform import Department, Fault, Person
from tests.bot.channels.dingtalk_scene import (
    LI,
    WANG,
    ZHANG,
    playing,
)


async def test_the_address_book_is_read_whole() -> None:
    async with playing(DingTalkLimits(user_page=100)) as scene:
        scene.platform.departments[3] = Department(id=3, name="华东组", parent=2)
        for number in range(3):
            account = f"new{number}"
            person = Person(account=account, name=f"新人{number}", departments=(3, 2), superior=LI, active=number != 1)
            scene.platform.people[account] = person
        directory = await scene.channel.directory()

        assert {one.id: (one.name, one.parent) for one in directory.departments} == {
            "1": ("远山科技", ""),
            "2": ("销售部", "1"),
            "3": ("华东组", "2"),
        }
        assert next(one for one in directory.departments if one.id == "2").leaders == (LI,)
        members = {one.account: one for one in directory.members}
        assert set(members) == {ZHANG, LI, WANG, "new0", "new1", "new2"}
        assert members[ZHANG].superior == WANG
        assert members[LI].leads == ("2",)
        assert members["new0"].departments == ("3", "2")
        assert not members["new1"].active


async def test_a_busy_address_book_is_read_patiently_and_a_closed_one_said() -> None:
    async with playing() as scene:
        scene.platform.faults.append(Fault(path="/topapi/v2/user/list", kind="errcode", value=90018))
        assert len((await scene.channel.directory()).members) == 3
        scene.platform.conditions.missing_scopes.add("qyapi_get_department_list")
        with pytest.raises(PlatformTrouble, match="权限"):
            await scene.channel.directory()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, ""),
        ({"client_secret": "wrong"}, "client_secret"),
        ({"mode": "http"}, ""),
        ({"mode": "http", "card_secret": ""}, "card_secret"),
    ],
)
async def test_checking_says_what_to_do(settings: dict[str, str], says: str) -> None:
    async with playing() as scene:
        channel = scene.make(**settings)
        result = await channel.check()
        assert says in result
        assert bool(result) is bool(says)
        await channel.close()


async def test_checking_tells_of_an_unpublished_robot() -> None:
    async with playing() as scene:
        scene.platform.ground.corp.apps[0].published = False
        assert "Stream" in await scene.channel.check()
