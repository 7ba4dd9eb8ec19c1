"""Access tokens of both APIs, and who is calling with one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.playground.dingtalk.call import Call
from bot.playground.dingtalk.corp import DingTalkApp
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.troubles import ApiTrouble, OapiTrouble

HEADER = "x-acs-dingtalk-access-token"


@dataclass(slots=True)
class Token:
    """A token; `until` is when it dies unless it is asked for again."""

    text: str
    until: datetime


class Tokens:
    """One token per app, the same on both hosts; asking again renews its life.

    Source: protocols/dingtalk.md 5.1, 8.4, 8.5.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tokens: dict[str, Token] = {}

    async def new(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/oauth2/accessToken {appKey, appSecret} -> {accessToken, expireIn}."""
        body = call.json()
        token = self._issue(body.get("appKey"), body.get("appSecret"))
        if token is None:
            raise ApiTrouble("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        return {"accessToken": token, "expireIn": int(self._ground.limits.token_life.total_seconds())}

    async def of_corp(self, call: Call) -> dict[str, Any]:
        """POST api /v1.0/oauth2/{corpId}/token {client_id, client_secret, grant_type} -> {access_token, expires_in}."""
        body = call.json()
        token = self._issue(body.get("client_id"), body.get("client_secret"))
        if token is None or call.part("corp_id") != self._ground.corp.corp_id:
            raise ApiTrouble("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        if body.get("grant_type") != "client_credentials":
            raise ApiTrouble("invalidParameter.grantType")
        return {"access_token": token, "expires_in": int(self._ground.limits.token_life.total_seconds())}

    async def old(self, call: Call) -> dict[str, Any]:
        """GET oapi /gettoken?appkey=&appsecret= -> {access_token, expires_in}."""
        token = self._issue(call.query("appkey"), call.query("appsecret"))
        if token is None:
            raise OapiTrouble(40089, "不合法的corpid或corpsecret")
        return {"access_token": token, "expires_in": int(self._ground.limits.token_life.total_seconds())}

    def of(self, side: Literal["api", "oapi"], call: Call) -> DingTalkApp:
        """The app that is calling.

        Raises:
            ApiTrouble: 400 InvalidAuthentication, on the new API.
            OapiTrouble: 88 with sub_code 40014 (or plainly 40014), on the old one.
        """
        text = call.request.headers.get(HEADER, "") if side == "api" else call.query("access_token")
        for client_id, token in self._tokens.items():
            if token.text == text and self._ground.now() < token.until:
                return self._ground.apps[client_id]
        if side == "api":
            raise ApiTrouble("InvalidAuthentication", "不合法的access_token")
        if not text:
            raise OapiTrouble(41001, "缺少access_token")
        if self._ground.conditions.plain_token_errors:
            raise OapiTrouble(40014)
        raise OapiTrouble.nested(40014, "不合法的access_token")

    def expire(self) -> None:
        """Every token is dead from now on; the next fetch gives another one."""
        self._tokens.clear()

    def _issue(self, client_id: Any, secret: Any) -> str | None:
        app = self._ground.apps.get(str(client_id))
        if app is None or app.client_secret != secret:
            return None
        now = self._ground.now()
        token = self._tokens.get(app.client_id)
        if token is None or now >= token.until:
            token = self._tokens[app.client_id] = Token(self._ground.fresh("tok"), now)
        token.until = now + self._ground.limits.token_life
        return token.text
