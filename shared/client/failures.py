"""Turns what httpx raises when no answer arrives into the SDK's own tree, saying whether the call may have worked."""

import httpx

from shared.client.errors import ConnectionFailed, ConnectionLost, TimedOut, TransportError

_NEVER_SENT = (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError)


def failure_from(
    error: httpx.RequestError, *, method: str, request_id: str, idempotency_key: str | None
) -> TransportError:
    """The exception for `error`. The outcome is unknown for anything but a read that was sent and not answered."""
    failure: TransportError
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        failure = TimedOut("No connection in time. Check the network, then try again.", connecting=True)
    elif isinstance(error, httpx.TimeoutException):
        failure = TimedOut("No answer in time.", outcome_unknown=method != "GET")
    elif isinstance(error, _NEVER_SENT):
        failure = ConnectionFailed(f"The server could not be reached: {error}")
    else:
        failure = ConnectionLost(f"The connection broke: {error}", outcome_unknown=method != "GET")
    failure.request_id = request_id
    failure.idempotency_key = idempotency_key
    return failure
