"""Changes of the directory, and who is told of them (protocol 4.3, 4.4)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from typing import Any, TypeAlias

from bot.playground.platform import Department, Person
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.events import contact_change
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.xml import Value

TellContacts: TypeAlias = Callable[[Mapping[str, Value]], Awaitable[object]]
TellApp: TypeAlias = Callable[[WeComApp, str, str], Awaitable[object]]

PERSON_FACTS = frozenset(each.name for each in fields(Person)) - {"account"}


class Changes:
    """Applies changes; the contact-sync callback hears stumps, apps hear who enters and leaves their scope."""

    def __init__(self, ground: Ground, tell_contacts: TellContacts, tell_app: TellApp) -> None:
        self._ground = ground
        self._directory = ground.directory
        self._tell_contacts = tell_contacts
        self._tell_app = tell_app

    async def apply(self, change: str, facts: Mapping[str, Any]) -> None:
        """Apply `change` and tell of it; the facts are those of `WeComPlatform.change`.

        Raises:
            ValueError: no such change.
            KeyError: a fact is missing, or the person or department is unknown.
        """
        before = self._scopes()
        changing = {
            "person_joined": self._person_joined,
            "person_changed": self._person_changed,
            "person_left": self._person_left,
            "department_added": self._department_added,
            "department_changed": self._department_changed,
            "department_removed": self._department_removed,
            "tag_changed": self._tag_changed,
        }.get(change)
        if changing is None:
            raise ValueError(f"没有这种变更: {change}")
        stump = changing(facts)
        if stump is not None:
            await self._tell_contacts(stump)
        await self._tell_scopes(before)

    def _scopes(self) -> dict[int, dict[int, str]]:
        """Per app the accounts in its scope, by the person's identity: a new userid is no coming and going."""
        return {
            app.agent_id: {id(person): person.account for person in self._directory.visible(app)}
            for app in self._ground.corp.apps
        }

    async def _tell_scopes(self, before: dict[int, dict[int, str]]) -> None:
        after = self._scopes()
        for app in self._ground.corp.apps:
            was, now = before[app.agent_id], after[app.agent_id]
            for each in now.keys() - was.keys():
                await self._tell_app(app, now[each], "subscribe")
            for each in was.keys() - now.keys():
                await self._tell_app(app, was[each], "unsubscribe")

    def _person_joined(self, facts: Mapping[str, Any]) -> dict[str, Value]:
        person = facts["person"] if "person" in facts else Person(**facts)
        self._directory.people[person.account] = person
        return contact_change("create_user", {"UserID": person.account, "Department": _joined(person.departments)})

    def _person_changed(self, facts: Mapping[str, Any]) -> dict[str, Value] | None:
        person = self._directory.people[facts["account"]]
        was, former = person.departments, person.account
        for name in PERSON_FACTS & facts.keys():
            setattr(person, name, facts[name])
        own: dict[str, Value] = {"UserID": former}
        if "new_account" in facts:
            self._rename(person, facts["new_account"])
            own["NewUserID"] = person.account
        if person.departments == was and "NewUserID" not in own:
            return None
        return contact_change("update_user", {**own, "Department": _joined(person.departments)})

    def _rename(self, person: Person, account: str) -> None:
        former, person.account = person.account, account
        self._directory.people.pop(former)
        self._directory.people[account] = person
        for group in self._ground.groups.values():
            group.members[:] = [account if each == former else each for each in group.members]
        for each in self._directory.people.values():
            if each.superior == former:
                each.superior = account

    def _person_left(self, facts: Mapping[str, Any]) -> dict[str, Value]:
        account = facts["account"]
        self._directory.people.pop(account)
        for group in self._ground.groups.values():
            group.members[:] = [each for each in group.members if each != account]
        return contact_change("delete_user", {"UserID": account})

    def _department_added(self, facts: Mapping[str, Any]) -> dict[str, Value]:
        department = facts["department"] if "department" in facts else Department(**facts)
        self._directory.departments[department.id] = department
        return contact_change("create_party", {"Id": department.id, "ParentId": str(department.parent)})

    def _department_changed(self, facts: Mapping[str, Any]) -> dict[str, Value] | None:
        department = self._directory.departments[facts["id"]]
        department.name = facts.get("name", department.name)
        parent = facts.get("parent", department.parent)
        if parent == department.parent:
            return None
        department.parent = parent
        return contact_change("update_party", {"Id": department.id, "ParentId": str(parent)})

    def _department_removed(self, facts: Mapping[str, Any]) -> dict[str, Value]:
        self._directory.departments.pop(facts["id"])
        return contact_change("delete_party", {"Id": facts["id"]})

    def _tag_changed(self, facts: Mapping[str, Any]) -> dict[str, Value]:
        tag = self._ground.corp.tags[facts["id"]]
        people, departments = list(facts.get("people", tag.people)), list(facts.get("departments", tag.departments))
        own: dict[str, Value] = {
            "TagId": tag.id,
            "AddUserItems": _joined(each for each in people if each not in tag.people),
            "DelUserItems": _joined(each for each in tag.people if each not in people),
            "AddPartyItems": _joined(each for each in departments if each not in tag.departments),
            "DelPartyItems": _joined(each for each in tag.departments if each not in departments),
        }
        tag.people, tag.departments = people, departments
        return contact_change("update_tag", own)


def _joined(items: Any) -> str:
    return ",".join(str(each) for each in items)
