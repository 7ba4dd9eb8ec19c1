"""The organisation the platform plays: its apps, robots and card templates, and what is out of the ordinary today."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Transport = Literal["stream", "http"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateButton:
    """A button of a card template whose click event is 回传请求.

    Attributes:
        key: the component's action id, sent in `actionIds`.
        text, params: may name variables of the card as `${name}`.

    Source: protocols/dingtalk.md 6.6, 6.9.
    """

    key: str
    text: str
    params: Mapping[str, str]


def _params(number: int) -> dict[str, str]:
    return {"action": f"${{btn{number}Action}}", "bizId": "${bizId}", "rev": "${rev}"}


def _numbered_buttons(count: int) -> tuple[TemplateButton, ...]:
    return tuple(
        TemplateButton(
            key=f"btn{n}",
            text=f"${{btn{n}Text}}",
            params=_params(n),
        )
        for n in range(1, count + 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTemplate:
    """A card template as the designer keeps it; the defaults are those of "CRM 通用卡".

    Attributes:
        buttons: those without a text are hidden.
        links: text and address of buttons that open a link; always shown, and the service hears nothing of them.
        form_key: action id of the form component, which shows the fields in the variable `form` and has a button of
            its own with `form_params`; "" for a template without one.
        private: variables ticked 私有; `None`: all of them.
        long_variables: variables (markdown, JSON for a form) that may be longer than the documented value limit.
        shown_while: name of the boolean variable without which no button is shown; "" for always.

    Source: protocols/dingtalk.md 6.5, 6.9.
    """

    id: str
    published: bool = True
    buttons: Sequence[TemplateButton] = _numbered_buttons(4)
    links: Mapping[str, str] = field(default_factory=lambda: {"${urlText}": "${url}"})
    form_key: str = "form"
    form_params: Mapping[str, str] = field(default_factory=lambda: _params(1))
    shown_while: str = "canAct"
    private: frozenset[str] | None = None
    long_variables: frozenset[str] = frozenset({"body", "markdown", "content", "msgContent", "form", "fields"})


@dataclass(slots=True, kw_only=True)
class CardRoute:
    """Where card callbacks of one `callbackRouteKey` go over HTTP, and the secret they are signed with, if any."""

    url: str
    api_secret: str = ""


@dataclass(slots=True, kw_only=True)
class DingTalkApp:
    """An internal app with its robot, as set up in the developer console.

    Attributes:
        robot_code: equals `client_id` when empty.
        agent_id: needed by work notices only.
        mode: how robot messages arrive; `event_mode` is a switch of its own and follows `mode` when `None`.
        event_token, event_aes_key: 3-32 letters or digits, and 43 letters or digits; used by HTTP events only.
        card_routes: HTTP card callbacks by `callbackRouteKey`; the register call adds to them.
        published: before publication `senderStaffId` and `isAdmin` are missing and no stream can be opened.

    Source: protocols/dingtalk.md 0.1, 1.2, 4.4, 6.7.
    """

    client_id: str
    client_secret: str
    robot_code: str = ""
    agent_id: int = 0
    robot_name: str = "跟单助手"
    mode: Transport = "stream"
    event_mode: Transport | None = None
    message_url: str = ""
    event_url: str = ""
    event_token: str = ""
    event_aes_key: str = ""
    card_routes: dict[str, CardRoute] = field(default_factory=dict)
    published: bool = True

    def __post_init__(self) -> None:
        self.robot_code = self.robot_code or self.client_id
        self.event_mode = self.event_mode or self.mode


@dataclass(slots=True, kw_only=True)
class CustomRobot:
    """A custom robot of one group, known by the `access_token` of its address.

    At least one of keywords, secret (`SEC...`) and IP addresses protects it.

    Source: protocols/dingtalk.md 1.1, 5.7.
    """

    access_token: str
    group: str
    name: str = "群机器人"
    keywords: Sequence[str] = ()
    secret: str = ""
    ips: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class DingTalkCorp:
    """Everything that is set up before the first message; changed afterwards through the platform only."""

    corp_id: str
    apps: Sequence[DingTalkApp]
    templates: Sequence[CardTemplate] = ()
    custom_robots: Sequence[CustomRobot] = ()
    admins: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Conditions:
    """What is out of the ordinary today; tests and the demo switch it while the platform runs.

    Attributes:
        plain_token_errors: the old API says errcode 40014 instead of 88 with sub_code 40014.
        staff_ids_in_mentions: whether `atUsers` carry `staffId`; the official pages leave it open.
        inbound_quota_used_up: robot messages arrive without a body, errorCode 20001.
        outbound_quota_used_up: counted calls are refused with ApiCountLimitForOrg or 90020.
        missing_scopes: permission codes the app was not given (`qyapi_robot_sendmsg`, `Card.Instance.Write`, ...).
        banned: the caller's IP address is refused with an HTML page.
        throttled_people: accounts put into `flowControlledStaffIdList`.
        disbanded_groups: ids of groups that no longer exist.
        contact_scope: departments the app may see; `None`: all.
        dtmd_mentions_in_groups: whether following a dtmd link in a group mentions the robot.

    Source: protocols/dingtalk.md 1.3, 5.2, 6.14, 7.1, 8.1-8.5.
    """

    plain_token_errors: bool = False
    staff_ids_in_mentions: bool = True
    inbound_quota_used_up: bool = False
    outbound_quota_used_up: bool = False
    missing_scopes: set[str] = field(default_factory=set)
    banned: bool = False
    throttled_people: set[str] = field(default_factory=set)
    disbanded_groups: set[str] = field(default_factory=set)
    contact_scope: set[int] | None = None
    dtmd_mentions_in_groups: bool = False


def filled(template: str, variables: Mapping[str, Any]) -> str:
    """`template` with every `${name}` replaced by the variable's value, or by nothing."""
    return re.sub(r"\$\{(\w+)\}", lambda match: str(variables.get(match[1], "")), template)
