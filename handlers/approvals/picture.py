"""Everything that the cards and pages of a request show, loaded once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.approvals import Approval, Decision, Definition, Organisation, Step
from domain.customers import Customer
from domain.errors import NotFound
from domain.members import Member
from domain.money import shown
from handlers.approvals.definitions import definitions_of
from handlers.dialogue.request import Request, Situation
from handlers.language.telling import told_shortly

ALIKE = 20
"""Earlier requests about the customer that are looked through for decisions alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A request with the names of everybody in it and what is known of its customer, as of `situation.at`."""

    approval: Approval
    names: Mapping[int, str]
    context: tuple[str, ...]
    refusals: tuple[str, ...]
    situation: Situation

    def name(self, member: int) -> str:
        """What a member is called."""
        return self.names.get(member, "离职同事")

    def everyone(self, members: Collection[int]) -> str:
        """The names of some, in order."""
        return "、".join(self.name(member) for member in members)

    def time(self, moment: datetime) -> str:
        """A moment in short."""
        return told_shortly(self.situation.calendar.office_time(moment), self.situation.today)

    def told(self, decision: Decision) -> str:
        """A decision in a line: `高翔 同意 10:20 毛利够`."""
        parts = (self.name(decision.by), decision.verdict.word, self.time(decision.at), decision.reason)
        return " ".join(part for part in parts if part)

    def progress(self) -> str:
        """Who decided what, and whom it waits for, a line each."""
        lines = [self.told(decision) for decision in self.approval.decisions]
        if self.approval.waiting:
            lines.append(f"等待 {self.everyone(self.approval.waiting)}{_mode(self.approval.step)}")
        return "\n".join(lines)

    def coming(self, member: int | None = None) -> str:
        """What happens when `member` agrees, or after the present step."""
        step = self.approval.step
        others = [other for other in self.approval.waiting if other != member]
        if member is not None and step is not None and step.mode == "all" and others:
            return f"还需 {self.everyone(others)} 同意"
        later = self.approval.coming(agreed=member)
        return f"转 {self.everyone(later.approvers)}({later.name})" if later else "审批通过"


def _mode(step: Step | None) -> str:
    if step is None or len(step.approvers) == 1:
        return ""
    return "(一人同意即可)" if step.mode == "any" else "(都要同意)"


async def picture_of(approval: Approval, situation: Situation) -> Picture:
    """Load what is shown with a request."""
    work = situation.work
    ids = {approval.applicant, *approval.cc, *(member for step in approval.steps for member in step.approvers)}
    people = await work.members.by_ids(list(ids))
    definition = definition_named(approval.type, situation)
    customer = await work.customers.find(approval.customer) if approval.customer else None
    return Picture(
        approval=approval,
        names={member.id: member.name for member in people.values()},
        context=await _context(approval, customer, situation) if customer else (),
        refusals=definition.refusals if definition else (),
        situation=situation,
    )


def definition_named(name: str, situation: Situation) -> Definition | None:
    """The definition of a type as it is now; None when the company has taken it away."""
    return definitions_of(situation.company.definitions).get(name)


async def organisation_of(situation: Situation) -> Organisation:
    """Everybody who works here."""
    return Organisation.of(await situation.work.members.active())


async def _context(approval: Approval, customer: Customer, situation: Situation) -> tuple[str, ...]:
    """What an approver wants to know of the customer: level, last follow-up, earlier requests."""
    latest = next(iter(await situation.work.follow_ups.about_customer(customer.id, 1)), None)
    local = situation.calendar.office_time
    since = told_shortly(local(latest.at), situation.today) if latest else ""
    amount = f", 谈到 {shown(latest.amount)}元" if latest and latest.amount else ""
    last = f"最近跟进 {since}: {latest.content[:40]}{amount}" if latest else "还没有跟进记录"
    lines = [f"{customer.called}: {customer.level}级, {last}"]
    earlier = await situation.work.approvals.about_customer(customer.id, ALIKE)
    alike = [other for other in earlier if other.type == approval.type and other.id != approval.id and other.ended_at]
    if alike:
        lines.append(f"上次{approval.label}: {_ended(alike, situation)}")
    return tuple(lines)


def _ended(alike: Sequence[Approval], situation: Situation) -> str:
    last = alike[0]
    assert last.ended_at is not None
    when = told_shortly(situation.calendar.office_time(last.ended_at), situation.today)
    return f"{last.title} {last.state.word} {when}"


async def visible(number: str, request: Request) -> Approval:
    """The request with this number, when the sender may see it.

    Raises:
        NotFound: there is none, or the sender has nothing to do with it.
    """
    approval = await request.work.approvals.by_number(number)
    if not approval.visible_to(request.sender, await _superiors(approval.applicant, request)):
        raise NotFound(what=approval.noun, name=number.upper())
    return approval


async def _superiors(member: int, request: Request) -> frozenset[int]:
    organisation = await organisation_of(request)
    applicant: Member | None = organisation.members.get(member) or await request.work.members.find(member)
    return frozenset(above.id for above in organisation.superiors_of(applicant)) if applicant else frozenset()
