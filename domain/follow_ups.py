"""What was said at a customer, and the next step."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self

from domain.entity import Entity, Event
from domain.errors import Refusal


class NotYourFollowUp(Refusal):
    """Only the author corrects a follow-up."""

    code = "not_your_follow_up"
    says = "{number} 不是您记的, 只有记录人可以修改。"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpLogged(Event):
    """A follow-up was recorded.

    Attributes:
        next_at: the next step as understood: a day, moment, week or month (corpus/README.md 1.3); "" when none was
            named.
    """

    follow_up: int
    customer: int
    customer_name: str
    member: int
    next_at: str
    content: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpCorrected(Event):
    """A follow-up was changed by its author; `next_at` as it is now, `before` as it was."""

    follow_up: int
    customer: int
    customer_name: str
    member: int
    next_at: str
    next_before: str
    content: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Entity):
    """A visit, call or chat with a customer.

    Attributes:
        amount: fen that were asked for, budgeted or quoted; None when none was named.
        next_at: see `FollowUpLogged.next_at`.
        files: ids of pictures and voice that belong to it.
        place: where the visit was, as the platform calls it; "" when no position was sent.
        mentioned: members who were named in it.
        at: when it was logged, UTC.
    """

    kind: ClassVar[str] = "follow_up"
    letter: ClassVar[str] = "F"
    noun: ClassVar[str] = "跟进"

    customer: int
    member: int
    content: str
    contacts: tuple[str, ...] = ()
    amount: int | None = None
    next_at: str = ""
    files: tuple[int, ...] = ()
    place: str = ""
    mentioned: tuple[int, ...] = ()
    at: datetime

    def logged(self, customer_name: str) -> Self:
        """The same, to be announced when it is saved; call it on the saved entity's behalf with its id."""
        return self.recording(
            FollowUpLogged(
                follow_up=self.id,
                customer=self.customer,
                customer_name=customer_name,
                member=self.member,
                next_at=self.next_at,
                content=self.content,
                at=self.at,
            )
        )

    def corrected(
        self,
        by: int,
        at: datetime,
        customer_name: str,
        *,
        customer: int | None = None,
        content: str | None = None,
        contacts: tuple[str, ...] | None = None,
        amount: int | None = None,
        next_at: str | None = None,
    ) -> Self:
        """The same with what the author changed; None leaves a value as it is.

        Raises:
            NotYourFollowUp: `by` is not the author.
        """
        if by != self.member:
            raise NotYourFollowUp(number=self.number)
        changed = replace(
            self,
            customer=self.customer if customer is None else customer,
            content=self.content if content is None else content,
            contacts=self.contacts if contacts is None else contacts,
            amount=self.amount if amount is None else amount,
            next_at=self.next_at if next_at is None else next_at,
        )
        return changed.recording(
            FollowUpCorrected(
                follow_up=self.id,
                customer=changed.customer,
                customer_name=customer_name,
                member=self.member,
                next_at=changed.next_at,
                next_before=self.next_at,
                content=changed.content,
                at=at,
            )
        )

    def with_files(self, files: tuple[int, ...], place: str = "") -> Self:
        """The same with further pictures or voice, and the place when it had none."""
        return replace(self, files=(*self.files, *files), place=self.place or place)
