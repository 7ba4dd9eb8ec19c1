"""Who must agree to a request: the definition's rules applied to the people of the company."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.approvals.conditions import Facts
from domain.approvals.definition import ApproverRule, Definition, StepRule
from domain.approvals.step import Step
from domain.errors import Refusal
from domain.members import Member, Role


class NobodyToAsk(Refusal):
    """The requester has no superior and the company no other administrator."""

    code = "nobody_to_ask"
    says = "没有找到可以审批的人。请联系管理员设置您的上级后再发一次。"


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everybody who works here, by id."""

    members: Mapping[int, Member]

    @classmethod
    def of(cls, members: Iterable[Member]) -> "Organisation":
        """The organisation of these members; inactive ones are left out."""
        return cls({member.id: member for member in members if member.active})

    def superiors_of(self, member: Member) -> Sequence[Member]:
        """The superiors of a member, the direct one first; someone who left and a circle end the row."""
        found: list[Member] = []
        above = self.members.get(member.superior or 0)
        while above is not None and above not in found and above.id != member.id:
            found.append(above)
            above = self.members.get(above.superior or 0)
        return found

    def superior_of(self, member: Member, level: int = 1) -> Member | None:
        """The superior `level` levels up; None when the row is shorter."""
        above = self.superiors_of(member)
        return above[level - 1] if len(above) >= level else None

    def administrators(self) -> Sequence[Member]:
        """Members with the administrator's role, by id."""
        return self.with_role(Role.ADMIN)

    def with_role(self, role: Role) -> Sequence[Member]:
        """Members with exactly this role, by id."""
        return [member for _, member in sorted(self.members.items()) if role in member.roles]

    def found_by(self, rule: ApproverRule, applicant: Member) -> Sequence[Member]:
        """Whom a rule means for this requester; nobody is a possible answer."""
        if rule.superior:
            above = self.superior_of(applicant, rule.superior)
            return [above] if above else []
        everybody = [member for _, member in sorted(self.members.items())]
        if rule.head:
            return [m for m in everybody if m.leads_department and m.department == applicant.department][:1]
        if rule.role is not None:
            return self.with_role(rule.role)
        return [m for m in everybody if rule.person in (m.code, m.name)][:1]


def route_of(definition: Definition, facts: Facts, applicant: Member, organisation: Organisation) -> tuple[Step, ...]:
    """The steps of a request, none of them begun. At least one: a request without any goes to the superior.

    Nobody approves the own request: the requester's place is taken by the requester's superior. Where a rule finds
    nobody, the superior is asked, and without one the administrators.

    Raises:
        NobodyToAsk: not even an administrator is there.
    """
    taken = [rule for rule in definition.steps if rule.when(facts)]
    steps = [_staffed(rule, applicant, organisation) for rule in taken]
    return tuple(steps) or (_staffed(StepRule(name="直属上级", approvers=()), applicant, organisation),)


def copied_to(definition: Definition, applicant: Member, organisation: Organisation) -> tuple[int, ...]:
    """Ids of those who hear of the end by definition, without the requester."""
    found = [member.id for rule in definition.cc for member in organisation.found_by(rule, applicant)]
    return tuple(member for member in dict.fromkeys(found) if member != applicant.id)


def _staffed(rule: StepRule, applicant: Member, organisation: Organisation) -> Step:
    found = {m.id: m for way in rule.approvers for m in organisation.found_by(way, applicant)}
    why = "、".join(way.why for way in rule.approvers)
    if applicant.id in found:
        del found[applicant.id]
        above = organisation.superior_of(applicant)
        if above is not None:
            found.setdefault(above.id, above)
            why += "(本人改由上级)"
    if not found:
        found, why = _instead(applicant, organisation)
    return Step(name=rule.name, mode=rule.mode, approvers=tuple(found), why=why)


def _instead(applicant: Member, organisation: Organisation) -> tuple[dict[int, Member], str]:
    above = organisation.superior_of(applicant)
    if above is not None:
        return {above.id: above}, "找不到审批人, 由上级代"
    others = {member.id: member for member in organisation.administrators() if member.id != applicant.id}
    if not others:
        raise NobodyToAsk
    return others, "找不到审批人, 由管理员代"
