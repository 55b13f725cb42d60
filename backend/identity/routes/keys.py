"""The public keys that access tokens are checked with."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency

from backend.identity.keys import SessionKeys


@get(
    "/.well-known/jwks.json",
    operation_id="getPublicKeys",
    summary="Keys to check access tokens with",
    tags=["Sign-in"],
    opt={"public": True, "tenant": False},
)
async def public_keys(identity_keys: NamedDependency[SessionKeys]) -> dict[str, Any]:
    """A JWK set (RFC 7517); it may hold keys that sign only later."""
    return identity_keys.access.public_keys()
