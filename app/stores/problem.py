"""What went wrong, as the borrower is told: in words, with a code and a reference to quote."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.platform.port import DeviceFailed
from shared.client.errors import ApiError, ClientError, SessionExpired, TooManyRequests, TransportError

FAILURES = (ClientError, DeviceFailed)


class Kind(StrEnum):
    """What the borrower can do about it."""

    REFUSED = "refused"  # read the reason, change something
    OFFLINE = "offline"  # nothing was changed; try again
    UNKNOWN = "unknown"  # it may have worked; trying again is safe
    WAIT = "wait"  # too often; wait
    SIGNED_OUT = "signed_out"
    BROKEN = "broken"  # our side


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal or a failure. `detail` comes from the API in the reader's language and is empty for the rest."""

    kind: Kind
    code: str
    detail: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    reference: str | None = None
    wait_s: int | None = None

    @property
    def passes(self) -> bool:
        """Whether it says nothing of what was asked for: what was known of that may still be so."""
        return self.kind in {Kind.BROKEN, Kind.UNKNOWN, Kind.OFFLINE, Kind.WAIT}

    @property
    def is_settled(self) -> bool:
        """Whether it is known that nothing was done; else the same may be asked for again, and is done once."""
        return self.kind not in {Kind.UNKNOWN, Kind.OFFLINE, Kind.BROKEN}

    @classmethod
    def of(cls, error: ClientError | DeviceFailed) -> "Problem":
        """The problem that `error` is to a borrower."""
        if isinstance(error, DeviceFailed):
            return cls(kind=Kind.UNKNOWN, code="device_failed")
        if isinstance(error, TransportError):
            kind = Kind.UNKNOWN if error.outcome_unknown else Kind.OFFLINE
            return cls(kind=kind, code="offline", reference=error.request_id)
        if not isinstance(error, ApiError):
            return cls(kind=Kind.BROKEN, code="unexpected_response", reference=error.request_id)
        return cls(
            kind=_kind(error),
            code=error.code,
            detail=error.detail or error.title,
            fields=error.fields,
            reference=error.request_id,
            wait_s=None if error.retry_after_s is None else -int(-error.retry_after_s // 1),
        )


def _kind(error: ApiError) -> Kind:
    if isinstance(error, SessionExpired):
        return Kind.SIGNED_OUT
    if isinstance(error, TooManyRequests):
        return Kind.WAIT
    return Kind.BROKEN if error.status >= 500 else Kind.REFUSED
