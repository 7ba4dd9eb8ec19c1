"""Whose lists, over which days; the one way from a part of a summary to its list."""

import re
from collections.abc import Sequence

from domain.digests import Digest, Item, Part, Period, Scope, Span
from domain.errors import NotAllowed
from domain.members import Member, Sight
from handlers.dialogue import finding
from handlers.dialogue.command import Command
from handlers.dialogue.request import Request, Situation

ME, TEAM = "me", "team"
_ME_WORDS = ("me", "我", "我的", "自己")
_TEAM_WORDS = ("team", "团队", "全公司", "大家")
_WEEK = re.compile(r"周报|周小结|周总结|这周|本周")
_MONTH = re.compile(r"月报|月小结|月总结|本月|这个月")


async def scope_of(said: str, request: Request, command: Command, field: str) -> Scope:
    """Whose records: me, team, a colleague's name or number; not said: the team's for who has one.

    Raises:
        NotAllowed: the sender may not see them.
        Question, NotFound: the name is that of several, or of nobody.
    """
    sight = await request.sight()
    if not said:
        return team_scope(sight) if _has_team(sight) else own_scope(request.sender)
    if said in _ME_WORDS:
        return own_scope(request.sender)
    if said in _TEAM_WORDS:
        if not _has_team(sight):
            raise NotAllowed(what="查看团队的汇总", who="主管")
        return team_scope(sight)
    member = await finding.colleague(request, command, field, said)
    if not sight.covers(member.id):
        raise NotAllowed(what=f"查看{member.name}的汇总", who="主管")
    return own_scope(member) if member.id == request.sender.id else colleague_scope(member)


def own_scope(member: Member) -> Scope:
    """A member's own records."""
    return Scope(token=ME, label="我的", owners=frozenset({member.id}))


def colleague_scope(member: Member) -> Scope:
    """One colleague's records."""
    return Scope(token=member.number, label=member.name, owners=frozenset({member.id}))


def team_scope(sight: Sight) -> Scope:
    """Everything a member sees."""
    if sight.everything:
        return Scope(token=TEAM, label="全公司", owners=None)
    return Scope(token=TEAM, label="团队", owners=sight.owners)


def _has_team(sight: Sight) -> bool:
    return sight.everything or len(sight.owners) > 1


def span_of(first: str, last: str, text: str, situation: Situation) -> Span:
    """The days that were named, else those of the word in `text`: 周报, 月报, and today for everything else."""
    if first:
        return Span.of(first, last)
    if _WEEK.search(text):
        return Span.week(situation.today)
    return Span.month(situation.today) if _MONTH.search(text) else Span.day(situation.today)


async def listed(part: Part, span: Span, scope: Scope, situation: Situation) -> Sequence[Item]:
    """One list; every number of a summary is the length of what this returns."""
    period = Period.of(span, situation.calendar, situation.at)
    return await situation.work.digests.items(part, period, scope.owners)


async def gathered(span: Span, scope: Scope, situation: Situation) -> Digest:
    """All lists of a summary."""
    return Digest(span=span, scope=scope, lists={part: await listed(part, span, scope, situation) for part in Part})


async def names_of(items: Sequence[Item], situation: Situation) -> dict[int, str]:
    """The names of those whose items these are."""
    people = await situation.work.members.by_ids([item.member for item in items if item.member is not None])
    return {member_id: member.name for member_id, member in people.items()}
