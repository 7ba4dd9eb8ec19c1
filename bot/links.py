"""Signed links to our pages: for one person, expiring; nobody else can use or change them."""

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

LASTS = timedelta(days=7)


class Links:
    """Makes and checks the links in messages. `key` is the service's own secret of 32 bytes."""

    def __init__(self, site: str, key: bytes) -> None:
        self.site = site.rstrip("/")
        self._key = key

    def address(self, path: str, member: int, at: datetime) -> str:
        """The full address of page `path` for this member, good for `LASTS` from `at`."""
        return self.within(path, member, int((at + LASTS).timestamp()))

    def within(self, path: str, member: int, until: int) -> str:
        """The full address of page `path` for this member, good until this moment (seconds of the epoch)."""
        parts = urlsplit(path)
        mark = self._sign(parts.path, member, until)
        query = urlencode([*parse_qsl(parts.query), ("who", member), ("until", until), ("sign", mark)])
        return f"{self.site}{quote(parts.path)}?{query}"

    def reader(self, path: str, query: dict[str, str], at: datetime) -> int | None:
        """Id of the member whom this link to `path` was made for; None when it is forged or has run out."""
        try:
            member, until = int(query.get("who", "")), int(query.get("until", ""))
        except ValueError:
            return None
        given = query.get("sign", "").encode("utf-8", "replace")
        good = hmac.compare_digest(self._sign(path, member, until).encode(), given)
        return member if good and at.timestamp() <= until else None

    def _sign(self, path: str, member: int, until: int) -> str:
        text = f"{path}\n{member}\n{until}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]
