"""An approval type: what is asked, what it is called, who must agree. Read from a file, not written as code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.approvals.conditions import Condition, always
from domain.approvals.step import Mode
from domain.approvals.values import Field, Kind, Scalar, decimal_of, shown
from domain.members import Role

__all__ = ["ApproverRule", "Confirmation", "Definition", "Field", "StepRule"]

HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverRule:
    """One way of finding approvers; exactly one of these is set.

    Attributes:
        superior: how many levels up from the requester, 1 is the direct superior.
        head: the head of the requester's department.
        role: everybody with this role.
        person: 工号 or full name.
    """

    superior: int = 0
    head: bool = False
    role: Role | None = None
    person: str = ""

    @property
    def why(self) -> str:
        """The rule in words."""
        if self.superior:
            return "直属上级" if self.superior == 1 else f"上{self.superior}级"
        if self.head:
            return "部门负责人"
        return f"{self.role}角色" if self.role else f"指定{self.person}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """A step as the definition has it; it is taken when `when` holds for the request's facts."""

    name: str
    approvers: tuple[ApproverRule, ...]
    mode: Mode = Mode.ANY
    when: Condition = always


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """From this much in `field` on, an approval given in words is confirmed once (yuan, days, a share)."""

    field: str
    above: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """An approval type.

    Attributes:
        name: `approval_type` of corpus/README.md 1.2.
        label: what a person calls it.
        words: what else it is called.
        title: what a request is called, with `{field}` holes.
        summary: names of the fields on the card, in order.
        cc: who hears of the end.
        refusals: common reasons for a refusal, to choose from.
        edition: name and fingerprint of the file; a request keeps the edition it was made under.
    """

    name: str
    label: str
    words: tuple[str, ...] = ()
    fields: tuple[Field, ...]
    title: str
    summary: tuple[str, ...]
    steps: tuple[StepRule, ...]
    cc: tuple[ApproverRule, ...] = ()
    confirm: Confirmation | None = None
    refusals: tuple[str, ...] = ()
    edition: str = ""

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((field for field in self.fields if field.name == name), None)

    def titled(self, values: Mapping[str, Scalar]) -> str:
        """What a request with these values is called; holes without a value vanish."""

        def said(hole: re.Match[str]) -> str:
            field = self.field(hole[1])
            value = values.get(hole[1])
            return "" if field is None or value is None else shown(field.kind, value)

        return " ".join(HOLE.sub(said, self.title).split())

    def facts_shown(self, values: Mapping[str, Scalar]) -> tuple[tuple[str, str], ...]:
        """Label and value of the fields on the card, those that have one."""
        known = [(self.field(name), values.get(name)) for name in self.summary]
        return tuple(
            (field.label, shown(field.kind, value)) for field, value in known if field is not None and value is not None
        )

    def needs_confirmation(self, values: Mapping[str, Scalar]) -> bool:
        """Whether agreeing in words is to be confirmed."""
        if self.confirm is None:
            return False
        field, value = self.field(self.confirm.field), values.get(self.confirm.field)
        number = decimal_of(field.kind, value) if field is not None and value is not None else None
        return number is not None and number >= self.confirm.above

    def money_in(self, values: Mapping[str, Scalar]) -> int | None:
        """Fen of the first amount of money that was said."""
        for field in self.fields:
            if field.kind is Kind.MONEY and field.name in values:
                return int(values[field.name])
        return None
