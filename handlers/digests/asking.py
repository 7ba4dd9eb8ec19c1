"""Asking for a summary or for one of its lists."""

import re

from domain.digests import Digest, Part, Scope, Span
from domain.members import Role
from handlers.dialogue.card import Option
from handlers.dialogue.command import Command
from handlers.dialogue.question import Question
from handlers.dialogue.reply import Reply
from handlers.dialogue.request import Request, Situation
from handlers.dialogue.routes import Routes
from handlers.digests.gathering import gathered, listed, names_of, scope_of, span_of
from handlers.digests.showing import DigestDetail, digest_card, list_card, title_of

routes = Routes()

_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(?:至(\d{4}-\d{2}-\d{2}))?")


class GetDigest(Command, name="digest.get", typed="日报"):
    """The summary of `date_from` to `date_to` (days) of `scope` (me, team, a colleague); today's when not said."""

    date_from: str = ""
    date_to: str = ""
    scope: str = ""


@routes.command(
    examples={"日报": GetDigest(), "团队日报": GetDigest(scope="team"), "我的日报": GetDigest(scope="me")},
    title="看日报周报",
)
async def get(command: GetDigest, request: Request) -> Reply:
    """The summary, as far as the sender may see.

    Raises:
        NotAllowed: somebody else's who is not the sender's to see.
    """
    span = span_of(command.date_from, command.date_to, request.said.text, request)
    dated = command.filled(date_from=span.first.isoformat(), date_to=span.last.isoformat())
    scope = await scope_of(command.scope, request, dated, "scope")
    digest = await gathered(span, scope, request)
    if digest.empty:
        return Reply((f"{title_of(span, scope, request)}: 没有记录。",), private=request.in_group)
    card = digest_card(digest, await _names(digest, request), request, await idle(digest, request))
    return Reply((card,), private=request.in_group)


async def _names(digest: Digest, situation: Situation) -> dict[int, str]:
    return await names_of(digest.lists[Part.FOLLOW_UPS], situation)


async def idle(digest: Digest, situation: Situation) -> list[str]:
    """Salespeople of the scope, managers left out, without a follow-up on a single working day."""
    span, scope = digest.span, digest.scope
    if not scope.many or span.first != span.last or not situation.calendar.is_workday(span.first):
        return []
    busy = digest.by_member(Part.FOLLOW_UPS)
    sales = await situation.work.members.with_role(Role.SALES)
    expected = [member for member in sales if Role.MANAGER not in member.roles]
    return [m.name for m in expected if m.id not in busy and (scope.owners is None or m.id in scope.owners)]


@routes.command("日报明细 <query>", "日报明细", "明细 <query>", examples={"日报明细 跟进": DigestDetail(query="跟进")})
async def detail(command: DigestDetail, request: Request) -> Reply:
    """One list of a summary, the same that its number counts.

    Raises:
        Question: it is not said which list.
        NotAllowed: somebody else's who is not the sender's to see.
    """
    part, span, scope = await _asked(command, request)
    items = await listed(part, span, scope, request)
    card = list_card(part, items, await names_of(items, request), span, scope, request)
    return Reply((card,), private=request.in_group)


async def _asked(command: DigestDetail, request: Request) -> tuple[Part, Span, Scope]:
    days = _DAYS.search(command.query)
    words = _DAYS.sub(" ", command.query).split()
    part = next((part for part in Part if str(part) in words), None)
    if part is None:
        options = tuple(Option(id=f"{each} {command.query}".strip(), text=str(each)) for each in Part)
        raise Question(command, "query", "看哪一项的明细?", options, f"也可回复: {'、'.join(Part)}")
    said = next((word for word in words if word != str(part)), "")
    scope = await scope_of(said, request, command, "query")
    first, last = (days[1], days[2] or "") if days else ("", "")
    return part, span_of(first, last, "", request), scope
