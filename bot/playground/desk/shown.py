"""Platforms, people and bubbles as JSON for the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.cast import Actor
from bot.playground.clock import MovableClock
from bot.playground.desk.samples import samples
from bot.playground.platform import Bubble, Person, Platform
from bot.playground.workdays import ZONE, is_workday

LABELS = {"wecom": "企业微信", "dingtalk": "钉钉"}
MOST_BUBBLES = 600


def person_id(platform: str, account: str) -> str:
    """How the control API names a person."""
    return f"{platform}:{account}"


def clock_json(clock: MovableClock) -> dict[str, Any]:
    """The moment, and how far it was moved."""
    now = clock.now()
    local = now.astimezone(ZONE)
    return {
        "now": now.isoformat(),
        "local": local.strftime("%Y-%m-%d %H:%M:%S"),
        "offset_seconds": round(clock.offset.total_seconds()),
        "workday": is_workday(local.date()),
    }


def people_json(platforms: Mapping[str, Platform], cast: Sequence[Actor]) -> list[dict[str, Any]]:
    """The cast first, in its order, then everybody else with an account."""
    listed = [_actor_json(platforms[actor.platform], actor) for actor in cast]
    shown = {each["id"] for each in listed}
    for platform in platforms.values():
        for person in platform.people.values():
            if person_id(platform.name, person.account) not in shown:
                other = Actor(
                    platform=platform.name, account=person.account, name=person.name, part=person.title or "同事"
                )
                listed.append({**_actor_json(platform, other), "cast": False})
    return listed


def _actor_json(platform: Platform, actor: Actor) -> dict[str, Any]:
    person = platform.people.get(actor.account)
    return {
        "id": actor.id,
        "platform": actor.platform,
        "platform_name": LABELS.get(actor.platform, actor.platform),
        "account": actor.account,
        "name": actor.name,
        "part": actor.part,
        "title": person.title if person else "",
        "cast": True,
        "phrases": list(actor.phrases),
        "group_phrases": list(actor.group_phrases),
        "groups": [
            {"id": group.id, "name": group.name, "members": _members(platform, group.members)}
            for group in platform.groups.values()
            if actor.account in group.members
        ],
    }


def _members(platform: Platform, accounts: Sequence[str]) -> list[dict[str, str]]:
    people: list[Person] = [platform.people[account] for account in accounts if account in platform.people]
    return [{"account": person.account, "name": person.name, "title": person.title} for person in people]


def bubble_json(platform: Platform, bubble: Bubble, seq: int) -> dict[str, Any]:
    """A bubble with its place in the order of all bubbles."""
    sender = platform.people.get(bubble.sender)
    return {
        "id": bubble.id,
        "seq": seq,
        "platform": platform.name,
        "chat": bubble.chat,
        "sender": bubble.sender,
        "sender_name": sender.name if sender else bubble.sender,
        "at": bubble.at.isoformat(),
        "kind": bubble.kind,
        "body": bubble.body,
        "seen_by": list(bubble.seen_by),
        "overrides": bubble.overrides,
        "closed_for": bubble.closed_for,
        "quote": bubble.quote,
        "revision": bubble.revision,
    }


def samples_json() -> list[dict[str, str]]:
    """What can be sent by a tap."""
    return [{"key": each.key, "kind": each.kind, "label": each.label} for each in samples().values()]
