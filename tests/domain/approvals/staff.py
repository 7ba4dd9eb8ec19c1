"""A small company and its approval types, for the rules of approvals."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.approvals import (
    Approval,
    ApproverRule,
    Decision,
    Definition,
    Field,
    Kind,
    Organisation,
    Step,
    StepRule,
    Verdict,
)
from domain.members import Member, Role

MONDAY = datetime(2025, 6, 9, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

SHEN = Member(id=1, code="Y001", name="沈立群", department="综合部", leads_department=True, roles=(Role.MANAGER,))
GAO = Member(
    id=2, code="Y002", name="高翔", department="销售部", leads_department=True, superior=1, roles=(Role.MANAGER,)
)
ZHOU = Member(id=3, code="Y003", name="周强", department="销售部", superior=2, roles=(Role.SALES,))
JING = Member(id=4, code="Y004", name="陈静", department="综合部", superior=1, roles=(Role.FINANCE,))
WU = Member(id=5, code="Y005", name="吴敏", department="综合部", superior=1, roles=(Role.FINANCE,))
HE = Member(id=6, code="Y006", name="何雨欣", department="综合部", superior=1, roles=(Role.ADMIN,))
GONE = Member(id=7, code="Y007", name="林晓", department="销售部", superior=2, roles=(Role.FINANCE,), active=False)

STAFF = Organisation.of((SHEN, GAO, ZHOU, JING, WU, HE, GONE))

AMOUNT = Field(name="amount", label="金额", kind=Kind.MONEY, required=True)
CATEGORY = Field(name="category", label="类别", kind=Kind.CHOICE, choices=("差旅", "其他"))


def over_5000(facts: object) -> bool:
    """A condition as the engine compiles it."""
    assert isinstance(facts, dict)
    amount = facts["金额"]
    return isinstance(amount, Decimal) and amount >= 5000


def a_definition(*steps: StepRule, cc: tuple[ApproverRule, ...] = ()) -> Definition:
    """An approval type with these steps; the superior without any."""
    superior = StepRule(name="直属上级", approvers=(ApproverRule(superior=1),))
    return Definition(
        name="expense",
        label="报销",
        fields=(AMOUNT, CATEGORY),
        title="{category}报销 {amount}",
        summary=("amount", "category"),
        steps=steps or (superior,),
        cc=cc,
    )


def an_approval(*steps: Step, cc: tuple[int, ...] = ()) -> Approval:
    """Zhou's request, submitted on Monday."""
    fresh = Approval(
        id=123,
        version=1,
        type="expense",
        label="报销",
        title="差旅报销 1,280元",
        applicant=ZHOU.id,
        steps=steps or (Step(name="直属上级", approvers=(GAO.id,)),),
        cc=cc,
        requested_at=MONDAY,
    )
    return fresh.submitted()


def yes(by: Member, at: datetime = MONDAY + HOUR, reason: str = "") -> Decision:
    """Somebody agrees."""
    return Decision(by=by.id, verdict=Verdict.APPROVED, at=at, reason=reason)


def no(by: Member, at: datetime = MONDAY + HOUR, reason: str = "") -> Decision:
    """Somebody refuses."""
    return Decision(by=by.id, verdict=Verdict.REJECTED, at=at, reason=reason)
