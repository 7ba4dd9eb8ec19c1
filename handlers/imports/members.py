"""Members: 工号 is who it is; accounts on both platforms belong to one person."""

from collections.abc import Sequence
from dataclasses import replace

from domain.members import Member, Role
from handlers.imports.columns import Column, Counts, Record, Refused, Trouble, code, phone, repeated, several, text
from handlers.language.names import folded_name
from storage.work import Work

PLATFORMS = {"企业微信": "wecom", "钉钉": "dingtalk"}
"""Columns with accounts, and the names of their platforms."""


def _roles(cell: str) -> tuple[Role, ...]:
    return tuple(Role(word) for word in several(16)(cell))


COLUMNS = (
    Column("工号", code(64), "64个字以内、没有空格的工号", required=True),
    Column("姓名", text(64), "64个字以内的姓名", required=True),
    Column("手机", phone, "手机号, 例如 13800138000"),
    Column("部门", text(64), "64个字以内的部门名称"),
    Column("上级", code(64), "上级的工号"),
    Column("角色", _roles, f"{'、'.join(Role)} 中的一个或几个, 用、隔开", empty=()),
    Column("企业微信", code(128), "企业微信的userid"),
    Column("钉钉", code(128), "钉钉的staffId"),
    Column("擅长", several(64), "擅长的内容, 用、隔开", empty=()),
)


async def take(read: Sequence[Record], troubles: list[Trouble], work: Work) -> Counts:
    """Keep the members of a file; superiors may stand anywhere in it or be known already.

    Raises:
        Refused: something is wrong; see its troubles.
    """
    known = {member.code: member for member in await work.members.everybody()}
    troubles += repeated(read, "工号", lambda record: record.values["工号"])
    troubles += repeated(read, "手机", lambda record: record.get("手机", ""))
    for column in PLATFORMS:
        troubles += repeated(read, column, lambda record, column=column: record.get(column, ""))  # type: ignore[misc]
    if not troubles:
        troubles += _superiors(read, known)
    if troubles:
        raise Refused(troubles=troubles)
    counts = Counts()
    saved = {member.code: member for member in known.values()}
    for record in read:
        member = await _keep(record, saved, work, counts)
        saved[member.code] = member
    await _order(read, saved, work)
    return counts


def _superiors(read: Sequence[Record], known: dict[str, Member]) -> list[Trouble]:
    """Superiors that nobody knows, and circles."""
    codes = {record.values["工号"] for record in read} | set(known)
    by_id = {member.id: member.code for member in known.values()}
    above = {member.code: by_id.get(member.superior or 0, "") for member in known.values()}
    above |= {record.values["工号"]: record.values["上级"] for record in read if "上级" in record.values}
    troubles = []
    for record in read:
        superior = record.get("上级", "")
        if superior and superior not in codes:
            says = f"工号「{superior}」不在文件里, 系统里也没有"
            troubles.append(Trouble(record.row, "上级", says))
        elif superior and _circular(record.values["工号"], above):
            troubles.append(Trouble(record.row, "上级", "上级关系绕成了一圈, 请检查"))
    return troubles


def _circular(code_: str, above: dict[str, str]) -> bool:
    seen = {code_}
    at = above.get(code_, "")
    while at:
        if at in seen:
            return at == code_
        seen.add(at)
        at = above.get(at, "")
    return False


async def _keep(record: Record, saved: dict[str, Member], work: Work, counts: Counts) -> Member:
    old = saved.get(record.values["工号"]) or await _same_person(record, work)
    fresh = old or Member(code=record.values["工号"], name=record.values["姓名"])
    member = replace(
        fresh,
        code=record.values["工号"],
        name=record.values["姓名"],
        mobile=record.get("手机", fresh.mobile),
        department=record.get("部门", fresh.department),
        roles=record.get("角色", fresh.roles),
        skills=record.get("擅长", fresh.skills),
        active=True,
    )
    if old is None or member != old:
        member = await work.members.save(member)
        names = {folded_name(name) for name in (member.name, *member.nicknames)}
        await work.names.call("colleague", member.id, member.name, names)
    linked = await _link(record, member, work)
    counts.added += old is None
    counts.changed += old is not None and (member != old or linked)
    counts.same += old is not None and member == old and not linked
    return member


async def _same_person(record: Record, work: Work) -> Member | None:
    """Who is known without a 工号 of ours, from a platform's address book: by mobile number or by account."""
    found = await work.members.by_mobile(record.get("手机", ""))
    for column, platform in PLATFORMS.items():
        if found is None and record.get(column, ""):
            found = await work.members.by_account(platform, record.values[column])
    return found if found is not None and _from_directory(found) else None


def _from_directory(member: Member) -> bool:
    return member.code.startswith(tuple(f"{platform}:" for platform in PLATFORMS.values()))


async def _link(record: Record, member: Member, work: Work) -> bool:
    """Link the accounts of a row; who was made from an address book alone and has none left is no longer active."""
    changed = False
    for column, platform in PLATFORMS.items():
        account = record.get(column, "")
        holder = await work.members.by_account(platform, account) if account else None
        if not account or (holder is not None and holder.id == member.id):
            continue
        await work.members.link(platform, account, member.id)
        changed = True
        if holder is not None and _from_directory(holder) and not await work.members.accounts_of(holder.id):
            await work.members.save(replace(holder, active=False))
    return changed


async def _order(read: Sequence[Record], saved: dict[str, Member], work: Work) -> None:
    """Set superiors once everybody is there."""
    for record in read:
        if "上级" not in record.values:
            continue
        member, superior = saved[record.values["工号"]], saved.get(record.values["上级"])
        above = superior.id if superior else None
        if member.superior != above:
            saved[member.code] = await work.members.save(replace(member, superior=above))
