"""Passkeys over HTTP: ceremonies and what comes of them, and one's own."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.identity.keys import SessionKeys
from backend.identity.routes.edges import caller_of, principal_in, settled
from backend.identity.usecases import ceremonies, passkeys
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
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

PUBLIC = {"public": True}
UNKEYED = {"public": True, "unkeyed": True}
Keys = NamedDependency[SessionKeys]


class PasskeyController(Controller):
    """Signing in by a passkey, and what the page of a ceremony asks and answers."""

    path = "/v1/auth/passkeys"
    tags = ("Sign-in",)

    @post(operation_id="beginPasskeySignIn", summary="Begin to sign in with a passkey", status_code=201, opt=PUBLIC)
    async def begin(
        self, data: JSONBody[PasskeySignInBegin], edge: NamedDependency[Edge], identity_keys: Keys
    ) -> CeremonyOut:
        """Where to go with it; what comes back is redeemed with the verifier."""
        return await edge.write(lambda tx: ceremonies.begin_sign_in(tx, identity_keys, data), CeremonyOut)

    @post(
        "/options",
        operation_id="readPasskeyOptions",
        summary="What a ceremony asks the browser for",
        status_code=200,
        opt=UNKEYED,
    )
    async def options(
        self,
        data: JSONBody[CeremonyTicket],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> CeremonyOptions:
        """For the page that holds the ticket."""
        return await edge.read(lambda tx: ceremonies.read_options(tx, vault, identity_keys, data))

    @post("/answer", operation_id="answerPasskey", summary="What the browser gave", status_code=200, opt=UNKEYED)
    async def answer(
        self,
        data: JSONBody[CeremonyAnswer],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> CeremonyAnswered:
        """Takes one answer, right or wrong."""
        return settled(await edge.write_unkeyed(lambda tx: ceremonies.take_answer(tx, vault, identity_keys, data)))

    @post("/redeem", operation_id="signInWithPasskey", summary="Sign in with a passkey", status_code=200, opt=PUBLIC)
    async def redeem(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[PasskeySignIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> SignInOut:
        """Ends the sign-in that began here. A passkey is both factors: no other is asked for."""
        caller = caller_of(request, edge)
        return settled(
            await edge.write_unkeyed(lambda tx: passkeys.sign_in_by_passkey(tx, vault, identity_keys, data, caller))
        )

    @post("/step-up", operation_id="beginPasskeyStepUp", summary="Begin to confirm with a passkey", status_code=201)
    async def begin_step_up(
        self,
        data: JSONBody[PasskeyStepUpBegin],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> CeremonyOut:
        """Confirms one action on one subject, in place of a code that is sent."""
        return await edge.write(
            lambda tx: ceremonies.begin_step_up(tx, vault, identity_keys, principal_in(tx), data), CeremonyOut
        )

    @post(
        "/step-up/redeem",
        operation_id="stepUpWithPasskey",
        summary="Get the code for what was confirmed",
        status_code=200,
        opt={"unkeyed": True},
    )
    async def redeem_step_up(
        self,
        data: JSONBody[PasskeyStepUp],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> PasskeyStepUpOut:
        """The code goes into the request for the action, as one that was sent would."""
        return settled(
            await edge.write_unkeyed(
                lambda tx: passkeys.step_up_by_passkey(tx, vault, identity_keys, principal_in(tx), data)
            )
        )


class MyPasskeysController(Controller):
    """One's own passkeys."""

    path = "/v1/me/passkeys"
    tags = ("Me",)

    @get(operation_id="listPasskeys", summary="One's passkeys")
    async def passkeys(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> list[PasskeyOut]:
        """The oldest first."""
        return await edge.read(lambda tx: passkeys.list_passkeys(tx, vault, principal_in(tx)))

    @post("/begin", operation_id="beginPasskey", summary="Begin to add a passkey", status_code=201)
    async def begin(
        self,
        data: JSONBody[PasskeyAddBegin],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> CeremonyOut:
        """Needs a step-up code for `passkey.add` on one's own id."""
        return await edge.write(
            lambda tx: ceremonies.begin_adding(tx, vault, identity_keys, principal_in(tx), data), CeremonyOut
        )

    @post(operation_id="addPasskey", summary="Add a passkey", status_code=201, opt={"unkeyed": True})
    async def add(
        self,
        data: JSONBody[PasskeyIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> PasskeyOut:
        """Redeems the code that came back from the page. All of one's contacts are told."""
        return settled(
            await edge.write_unkeyed(lambda tx: passkeys.add_passkey(tx, vault, identity_keys, principal_in(tx), data))
        )

    @patch("/{passkey_id:uuid}", operation_id="renamePasskey", summary="Rename a passkey")
    async def rename(
        self,
        data: JSONBody[PasskeyChange],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        passkey_id: FromPath[UUID],
    ) -> PasskeyOut:
        """Its name is for oneself alone."""
        return await edge.write_unkeyed(
            lambda tx: passkeys.rename_passkey(tx, vault, principal_in(tx), passkey_id, data)
        )

    @delete("/{passkey_id:uuid}", operation_id="removePasskey", summary="Remove a passkey")
    async def remove(self, edge: NamedDependency[Edge], passkey_id: FromPath[UUID]) -> None:
        """It signs nobody in from now on. All of one's contacts are told."""
        await edge.write_unkeyed(lambda tx: passkeys.remove_passkey(tx, principal_in(tx), passkey_id))
