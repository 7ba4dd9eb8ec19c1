"""The summary of every working day: to managers the team's, to salespeople their own, to groups the company's."""

from datetime import date, datetime, time

from domain.digests import Digest, Part, Scope, Span, sending_moment
from domain.members import Member, Role
from handlers.dialogue.card import Card
from handlers.dialogue.reply import Notice, Post, Reply
from handlers.dialogue.request import Situation
from handlers.dialogue.routes import Routes
from handlers.digests.asking import idle
from handlers.digests.gathering import gathered, names_of, own_scope, team_scope
from handlers.digests.showing import digest_card
from storage.timers import Timer

routes = Routes()

DAILY = "digests"
ONE = "digest"
GROUPS = "digest.groups"
COMPANY = Scope(token="team", label="全公司", owners=None)


@routes.on_start
async def watch(situation: Situation) -> None:
    """Make sure that the next round is on its way; the key holds the hour, so that a changed one counts at once."""
    due = _round_at(situation.today, situation)
    if due <= situation.at or not situation.calendar.is_workday(situation.today):
        due = _round_at(situation.calendar.next_workday(situation.today), situation)
    await situation.work.timers.offer(_key(situation), DAILY, due)


@routes.timer(DAILY)
async def start_round(timer: Timer, situation: Situation) -> Reply:
    """Give everybody who gets a summary a moment within the next minutes; set the next round."""
    if timer.key != _key(situation):
        return Reply()
    calendar, day = situation.calendar, situation.calendar.today(timer.due_at)
    following = _round_at(calendar.next_workday(max(day, situation.today)), situation)
    await situation.work.timers.set(_key(situation), DAILY, following)
    if not calendar.is_workday(day):
        return Reply()
    at = situation.company.digest_at
    for member in await _readers(situation):
        moment = sending_moment(day, at, member.id, calendar)
        await situation.work.timers.set(f"{ONE}:{member.id}@{day}", ONE, moment, member=member.id, day=day.isoformat())
    if situation.company.digest_groups:
        await situation.work.timers.set(
            f"{GROUPS}@{day}", GROUPS, sending_moment(day, at, 0, calendar), day=day.isoformat()
        )
    return Reply()


async def _readers(situation: Situation) -> list[Member]:
    everybody = await situation.work.members.active()
    return [m for m in everybody if {Role.MANAGER, Role.SALES} & set(m.roles) or m.leads_department]


@routes.timer(ONE)
async def send_one(timer: Timer, situation: Situation) -> Reply:
    """A member's summary of the day, when there is something to say."""
    member = await situation.work.members.find(timer.payload["member"])
    if member is None or not member.active:
        return Reply()
    card = await daily_card(member, date.fromisoformat(timer.payload["day"]), situation)
    return Reply(notices=(Notice(member=member.id, card=card, patient=True),)) if card else Reply()


async def daily_card(member: Member, day: date, situation: Situation) -> Card | None:
    """The summary a member gets for a day; None when there is nothing to say."""
    sight = await situation.work.members.sight(member)
    scope = team_scope(sight) if sight.everything or len(sight.owners) > 1 else own_scope(member)
    return await _card(scope, day, situation)


@routes.timer(GROUPS)
async def send_to_groups(timer: Timer, situation: Situation) -> Reply:
    """The company's summary into the groups of the configuration; there nothing is tapped and nothing opened."""
    card = await _card(COMPANY, date.fromisoformat(timer.payload["day"]), situation, linked=False)
    if card is None:
        return Reply()
    plain = card.model_copy(update={"buttons": (), "subtitle": "", "page": ""})
    return Reply(posts=tuple(Post(group=group, card=plain) for group in situation.company.digest_groups))


async def _card(scope: Scope, day: date, situation: Situation, *, linked: bool = True) -> Card | None:
    digest: Digest = await gathered(Span.day(day), scope, situation)
    if digest.empty:
        return None
    names = await names_of(digest.lists[Part.FOLLOW_UPS], situation)
    return digest_card(digest, names, situation, await idle(digest, situation), linked=linked)


def _round_at(day: date, situation: Situation) -> datetime:
    return situation.calendar.moment(day, time.min) + situation.company.digest_at


def _key(situation: Situation) -> str:
    return f"{DAILY}@{int(situation.company.digest_at.total_seconds()) // 60}"
