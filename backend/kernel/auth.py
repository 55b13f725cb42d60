"""Who calls: read from the access token once a request, asked for by guards.

Every route needs a signed-in caller unless it says `opt={"public": True}`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import Database, Tx
from backend.kernel.scope import Principal, Role
from backend.kernel.tables import revoked_session
from backend.kernel.tokens import LIFETIME, AccessTokens
from shared.errors import NotAuthenticated, NotPermitted

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

POLL = timedelta(seconds=1)
_ROLES = {role.value: role for role in Role}


class Revocations:
    """Sessions revoked within the life of an access token, read anew each second: a stolen phone is out at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revoked: frozenset[UUID] = frozenset()

    def __contains__(self, session_id: UUID) -> bool:
        return session_id in self._revoked

    async def refresh(self) -> None:
        """Reads the list."""
        since = self._database.clock.now() - LIFETIME - timedelta(minutes=1)
        recent = select(revoked_session.c.session_id).where(revoked_session.c.revoked_at > since)
        async with self._database.unscoped() as connection:
            self._revoked = frozenset((await connection.execute(recent)).scalars())

    async def watch(self) -> None:
        """Refreshes until cancelled; a database that is away leaves the last list standing."""
        while True:
            with contextlib.suppress(Exception):  # the requests themselves report a database that is away
                await self.refresh()
            await asyncio.sleep(POLL.total_seconds())


async def revoke_session(tx: Tx, session_id: UUID) -> None:
    """Ends a session's access tokens on every process within about a second of the commit."""
    added = insert(revoked_session).values(session_id=session_id, revoked_at=tx.now)
    await tx.execute(added.on_conflict_do_nothing())
    stale = tx.now - 10 * LIFETIME
    await tx.execute(delete(revoked_session).where(revoked_session.c.revoked_at < stale))


class Authenticator:
    """Turns a bearer token into a Principal."""

    def __init__(self, tokens: AccessTokens, database: Database, revocations: Revocations) -> None:
        self._tokens = tokens
        self._database = database
        self._revocations = revocations

    def authenticate(self, authorization: str) -> Principal:
        """The caller behind an Authorization header. Raises NotAuthenticated and its leaves."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated
        claims = self._tokens.verify(token.strip(), self._database.clock.now())
        if claims.sid is None or claims.sid in self._revocations:
            raise NotAuthenticated
        return Principal(
            tenant_id=claims.tid,
            user_id=claims.sub,
            session_id=claims.sid,
            roles=frozenset(_ROLES[role] for role in claims.roles if role in _ROLES),
            second_factor="totp" in claims.amr,
        )


def principal_of(connection: Connection) -> Principal | None:
    """The signed-in caller, or None."""
    principal = connection.scope.get("user")
    return principal if isinstance(principal, Principal) else None


def require_sign_in(principal: Principal | None, handler: BaseRouteHandler) -> None:
    """Lets nobody without a token through to a route that is not public. Raises NotAuthenticated."""
    if principal is None and not handler.opt.get("public"):
        raise NotAuthenticated


def requires(*roles: Role) -> Guard:
    """A guard that lets through whoever holds any of `roles`. Async, for the framework runs others in a thread."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        principal = principal_of(connection)
        if principal is None:
            raise NotAuthenticated
        if not principal.has(*roles):
            raise NotPermitted

    return guard
