"""The company on the emulated platform: its apps, bots, webhooks and tags, and the limits of the platform."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bot.playground.wecom.approval_forms import ApprovalTemplate


@dataclass(slots=True, kw_only=True)
class Binding:
    """Where and how one callback is delivered (protocol 2.1).

    Attributes:
        token: at most 32 letters or digits.
        encoding_aes_key: exactly 43 letters or digits.
        callback_url: None when nobody has configured one.
    """

    token: str = ""
    encoding_aes_key: str = ""
    callback_url: str | None = None


@dataclass(slots=True, kw_only=True)
class WeComApp(Binding):
    """A self-built app.

    Attributes:
        visible_departments: with everything below them; (1,) is the whole company.
        trusted_domains: `host` or `host:port` allowed as redirect target of a login; None allows every host.
        reports_location: members' positions are told on each entry.
        suspended: the platform has put the app to sleep.
    """

    agent_id: int
    secret: str
    name: str = "跟单"
    visible_departments: tuple[int, ...] = (1,)
    visible_people: tuple[str, ...] = ()
    trusted_domains: tuple[str, ...] | None = None
    reports_location: bool = False
    suspended: bool = False


@dataclass(slots=True, kw_only=True)
class ContactSync(Binding):
    """The contact-sync assistant: its own secret, its own callback."""

    secret: str = ""


@dataclass(slots=True, kw_only=True)
class WeComBot(Binding):
    """An AI bot. One made by a super administrator sees userids, others see `wo...` ids.

    Attributes:
        secret: of the long connection; with one the bot is in that mode and its callback address is not used.
    """

    bot_id: str
    name: str
    by_super_admin: bool = True
    secret: str = ""


@dataclass(slots=True, kw_only=True)
class Tag:
    """A tag of the directory."""

    id: int
    name: str
    people: list[str] = field(default_factory=list)
    departments: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class WeComCorp:
    """One company.

    Attributes:
        webhooks: key of a group webhook -> id of its group.
        trusted_ips: addresses that may use tokens; None switches the check off.
        unlicensed: userids in scope without an interface licence.
        approval_callers: agent ids of the apps that may call the approval app.
        approvals_stopped: the company has switched the approval app off.
    """

    corp_id: str
    apps: list[WeComApp] = field(default_factory=list)
    contacts: ContactSync | None = None
    bots: list[WeComBot] = field(default_factory=list)
    webhooks: dict[str, str] = field(default_factory=dict)
    tags: dict[int, Tag] = field(default_factory=dict)
    trusted_ips: set[str] | None = None
    unlicensed: set[str] = field(default_factory=set)
    approval_templates: list[ApprovalTemplate] = field(default_factory=list)
    approval_callers: set[int] = field(default_factory=set)
    approvals_stopped: bool = False


@dataclass(slots=True, kw_only=True)
class WeComLimits:
    """Every number of the platform. Spans are measured with the injected clock unless they are floats of real seconds.

    Attributes:
        callback_seconds: real seconds a POST may take; `verify_seconds` for the GET.
        callback_tries: deliveries in total.
        retry_pause: real seconds between deliveries of one callback.
        repeat_on_status: an answer other than 200 counts as failure (the official pages disagree).
        stream_pause: real seconds between two refreshes of a stream.
        rotate_tokens: every `gettoken` gives a new token and voids the previous one.
        early_death: tokens die this long after their issue although more was promised.
        duplicate_answer: what a suppressed send answers: the first answer again, or it without msgid and response_code.
        long_silence_seconds: real seconds without a frame after which a long connection is closed.
        passive_card_update: an app's passive update after `template_card_event` takes effect.
        base_quotas: the 10 000 per minute and 150 000 per hour of any single call are enforced.
        account_limit: person-messages per day and app are 200 times this.
        approval_agent: `AgentID` in changes of approvals: the approval app's, or with None that of the app told
            (the official pages do not say).
    """

    callback_seconds: float = 5.0
    verify_seconds: float = 1.0
    callback_tries: int = 3
    retry_pause: float = 0.1
    repeat_on_status: bool = True
    stream_pause: float = 0.3
    stream_life: timedelta = timedelta(minutes=6)
    open_messages: int = 3

    token_life: timedelta = timedelta(seconds=7200)
    token_renewal: timedelta = timedelta(minutes=5)
    early_death: timedelta | None = None
    rotate_tokens: bool = False
    wrong_secrets: int = 5
    lockout: timedelta = timedelta(hours=1)

    base_quotas: bool = True
    calls_per_minute: int = 10_000
    calls_per_hour: int = 150_000
    per_member_minute: int = 30
    per_member_hour: int = 1000
    account_limit: int = 500
    webhook_per_minute: int = 20
    appchat_per_minute: int = 20_000
    appchat_per_hour: int = 150_000
    appchat_member_minute: int = 200
    appchat_member_day: int = 10_000
    groups_per_day: int = 1000
    group_changes_per_hour: int = 1000
    pictures_per_day: int = 1000
    pictures_per_month: int = 3000
    approvals_per_minute: int = 600

    duplicate_answer: Literal["same", "bare"] = "same"
    passive_card_update: bool = True
    approval_agent: int | None = 3010040
    code_life: timedelta = timedelta(hours=72)
    recall_life: timedelta = timedelta(hours=24)
    media_life: timedelta = timedelta(days=3)
    response_url_life: timedelta = timedelta(hours=1)
    download_life: timedelta = timedelta(minutes=5)
    oauth_code_life: timedelta = timedelta(minutes=5)
    user_ticket_life: timedelta = timedelta(seconds=1800)

    text_bytes: int = 2048
    markdown_bytes: int = 2048
    webhook_text_bytes: int = 2048
    webhook_markdown_bytes: int = 4096
    bot_content_bytes: int = 20480
    body_bytes: int = 1_048_576
    long_per_minute: int = 30
    long_per_hour: int = 1000
    long_silence_seconds: float = 60.0
    image_bytes: int = 10 * 1024 * 1024
    voice_bytes: int = 2 * 1024 * 1024
    video_bytes: int = 10 * 1024 * 1024
    file_bytes: int = 20 * 1024 * 1024
    webhook_image_bytes: int = 2 * 1024 * 1024
