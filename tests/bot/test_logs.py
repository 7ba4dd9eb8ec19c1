"""Logs: one JSON object a line, a message's id through all hops, and nothing that must stay secret."""

import json
import logging
import re
import subprocess
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import clock
from bot.logs import _masked
from bot.playground.platform import Exchange
from storage.work import Database
from tests.company import KEYS
from tests.makers import NOW
from tests.promises.ground import a_ground
from tests.promises.nursery import FastClock
from tests.promises.test_killed import a_nursery, quiet, tell

CONFIGURED = [
    "app-secret",
    "apptoken",
    "contactstoken",
    "bottoken",
    "ding-secret",
    "card-secret",
    "eventtoken",
    *KEYS.values(),
]
TALKED_OF = re.compile(
    r"(?:access_token|response_code|session|ticket)=([^&\s\"']{6,})"
    r"|\"(?:access_?[tT]oken|ticket|response_code)\": ?\"([^\"]{6,})\""
)


def secrets_on(wire: Iterable[Exchange]) -> set[str]:
    """Every credential that went over the wire."""
    found = set()
    for one in wire:
        for text in (one.target, one.body, one.plain, one.answer):
            found |= {part for match in TALKED_OF.findall(text) for part in match if part}
        found |= {value for name, value in one.headers.items() if name.lower() == "x-acs-dingtalk-access-token"}
    return found


async def test_a_message_leaves_its_id_at_every_hop_and_no_secret_anywhere(sqlite_url: str, tmp_path: Path) -> None:
    now, log = FastClock(NOW, clock(), 1.0), tmp_path / "service.log"
    async with a_ground(sqlite_url, tmp_path, now) as ground, a_nursery(ground, now, log) as nursery:
        await tell(nursery, "start")
        ground.wecom.limits.callback_tries = 100
        await ground.wecom.say("zhouqiang", "跟进 华为 今天拜访了王总机密")
        await ground.dingtalk.gateway.connected("dingtest")
        await ground.dingtalk.say("d-chenjing", "跟进 华为 今天拜访了王总机密")
        await ground.wecom.say("zhouqiang", "帮助", chat="wrGroup1")
        ground.wecom.mischief.wrong_signature = 1
        ground.wecom.limits.callback_tries = 1
        await ground.wecom.say("zhouqiang", "帮助")
        await quiet(ground.database, now)
        await tell(nursery, "kill")
        secrets = secrets_on([*ground.wecom.wire, *ground.dingtalk.wire])
    written = log.read_text("utf-8")
    lines = [json.loads(line) for line in written.splitlines()]
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)
    for message in ("m:1", "m:2", "m:3"):
        hops = [line["event"] for line in lines if line.get("message") == message]
        assert [hops.index(hop) for hop in ("message kept", "message handled", "message sent")] == [0, 1, 2], hops
    assert [line["channel"] for line in lines if line["event"] == "callback refused"] == ["main"]
    assert len(secrets) >= 4, "tokens, a session and a response code went over the wire"
    for secret in (*CONFIGURED, *secrets, "机密"):
        assert secret not in written, secret


def test_whatever_a_library_says_is_json_too_with_its_traceback_and_masked() -> None:
    program = """
import logging, structlog
from bot import logs
logs.set_up()
structlog.get_logger().info("hello", url="https://x/y?access_token=SECRET1&a=1")
logging.getLogger("lib").warning("get %s", "https://x/y?access_token=SECRET2")
for log in (logging.getLogger("lib").exception, structlog.get_logger().exception):
    try:
        raise ValueError("https://x/y?corpsecret=SECRET3")
    except ValueError:
        log("it broke")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first, second, third, fourth = [json.loads(line) for line in done.stderr.splitlines()]
    assert (first["event"], first["level"], first["url"]) == ("hello", "info", "https://x/y?access_token=…&a=1")
    assert (second["event"], second["level"]) == ("get https://x/y?access_token=…", "warning")
    for line in (third, fourth):
        assert line["event"] == "it broke"
        assert "ValueError" in line["exception"]
    assert "SECRET" not in done.stderr
    assert logging.getLogger("lib").handlers == []


def test_a_secret_is_masked_in_json_in_nested_values_and_in_json_within_json() -> None:
    token = "SECRET4"
    body = json.dumps({"errcode": 0, "access_token": token, "accessToken": token})
    event = {
        "event": f"answered {body}",
        "wrapped": json.dumps({"body": body}),
        "shown": repr({"appSecret": token}),
        "answer": {"items": [{"ticket": token, "name": "x"}], "url": f"https://x/y?response_code={token}"},
        "raw": body.encode(),
        "key": "m1-1",
        "count": 3,
    }
    masked = _masked(None, "info", event)
    assert token not in str(masked)
    assert masked["answer"] == {"items": [{"ticket": "…", "name": "x"}], "url": "https://x/y?response_code=…"}
    assert (masked["key"], masked["count"]) == ("m1-1", 3)
    assert json.loads(json.loads(masked["wrapped"])["body"])["errcode"] == 0


async def test_what_is_written_into_the_database_is_in_no_traceback(database: Database) -> None:
    planted = "SECRET" + str(5)
    with pytest.raises(sa.exc.DBAPIError) as raised:
        async with database.begin(NOW) as work:
            await work.settings._connection.run(sa.text("insert into nowhere values (:it)"), {"it": planted})
    assert planted not in "".join(traceback.format_exception(raised.value))
