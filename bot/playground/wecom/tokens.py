"""Access tokens: who gets one, how long it lives, and what happens to those who guess (protocol 5.1)."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.playground.wecom.corp import ContactSync, WeComApp
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.results import ApiError, ok


@dataclass(slots=True)
class Token:
    """One token. It is good while `now < ends`; `expires` is what was promised."""

    owner: WeComApp | ContactSync
    expires: datetime
    ends: datetime
    void: bool = False


class Tokens:
    """All tokens ever issued."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._issued: dict[str, Token] = {}
        self._wrong: dict[str, int] = {}
        self._locked: dict[str, datetime] = {}

    def get(self, corp_id: str, secret: str, address: str) -> dict[str, object]:
        """The answer of `gettoken`.

        Raises:
            ApiError: 40013 wrong corp, 40001 wrong secret or sleeping app, 45009 while the address is locked out.
        """
        if (until := self._locked.get(address)) and self._ground.now() < until:
            raise ApiError(45009)
        if corp_id != self._ground.corp.corp_id:
            raise ApiError(40013)
        owner = self._owner(secret)
        if owner is None:
            self._guessed_wrong(address)
            raise ApiError(40001)
        if isinstance(owner, WeComApp) and owner.suspended:
            raise ApiError(40001, "agent is disabled")
        return self._answer(owner)

    def _owner(self, secret: str) -> WeComApp | ContactSync | None:
        contacts = self._ground.corp.contacts
        owners: list[WeComApp | ContactSync] = [*self._ground.corp.apps, *([contacts] if contacts else [])]
        return next((owner for owner in owners if owner.secret and owner.secret == secret), None)

    def _guessed_wrong(self, address: str) -> None:
        self._wrong[address] = self._wrong.get(address, 0) + 1
        if self._wrong[address] >= self._ground.limits.wrong_secrets:
            self._wrong[address] = 0
            self._locked[address] = self._ground.now() + self._ground.limits.lockout

    def _answer(self, owner: WeComApp | ContactSync) -> dict[str, object]:
        limits, now = self._ground.limits, self._ground.now()
        for value, token in reversed(self._issued.items()):
            if token.owner is owner and not token.void:
                if not limits.rotate_tokens and now < min(token.expires - limits.token_renewal, token.ends):
                    return ok(access_token=value, expires_in=int((token.expires - now).total_seconds()))
                token.void = limits.rotate_tokens
                break
        value = secrets.token_urlsafe(150)
        expires = now + limits.token_life
        ends = expires if limits.early_death is None else min(expires, now + limits.early_death)
        self._issued[value] = Token(owner, expires, ends)
        return ok(access_token=value, expires_in=int(limits.token_life.total_seconds()))

    def check(self, value: str | None) -> WeComApp | ContactSync:
        """Whose token this is.

        Raises:
            ApiError: 41001 missing, 40014 unknown or void, 42001 expired.
        """
        if not value:
            raise ApiError(41001)
        token = self._issued.get(value)
        if token is None or token.void:
            raise ApiError(40014)
        if self._ground.now() >= token.ends:
            raise ApiError(42001 if self._ground.now() >= token.expires else 40014)
        return token.owner

    def void_all(self) -> None:
        """The platform forgets every token, as it may at any time: 40014 from now on."""
        for token in self._issued.values():
            token.void = True
