"""Members and their accounts on the platforms."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.members import Account, Member, Role, Sight, Told
from storage.collection import Collection
from storage.connection import inserting
from storage.schema import Id, Json, Utc, entity_table, metadata

members = entity_table(
    "members",
    sa.Column("code", sa.String(96), nullable=False, unique=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("mobile", sa.String(32), nullable=False, index=True),
    sa.Column("department", sa.String(64), nullable=False),
    sa.Column("leads_department", sa.Boolean, nullable=False),
    sa.Column("superior", Id, index=True),
    sa.Column("roles", Json, nullable=False),
    sa.Column("skills", Json, nullable=False),
    sa.Column("nicknames", Json, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("platform", sa.String(16), primary_key=True),
    sa.Column("account", sa.String(128), primary_key=True),
    sa.Column("member", Id, nullable=False, index=True),
    sa.Column("seen_at", Utc),
    sa.Column("channel", sa.String(32)),
    sa.Column("alias", sa.Boolean, nullable=False),
    sa.Column("told", Json),
)
"""`alias`: another name that a platform has for the account (an encrypted id); nothing is sent to it."""


class Members(Collection[Member]):
    """People of the company."""

    table = members
    entity = Member

    async def by_account(self, platform: str, account: str) -> Member | None:
        """Whose account this is; None for a stranger."""
        query = (
            sa.select(members)
            .join(accounts, accounts.c.member == members.c.id)
            .where(accounts.c.platform == platform, accounts.c.account == account)
        )
        return next(iter(await self._all(query)), None)

    async def by_code(self, code: str) -> Member | None:
        """The member with this 工号."""
        return await self._one(members.c.code == code)

    async def by_mobile(self, mobile: str) -> Member | None:
        """The member with this mobile number; None for an empty one."""
        return await self._one(members.c.mobile == mobile) if mobile else None

    async def active(self) -> Sequence[Member]:
        """Everybody who works here, by id."""
        return await self._all(sa.select(members).where(members.c.active.is_(True)).order_by(members.c.id))

    async def everybody(self) -> Sequence[Member]:
        """All members, also those who left, by id."""
        return await self._all(sa.select(members).order_by(members.c.id))

    async def with_role(self, *roles: Role) -> Sequence[Member]:
        """Active members with one of these roles, by id."""
        return [member for member in await self.active() if set(roles) & set(member.roles)]

    async def below(self, member: Member) -> Sequence[Member]:
        """Who reports to `member`, directly or not, by id; also who has left, since their records stay the team's."""
        everybody = await self.everybody()
        under: dict[int, list[Member]] = {}
        for other in everybody:
            if other.superior is not None:
                under.setdefault(other.superior, []).append(other)
        found: dict[int, Member] = {}
        waiting = list(under.get(member.id, ()))
        while waiting:
            other = waiting.pop()
            if other.id not in found and other.id != member.id:
                found[other.id] = other
                waiting.extend(under.get(other.id, ()))
        return sorted(found.values(), key=lambda other: other.id)

    async def sight(self, member: Member) -> Sight:
        """What `member` may see: own records; a manager the team's; an administrator everything."""
        if Role.ADMIN in member.roles:
            return Sight(member=member.id, everything=True, owners=frozenset())
        team = await self.below(member) if member.has(Role.MANAGER) or member.leads_department else ()
        return Sight(member=member.id, everything=False, owners=frozenset({member.id, *(m.id for m in team)}))

    async def link(self, platform: str, account: str, member: int, *, alias: bool = False) -> None:
        """This account is this member's from now on."""
        insert = inserting(self._connection, accounts).values(
            platform=platform, account=account, member=member, alias=alias
        )
        await self._connection.run(
            insert.on_conflict_do_update(index_elements=["platform", "account"], set_={"member": member})
        )

    async def unlink(self, platform: str, account: str) -> None:
        """This account is nobody's any more."""
        await self._connection.run(
            sa.delete(accounts).where(accounts.c.platform == platform, accounts.c.account == account)
        )

    async def tell(self, platform: str, account: str, told: Told) -> None:
        """What the platform's address book says of the account now."""
        mine = sa.update(accounts).where(accounts.c.platform == platform, accounts.c.account == account)
        await self._connection.run(mine.values(told=asdict(told)))

    async def seen(self, platform: str, account: str, channel: str, at: datetime) -> None:
        """The account wrote to us just now; what we start goes where the person is."""
        mine = sa.update(accounts).where(accounts.c.platform == platform, accounts.c.account == account)
        await self._connection.run(mine.values(seen_at=at, channel=channel))

    async def accounts_of(self, member: int) -> Sequence[Account]:
        """The member's accounts, the one used last first, never used ones last."""
        query = (
            sa.select(accounts.c.platform, accounts.c.account, accounts.c.member, accounts.c.told)
            .where(accounts.c.member == member, accounts.c.alias.is_(False))
            .order_by(accounts.c.seen_at.is_(None), accounts.c.seen_at.desc(), accounts.c.platform.desc())
        )
        return [_account(row) for row in await self._connection.all(query)]

    async def accounts_on(self, platform: str) -> Sequence[Account]:
        """All accounts of a platform."""
        query = sa.select(accounts.c.platform, accounts.c.account, accounts.c.member, accounts.c.told)
        rows = await self._connection.all(query.where(accounts.c.platform == platform, accounts.c.alias.is_(False)))
        return [_account(row) for row in rows]


def _account(row: Any) -> Account:
    told = Told(**row.told) if row.told is not None else None
    return Account(platform=row.platform, account=row.account, member=row.member, told=told)
