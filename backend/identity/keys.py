"""What identity signs and tags with, in one place."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID, uuid5

from backend.kernel.crypto import MasterKeys
from backend.kernel.db import ReadTx
from backend.kernel.tokens import AccessTokens, Opaque, OpaqueTokens, TokenInvalid


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """Access tokens, and the kinds of opaque ones that never pass for one another."""

    access: AccessTokens
    refresh: OpaqueTokens
    tickets: OpaqueTokens
    links: OpaqueTokens
    services: OpaqueTokens
    ceremonies: OpaqueTokens
    ceremony_codes: OpaqueTokens

    @classmethod
    def of(cls, access: AccessTokens, masters: MasterKeys) -> Self:
        """The keys of this process."""
        return cls(
            access=access,
            refresh=OpaqueTokens("crt", masters.subkeys("refresh")),
            tickets=OpaqueTokens("ctk", masters.subkeys("ticket")),
            links=OpaqueTokens("cml", masters.subkeys("link")),
            services=OpaqueTokens("csa", masters.subkeys("service")),
            ceremonies=OpaqueTokens("cpt", masters.subkeys("ceremony")),
            ceremony_codes=OpaqueTokens("cpc", masters.subkeys("ceremony-code")),
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """What a sign-in knows of the request: its Idempotency-Key, and where it came from."""

    request_key: str
    address: str
    user_agent: str

    def seed(self, origin_id: UUID) -> bytes:
        """What makes the same request get the same token again."""
        return origin_id.bytes + self.request_key.encode()

    def row_id(self, origin_id: UUID) -> UUID:
        """What makes the same request find the row that it made."""
        return uuid5(origin_id, self.request_key)


def opened(tokens: OpaqueTokens, token: str, tx: ReadTx) -> Opaque:
    """A token of this kind and of the transaction's tenant. Raises TokenInvalid."""
    found = tokens.open(token)
    if found.tenant_id != tx.tenant_id:
        raise TokenInvalid
    return found
