"""One call of the service as an endpoint sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.playground.dingtalk.corp import DingTalkApp
from bot.playground.dingtalk.troubles import ApiTrouble, OapiTrouble


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body; its text form is its name."""

    name: str
    content: bytes

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True, kw_only=True)
class Call:
    """One call as an endpoint sees it; `app` is the one whose token was used, `body` raw."""

    request: web.Request
    path: str
    body: bytes
    form: Mapping[str, str | Upload] = field(default_factory=dict)
    app: DingTalkApp | None = None

    @property
    def caller(self) -> DingTalkApp:
        """The app whose token was used; every endpoint that is not `free` has one."""
        assert self.app is not None
        return self.app

    def json(self) -> dict[str, Any]:
        """The body as an object.

        Raises:
            ApiTrouble, OapiTrouble: it is no JSON object.
        """
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            if not self.path.startswith("/v1.0/"):
                raise OapiTrouble(40035, "不合法的参数")
            raise ApiTrouble("MissingBody", "body is mandatory for this action.")
        return value

    def query(self, name: str) -> str:
        """A query parameter, "" when missing."""
        return self.request.query.get(name, "")

    def part(self, name: str) -> str:
        """A variable part of the path."""
        return self.request.match_info[name]
