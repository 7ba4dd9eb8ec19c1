"""Structured logs: one JSON object a line, with the id of the message through all hops and no secrets."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

SECRET = re.compile(
    r"(access_token|corpsecret|appsecret|clientsecret|ticket|session|sign|response_code|key)=[^&\s\"']+", re.I
)
NAMES = (
    "access_?token|refresh_?token|token|(?:corp|app|client)?_?secret|password|encoding_?aes_?key|aes_?key"
    "|(?:js_?api_?)?ticket|session_?webhook|response_code|response_url|authorization|x-acs-dingtalk-access-token"
)
NAMED = re.compile(NAMES, re.I)
QUOTED = re.compile(rf"(\\*[\"'](?:{NAMES})\\*[\"']\s*:\s*\\*[\"'])[^\"'\\]+", re.I)
"""A secret as JSON or a dictionary writes it, also within a text that was itself written as JSON."""


def set_up(level: str = "INFO") -> None:
    """Send everything, the libraries' logs too, to stderr as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _masked,
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processor=structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler()
    handler.setFormatter(renderer)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _masked(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: _hidden(name, value) for name, value in event.items()}


def _hidden(name: str, value: Any) -> Any:
    """The value without what must stay secret, however deep it lies."""
    if isinstance(value, Mapping):
        return {inner: _hidden(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(name, one) for one in value]
    if NAMED.fullmatch(name) and value:
        return "…"
    text = value.decode(errors="replace") if isinstance(value, bytes) else value
    return QUOTED.sub(r"\1…", SECRET.sub(r"\1=…", text)) if isinstance(text, str) else value
