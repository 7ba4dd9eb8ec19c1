"""The configuration, checked whole before anything starts."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class ConfigTrouble(Exception):
    """The configuration cannot be used; the text has one sentence for each thing that is wrong."""


class Section(BaseModel):
    """Base of all sections: frozen, and a key that is not known is an error, not a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Url: TypeAlias = Annotated[str, Field(pattern=r"^https?://[^\s/]+")]
Token: TypeAlias = Annotated[SecretStr, Field(min_length=1, max_length=64)]
AesKey: TypeAlias = Annotated[SecretStr, Field(min_length=43, max_length=43)]


class ServiceConfig(Section):
    """`site`: where people's browsers reach us; links in messages start with it."""

    site: Url = "http://127.0.0.1:8600"
    company: str = "我的公司"
    timezone: str = "Asia/Shanghai"

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

    url: Annotated[SecretStr, Field(min_length=1)] = SecretStr("sqlite:///gendan.db")

    @field_validator("url")
    @classmethod
    def _known_kind(cls, url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(("sqlite:///", "postgresql://")):
            raise ValueError("sqlite:///FILE or postgresql://user:password@host/name")
        return url


class WeComConfig(Section):
    """A WeCom self-built app, called back at `/hooks/NAME`; the contact-sync assistant at `/hooks/NAME/events`."""

    corp_id: Annotated[str, Field(min_length=1)]
    agent_id: Annotated[int, Field(gt=0)]
    secret: Token | Annotated[SecretStr, Field(min_length=1)]
    token: Token
    encoding_aes_key: AesKey
    contacts_token: SecretStr = SecretStr("")
    contacts_aes_key: SecretStr = SecretStr("")
    api_base: Url = "https://qyapi.weixin.qq.com"


class WeComBotConfig(Section):
    """A WeCom AI bot in callback mode; `app` is the `[wecom.…]` that converts ids and can start conversations."""

    token: Token
    encoding_aes_key: AesKey
    app: str
    name: str


class WeComGroupConfig(Section):
    """A WeCom group webhook: digests into a group. `key` is the whole secret."""

    key: Annotated[SecretStr, Field(min_length=1)]
    api_base: Url = "https://qyapi.weixin.qq.com"


class DingTalkConfig(Section):
    """A DingTalk robot of an internal app."""

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    robot_code: Annotated[str, Field(min_length=1)]
    corp_id: Annotated[str, Field(min_length=1)]
    mode: Literal["stream", "http"] = "stream"
    card_template_id: str = ""
    card_secret: SecretStr = SecretStr("")
    event_token: SecretStr = SecretStr("")
    event_aes_key: SecretStr = SecretStr("")
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


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, value in sorted(environment.items()):
        path = variable.removeprefix("GENDAN_").lower().split("__")
        if not variable.startswith("GENDAN_") or len(path) < 2:
            continue
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
    key = ".".join(str(part) for part in detail["loc"] if not str(part).startswith("function-"))
    match detail["type"]:
        case "extra_forbidden":
            return f"{key}: unknown key; {_expected(detail)}"
        case "missing":
            return f"{key}: missing; expected a value"
        case "value_error":
            return f"{key}: expected {detail['msg'].removeprefix('Value error, ')}"
    return f"{key}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"


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
