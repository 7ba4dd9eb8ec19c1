"""The address book, read whole.

Source: protocols/dingtalk.md 7.1.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.channels.channel import Directory, DirectoryDepartment, DirectoryMember
from bot.channels.dingtalk import wire
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.troubles import Kind, Trouble
from bot.channels.dingtalk.wire import Document

ROOT = "1"
PAGE = 100
AT_ONCE = 4
APART = 0.08
"""Seconds between the beginnings of two calls; the platform takes 20 a second of each kind."""
TRIES = 5


class Contacts:
    """Reads departments and people with few calls at a time, and patiently when told to slow down."""

    def __init__(self, api: Api, *, apart: float = APART) -> None:
        self._api = api
        self._apart = apart
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turn = asyncio.Lock()

    async def read(self) -> Directory:
        """All departments below the root and everybody in them, as far as the app may see.

        Raises:
            Trouble: a call was refused for good.
        """
        departments: dict[str, DirectoryDepartment] = {}
        level = [ROOT]
        while level:
            found = await self._each(self._department, level)
            departments |= {one.id: one for one, _ in found}
            below = dict.fromkeys(child for _, children in found for child in children)
            level = [child for child in below if child not in departments]
        listed: dict[str, Document] = {}
        for people in await self._each(self._people, list(departments)):
            for person in people:
                listed.setdefault(wire.text(person.get("userid")), person)
        listed.pop("", None)
        members = await self._each(self._person, list(listed.values()))
        return Directory(
            members=tuple(sorted(members, key=lambda one: one.account)), departments=tuple(departments.values())
        )

    async def _each(self, work: Any, items: list[Any]) -> list[Any]:
        running = [asyncio.create_task(work(item)) for item in items]
        try:
            return await asyncio.gather(*running)
        finally:
            for task in running:
                task.cancel()

    async def _department(self, number: str) -> tuple[DirectoryDepartment, list[str]]:
        about = wire.document(await self._call("department/get", {"dept_id": int(number)}))
        children = await self._call("department/listsub", {"dept_id": int(number)})
        ids = [wire.text(wire.document(child).get("dept_id")) for child in wire.items(children)]
        department = DirectoryDepartment(
            id=number,
            name=wire.text(about.get("name")),
            parent=wire.text(about.get("parent_id")) if number != ROOT else "",
            leaders=tuple(filter(None, map(wire.text, wire.items(about.get("dept_manager_userid_list"))))),
        )
        return department, [child for child in ids if child.isdigit()]

    async def _people(self, department: str) -> list[Document]:
        found: list[Document] = []
        cursor = 0
        while True:
            page = wire.document(
                await self._call("user/list", {"dept_id": int(department), "cursor": cursor, "size": PAGE})
            )
            found += [wire.document(person) for person in wire.items(page.get("list"))]
            following = wire.number(page.get("next_cursor"))
            if page.get("has_more") is not True or following <= cursor:
                return found
            cursor = following

    async def _person(self, listed: Document) -> DirectoryMember:
        """The list of a department lacks the superior and further departments: read the person, if still there."""
        about = listed
        if not wire.text(listed.get("manager_userid")):
            try:
                about = {**listed, **wire.document(await self._call("user/get", {"userid": listed["userid"]}))}
            except Trouble as trouble:
                if trouble.kind is not Kind.NEVER:
                    raise
        return member(about)

    async def _call(self, name: str, body: Mapping[str, Any]) -> Any:
        for attempt in range(TRIES):
            async with self._places:
                async with self._turn:
                    await asyncio.sleep(self._apart)
                try:
                    return await self._api.old(f"/topapi/v2/{name}", body)
                except Trouble as trouble:
                    if trouble.kind not in (Kind.SLOWER, Kind.UNSURE) or attempt == TRIES - 1:
                        raise
            await asyncio.sleep(min(2**attempt, 8))
        raise AssertionError("unreachable")


def member(about: Document) -> DirectoryMember:
    """A person as `user/get` tells; the superior only where somebody maintains it."""
    leads = [wire.document(entry) for entry in wire.items(about.get("leader_in_dept"))]
    return DirectoryMember(
        account=wire.text(about.get("userid")),
        name=wire.text(about.get("name")),
        mobile=wire.text(about.get("mobile")),
        title=wire.text(about.get("title")),
        departments=tuple(filter(None, map(wire.text, wire.items(about.get("dept_id_list"))))),
        leads=tuple(wire.text(entry.get("dept_id")) for entry in leads if entry.get("leader") in (True, "true")),
        superior=wire.text(about.get("manager_userid")),
        active=about.get("active") not in (False, "false"),
    )
