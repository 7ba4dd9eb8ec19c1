"""A platform's address book, as far as the company's own list of members is concerned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.members import Account, Member, Role, Told


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

    @property
    def told(self) -> Told:
        """What to remember of it."""
        return Told(active=self.active, leads=self.leads, superior=self.superior)


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


def updated(
    member: Member,
    listed: Listed,
    superior: int | None,
    *,
    mine: Account,
    others: Sequence[Account],
    before: int | None,
) -> Member:
    """The member with what the platform knows better; what it does not tell is kept.

    A demotion, a superior taken away and an account closed or opened again count when they are news; what an import or
    an administrator has said since stays otherwise. Who has another account that is active stays active.

    Args:
        mine: the account as it was known before; `others`: the member's other accounts.
        before: id of the superior whom the platform named last time.
    """
    old = mine.told
    leads = listed.leads or any(other.told.leads for other in others if other.told is not None)
    if old is None or old.leads == listed.leads:
        leads = leads or member.leads_department
    above = member.superior
    if superior is not None and superior != member.id:
        above = superior
    elif old is not None and old.superior and not listed.superior and above == before:
        above = None
    active = member.active
    if not listed.active:
        active = active and any(other.active for other in others)
    elif old is not None and not old.active:
        active = True
    return replace(
        member,
        name=listed.name or member.name,
        mobile=listed.mobile or member.mobile,
        department=listed.department or member.department,
        leads_department=leads,
        superior=above,
        active=active,
    )


def missing(known: Sequence[str], listed: Sequence[Listed]) -> tuple[str, ...]:
    """Accounts that the platform no longer lists; an empty address book means that it could not be read."""
    there = {person.account for person in listed}
    return tuple(account for account in known if account not in there) if there else ()
