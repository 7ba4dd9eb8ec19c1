"""Web login inside the client: the consent page, codes, and their exchange (protocol 6.4)."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from yarl import URL

from bot.playground.wecom.api import Call, Endpoint
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.results import ApiError, ok

STATE = re.compile(r"[0-9A-Za-z]{0,128}")
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>企业微信登录</title><h1>以谁的身份打开?</h1><ul>{people}</ul></html>"""


@dataclass(slots=True)
class Grant:
    """A code or ticket: whose, for which app, since when."""

    account: str
    app: WeComApp
    at: datetime
    private: bool
    used: bool = False


class SignIn:
    """Hands out codes and takes them back once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._codes: dict[str, Grant] = {}
        self._tickets: dict[str, Grant] = {}

    def endpoints(self) -> dict[str, Endpoint]:
        """The paths served here."""
        return {
            "auth/getuserinfo": Endpoint("GET", "app", self.exchange),
            "auth/getuserdetail": Endpoint("POST", "app", self.detail),
        }

    async def authorize(self, request: web.Request) -> web.Response:
        """The stand-in of the consent page: asks who is looking, or takes `account` and redirects with a code."""
        query = request.query
        try:
            app = self._asked_app(query.get("agentid", ""))
            self._check(app, dict(query))
        except ApiError as error:
            return web.Response(status=400, text=f"{error.code} {error}")
        account = query.get("account", "")
        if account not in self._ground.directory.people:
            return web.Response(text=self._people(request.rel_url), content_type="text/html")
        private = query.get("scope") == "snsapi_privateinfo"
        target = URL(query["redirect_uri"])
        code = self.code(account, app, private=private)
        raise web.HTTPFound(target.update_query(code=code, state=query.get("state", "")))

    def _asked_app(self, agent: str) -> WeComApp:
        return self._ground.app(int(agent)) if agent.isdigit() else self._ground.corp.apps[0]

    def _check(self, app: WeComApp, query: dict[str, str]) -> None:
        if query.get("appid") != self._ground.corp.corp_id:
            raise ApiError(40013)
        scope = query.get("scope")
        if query.get("response_type") != "code" or scope not in ("snsapi_base", "snsapi_privateinfo"):
            raise ApiError(40035)
        if scope == "snsapi_privateinfo" and not query.get("agentid"):
            raise ApiError(40063, "agentid is empty")
        if not STATE.fullmatch(query.get("state", "")):
            raise ApiError(84025)
        target = URL(query.get("redirect_uri", ""))
        if not target.host or (app.trusted_domains is not None and target.authority not in app.trusted_domains):
            raise ApiError(50001)

    def _people(self, url: URL) -> str:
        rows = []
        for person in self._ground.directory.people.values():
            link = html.escape(str(url.update_query(account=person.account)))
            rows.append(f'<li><a href="{link}">{html.escape(person.name)}</a></li>')
        return PAGE.format(people="".join(rows))

    def code(self, account: str, app: WeComApp, *, private: bool = False) -> str:
        """A fresh code of this member for this app: once, five minutes."""
        value = self._ground.id("CODE")
        self._codes[value] = Grant(account, app, self._ground.now(), private)
        return value

    def exchange(self, call: Call) -> dict[str, Any]:
        """`auth/getuserinfo`: 40029 unknown or another app's, 42022 used, 42003 expired."""
        code = self._codes.get(call.asked("code"))
        if code is None or code.app is not call.app:
            raise ApiError(40029)
        if code.used:
            raise ApiError(42022)
        if self._ground.now() >= code.at + self._ground.limits.oauth_code_life:
            raise ApiError(42003)
        code.used = True
        person = self._ground.directory.people.get(code.account)
        if person is None or person.external:
            return ok(openid=f"o{self._ground.directory.open_id(code.account)}")
        if not code.private:
            return ok(userid=person.account)
        ticket = self._ground.id("TICKET")
        self._tickets[ticket] = Grant(person.account, code.app, self._ground.now(), True)
        return ok(userid=person.account, user_ticket=ticket, expires_in=1800)

    def detail(self, call: Call) -> dict[str, Any]:
        """`auth/getuserdetail`: what the member has consented to show."""
        ticket = self._tickets.get(str(call.body().get("user_ticket")))
        person = self._ground.directory.people.get(ticket.account) if ticket else None
        if ticket is None or person is None or ticket.app is not call.app:
            raise ApiError(40029, "invalid user_ticket")
        if self._ground.now() >= ticket.at + self._ground.limits.user_ticket_life:
            raise ApiError(42003, "user_ticket expired")
        return ok(userid=person.account, gender="0", mobile=person.mobile, email="", biz_mail="", avatar="")
