"""Passkeys: signing in by one, the page's part of a ceremony, and one's own."""

from collections.abc import Mapping
from uuid import UUID

from shared.api.identity import SignInOut
from shared.api.passkeys import (
    CeremonyAnswer,
    CeremonyAnswered,
    CeremonyOptions,
    CeremonyOut,
    CeremonyTicket,
    PasskeyAddBegin,
    PasskeyChange,
    PasskeyIn,
    PasskeyOut,
    PasskeySignIn,
    PasskeySignInBegin,
    PasskeyStepUp,
    PasskeyStepUpBegin,
    PasskeyStepUpOut,
)
from shared.client._async.resource import Resource


class Passkeys(Resource):
    """A sign-in that succeeds leaves this client signed in."""

    async def begin_sign_in(self, body: PasskeySignInBegin, *, idempotency_key: str | None = None) -> CeremonyOut:
        """Where to sign in with a passkey. Raises Conflict where there are none, TooManyRequests."""
        return await self._post("/v1/auth/passkeys", body, CeremonyOut, public=True, idempotency_key=idempotency_key)

    async def options(self, ticket: str) -> CeremonyOptions:
        """What the page of a ceremony asks the browser for. Raises NotAuthenticated once it is over."""
        body = CeremonyTicket(ticket=ticket)
        return await self._post("/v1/auth/passkeys/options", body, CeremonyOptions, public=True)

    async def answer(self, ticket: str, credential: Mapping[str, object]) -> CeremonyAnswered:
        """Hands over what the browser gave. Raises NotAuthenticated for what proves nothing."""
        body = CeremonyAnswer(ticket=ticket, credential=dict(credential))
        return await self._post("/v1/auth/passkeys/answer", body, CeremonyAnswered, public=True)

    async def sign_in(self, body: PasskeySignIn, *, idempotency_key: str | None = None) -> SignInOut:
        """Ends a sign-in that began here. Raises NotAuthenticated."""
        path = "/v1/auth/passkeys/redeem"
        answer = await self._post(path, body, SignInOut, public=True, idempotency_key=idempotency_key)
        if answer.tokens is not None:
            await self._adopt(answer.tokens)
        return answer

    async def begin_step_up(self, body: PasskeyStepUpBegin, *, idempotency_key: str | None = None) -> CeremonyOut:
        """Where to confirm one action with a passkey. Raises NotPermitted where only a code will do, Conflict."""
        return await self._post("/v1/auth/passkeys/step-up", body, CeremonyOut, idempotency_key=idempotency_key)

    async def step_up(self, body: PasskeyStepUp) -> PasskeyStepUpOut:
        """The code for what was confirmed. Raises NotPermitted, NotAuthenticated."""
        return await self._post("/v1/auth/passkeys/step-up/redeem", body, PasskeyStepUpOut)

    async def mine(self) -> list[PasskeyOut]:
        """One's passkeys, the oldest first."""
        return await self._get("/v1/me/passkeys", list[PasskeyOut])

    async def begin_adding(self, body: PasskeyAddBegin, *, idempotency_key: str | None = None) -> CeremonyOut:
        """Where to make a passkey. Raises NotPermitted for a wrong code, Conflict."""
        return await self._post("/v1/me/passkeys/begin", body, CeremonyOut, idempotency_key=idempotency_key)

    async def add(self, body: PasskeyIn) -> PasskeyOut:
        """Makes the passkey one's own; safe to repeat. Raises NotPermitted, NotAuthenticated, Conflict."""
        return await self._post("/v1/me/passkeys", body, PasskeyOut)

    async def rename(self, passkey_id: UUID, name: str) -> PasskeyOut:
        """Calls a passkey something else. Raises NotFound."""
        return await self._patch(f"/v1/me/passkeys/{passkey_id}", PasskeyChange(name=name), PasskeyOut)

    async def remove(self, passkey_id: UUID) -> None:
        """Takes a passkey away. Raises NotFound."""
        await self._delete(f"/v1/me/passkeys/{passkey_id}")
