"""The company's people and departments, who may see whom, and the calls that read them (protocol 6.1-6.3, 1.5)."""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Any

from bot.playground.platform import Department, Person
from bot.playground.wecom.corp import Tag, WeComApp, WeComCorp

TRANSLATED = re.compile(r"\$(userName|userAlias|userAliasOrName|departmentName)=([^$]+)\$")

TRANSLATED_FIELDS = ("text", "title", "description", "desc", "value", "sub_title_text")


class Directory:
    """People and departments of one company; userids are compared without case."""

    def __init__(self, corp: WeComCorp, people: Iterable[Person], departments: Iterable[Department]) -> None:
        self.corp = corp
        self.people = {person.account: person for person in people}
        self.departments = {department.id: department for department in departments}
        self.departments.setdefault(1, Department(id=1, name="公司", parent=0))

    def find(self, userid: str) -> Person | None:
        """The member with this userid in whatever case."""
        found = self.people.get(userid)
        if found is not None:
            return found
        folded = userid.lower()
        return next((person for person in self.people.values() if person.account.lower() == folded), None)

    def below(self, department: int) -> set[int]:
        """A department with everything under it; empty when it does not exist."""
        found = {department} & self.departments.keys()
        fresh = set(found)
        while fresh:
            fresh = {each.id for each in self.departments.values() if each.parent in fresh} - found
            found |= fresh
        return found

    def visible_departments(self, app: WeComApp) -> set[int]:
        """Departments in the visible scope of an app."""
        return set[int]().union(*(self.below(department) for department in app.visible_departments))

    def sees(self, app: WeComApp, person: Person) -> bool:
        """Whether a member is in the visible scope of an app and may be written to."""
        if not person.active or person.external:
            return False
        inside = not self.visible_departments(app).isdisjoint(person.departments)
        return inside or person.account in app.visible_people

    def visible(self, app: WeComApp) -> list[Person]:
        """Everybody in the visible scope of an app."""
        departments = self.visible_departments(app)
        return [
            person
            for person in self.people.values()
            if person.active
            and not person.external
            and (person.account in app.visible_people or not departments.isdisjoint(person.departments))
        ]

    def members(self, department: int, *, recursive: bool = False) -> list[Person]:
        """People of a department, external ones left out."""
        wanted = self.below(department) if recursive else {department}
        return [p for p in self.people.values() if not p.external and not wanted.isdisjoint(p.departments)]

    def tagged(self, tag: Tag) -> list[Person]:
        """People who carry a tag, directly or through their department."""
        found = {account: person for account in tag.people if (person := self.find(account))}
        for department in tag.departments:
            found |= {person.account: person for person in self.members(department, recursive=True)}
        return list(found.values())

    def open_id(self, account: str) -> str:
        """The encrypted id by which a bot knows a member (protocol 1.5)."""
        digest = hashlib.sha256(f"{self.corp.corp_id} {account}".encode()).digest()
        return "wo" + base64.b32encode(digest)[:30].decode()

    def by_open_id(self, open_id: str) -> Person | None:
        """The member behind an encrypted id."""
        return next((person for person in self.people.values() if self.open_id(person.account) == open_id), None)

    def translated(self, part: Any, app: WeComApp) -> Any:
        """A card or message with the ids in its words replaced (protocol 5.14)."""
        if isinstance(part, list):
            return [self.translated(each, app) for each in part]
        if not isinstance(part, dict):
            return part
        return {
            key: self.translate(value, app)
            if key in TRANSLATED_FIELDS and isinstance(value, str)
            else self.translated(value, app)
            for key, value in part.items()
        }

    def translate(self, text: str, app: WeComApp) -> str:
        """`$userName=ID$` and its like replaced by names; ids out of scope stay as written (protocol 5.14)."""

        def name(match: re.Match[str]) -> str:
            kind, key = match.groups()
            if kind == "departmentName":
                number = int(key) if key.isdigit() else 0
                return self.departments[number].name if number in self.visible_departments(app) else match.group()
            person = self.find(key)
            return person.name if person and self.sees(app, person) else match.group()

        return TRANSLATED.sub(name, text)
