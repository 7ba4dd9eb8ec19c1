"""Changes of the directory, and the events they cause."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.playground.dingtalk.events import Events
from bot.playground.dingtalk.ground import Ground
from bot.playground.platform import Department, Person

TOLD_AS = {"account": "userid", "departments": "department", "superior": "manager_userid", "title": "position"}
"""What our facts are called in `diffInfo`; the others keep their name."""


class Changes:
    """Joins, leaves and moves.

    Source: protocols/dingtalk.md 4.6.
    """

    def __init__(self, ground: Ground, events: Events) -> None:
        self._ground = ground
        self._events = events

    async def make(self, change: str, facts: Mapping[str, Any]) -> None:
        """Make a change and tell.

        Args:
            change: `person_joined` (`person` or its fields), `person_changed` (`account` and what is new),
                `person_left` (`account`), `department_added` (`department` or its fields), `department_changed`
                (`id` and what is new), `department_removed` (`id`).

        Raises:
            ValueError: no such change.
            KeyError: no such person or department.
        """
        match change:
            case "person_joined":
                person = facts["person"] if "person" in facts else Person(**facts)
                self._ground.people[person.account] = person
                await self._tell_person("user_add_org", person.account)
            case "person_changed":
                await self._change_person(dict(facts))
            case "person_left":
                del self._ground.people[facts["account"]]
                for group in self._ground.groups.values():
                    group.members = [account for account in group.members if account != facts["account"]]
                await self._tell_person("user_leave_org", facts["account"])
            case "department_added":
                department = facts["department"] if "department" in facts else Department(**facts)
                self._ground.departments[department.id] = department
                await self._tell_department("org_dept_create", department.id)
            case "department_changed":
                number = facts["id"]
                self._ground.departments[number] = replace(self._ground.departments[number], **facts)
                await self._tell_department("org_dept_modify", number)
            case "department_removed":
                del self._ground.departments[facts["id"]]
                await self._tell_department("org_dept_remove", facts["id"])
            case _:
                raise ValueError(f"no such change: {change}")

    async def _change_person(self, facts: dict[str, Any]) -> None:
        account = facts.pop("account")
        before = self._ground.people[account]
        self._ground.people[account] = replace(before, **facts)
        difference = {
            "userid": account,
            "prev": {TOLD_AS.get(name, name): _plain(getattr(before, name)) for name in facts},
            "curr": {TOLD_AS.get(name, name): _plain(value) for name, value in facts.items()},
        }
        await self._tell_person("user_modify_org", account, optStaffId=account, diffInfo=difference)

    async def _tell_person(self, name: str, account: str, **more: Any) -> None:
        await self._events.tell(name, {"timeStamp": str(self._ground.ms()), "userId": [account], **more})

    async def _tell_department(self, name: str, number: int) -> None:
        await self._events.tell(name, {"timeStamp": str(self._ground.ms()), "deptId": [number]})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
