"""JSON logs without personal data: a line keeps only the names listed here, so that a careless one can't leak."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {"attempt", "code", "count", "error_type", "event", "kind", "level", "outcome", "status", "tenant", "timestamp"}
)


def configure(level: str) -> None:
    """Sets this process's logging up. The libraries below may log what people wrote: they say warnings only."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(levelname)s %(name)s")
    for name in ("pywa", "httpx", "httpcore", "aiogram"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _without_personal_data,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level, logging.INFO)),
        cache_logger_on_first_use=True,
    )


def _without_personal_data(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    failure = line.pop("exc_info", None)
    if isinstance(failure, BaseException):
        line["error_type"] = type(failure).__name__
    return {name: value for name, value in line.items() if name in ALLOWED}
