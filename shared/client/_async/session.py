"""One signed-in user: puts the access token on calls and replaces it in time, once for all who need it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

import msgspec
from msgspec.structs import replace

from shared.client import codec
from shared.client._async.token_store import AsyncTokenStore
from shared.client._async.transport import AsyncTransport
from shared.client.call import JSON, Call
from shared.client.errors import NotAuthenticated, SessionExpired
from shared.client.primitives import AsyncSingleFlight
from shared.client.problems import Answer, unexpected
from shared.client.tokens import Grant, RefreshAnswer, Tokens
from shared.clock import Clock

REFRESH_PATH = "/v1/auth/refresh"


class AsyncSession:
    """Calls in the name of whoever the token store holds; without tokens, calls go out without Authorization."""

    def __init__(
        self,
        transport: AsyncTransport,
        store: AsyncTokenStore,
        clock: Clock,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """`headers` go with every call."""
        self._transport = transport
        self._headers = headers
        self._store = store
        self._clock = clock
        self._renewal: AsyncSingleFlight[Tokens] = AsyncSingleFlight()

    async def send(self, call: Call) -> Answer:
        """The answer to `call`. A 401 renews the tokens once and repeats the call once.

        Raises SessionExpired when the refresh token no longer works, and what AsyncTransport.send raises.
        """
        call = self._with_headers(call)
        if call.public:
            return await self._transport.send(call, None)
        tokens = await self._store.load()
        if tokens is None:
            return await self._transport.send(call, None)
        if tokens.is_due(self._clock.now()):
            tokens = await self._renew(tokens.access_token)
        try:
            return await self._transport.send(call, tokens.access_token)
        except NotAuthenticated:
            if tokens.refresh_token is None:
                raise
            renewed = await self._renew(tokens.access_token)
        return await self._transport.send(call, renewed.access_token)

    async def lines(self, call: Call) -> AsyncGenerator[str, None]:
        """The lines of an answer that goes on, under tokens that are good when it begins.

        Raises SessionExpired when the refresh token no longer works, and what AsyncTransport.lines raises.
        """
        call = self._with_headers(call)
        tokens = await self._store.load()
        if tokens is not None and tokens.refresh_token is not None and tokens.is_due(self._clock.now()):
            tokens = await self._renew(tokens.access_token)
        try:
            bearer = None if tokens is None else tokens.access_token
            async with aclosing(self._transport.lines(call, bearer)) as lines:
                async for line in lines:
                    yield line
        except NotAuthenticated:
            if tokens is None or tokens.refresh_token is None:
                raise
            await self._renew(tokens.access_token)  # and end: whoever listens comes again, with the new ones

    def _with_headers(self, call: Call) -> Call:
        return replace(call, headers=(*call.headers, *self._headers)) if self._headers else call

    async def adopt(self, grant: Grant) -> None:
        """Keeps the tokens of a sign-in."""
        async with self._store.exclusive():
            await self._store.save(Tokens.granted(grant, self._clock.now()))

    async def forget(self) -> None:
        """Drops the tokens here; the API is told by signing out."""
        async with self._store.exclusive():
            await self._store.clear()

    async def settle(self) -> None:
        """Waits for a renewal under way, so that no rotated token is lost at closing."""
        await self._renewal.settle()

    async def _renew(self, stale: str) -> Tokens:
        tokens = await self._renewal.run(partial(self._rotate, stale))
        if tokens.access_token == stale:  # joined a renewal that began from an older token
            tokens = await self._renewal.run(partial(self._rotate, stale))
        return tokens

    async def _rotate(self, stale: str) -> Tokens:
        """Exchanges the stored pair, unless someone else has replaced the `stale` one already."""
        async with self._store.exclusive():
            tokens = await self._store.load()
            if tokens is None:
                raise SessionExpired(
                    status=401, code="not_authenticated", detail="Signed out meanwhile. Sign in again."
                )
            if tokens.access_token != stale or tokens.refresh_token is None:
                return tokens
            renewed = await self._exchange(tokens)
            await self._store.save(renewed)
            return renewed

    async def _exchange(self, tokens: Tokens) -> Tokens:
        call = Call(
            method="POST",
            path=REFRESH_PATH,
            content=codec.encode({"refresh_token": tokens.refresh_token}),
            content_type=JSON,
            idempotency_key=tokens.refresh_key,
            public=True,
        )
        try:
            answer = await self._transport.send(self._with_headers(call), None)
        except NotAuthenticated as error:
            await self._store.clear()
            raise SessionExpired(
                status=error.status,
                code=error.code,
                title=error.title,
                detail=error.detail,
                instance=error.instance,
                request_id=error.request_id,
            ) from error
        try:
            granted = Tokens.granted(codec.decode(answer.content, RefreshAnswer), self._clock.now())
        except msgspec.MsgspecError as error:
            raise unexpected(answer, "The answer to the refresh can't be read") from error
        if granted.refresh_token is None:
            return msgspec.structs.replace(granted, refresh_token=tokens.refresh_token)
        return granted
