"""Structured logs: one JSON object a line, with the id of the message through all hops and no secrets."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

SECRET = re.compile(
    r"(access_token|corpsecret|appsecret|clientsecret|ticket|session|sign|response_code|key)=[^&\s\"']+", re.I
)


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
    return {name: SECRET.sub(r"\1=…", value) if isinstance(value, str) else value for name, value in event.items()}
