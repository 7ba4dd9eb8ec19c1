"""The configuration, checked whole before anything starts."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class ConfigTrouble(Exception):
    """The configuration cannot be used; the text has one sentence for each thing that is wrong."""


class Section(BaseModel):
    """Base of all sections: frozen, and a key that is not known is an error, not a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _an_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise ValueError("an address that starts with https:// or http://")
    return value


def _some_text(value: str) -> str:
    if not value.strip():
        raise ValueError("a value that is not empty")
    return value


def _some_secret(value: SecretStr) -> SecretStr:
    _some_text(value.get_secret_value())
    return value


def _a_token(value: SecretStr) -> SecretStr:
    if not 1 <= len(value.get_secret_value()) <= 64:
        raise ValueError("1 to 64 characters, as in the platform's console")
    return value


def _an_aes_key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{43}", value.get_secret_value()):
        raise ValueError("43 letters and digits, as in the platform's console")
    return value


def _an_aes_key_or_none(value: SecretStr) -> SecretStr:
    return _an_aes_key(value) if value.get_secret_value() else value


Url: TypeAlias = Annotated[str, AfterValidator(_an_address)]
Text: TypeAlias = Annotated[str, AfterValidator(_some_text)]
Secret: TypeAlias = Annotated[SecretStr, AfterValidator(_some_secret)]
Token: TypeAlias = Annotated[SecretStr, AfterValidator(_a_token)]
AesKey: TypeAlias = Annotated[SecretStr, AfterValidator(_an_aes_key)]
NoAesKey: TypeAlias = Annotated[SecretStr, AfterValidator(_an_aes_key_or_none)]


class ServiceConfig(Section):
    """`site`: where people's browsers reach us; links in messages start with it.

    `definitions`: folder of the company's own definition files (`approvals/*.toml`), "" for none.
    """

    site: Url = "http://127.0.0.1:8600"
    company: str = "我的公司"
    timezone: str = "Asia/Shanghai"
    definitions: str = ""

    @field_validator("definitions")
    @classmethod
    def _a_folder(cls, folder: str) -> str:
        if folder and not Path(folder).is_dir():
            raise ValueError("a folder that exists")
        return folder

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("a time zone such as Asia/Shanghai") from None
        return name


class ServerConfig(Section):
    """Where the service listens."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(gt=0, lt=65536)] = 8600


class DatabaseConfig(Section):
    """`sqlite:///FILE` or `postgresql://user:password@host/name`; secret, for it may hold a password."""

    url: SecretStr = SecretStr("sqlite:///gendan.db")

    @field_validator("url")
    @classmethod
    def _known_kind(cls, url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(("sqlite:///", "postgresql://")):
            raise ValueError("sqlite:///FILE or postgresql://user:password@host/name")
        return url


class WeComConfig(Section):
    """A WeCom self-built app, called back at `/hooks/NAME`; the contact-sync assistant at `/hooks/NAME/events`."""

    corp_id: Text
    agent_id: Annotated[int, Field(gt=0)]
    secret: Secret
    token: Token
    encoding_aes_key: AesKey
    contacts_token: SecretStr = SecretStr("")
    contacts_aes_key: NoAesKey = SecretStr("")
    api_base: Url = "https://qyapi.weixin.qq.com"


class WeComBotConfig(Section):
    """A WeCom AI bot in callback mode; `app` is the `[wecom.…]` that converts ids and can start conversations."""

    token: Token
    encoding_aes_key: AesKey
    app: Text
    name: Text


class WeComGroupConfig(Section):
    """A WeCom group webhook: digests into a group. `key` is the whole secret."""

    key: Secret
    api_base: Url = "https://qyapi.weixin.qq.com"


class DingTalkConfig(Section):
    """A DingTalk robot of an internal app."""

    client_id: Text
    client_secret: Secret
    robot_code: Text
    corp_id: Text
    mode: Literal["stream", "http"] = "stream"
    card_template_id: str = ""
    card_secret: SecretStr = SecretStr("")
    event_token: SecretStr = SecretStr("")
    event_aes_key: NoAesKey = SecretStr("")
    api_base: Url = "https://api.dingtalk.com"
    oapi_base: Url = "https://oapi.dingtalk.com"


class DigestConfig(Section):
    """`daily`: when the day's digest goes out on working days. `groups`: where the company's digest goes besides:
    names of `[wecom_group.…]`, or `NAME:CONVERSATION` for a group of a DingTalk robot."""

    daily: time = time(18, 0)
    groups: tuple[str, ...] = ()


class QuietConfig(Section):
    """No message that can wait is sent between `start` and `end`."""

    start: time = time(21, 30)
    end: time = time(8, 0)


class Config(Section):
    """The whole configuration (design.md 4)."""

    service: ServiceConfig = ServiceConfig()
    server: ServerConfig = ServerConfig()
    database: DatabaseConfig = DatabaseConfig()
    wecom: dict[str, WeComConfig] = {}
    wecom_bot: dict[str, WeComBotConfig] = {}
    wecom_group: dict[str, WeComGroupConfig] = {}
    dingtalk: dict[str, DingTalkConfig] = {}
    digest: DigestConfig = DigestConfig()
    quiet_hours: QuietConfig = QuietConfig()

    @classmethod
    def load(cls, path: Path | None, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the file and the environment (`GENDAN_SECTION__KEY` wins) and check them together.

        Raises:
            ConfigTrouble: a sentence for each thing that is wrong.
        """
        return cls.check(_merged(_read(path) if path else {}, _from_environment(environment)))

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> Self:
        """The configuration of these values.

        Raises:
            ConfigTrouble: a sentence for each thing that is wrong.
        """
        try:
            config = cls.model_validate(values)
        except ValidationError as error:
            raise ConfigTrouble("\n".join(_sentence(detail) for detail in error.errors())) from None
        troubles = list(config._contradictions())
        if troubles:
            raise ConfigTrouble("\n".join(troubles))
        return config

    def _contradictions(self) -> Iterator[str]:
        names = [*self.wecom, *self.wecom_bot, *self.wecom_group, *self.dingtalk]
        for name in names:
            if not NAME.fullmatch(name):
                yield f"channel name {name!r}: expected lower-case letters, digits and _, starting with a letter"
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"channel name {name!r} is used twice: names are paths under /hooks, give each channel its own"
        for name, bot in self.wecom_bot.items():
            if bot.app not in self.wecom:
                yield f"wecom_bot.{name}.app: expected the name of a [wecom.…] section, found {bot.app!r}"
        for name, app in self.wecom.items():
            if bool(app.contacts_token.get_secret_value()) != bool(app.contacts_aes_key.get_secret_value()):
                yield f"wecom.{name}.contacts_token and contacts_aes_key: expected both or neither"
        for name, robot in self.dingtalk.items():
            if bool(robot.event_token.get_secret_value()) != bool(robot.event_aes_key.get_secret_value()):
                yield f"dingtalk.{name}.event_token and event_aes_key: expected both or neither"
        for group in self.digest.groups:
            if group not in self.wecom_group and group.partition(":")[0] not in self.dingtalk:
                yield f"digest.groups: expected a [wecom_group.…] or NAME:CONVERSATION of [dingtalk.…], found {group!r}"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigTrouble(f"{path}: no such file; copy config.example.toml and fill it in") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigTrouble(f"{path}: cannot be read as TOML: {error}") from None


OURS = ("GENDAN_TEST_", "GENDAN_PICTURES")
"""Variables of the tests, which are no keys."""


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, value in sorted(environment.items()):
        path = variable.removeprefix("GENDAN_").lower().split("__")
        if not variable.startswith("GENDAN_") or variable.startswith(OURS):
            continue
        if len(path) < 2:
            raise ConfigTrouble(f"{variable}: expected GENDAN_SECTION__KEY, such as GENDAN_DATABASE__URL")
        place = values
        for part in path[:-1]:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise ConfigTrouble(f"{variable}: {part} is set both as a value and as a section")
        place[path[-1]] = _listed(value) if path == ["digest", "groups"] else value
    return values


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _sentence(detail: ErrorDetails) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    limits = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return f"{key}: unknown key; {_expected(detail)}"
        case "missing":
            return f"{key}: missing; expected {WANTED.get(str(detail['loc'][-1]), 'a value')}"
        case "value_error":
            return f"{key}: expected {limits['error']}"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"{key}: expected a whole number"
        case "greater_than":
            return f"{key}: expected a whole number above {limits['gt']}"
        case "less_than":
            return f"{key}: expected a whole number below {limits['lt']}"
        case "time_parsing" | "time_type" | "time_delta_type":
            return f'{key}: expected a time of day such as "18:00"'
        case "literal_error":
            return f"{key}: expected {limits['expected']}"
        case "string_type":
            return f"{key}: expected a text in quotes"
        case "tuple_type":
            return f"{key}: expected a list of texts"
        case "model_type" | "dict_type":
            return f"{key}: expected a section"
    return f"{key}: expected {detail['msg'][:1].lower()}{detail['msg'][1:]}"


WANTED = {
    "corp_id": "the id of the company, as in the platform's console",
    "agent_id": "the AgentId of the app, a whole number",
    "secret": "the secret of the app",
    "token": "the token of the callback, 1 to 64 characters",
    "encoding_aes_key": "the EncodingAESKey of the callback, 43 letters and digits",
    "app": "the name of a [wecom.…] section",
    "name": "the display name of the bot, to be stripped from what is said to it",
    "key": "the key of the group's webhook",
    "client_id": "the Client ID (AppKey) of the app",
    "client_secret": "the Client Secret (AppSecret) of the app",
    "robot_code": "the RobotCode of the robot",
}
"""What a key that has no default is to be."""


def _expected(detail: ErrorDetails) -> str:
    model: type[BaseModel] = Config
    for part in detail["loc"][:-1]:
        kind = _SECTIONS.get(str(part))
        model = kind or model
    return "expected one of " + ", ".join(sorted(model.model_fields))


_SECTIONS: dict[str, type[BaseModel]] = {
    "service": ServiceConfig,
    "server": ServerConfig,
    "database": DatabaseConfig,
    "wecom": WeComConfig,
    "wecom_bot": WeComBotConfig,
    "wecom_group": WeComGroupConfig,
    "dingtalk": DingTalkConfig,
    "digest": DigestConfig,
    "quiet_hours": QuietConfig,
}
