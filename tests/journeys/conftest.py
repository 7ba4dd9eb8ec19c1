"""The ways on which a person meets the service."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.company import TEMPLATE
from tests.journeys.people import HELPER, Person
from tests.scene import a_scene


@dataclass(frozen=True, slots=True)
class Way:
    """A salesperson's account (`code` is the 工号), where that person writes, and how DingTalk is set up."""

    account: str
    code: str
    chat: str | None = None
    template: str = TEMPLATE
    mode: str = "stream"


WAYS = {
    "wecom_app": Way("zhouqiang", "Y002"),
    "wecom_bot": Way("zhouqiang", "Y002", chat=HELPER),
    "dingtalk_cards": Way("d-chenjing", "Y003"),
    "dingtalk_links": Way("d-chenjing", "Y003", template=""),
    "dingtalk_http": Way("d-chenjing", "Y003", mode="http"),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Each way in turn."""
    return WAYS[request.param]


@pytest.fixture
async def rep(way: Way, sqlite_url: str) -> AsyncIterator[Person]:
    """A salesperson on each way in turn, with the running service around."""
    async with a_scene(sqlite_url, template=way.template, mode=way.mode) as scene:
        yield Person(scene, way.account, way.chat)
        await scene.spotless()
