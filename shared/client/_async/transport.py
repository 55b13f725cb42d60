"""Sends calls over httpx within strict limits, and tries again when that can do no harm."""

import time
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager

import httpx

from shared.client.call import Call
from shared.client.config import ClientConfig
from shared.client.errors import ClientError, TransportError
from shared.client.failures import failure_from
from shared.client.primitives import async_sleep
from shared.client.problems import Answer, error_from, unexpected
from shared.client.retry import is_repeatable, is_worth_retrying, pause_s
from shared.client.trust import trusted_certificates
from shared.clock import Clock
from shared.ids import new_id

# Servers close a connection that is idle, many after five seconds. To leave it first keeps a call from being sent into
# one that is just being closed: nobody could say whether it arrived.
_IDLE_S = 4.0


class AsyncTransport:
    """One pool of connections to one API, for one tenant."""

    def __init__(self, config: ClientConfig, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._config = config
        self._clock = clock
        headers = {"User-Agent": config.user_agent, "X-Tenant": config.tenant}
        if config.language:
            headers["Accept-Language"] = config.language
        self._http = httpx.AsyncClient(
            base_url=config.base_url,
            headers=headers,
            transport=transport,
            verify=trusted_certificates() if transport is None else True,
            follow_redirects=False,
            limits=httpx.Limits(
                max_connections=config.max_connections, max_keepalive_connections=20, keepalive_expiry=_IDLE_S
            ),
        )

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def send(self, call: Call, bearer: str | None) -> Answer:
        """The answer to `call` when its status is 2xx.

        Raises ApiError and its branches, TransportError and its branches, UnexpectedResponse.
        """
        deadline = time.monotonic() + self._config.deadline_s
        request_id = str(new_id())
        for attempt in range(self._config.max_retries + 1):
            try:
                answer = await self._try(call, bearer, request_id, deadline)
            except TransportError as error:
                failure: ClientError = error
            else:
                if 200 <= answer.status < 300:
                    return answer
                failure = error_from(answer, now=self._clock.now(), idempotency_key=call.idempotency_key)
            if not (is_repeatable(call.method, call.idempotency_key) and is_worth_retrying(failure)):
                raise failure
            pause = pause_s(self._config, attempt, getattr(failure, "retry_after_s", None))
            if attempt == self._config.max_retries or time.monotonic() + pause >= deadline:
                raise failure
            await async_sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def lines(self, call: Call, bearer: str | None) -> AsyncGenerator[str, None]:
        """The lines of an answer that goes on, as they come. Ends when the API ends it.

        Raises ApiError and its branches, TransportError and its branches, UnexpectedResponse for another media type.
        """
        request_id = str(new_id())
        try:
            async with self._stream(call, bearer, request_id, self._config.deadline_s) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                answer = Answer(
                    status=response.status_code,
                    headers=headers,
                    content=b"" if response.status_code == 200 else await response.aread(),
                    request_id=headers.get("x-request-id", request_id),
                )
                if answer.status != 200:
                    raise error_from(answer, now=self._clock.now(), idempotency_key=None)
                if answer.media_type != call.accept:
                    raise unexpected(answer, f"The answer to {call.path} is no {call.accept}")
                async for line in response.aiter_lines():
                    yield line
        except httpx.RequestError as error:
            raise failure_from(error, method=call.method, request_id=request_id, idempotency_key=None) from error

    async def _try(self, call: Call, bearer: str | None, request_id: str, deadline: float) -> Answer:
        left = max(0.001, deadline - time.monotonic())
        try:
            return await self._exchange(call, bearer, request_id, left)
        except httpx.RequestError as error:
            raise failure_from(
                error, method=call.method, request_id=request_id, idempotency_key=call.idempotency_key
            ) from error

    async def _exchange(self, call: Call, bearer: str | None, request_id: str, left: float) -> Answer:
        config = self._config
        ends_at = time.monotonic() + left
        content = bytearray()
        async with self._stream(call, bearer, request_id, left) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            answered_id = headers.get("x-request-id", request_id)
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > config.max_response_bytes:
                    cut = Answer(status=response.status_code, headers=headers, content=b"", request_id=answered_id)
                    raise unexpected(cut, f"The answer exceeds {config.max_response_bytes} bytes", call.idempotency_key)
                if time.monotonic() > ends_at:
                    raise httpx.ReadTimeout("the answer trickled in too slowly")
        return Answer(status=response.status_code, headers=headers, content=bytes(content), request_id=answered_id)

    def _stream(
        self, call: Call, bearer: str | None, request_id: str, left: float
    ) -> AbstractAsyncContextManager[httpx.Response]:
        read = min(self._config.read_timeout_s, left)
        connect = min(self._config.connect_timeout_s, left)
        return self._http.stream(
            call.method,
            call.path,
            params=call.query or None,
            content=call.content,
            headers=_headers(call, bearer, request_id),
            timeout=httpx.Timeout(connect=connect, read=read, write=read, pool=connect),
        )


def _headers(call: Call, bearer: str | None, request_id: str) -> dict[str, str]:
    headers = {"Accept": call.accept, "X-Request-Id": request_id, **dict(call.headers)}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    if call.idempotency_key is not None:
        headers["Idempotency-Key"] = call.idempotency_key
    if call.content_type is not None:
        headers["Content-Type"] = call.content_type
    return headers
