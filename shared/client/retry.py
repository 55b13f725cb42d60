"""When a call is tried again, and how long to wait before: decided here, without any I/O."""

import secrets
from datetime import datetime
from email.utils import parsedate_to_datetime

from shared.client.config import ClientConfig
from shared.client.errors import ApiError, ConnectionFailed, ConnectionLost, TimedOut

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
_REPEATABLE_METHODS = frozenset({"GET", "PUT", "DELETE"})
_random = secrets.SystemRandom()


def is_repeatable(method: str, idempotency_key: str | None) -> bool:
    """Whether a second try can do no harm: the method is idempotent, or the API knows the call by its key."""
    return method in _REPEATABLE_METHODS or idempotency_key is not None


def pause_s(config: ClientConfig, attempt: int, retry_after_s: float | None) -> float:
    """Seconds before try `attempt + 1` (the first try is 0).

    Exponential with full jitter, so that clients that failed together do not come back together; never less than the
    server asked for by Retry-After.
    """
    ceiling = min(config.backoff_cap_s, config.backoff_base_s * 2**attempt)
    jittered = _random.uniform(0, ceiling)
    return jittered if retry_after_s is None else retry_after_s + jittered * 0.1


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """The Retry-After header (RFC 9110, 10.2.3) as seconds from `now`; None when absent or not readable."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return max(0.0, (at - now).total_seconds())


def is_worth_retrying(failure: Exception) -> bool:
    """Whether the failure is of the passing kind: not reached, connection broken, too many requests, busy gateway.

    An answer that did not come in time is left to the caller: the wait was long already, and the work may be under way.
    """
    if isinstance(failure, ApiError):
        return failure.status in RETRIED_STATUSES
    if isinstance(failure, TimedOut):
        return failure.connecting
    return isinstance(failure, ConnectionFailed | ConnectionLost)
