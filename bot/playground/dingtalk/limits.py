"""The numbers DingTalk enforces, in one place, so that a test can make each of them small."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkLimits:
    """Limits of the emulated platform; sizes in bytes of UTF-8, spans on the platform's clock unless called `seconds`.

    What is called `seconds` is real time: it measures how fast the service answers. `None` means: not enforced.

    Source: protocols/dingtalk.md 2.2, 2.8, 3.2-3.7, 4.2, 5.1-5.7, 6.2-6.6, 7.1, 7.3, 7.7, 8.1.
    """

    token_life: timedelta = timedelta(seconds=7200)
    ticket_life: timedelta = timedelta(seconds=90)
    session_life: timedelta = timedelta(minutes=90)
    login_code_life: timedelta = timedelta(minutes=5)
    download_code_life: timedelta = timedelta(hours=2)
    download_url_life: timedelta = timedelta(minutes=10)
    recall_window: timedelta = timedelta(hours=24)
    signature_window: timedelta = timedelta(hours=1)

    robot_redelivery: tuple[timedelta, ...] = (timedelta(seconds=60),) * 3
    event_deadline: timedelta = timedelta(seconds=3)
    event_redelivery: tuple[timedelta, ...] = (timedelta(seconds=10), timedelta(seconds=30))
    failed_list_after: timedelta = timedelta(minutes=3)
    failed_list_page: int = 200
    disconnect_silence: timedelta = timedelta(seconds=10)
    ping_every: timedelta = timedelta(seconds=30)
    ping_answer_seconds: float = 5.0
    patience_seconds: float = 5.0
    http_push_seconds: float = 2.5
    card_answer_seconds: float = 2.0

    batch_users: int = 20
    recall_keys: int = 20
    msg_param_bytes: int = 15_000
    webhook_bytes: int = 20_000
    webhook_mentions: int = 50
    webhook_per_minute: int | None = 20
    webhook_block: timedelta = timedelta(minutes=10)
    robot_per_person_minute: int | None = None
    robot_per_group_minute: int | None = 20
    ding_in_app: int = 200
    ding_by_phone: int = 20

    calls_per_second: int | None = 20
    calls_per_ip: int | None = 10_000
    calls_per_ip_seconds: float = 20.0
    ip_ban: timedelta = timedelta(minutes=5)
    api_calls_per_month: int | None = None
    pushes_per_month: int | None = None

    out_track_id: int = 100
    open_space_id: int = 1_000
    card_key_bytes: int = 100
    card_value_bytes: int = 1_024
    card_long_value_bytes: int = 54_000
    card_total_bytes: int = 102_400
    streaming_seconds: float | None = 0.5

    user_page: int = 100
    media_bytes: int = 20 * 1024 * 1024
    voice_bytes: int = 2 * 1024 * 1024
