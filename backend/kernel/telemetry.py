"""JSON logs with correlation ids and no personal data; Prometheus figures; OpenTelemetry spans to a set endpoint."""

import contextvars
import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace
from prometheus_client import Counter, Histogram
from structlog.typing import EventDict

_correlation: contextvars.ContextVar[str] = contextvars.ContextVar("correlation_id", default="")

requests_seconds = Histogram(
    "caas_http_request_seconds",
    "Time to answer an HTTP request",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
jobs_seconds = Histogram("caas_job_seconds", "Time to run a job", ["job", "outcome"])
events_relayed = Counter("caas_events_relayed_total", "Events handed from the outbox to subscribers")

tracer = trace.get_tracer("caas")

# What a log line may carry, besides its event and level: identifiers, codes, counts. Anything else is dropped, so that
# a careless line can't leak a name, a number or a token.
ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "correlation_id",
        "tenant_id",
        "actor",
        "method",
        "route",
        "path_template",
        "status",
        "duration_ms",
        "code",
        "job",
        "subscriber",
        "topic",
        "attempt",
        "count",
        "port",
        "url",
        "role",
        "exception",
        "error_type",
        "loan_id",
        "application_id",
        "payout_id",
        "case_id",
        "agreement_id",
        "payment_id",
        "provider",
        "outcome",
        "business_date",
        "version",
        "reason",
        "subject",
        "address",
    }
)


def correlation_id() -> str:
    """The id that ties together a request, its events and their jobs."""
    return _correlation.get()


def correlate(value: str) -> contextvars.Token[str]:
    """Sets the correlation id of the present task; give the token to `uncorrelate` at the end."""
    return _correlation.set(value)


def uncorrelate(token: contextvars.Token[str]) -> None:
    """Puts the correlation id back to what it was."""
    _correlation.reset(token)


def _only_allowed(_: Any, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in ALLOWED}


def _add_correlation(_: Any, __: str, event: EventDict) -> EventDict:
    if (value := _correlation.get()) and "correlation_id" not in event:
        event["correlation_id"] = value
    return event


def _without_values(_: Any, __: str, event: EventDict) -> EventDict:
    """An exception as its type and places only: messages of drivers quote rows."""
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()[1]
    if isinstance(failure, BaseException):
        event["error_type"] = type(failure).__qualname__
        places = []
        step = failure.__traceback__
        while step is not None:
            places.append(f"{step.tb_frame.f_code.co_filename}:{step.tb_lineno} {step.tb_frame.f_code.co_name}")
            step = step.tb_next
        event["exception"] = places[-12:]
    return event


def configure(*, level: str, service: str, otlp_endpoint: str | None) -> None:
    """Sets up logging and tracing for this process."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_correlation,
            _without_values,
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    if otlp_endpoint:
        from backend.kernel.tracing import send_spans  # noqa: PLC0415 -- a third of a second, for those who trace

        send_spans(otlp_endpoint, service=service)
