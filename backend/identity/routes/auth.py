"""Sign-up, sign-in, refresh, step-up and sessions over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.identity.keys import SessionKeys
from backend.identity.routes.edges import caller_of, principal_in, settled
from backend.identity.usecases import manage_sessions, send_code, sign_in, step_up
from backend.identity.usecases.refresh import refresh
from backend.identity.usecases.sign_up import sign_up
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from shared.api.identity import (
    CodeRequest,
    CodeSent,
    LinkRedeem,
    LinkRequest,
    RefreshRequest,
    SecondFactorIn,
    SessionOut,
    SignInOut,
    SignInRequest,
    SignUpRequest,
    StepUpRequest,
    TokensOut,
)

PUBLIC = {"public": True}
Keys = NamedDependency[SessionKeys]
_Request = Request[Any, Any, Any]


class AuthController(Controller):
    """How people prove who they are."""

    path = "/v1"
    tags = ("Sign-in",)

    @post("/auth/codes", operation_id="requestCode", summary="Send a sign-in code", status_code=202, opt=PUBLIC)
    async def request_code(
        self, data: JSONBody[CodeRequest], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CodeSent:
        """Sends a code to a phone or e-mail address, to sign in or up with. The answer never tells which it will be."""
        return await edge.write(lambda tx: send_code.request_code(tx, vault, data, edge.address), CodeSent)

    @post("/auth/sessions", operation_id="signIn", summary="Sign in with a code", status_code=200, opt=PUBLIC)
    async def sign_in(
        self,
        request: _Request,
        data: JSONBody[SignInRequest],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> SignInOut:
        """Answers the code. What comes back says whether sign-in is done, or which step is missing."""
        caller = caller_of(request, edge)
        return settled(
            await edge.write_unkeyed(lambda tx: sign_in.sign_in_by_code(tx, vault, identity_keys, data, caller))
        )

    @post("/auth/magic-links", operation_id="requestLink", summary="Send a sign-in link", status_code=202, opt=PUBLIC)
    async def request_link(
        self,
        data: JSONBody[LinkRequest],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
        identity_public_url: NamedDependency[str],
    ) -> CodeSent:
        """Sends a link that works once, for ten minutes."""
        return await edge.write(
            lambda tx: send_code.request_link(
                tx, vault, identity_keys, data, address=edge.address, public_url=identity_public_url
            ),
            CodeSent,
        )

    @post("/auth/magic-links/redeem", operation_id="redeemLink", summary="Use a link", status_code=200, opt=PUBLIC)
    async def redeem_link(
        self,
        request: _Request,
        data: JSONBody[LinkRedeem],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> SignInOut:
        """Signs in with the token of a link."""
        caller = caller_of(request, edge)
        return settled(
            await edge.write_unkeyed(lambda tx: sign_in.sign_in_by_link(tx, vault, identity_keys, data, caller))
        )

    @post("/auth/totp", operation_id="addSecondFactor", summary="Add the second factor", status_code=200, opt=PUBLIC)
    async def second_factor(
        self,
        request: _Request,
        data: JSONBody[SecondFactorIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> SignInOut:
        """Ends a sign-in with a code of the authenticator app, or with a recovery code."""
        caller = caller_of(request, edge)
        return settled(
            await edge.write_unkeyed(
                lambda tx: sign_in.sign_in_by_second_factor(tx, vault, identity_keys, data, caller)
            )
        )

    @post("/auth/sign-ups", operation_id="signUp", summary="Sign up", status_code=200, opt=PUBLIC)
    async def sign_up(
        self,
        request: _Request,
        data: JSONBody[SignUpRequest],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> SignInOut:
        """Registers whoever proved a contact that nobody has yet, and signs them in."""
        caller = caller_of(request, edge)
        return await edge.write_unkeyed(lambda tx: sign_up(tx, vault, identity_keys, data, caller))

    @post("/auth/refresh", operation_id="refreshTokens", summary="Renew the tokens", status_code=200, opt=PUBLIC)
    async def refresh(
        self,
        request: _Request,
        data: JSONBody[RefreshRequest],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: Keys,
    ) -> TokensOut:
        """A new pair of tokens; the old refresh token is spent, and using it again ends the session.

        Only the same request under the same Idempotency-Key gets the same pair again, should its answer be lost.
        """
        caller = caller_of(request, edge)
        return settled(
            await edge.write_unkeyed(lambda tx: refresh(tx, vault, identity_keys, data.refresh_token, caller))
        )

    @post("/auth/step-up", operation_id="requestStepUp", summary="Send a code for one action", status_code=202)
    async def request_step_up(
        self, data: JSONBody[StepUpRequest], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CodeSent:
        """Sends a code that confirms one action on one subject; it goes into the request for that action."""
        return await edge.write(
            lambda tx: step_up.issue_step_up(
                tx, vault, principal_in(tx).user_id, data.action, data.subject, channel=data.channel
            ),
            CodeSent,
        )

    @post("/auth/sign-out", operation_id="signOut", summary="Sign out", status_code=204, opt={"unkeyed": True})
    async def sign_out(self, edge: NamedDependency[Edge]) -> None:
        """Ends this session; its access token is refused within about a second everywhere."""
        await edge.write_unkeyed(lambda tx: manage_sessions.sign_out(tx, principal_in(tx)))

    @get("/sessions", operation_id="listSessions", summary="Devices that are signed in")
    async def sessions(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> list[SessionOut]:
        """One's own sessions, the newest first."""
        return await edge.read(lambda tx: manage_sessions.list_sessions(tx, vault, principal_in(tx)))

    @delete("/sessions/{session_id:uuid}", operation_id="endSession", summary="Sign a device out")
    async def end_session(self, edge: NamedDependency[Edge], session_id: FromPath[UUID]) -> None:
        """Ends one of one's own sessions."""
        await edge.write_unkeyed(lambda tx: manage_sessions.end_session(tx, principal_in(tx), session_id))

    @delete("/sessions", operation_id="endOtherSessions", summary="Sign all other devices out")
    async def end_other_sessions(self, edge: NamedDependency[Edge]) -> None:
        """Ends every session of one's own but this one."""
        await edge.write_unkeyed(lambda tx: manage_sessions.end_other_sessions(tx, principal_in(tx)))
