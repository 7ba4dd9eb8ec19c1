"""Every wrong, missing or misspelt key gives one sentence that names it and says what is expected."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, ConfigTrouble
from tests.company import KEYS, TEMPLATE, configuration

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def whole() -> dict[str, Any]:
    return configuration("sqlite:///x.db", 1, 2, TEMPLATE, "http")


WRONG: list[tuple[str, Any, str]] = [
    ("service.site", "crm.example.com", "an address that starts with https:// or http://"),
    ("service.site", "https://", "an address"),
    ("service.site", 7, "a text in quotes"),
    ("service.timezone", "Mars/Olympus", "a time zone such as Asia/Shanghai"),
    ("service.timezone", "", "a time zone such as Asia/Shanghai"),
    ("service.compny", "x", "unknown key; expected one of company, definitions, site, timezone"),
    ("server.port", "http", "a whole number"),
    ("server.port", 0, "a whole number above 0"),
    ("server.port", 65536, "a whole number below 65536"),
    ("server.hots", "x", "unknown key; expected one of host, port"),
    ("database.url", "mysql://x", "sqlite:///FILE or postgresql://user:password@host/name"),
    ("database.url", "", "sqlite:///FILE or postgresql://user:password@host/name"),
    ("databse", {"url": "x"}, "unknown key; expected one of database, digest, dingtalk"),
    ("database", "sqlite:///x", "a section"),
    ("wecom", 3, "a section"),
    ("wecom.main.corp_id", None, "missing; expected the id of the company"),
    ("wecom.main.corp_id", " ", "a value that is not empty"),
    ("wecom.main.agent_id", None, "missing; expected the AgentId"),
    ("wecom.main.agent_id", "agent", "a whole number"),
    ("wecom.main.agent_id", -1, "a whole number above 0"),
    ("wecom.main.secret", None, "missing; expected the secret"),
    ("wecom.main.secret", "", "a value that is not empty"),
    ("wecom.main.token", "", "1 to 64 characters"),
    ("wecom.main.token", "x" * 65, "1 to 64 characters"),
    ("wecom.main.encoding_aes_key", None, "missing; expected the EncodingAESKey"),
    ("wecom.main.encoding_aes_key", "x" * 42, "43 letters and digits"),
    ("wecom.main.encoding_aes_key", "!" * 43, "43 letters and digits"),
    ("wecom.main.contacts_aes_key", "x", "43 letters and digits"),
    ("wecom.main.contacts_token", "", "wecom.main.contacts_token and contacts_aes_key: expected both or neither"),
    ("wecom.main.api_base", "qyapi.weixin.qq.com", "an address that starts with https://"),
    ("wecom.main.secrett", "x", "unknown key; expected one of agent_id, api_base"),
    ("wecom_bot.helper.app", "other", "the name of a [wecom.…] section, found 'other'"),
    ("wecom_bot.helper.name", None, "missing; expected the display name"),
    ("wecom_bot.helper.token", None, "missing; expected the token"),
    ("wecom_group.sales", {}, "missing; expected the key of the group's webhook"),
    ("wecom_group.sales", {"key": ""}, "a value that is not empty"),
    ("wecom.Main", {}, "missing; expected"),
    ("dingtalk.ding.mode", "socket", "'stream' or 'http'"),
    ("dingtalk.ding.client_id", None, "missing; expected the Client ID"),
    ("dingtalk.ding.client_secret", "", "a value that is not empty"),
    ("dingtalk.ding.robot_code", None, "missing; expected the RobotCode"),
    ("dingtalk.ding.event_token", "", "dingtalk.ding.event_token and event_aes_key: expected both or neither"),
    ("dingtalk.ding.event_aes_key", "x", "43 letters and digits"),
    ("dingtalk.ding.oapi_base", "", "an address that starts with https://"),
    ("digest.daily", "six", "a time of day"),
    ("digest.groups", "sales", "a list of texts"),
    ("digest.groups", ["nowhere"], "expected a [wecom_group.…] or NAME:CONVERSATION of [dingtalk.…], found 'nowhere'"),
    ("quiet_hours.start", "25:00", "a time of day"),
    ("quiet_hours.begin", "21:00", "unknown key; expected one of end, start"),
]


def changed(key: str, value: Any) -> dict[str, Any]:
    values = deepcopy(whole())
    *path, last = key.split(".")
    place = values
    for part in path:
        place = place.setdefault(part, {})
    if value is None:
        del place[last]
    else:
        place[last] = value
    return values


@pytest.mark.parametrize(("key", "value", "expected"), WRONG, ids=[f"{key}={value!r}"[:60] for key, value, _ in WRONG])
def test_what_is_wrong_is_named_with_what_is_expected(key: str, value: Any, expected: str) -> None:
    with pytest.raises(ConfigTrouble) as trouble:
        Config.check(changed(key, value))
    sentences = str(trouble.value).splitlines()
    [sentence] = [one for one in sentences if key in one] if key != "wecom.Main" else sentences[:1]
    assert expected in sentence
    assert key in sentence
    assert all(secret not in sentence for secret in ("app-secret", "ding-secret", *KEYS.values()))


def test_everything_that_is_wrong_is_said_at_once_each_in_one_line() -> None:
    values = changed("server.port", "http")
    values["service"]["site"] = "x"
    del values["wecom"]["main"]["token"]
    with pytest.raises(ConfigTrouble) as trouble:
        Config.check(values)
    assert [line.split(":")[0] for line in str(trouble.value).splitlines()] == [
        "service.site",
        "server.port",
        "wecom.main.token",
    ]


def test_channel_names_are_paths_and_therefore_plain_and_different() -> None:
    twice = whole()
    twice["dingtalk"]["main"] = twice["dingtalk"].pop("ding")
    with pytest.raises(ConfigTrouble, match="channel name 'main' is used twice"):
        Config.check(twice)
    odd = whole()
    odd["dingtalk"]["Ding Talk"] = odd["dingtalk"].pop("ding")
    with pytest.raises(ConfigTrouble, match="channel name 'Ding Talk': expected lower-case letters"):
        Config.check(odd)


def test_the_environment_wins_over_the_file_for_every_kind_of_key(tmp_path: Path) -> None:
    file = tmp_path / "gendan.toml"
    file.write_text('[service]\ncompany = "文件"\n[server]\nport = 1\n[wecom_group.sales]\nkey = "k"\n', "utf-8")
    environment = {
        "GENDAN_SERVER__PORT": "8700",
        "GENDAN_DATABASE__URL": "postgresql://u:p@h/n",
        "GENDAN_DIGEST__GROUPS": " sales, ",
        "GENDAN_DIGEST__DAILY": "17:30",
        "GENDAN_WECOM_GROUP__SALES__KEY": "other",
        "GENDAN_TEST_POSTGRES": "ignored",
        "HOME": "/root",
    }
    config = Config.load(file, environment)
    assert (config.service.company, config.server.port) == ("文件", 8700)
    assert config.database.url.get_secret_value() == "postgresql://u:p@h/n"
    assert config.digest.groups == ("sales",)
    assert f"{config.digest.daily:%H:%M}" == "17:30"
    assert config.wecom_group["sales"].key.get_secret_value() == "other"
    assert "u:p@h" not in repr(config)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("GENDAN_SERVER__PROT", "1", "server.prot: unknown key; expected one of host, port"),
        ("GENDAN_SERVER__PORT", "x", "server.port: expected a whole number"),
        ("GENDAN_DATABASE_URL", "x", "GENDAN_DATABASE_URL: expected GENDAN_SECTION__KEY"),
        ("GENDAN_SERVER__PORT__X", "1", "port is set both as a value and as a section"),
    ],
)
def test_a_misspelt_variable_is_named_too(variable: str, value: str, says: str) -> None:
    with pytest.raises(ConfigTrouble) as trouble:
        Config.load(None, {"GENDAN_SERVER__PORT": "1", variable: value})
    assert says in str(trouble.value)


def test_without_file_and_environment_there_are_defaults_and_no_channel() -> None:
    config = Config.load(None, {})
    assert config.service.site == "http://127.0.0.1:8600"
    assert config.wecom == config.dingtalk == {}


def test_a_file_that_is_not_there_or_not_toml_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigTrouble, match=r"no such file; copy config\.example\.toml"):
        Config.load(tmp_path / "none.toml", {})
    broken = tmp_path / "broken.toml"
    for content in (b"[service\n", b"\xff\xfe"):
        broken.write_bytes(content)
        with pytest.raises(ConfigTrouble, match=r"broken\.toml: cannot be read as TOML"):
            Config.load(broken, {})


def test_the_example_configuration_loads_and_shows_every_section() -> None:
    config = Config.load(EXAMPLE, {})
    assert config.wecom
    assert config.wecom_bot
    assert config.dingtalk
    sections = {name for name in Config.model_fields if f"[{name}" in EXAMPLE.read_text("utf-8")}
    assert sections == set(Config.model_fields)
