"""The company as a platform's directory knows it: accounts, departments and groups."""

from dataclasses import dataclass

from bot.playground.company.company import Company
from bot.playground.company.members import Member, PlatformName
from bot.playground.platform import Department, Group, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What is set up on one platform before the first message."""

    people: tuple[Person, ...]
    departments: tuple[Department, ...]
    groups: tuple[Group, ...]


def directory(company: Company, platform: PlatformName) -> Directory:
    """Those with an account on `platform`; the root department is 1, the others follow."""
    ids = {name: number for number, name in enumerate(company.departments, start=2)}
    return Directory(
        people=tuple(_person(company, each, platform, ids) for each in company.members if each.account(platform)),
        departments=(
            Department(id=1, name=company.name, parent=0),
            *(Department(id=number, name=name) for name, number in ids.items()),
        ),
        groups=tuple(
            Group(id=group.id, name=group.name, members=[company.member(n).account(platform) for n in group.members])
            for group in company.groups
            if group.platform == platform
        ),
    )


def _person(company: Company, member: Member, platform: PlatformName, ids: dict[str, int]) -> Person:
    superior = company.member(member.superior).account(platform) if member.superior else ""
    department = ids[member.department]
    return Person(
        account=member.account(platform),
        name=member.name,
        mobile=member.mobile,
        title=member.title,
        departments=(department,),
        leads=(department,) if member.leads else (),
        superior=superior or None,
    )
