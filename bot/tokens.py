"""API tokens: made for a member on the command line, shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime

from storage.work import Database

PREFIX = "token:"


def token_name(token: str) -> str:
    """The name of the setting that says whose an API token is; the token itself is kept nowhere."""
    return f"{PREFIX}{hashlib.sha256(token.encode()).hexdigest()[:40]}"


async def grant(database: Database, code: str, at: datetime) -> str | None:
    """A new token of the active member with this 工号; None when there is none."""
    async with database.begin(at, cause="command line", act="token") as work:
        member = await work.members.by_code(code)
        if member is None or not member.active:
            return None
        token = secrets.token_urlsafe(32)
        await work.settings.set(token_name(token), member.id)
        return token


async def revoke(database: Database, code: str, at: datetime) -> int | None:
    """Take back all tokens of the member with this 工号: how many there were; None when there is no such member."""
    async with database.begin(at, cause="command line", act="token") as work:
        member = await work.members.by_code(code)
        return None if member is None else await work.settings.forget(PREFIX, member.id)
