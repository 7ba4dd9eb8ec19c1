"""The pages behind a summary and behind each of its numbers."""

from collections.abc import Mapping
from typing import Any

from domain.digests import Item, Part, Scope, Span
from domain.errors import NotFound
from handlers.dialogue.request import Request
from handlers.dialogue.routes import Routes
from handlers.digests.gathering import gathered, listed, names_of, scope_of
from handlers.digests.showing import DigestDetail, by_person, title_of
from handlers.language.telling import told_shortly

routes = Routes()


@routes.view("/digests/{scope}/{first}/{last}", "digests/whole.html")
async def whole(request: Request, scope: str, first: str, last: str) -> Mapping[str, Any]:
    """All lists of a summary.

    Raises:
        NotAllowed: the reader may not see them.
        BadValue: the days are none.
    """
    whose, span = await _whose(scope, request), Span.of(first, last)
    digest = await gathered(span, whose, request)
    names = await names_of([item for items in digest.lists.values() for item in items], request)
    return {
        "title": title_of(span, whose, request),
        "parts": [
            {
                "name": str(part),
                "count": digest.count(part),
                "rows": [_row(item, names, request) for item in digest.lists[part]],
            }
            for part in Part
        ],
        "people": [line.model_dump() for line in by_person(digest, names)] if whose.many else [],
    }


@routes.view("/digests/{scope}/{first}/{last}/people", "digests/people.html")
async def people(request: Request, scope: str, first: str, last: str) -> Mapping[str, Any]:
    """The follow-ups of a summary counted by person, each number leading to its list.

    Raises:
        NotAllowed: the reader may not see them.
        BadValue: the days are none.
    """
    whose, span = await _whose(scope, request), Span.of(first, last)
    digest = await gathered(span, whose, request)
    names = await names_of(digest.lists[Part.FOLLOW_UPS], request)
    rows = [line.model_dump() for line in by_person(digest, names)]
    return {"title": f"按人 {len(rows)}人", "subtitle": title_of(span, whose, request), "rows": rows}


@routes.view("/digests/{scope}/{first}/{last}/{part}", "digests/list.html")
async def one(request: Request, scope: str, first: str, last: str, part: str) -> Mapping[str, Any]:
    """One list of a summary.

    Raises:
        NotAllowed: the reader may not see it.
        BadValue, NotFound: the days are none, or there is no such list.
    """
    if part.upper() not in Part.__members__:
        raise NotFound(what="明细", name=part)
    which, whose, span = Part[part.upper()], await _whose(scope, request), Span.of(first, last)
    items = await listed(which, span, whose, request)
    names = await names_of(items, request)
    return {
        "title": f"{which} {len(items)}",
        "subtitle": title_of(span, whose, request),
        "count": len(items),
        "rows": [_row(item, names, request) for item in items],
    }


async def _whose(token: str, request: Request) -> Scope:
    return await scope_of(token, request, DigestDetail(), "query")


def _row(item: Item, names: Mapping[int, str], request: Request) -> dict[str, str]:
    at = told_shortly(request.calendar.office_time(item.at), request.today) if item.at else ""
    who = names.get(item.member, "") if item.member is not None else ""
    return {"number": item.number, "who": who, "customer": item.customer, "text": item.text, "at": at}
