"""The edge of a request: the one place that opens and commits its transaction, and that makes a POST safe to repeat.

`write` runs in one transaction: claim the Idempotency-Key, run the use case, store the answer, commit. A repeat with
the same input gets the stored answer; with another input, a refusal. A use case that fails leaves nothing behind, not
even its key.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.auth import principal_of
from backend.kernel.crypto import Field
from backend.kernel.db import Contention, Database, ReadTx, Tx
from backend.kernel.scope import Scope
from backend.kernel.tables import idempotency
from backend.kernel.telemetry import correlation_id
from backend.kernel.tenants import TenantDirectory
from backend.kernel.vault import Vault
from shared.errors import Conflict, InvalidInput, Unavailable

T = TypeVar("T")

TRIES = 4
KEY_HEADER = "Idempotency-Key"
TENANT_HEADER = "X-Tenant"
REPLAYED_HEADER = "Idempotency-Replayed"
_KEY = re.compile(r"[!-~]{8,200}")
_FIELD = Field("idempotency", "answer")


class IdempotencyKeyMissing(InvalidInput):
    """A POST without a usable key."""

    code = "idempotency_key_required"
    message = (
        "Send an Idempotency-Key header of 8 to 200 visible ASCII characters, new for each thing you want done;"
        " a UUID will do."
    )


class IdempotencyKeyReused(Conflict):
    """The key belongs to another request."""

    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used with another request. Use a new key for a new request."


class Edge:
    """One request's way into the use cases."""

    def __init__(
        self, request: Request[Any, Any, Any], database: Database, vault: Vault, tenants: TenantDirectory
    ) -> None:
        self._request = request
        self._database = database
        self._vault = vault
        self._tenants = tenants

    async def scope(self) -> Scope:
        """The caller's scope; on a public page, that of the tenant named by X-Tenant. Raises UnknownTenant."""
        if principal := principal_of(self._request):
            return Scope.of(principal, correlation_id())
        tenant = await self._tenants.by_slug(self._request.headers.get(TENANT_HEADER, ""))
        return Scope.system(tenant.id, "public", correlation_id())

    @property
    def address(self) -> str:
        """The client's network address, as the server saw it."""
        return self._request.client.host if self._request.client else ""

    @property
    def user_agent(self) -> str:
        """What the client says it is, cut to a sensible length."""
        return self._request.headers.get("User-Agent", "")[:300]

    async def read(self, use: Callable[[ReadTx], Awaitable[T]]) -> T:
        """Runs a read in a read-only transaction."""
        async with self._database.read(await self.scope()) as tx:
            return await use(tx)

    async def keyed_scope(self) -> Scope:
        """The caller's scope, for a POST whose parts carry keys of their own: it is safe to repeat by its own nature.

        Raises IdempotencyKeyMissing, as every POST does, so that callers need not know which kind it is.
        """
        if not _KEY.fullmatch(self._request.headers.get(KEY_HEADER, "")):
            raise IdempotencyKeyMissing
        return await self.scope()

    async def write(self, use: Callable[[Tx], Awaitable[T]], returns: type[T]) -> T:
        """Runs a use case once for the request's Idempotency-Key; `returns` is what a stored answer is read back as.

        Raises IdempotencyKeyMissing, IdempotencyKeyReused, and whatever the use case raises.
        """
        key = self._request.headers.get(KEY_HEADER, "")
        if not _KEY.fullmatch(key):
            raise IdempotencyKeyMissing
        wanted = await self._request_hash()

        async def once(tx: Tx) -> T:
            if (answer := await self._claim(tx, key, wanted)) is not None:
                self._request.state.replayed = True
                return msgspec.json.decode(answer, type=returns)
            result = await use(tx)
            await self._keep(tx, key, msgspec.json.encode(result))
            return result

        return await self.write_unkeyed(once)

    async def write_unkeyed(self, use: Callable[[Tx], Awaitable[T]]) -> T:
        """Runs a use case that is safe to repeat by its own nature, or whose answer must not be stored."""
        scope = await self.scope()
        for left in range(TRIES - 1, -1, -1):
            try:
                async with self._database.write(scope) as tx:
                    return await use(tx)
            except Contention as contention:
                if not left:
                    raise Unavailable from contention
        raise Unavailable

    async def _request_hash(self) -> bytes:
        url = self._request.url
        head = f"{self._request.method} {url.path}?{url.query}\n".encode()
        return hashlib.sha256(head + await self._request.body()).digest()

    async def _claim(self, tx: Tx, key: str, wanted: bytes) -> bytes | None:
        """Takes the key, or returns the answer that was stored under it. Waits for a request that holds it now."""
        row = {"principal": tx.scope.actor, "key": key, "request_hash": wanted, "at": tx.now}
        if await tx.execute(insert(idempotency).values(row).on_conflict_do_nothing()):
            return None
        stored = await tx.one(
            select(idempotency.c.request_hash, idempotency.c.answer).where(
                idempotency.c.principal == tx.scope.actor, idempotency.c.key == key
            )
        )
        if stored.request_hash != wanted:
            raise IdempotencyKeyReused
        return (await self._vault.keyring(tx)).decrypt(_FIELD, stored.answer)

    async def _keep(self, tx: Tx, key: str, answer: bytes) -> None:
        sealed = (await self._vault.keyring(tx)).encrypt(_FIELD, answer)
        mine = (idempotency.c.principal == tx.scope.actor) & (idempotency.c.key == key)
        await tx.execute(update(idempotency).where(mine).values(answer=sealed))
