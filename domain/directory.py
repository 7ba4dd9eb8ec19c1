"""A platform's address book, as far as the company's own list of members is concerned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.members import Member, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person as a platform lists them.

    Attributes:
        account: the platform's id of the person; `superior` is such an id too, "" when nobody is named.
        department: name of the main department.
        leads: whether the person heads that department.
    """

    account: str
    name: str
    mobile: str = ""
    department: str = ""
    leads: bool = False
    superior: str = ""
    active: bool = True


def hired(listed: Listed, platform: str) -> Member:
    """A member made from the address book alone; roles are given by the import or an administrator."""
    roles = (Role.SALES, Role.MANAGER) if listed.leads else (Role.SALES,)
    return Member(
        code=f"{platform}:{listed.account}",
        name=listed.name or listed.account,
        mobile=listed.mobile,
        department=listed.department,
        leads_department=listed.leads,
        roles=roles,
        active=listed.active,
    )


def updated(member: Member, listed: Listed, superior: int | None) -> Member:
    """The member with what the platform knows better; what it does not tell is kept."""
    return replace(
        member,
        name=listed.name or member.name,
        mobile=listed.mobile or member.mobile,
        department=listed.department or member.department,
        leads_department=listed.leads or member.leads_department,
        superior=superior if superior is not None and superior != member.id else member.superior,
        active=listed.active,
    )


def missing(known: Sequence[str], listed: Sequence[Listed]) -> tuple[str, ...]:
    """Accounts that the platform no longer lists; an empty address book means that it could not be read."""
    there = {person.account for person in listed}
    return tuple(account for account in known if account not in there) if there else ()
