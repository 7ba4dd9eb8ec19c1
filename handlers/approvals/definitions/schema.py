"""What a definition file may say, checked key by key; and the domain's Definition made of it."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain import approvals as rules
from domain.approvals.conditions import fact_names
from domain.approvals.definition import HOLE
from domain.members import Role
from handlers.approvals.definitions.expressions import condition

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=60)]
RESERVED = frozenset({"approval_type", "mention", "mentioned", "clarify", "amend"})
"""Slots of every request (corpus/README.md 1.1), which no field may be called."""


class Part(BaseModel):
    """A table of the file; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldPart(Part):
    """`[[fields]]`: something a request says; see the domain's Field."""

    name: Name
    label: Words
    kind: rules.Kind
    required: bool = False
    choices: tuple[Words, ...] = ()
    question: str = ""
    counts: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind is rules.Kind.CHOICE and not self.choices:
            raise ValueError(f"字段 {self.name} 是 choice, 需要 choices")
        if self.name in RESERVED:
            raise ValueError(f"字段不能叫 {self.name}")
        if self.counts and (self.kind is not rules.Kind.DAYS or len(self.counts) != 2):
            raise ValueError(f"字段 {self.name} 的 counts 只用于 days, 写两个日期字段")
        return self

    def field(self) -> rules.Field:
        """The domain's field."""
        question = self.question or f"{self.label}是什么?"
        return rules.Field(**{**self.model_dump(), "kind": self.kind, "question": question})


class ApproverPart(Part):
    """One way of finding approvers: exactly one key."""

    superior: Annotated[int, Field(ge=1, le=9)] | None = None
    head: Literal[True] | None = None
    role: Role | None = None
    person: Words | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError('审批人写一种: superior = 1, head = true, role = "财务" 或 person = "工号"')
        return self

    def rule(self) -> rules.ApproverRule:
        """The domain's rule."""
        return rules.ApproverRule(
            superior=self.superior or 0, head=bool(self.head), role=self.role, person=self.person or ""
        )


class StepPart(Part):
    """`[[steps]]`: who is asked next; `when` is an expression, left out for always."""

    name: Words
    approvers: Annotated[tuple[ApproverPart, ...], Field(min_length=1)]
    mode: rules.Mode = rules.Mode.ANY
    when: str = ""


class ConfirmPart(Part):
    """`[confirm]`: from how much on an approval in words is confirmed once (yuan, days, a share)."""

    field: Name
    above: Decimal


class ExamplePart(Part):
    """`[[examples]]`: values as understanding gives them, and what must come of them; checked when the file is read."""

    text: str = ""
    fields: dict[Name, str | int]
    department: str = ""
    level: str | None = None
    title: str
    route: tuple[str, ...]


class DefinitionFile(Part):
    """A whole definition file."""

    name: Name
    label: Words
    words: tuple[Words, ...] = ()
    title: str
    summary: tuple[Name, ...]
    refusals: Annotated[tuple[Annotated[str, StringConstraints(max_length=16)], ...], Field(max_length=7)] = ()
    fields: Annotated[tuple[FieldPart, ...], Field(min_length=1)]
    steps: Annotated[tuple[StepPart, ...], Field(min_length=1)]
    cc: tuple[ApproverPart, ...] = ()
    confirm: ConfirmPart | None = None
    examples: Annotated[tuple[ExamplePart, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        names = [field.name for field in self.fields]
        labels = [field.label for field in self.fields]
        if len({*names, *labels}) != len(set(names)) + len(labels) or len(names) != len(set(names)):
            raise ValueError("字段的 name 和 label 不能重复")
        used = {*self.summary, *HOLE.findall(self.title), *(name for field in self.fields for name in field.counts)}
        used |= {self.confirm.field} if self.confirm else set()
        unknown = used - set(names)
        if unknown:
            raise ValueError(f"没有这些字段: {'、'.join(sorted(unknown))}")
        return self

    def definition(self, edition: str) -> rules.Definition:
        """The domain's definition.

        Raises:
            BadExpression: a condition is none.
        """
        fields = tuple(part.field() for part in self.fields)
        names = fact_names(fields)
        steps = tuple(
            rules.StepRule(
                name=part.name,
                approvers=tuple(way.rule() for way in part.approvers),
                mode=part.mode,
                when=condition(part.when, names) if part.when else rules.always,
            )
            for part in self.steps
        )
        confirm = self.confirm
        return rules.Definition(
            name=self.name,
            label=self.label,
            words=self.words,
            fields=fields,
            title=self.title,
            summary=self.summary,
            steps=steps,
            cc=tuple(way.rule() for way in self.cc),
            confirm=rules.Confirmation(field=confirm.field, above=confirm.above) if confirm else None,
            refusals=self.refusals,
            edition=edition,
        )
