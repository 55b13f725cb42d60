"""What identity's routes have in common: who asks, and refusals that are raised once they are committed."""

from typing import Any, TypeVar

from litestar import Request

from backend.identity.keys import Caller
from backend.kernel.db import ReadTx
from backend.kernel.edge import KEY_HEADER, Edge, IdempotencyKeyMissing
from backend.kernel.scope import Principal
from shared.errors import CaasError, NotAuthenticated

T = TypeVar("T")


def caller_of(request: Request[Any, Any, Any], edge: Edge) -> Caller:
    """The request as a sign-in sees it: its tokens are made from the key, so that they need not be stored.

    Raises IdempotencyKeyMissing.
    """
    key = request.headers.get(KEY_HEADER, "")
    if not 8 <= len(key) <= 200:
        raise IdempotencyKeyMissing
    return Caller(request_key=key, address=edge.address, user_agent=edge.user_agent)


def principal_in(tx: ReadTx) -> Principal:
    """The signed-in caller of a transaction. Raises NotAuthenticated."""
    if tx.scope.principal is None:
        raise NotAuthenticated
    return tx.scope.principal


def settled(outcome: T | CaasError) -> T:
    """The outcome, or the refusal raised: by now what counted against the caller is committed."""
    if isinstance(outcome, CaasError):
        raise outcome
    return outcome
