"""Customers and the people on their side: one identity, an owner or the public pool."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from domain.entity import Entity, Event
from domain.errors import NotFound, Refusal
from domain.members import Member, Role, Sight


class UnknownCustomer(NotFound):
    """Nobody has a customer of this name or number, or a colleague whose customers the sender may not see."""

    says = "没有找到客户「{name}」。请核对后再发, 需要的话请联系主管共享。"


class CustomerTaken(Refusal):
    """A colleague has a customer of this very name, which the sender may not see."""

    code = "customer_taken"
    says = "已有同名客户由同事负责, 请联系主管共享。如果是另一家, 请用全称新建。"


class NotYoursToShare(Refusal):
    """Only who answers for a customer opens it to others."""

    code = "not_yours_to_share"
    says = "{customer} 不是您负责的, 不能由您共享或取消。请找负责人或主管处理。"


class Level(StrEnum):
    """How important a customer is (import column 级别)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAdded(Event):
    """A customer is new."""

    customer: int
    owner: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person on the customer's side; `title` as people say it (王总, 采购经理)."""

    name: str
    title: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Entity):
    """A company we sell to.

    Attributes:
        name: full name, unique by `core` (name without legal form and region, folded; computed where it is written).
        short: what people call it (简称); "" when it has none.
        owner: id of the member who looks after it; None: the public pool.
        shared_with: members who may see and work on it too.
        touched_at: when somebody last had to do with it, UTC.
    """

    kind: ClassVar[str] = "customer"
    letter: ClassVar[str] = "C"
    noun: ClassVar[str] = "客户"

    name: str
    core: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    industry: str = ""
    region: str = ""
    level: Level = Level.C
    owner: int | None = None
    shared_with: tuple[int, ...] = ()
    contacts: tuple[Contact, ...] = ()
    created_at: datetime
    touched_at: datetime

    @property
    def called(self) -> str:
        """The name used in conversation."""
        return self.short or self.name

    def visible_to(self, sight: Sight) -> bool:
        """Own, shared, the team's, or in the public pool."""
        return sight.covers(self.owner, self.shared_with)

    def require_visible(self, sight: Sight) -> Self:
        """The customer itself, when `sight` covers it.

        Raises:
            UnknownCustomer: it does not; the answer is that for a customer who does not exist.
        """
        if not self.visible_to(sight):
            raise UnknownCustomer(name=self.number)
        return self

    def touched(self, at: datetime) -> Self:
        """The same, last touched at `at` (never moved back)."""
        return replace(self, touched_at=max(at, self.touched_at))

    def shared(self, with_member: Member) -> Self:
        """The same, open to one more member."""
        if with_member.id in (self.owner, *self.shared_with):
            return self
        return replace(self, shared_with=(*self.shared_with, with_member.id))

    def require_shareable(self, by: Member, sight: Sight) -> Self:
        """The customer itself, when `by` is its owner, the owner's superior or an administrator.

        A customer of the public pool is opened by a manager or an administrator.

        Raises:
            NotYoursToShare: `by` may see it, but does not answer for it.
        """
        if not (by.has(Role.MANAGER) if self.owner is None else sight.everything or self.owner in sight.owners):
            raise NotYoursToShare(customer=self.called)
        return self

    def unshared(self, with_member: Member) -> Self:
        """The same, no longer open to this member."""
        return replace(self, shared_with=tuple(other for other in self.shared_with if other != with_member.id))

    def with_contact(self, contact: Contact) -> Self:
        """The same with this contact; one with the same name is replaced where the new one knows more."""
        known = {other.name: other for other in self.contacts}
        old = known.get(contact.name)
        known[contact.name] = Contact(
            name=contact.name,
            title=contact.title or (old.title if old else ""),
            phone=contact.phone or (old.phone if old else ""),
        )
        return replace(self, contacts=tuple(known.values()))
