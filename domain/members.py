"""People of the company: roles, teams, who may see and do what."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.entity import Entity


class Role(StrEnum):
    """What a member does; the words are those of the import column 角色 (design.md 4)."""

    SALES = "销售"
    MANAGER = "主管"
    EXPERT = "专家"
    KEEPER = "仓管"
    FINANCE = "财务"
    ADMIN = "管理员"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Entity):
    """A person of the company, with however many chat accounts.

    Attributes:
        code: 工号, unique.
        superior: id of the direct superior, None at the top.
        department: name of the main department.
        leads_department: whether the platform or the import marks this member as its head.
        skills: 擅长, words by which an expert is found.
        nicknames: what colleagues call this person (张工, 凯哥).
    """

    kind: ClassVar[str] = "member"
    letter: ClassVar[str] = "P"
    noun: ClassVar[str] = "同事"

    code: str
    name: str
    mobile: str = ""
    department: str = ""
    leads_department: bool = False
    superior: int | None = None
    roles: tuple[Role, ...] = ()
    skills: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    active: bool = True

    def has(self, *roles: Role) -> bool:
        """Whether the member has any of these roles; an administrator has all."""
        return Role.ADMIN in self.roles or any(role in self.roles for role in roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a platform's address book said last of an account; what has not changed since is no news.

    Attributes:
        superior: the account of the superior, "" when nobody was named.
    """

    active: bool = True
    leads: bool = False
    superior: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member's account on a chat platform.

    Attributes:
        platform: the platform's name as its channels give it.
        account: the id that the platform uses for the person.
        told: None until the platform's address book has been read.
        seen_at: when the account last wrote to us, ISO 8601 in UTC, "" if never; messages go where the person is.
    """

    platform: str
    account: str
    member: int
    told: Told | None = None

    @property
    def active(self) -> bool:
        """Whether it may be used, as far as the platform has told."""
        return self.told is None or self.told.active


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a member may see: everything, or what belongs to `owners`.

    `owners` are member ids: the member and, for a manager, everybody below.
    """

    member: int
    everything: bool
    owners: frozenset[int]

    def covers(self, owner: int | None, shared_with: tuple[int, ...] = ()) -> bool:
        """Whether a record of `owner` (None: the public pool) is visible."""
        return self.everything or owner is None or owner in self.owners or self.member in shared_with
