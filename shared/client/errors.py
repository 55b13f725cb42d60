"""Everything the SDK can raise. Branches mirror `shared.errors` by status; look at `code` for the exact case.

ClientError                    request_id, idempotency_key
├── ApiError                   the API answered with a problem (RFC 9457): status, code, detail, fields, retry_after_s
│   ├── InvalidInput           400   the request can't be understood; `fields` says where and why
│   ├── NotAuthenticated       401   who you are is not established
│   │   └── SessionExpired     401   the refresh token is spent or revoked: sign in again
│   ├── NotPermitted           403   you are known, and may not
│   ├── NotFound               404   it is not there, or not yours
│   ├── Conflict               409   it clashes with the state that things are in
│   ├── Unprocessable          422   understood, but this can't be done with these figures
│   ├── TooManyRequests        429   wait `retry_after_s`, then try again
│   ├── ServerError            500   something went wrong over there
│   └── Unavailable            503   (502 and 504 as well) safe to try again
├── TransportError             no answer arrived; `outcome_unknown` says whether the call may have taken effect
│   ├── ConnectionFailed       the server was never reached: nothing happened
│   ├── ConnectionLost         the connection broke after the request went out
│   └── TimedOut               no answer within the limits of the configuration (a builtin TimeoutError too)
├── UnexpectedResponse         an answer that is not what the API promises: status, body_start
└── InvalidWebhook             a webhook whose signature, time or form does not hold: reason
"""

from typing import ClassVar


class ClientError(Exception):
    """Base of the tree. Repeat a write with the same `idempotency_key` and it takes effect at most once."""

    def __init__(self, message: str, *, request_id: str | None = None, idempotency_key: str | None = None) -> None:
        super().__init__(message)
        self.request_id = request_id
        self.idempotency_key = idempotency_key

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} (request {self.request_id})" if self.request_id else message


class ApiError(ClientError):
    """The API said no. `code` is stable; `detail` is written for people, in their language where there is one."""

    mirrors: ClassVar[int | None] = None

    def __init__(
        self,
        *,
        status: int,
        code: str,
        title: str = "",
        detail: str = "",
        instance: str | None = None,
        fields: dict[str, str] | None = None,
        retry_after_s: float | None = None,
        request_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail or title}", request_id=request_id, idempotency_key=idempotency_key)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.instance = instance
        self.fields = fields or {}
        self.retry_after_s = retry_after_s


class InvalidInput(ApiError):
    mirrors = 400


class NotAuthenticated(ApiError):
    mirrors = 401


class SessionExpired(NotAuthenticated):
    """The refresh token no longer works; the stored tokens were dropped."""


class NotPermitted(ApiError):
    mirrors = 403


class NotFound(ApiError):
    mirrors = 404


class Conflict(ApiError):
    mirrors = 409


class Unprocessable(ApiError):
    mirrors = 422


class TooManyRequests(ApiError):
    mirrors = 429


class ServerError(ApiError):
    mirrors = 500


class Unavailable(ApiError):
    mirrors = 503


class TransportError(ClientError):
    """No answer. With `outcome_unknown` the call may have taken effect: repeat it with the same key, or read first."""

    def __init__(
        self,
        message: str,
        *,
        outcome_unknown: bool = False,
        request_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(message, request_id=request_id, idempotency_key=idempotency_key)
        self.outcome_unknown = outcome_unknown


class ConnectionFailed(TransportError):
    """The server was never reached."""


class ConnectionLost(TransportError):
    """The connection broke after the request went out."""


class TimedOut(TransportError, TimeoutError):
    """No answer in time; `connecting` when not even a connection was had, so that nothing happened."""

    def __init__(
        self,
        message: str,
        *,
        connecting: bool = False,
        outcome_unknown: bool = False,
        request_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(
            message, outcome_unknown=outcome_unknown, request_id=request_id, idempotency_key=idempotency_key
        )
        self.connecting = connecting


class UnexpectedResponse(ClientError):
    """The answer is not what the API promises: another service in between, or a client that is too old."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        body_start: str = "",
        request_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(message, request_id=request_id, idempotency_key=idempotency_key)
        self.status = status
        self.body_start = body_start


class InvalidWebhook(ClientError):
    """The webhook must not be acted on. `reason`: missing_header, bad_timestamp, too_old, too_new or no_match."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


_BY_STATUS: dict[int, type[ApiError]] = {
    kind.mirrors: kind for kind in ApiError.__subclasses__() if kind.mirrors is not None
}
_BY_STATUS |= {502: Unavailable, 504: Unavailable}


def error_class(status: int) -> type[ApiError]:
    """The branch for an HTTP status: its own, else ServerError from 500 up, else ApiError itself."""
    return _BY_STATUS.get(status) or (ServerError if status >= 500 else ApiError)
