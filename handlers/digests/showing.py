"""How a summary and one of its lists look."""

from collections.abc import Mapping, Sequence

from domain.digests import Digest, Item, Part, Scope, Span
from handlers.dialogue.card import Button, Card, Line, Tone
from handlers.dialogue.command import Command
from handlers.dialogue.request import Situation
from handlers.language.telling import told_day, told_shortly, told_span

ROWS = 10
"""Items shown in the chat; the page has them all."""

LINES = 6
"""Numbers on a card; every platform links as many. What is beyond is behind the last line."""

SPARE = (Part.DONE, Part.DECIDED)
"""Lists that leave the card first when there is no room for all."""

BUTTONS = (Part.OVERDUE, Part.WAITING, Part.FOLLOW_UPS, Part.NEXT)
"""The lists worth a button, the most urgent first; the first three that hold something get one."""


class DigestDetail(Command, name="digest.detail", typed="日报明细 {query}"):
    """One list of a summary. `query`: its word, then days (`2025-06-11`, `…至…`) and whose, where not today's own."""

    query: str = ""


def page_of(span: Span, scope: Scope, part: Part | None = None) -> str:
    """Path of the page of a summary or of one of its lists."""
    whole = f"/h5/digests/{scope.token}/{span.first.isoformat()}/{span.last.isoformat()}"
    return f"{whole}/{part.name.lower()}" if part else whole


def people_page_of(span: Span, scope: Scope) -> str:
    """Path of the page with the follow-ups counted by person."""
    return f"{page_of(span, scope)}/people"


def detail_of(part: Part, span: Span, scope: Scope) -> DigestDetail:
    """The command that opens a list."""
    days = span.first.isoformat()
    if span.last != span.first:
        days += f"至{span.last.isoformat()}"
    whose = {"me": "我", "team": "团队"}.get(scope.token, scope.token)
    return DigestDetail(query=f"{part} {days} {whose}")


def title_of(span: Span, scope: Scope, situation: Situation) -> str:
    """「团队日报 周三 6月11日」, 「我的周报 6月9日-6月15日」."""
    today = situation.today
    days = told_day(span.first, today) if span.first == span.last else told_span(span.first, span.last, today)
    return f"{scope.label}{span.word} {days}"


def digest_card(
    digest: Digest, names: Mapping[int, str], situation: Situation, idle: Sequence[str] = (), *, linked: bool = True
) -> Card:
    """Every part that holds something as a line, the follow-ups by person behind one; every number opens its list.

    Args:
        names: of members by id.
        idle: names of those who ought to have logged a follow-up and did not.
        linked: whether its lines lead anywhere; else (in a group) all numbers stand on the card itself.
    """
    span, scope = digest.span, digest.scope
    held = [part for part in Part if digest.count(part)]
    people = by_person(digest, names) if scope.many else ()
    lines = _linked(held, len(people), digest) if linked else [*(_number(part, digest) for part in held), *people]
    buttons = [part for part in BUTTONS if digest.count(part)][:3]
    return Card(
        title=title_of(span, scope, situation),
        subtitle="点数字看明细" if lines else "",
        tone=Tone.WARNING if digest.count(Part.OVERDUE) else Tone.INFO,
        lines=tuple(lines),
        text=f"没有记跟进: {'、'.join(idle)}" if idle else "",
        buttons=tuple(Button.to(f"看{part}", detail_of(part, span, scope)) for part in buttons),
        page=page_of(span, scope),
        page_text="全部明细",
    )


def by_person(digest: Digest, names: Mapping[int, str]) -> tuple[Line, ...]:
    """The follow-ups of each colleague as a line that opens exactly these, the most first."""
    lines = []
    for member, count in digest.by_member(Part.FOLLOW_UPS).items():
        whose = Scope(token=f"P-{member:06d}", label=names.get(member, ""), owners=frozenset({member}))
        lines.append(_line(f"{whose.label} 跟进", count, Part.FOLLOW_UPS, digest.span, whose))
    return tuple(lines)


def _linked(held: Sequence[Part], people: int, digest: Digest) -> list[Line]:
    """At most `LINES` lines: the parts, then what leads to everything that has no line of its own."""
    span, scope = digest.span, digest.scope
    last = Line(label="按人", text=f"{people}人", page=people_page_of(span, scope))
    if len(held) + bool(people) <= LINES:
        return [*(_number(part, digest) for part in held), *([last] if people else [])]
    spare = [part for part in held if part in SPARE][: len(held) - LINES + 1]
    words = "、".join([*spare, *(["按人"] if people else [])])
    rest = Line(label="其余", text=words, page=page_of(span, scope))
    return [*(_number(part, digest) for part in held if part not in spare), rest]


def _number(part: Part, digest: Digest) -> Line:
    return _line(str(part), digest.count(part), part, digest.span, digest.scope)


def _line(label: str, count: int, part: Part, span: Span, scope: Scope) -> Line:
    return Line(
        label=label, text=str(count), page=page_of(span, scope, part), says=detail_of(part, span, scope).typed()
    )


def list_card(
    part: Part, items: Sequence[Item], names: Mapping[int, str], span: Span, scope: Scope, situation: Situation
) -> Card:
    """One list with its number in the title."""
    rows = [told_item(item, names, situation) for item in items]
    more = [f"……共 {len(rows)} 条, 点「查看全部」"] if len(rows) > ROWS else []
    return Card(
        title=f"{part} {len(items)}",
        subtitle=title_of(span, scope, situation),
        text="\n".join([*rows[:ROWS], *more]) if rows else "没有记录。",
        page=page_of(span, scope, part),
        page_text="查看全部",
    )


def told_item(item: Item, names: Mapping[int, str], situation: Situation) -> str:
    """An item as a line of text: number, who, customer, what, when."""
    text = item.text.replace("\n", " ")
    short = text if len(text) <= 40 else f"{text[:40]}…"
    who = names.get(item.member, "") if item.member is not None else ""
    customer = "" if not item.customer or item.customer in short else item.customer
    when = told_shortly(situation.calendar.office_time(item.at), situation.today) if item.at else ""
    return " ".join(piece for piece in (item.number, who, customer, short, f"({when})" if when else "") if piece)
