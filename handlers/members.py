"""Members from the platforms' directories: one person with two accounts is one member."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.directory import Listed, hired, missing, updated
from domain.members import Account, Member, Role
from handlers.dialogue.command import Command
from handlers.dialogue.finding import colleague
from handlers.dialogue.reply import Reply, say
from handlers.dialogue.request import Request, Situation
from handlers.dialogue.routes import Routes
from handlers.language.names import folded_name

routes = Routes()


async def take_over(platform: str, people: Sequence[Listed], situation: Situation) -> int:
    """Bring the members into line with a platform's address book; the number of members that changed.

    An account is known, or belongs to the member with the same mobile number, or is a new member's. Who is no longer
    listed may no longer use the account; a member without any account left is no longer active.
    """
    members = situation.work.members
    found: dict[str, Member] = {}
    changed = 0
    for person in people:
        member = await _member_of(platform, person, situation)
        found[person.account] = member
    for person in people:
        member = await members.by_id(found[person.account].id)
        now = await _as_listed(platform, person, member, found, situation)
        if now != member:
            await members.save(now)
            await know(situation, now)
            changed += 1
        await members.tell(platform, person.account, person.told)
    for account in missing([known.account for known in await members.accounts_on(platform)], people):
        changed += await _left(platform, account, situation)
    return changed


async def _as_listed(
    platform: str, person: Listed, member: Member, found: Mapping[str, Member], situation: Situation
) -> Member:
    accounts = await situation.work.members.accounts_of(member.id)
    named = [one for one in accounts if (one.platform, one.account) == (platform, person.account)]
    mine = named[0] if named else Account(platform=platform, account=person.account, member=member.id)
    superior = found.get(person.superior)
    before = await situation.work.members.by_account(platform, mine.told.superior) if mine.told else None
    return updated(
        member,
        person,
        superior.id if superior else None,
        mine=mine,
        others=[one for one in accounts if one not in named],
        before=before.id if before else None,
    )


async def _member_of(platform: str, person: Listed, situation: Situation) -> Member:
    members = situation.work.members
    member = await members.by_account(platform, person.account) or await members.by_mobile(person.mobile)
    if member is None:
        member = await members.save(hired(person, platform))
        await know(situation, member)
    if person.active and not member.active and not await members.accounts_of(member.id):
        member = await members.save(replace(member, active=True))
    await members.link(platform, person.account, member.id)
    return member


async def _left(platform: str, account: str, situation: Situation) -> int:
    members = situation.work.members
    member = await members.by_account(platform, account)
    await members.unlink(platform, account)
    if member is None or not member.active or any(one.active for one in await members.accounts_of(member.id)):
        return 0
    await members.save(replace(member, active=False))
    return 1


async def know(situation: Situation, member: Member) -> None:
    """Make a member's names known to the understanding."""
    said = {member.name, *member.nicknames}
    await situation.work.names.call("colleague", member.id, member.name, {folded_name(name) for name in said if name})


class LinkWeCom(Command, name="member.link_wecom"):
    """An administrator says whose a WeCom account is."""

    member: str
    account: str


class LinkDingTalk(Command, name="member.link_dingtalk"):
    """An administrator says whose a DingTalk account is."""

    member: str
    account: str


@routes.command(
    "绑定 <member> 企业微信 <account>",
    examples={"绑定 张伟 企业微信 zhangwei": LinkWeCom(member="张伟", account="zhangwei")},
    roles=(Role.ADMIN,),
)
async def link_wecom(command: LinkWeCom, request: Request) -> Reply:
    """The account is this member's from now on; what it did before stays with whoever did it."""
    return await _link("wecom", command, request)


@routes.command(
    "绑定 <member> 钉钉 <account>",
    examples={"绑定 张伟 钉钉 zhang01": LinkDingTalk(member="张伟", account="zhang01")},
    roles=(Role.ADMIN,),
)
async def link_dingtalk(command: LinkDingTalk, request: Request) -> Reply:
    """The account is this member's from now on; what it did before stays with whoever did it."""
    return await _link("dingtalk", command, request)


async def _link(platform: str, command: LinkWeCom | LinkDingTalk, request: Request) -> Reply:
    member = await colleague(request, command, "member", command.member)
    await request.work.members.link(platform, command.account, member.id)
    return say(f"已绑定: {command.account} 现在是{member.name}的账号。")
