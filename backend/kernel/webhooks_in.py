"""Events from providers: verified, stored once by (provider, event id), answered, and only then worked on.

Every tenant has an address of its own for each provider, and every address a secret of its own, as Standard Webhooks
has it: what was signed for one tenant proves nothing at another's.

A context's route verifies the signature over the raw bytes and calls `accept`; its job calls `open_event`, does the
work and `mark_worked` in one transaction. Duplicates end at `accept`; reordered events meet state machines that expect
them.
"""

import base64
import hmac
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from standardwebhooks import Webhook, WebhookVerificationError

from backend.kernel import jobs
from backend.kernel.crypto import Field
from backend.kernel.db import Tx
from backend.kernel.tables import webhook_event
from backend.kernel.vault import Vault
from shared.errors import NotAuthenticated

MAX_BODY = 256 * 1024
_FIELD = Field("webhook_event", "sealed")


class BadSignature(NotAuthenticated):
    """Not signed by the provider, signed for another address, or signed too long ago."""

    code = "bad_signature"
    message = "The webhook's signature does not match its body and this address, or is too old. Nothing was stored."


class InboundEvent(Struct, frozen=True, kw_only=True):
    """What the job is told: which stored event to work on."""

    provider: str
    event_id: str


def callback_url(public_url: str, provider: str, tenant_id: UUID) -> str:
    """The address that `provider` is given for one tenant's webhooks."""
    return f"{public_url.rstrip('/')}/v1/webhooks/{provider}/{tenant_id}"


def endpoint_secret(secret: str, path: str) -> str:
    """The Standard Webhooks secret of the address whose URL has `path`: HMAC-SHA256 of the path under `secret`.

    Signer and verifier derive it alike from the one secret that they share. The host is left out: a platform is known
    by different names from inside and outside of its network.
    """
    return "whsec_" + base64.b64encode(hmac.digest(secret.encode(), path.encode(), "sha256")).decode()


def verify(secret: str, headers: dict[str, str], body: bytes) -> str:
    """Checks a Standard Webhooks signature (constant time, five minutes of tolerance); returns the event's id.

    `secret` is the address's own. Raises BadSignature.
    """
    try:
        Webhook(secret).verify(body, headers)
    except (WebhookVerificationError, ValueError) as refusal:
        raise BadSignature from refusal
    return headers["webhook-id"]


async def accept(tx: Tx, vault: Vault, *, provider: str, event_id: str, kind: str, body: bytes, job: str) -> bool:
    """Stores a verified event and enqueues `job` for it; False when it had come before."""
    sealed = (await vault.keyring(tx)).encrypt(_FIELD, body)
    values = {"provider": provider, "event_id": event_id, "kind": kind, "sealed": sealed, "received_at": tx.now}
    if not await tx.execute(insert(webhook_event).values(values).on_conflict_do_nothing()):
        return False
    await jobs.enqueue(tx, job, InboundEvent(provider=provider, event_id=event_id), dedupe_key=f"{provider}:{event_id}")
    return True


async def open_event(tx: Tx, vault: Vault, event: InboundEvent) -> bytes | None:
    """Locks a stored event and returns its body, or None when it was worked on before."""
    row = await tx.first(select(webhook_event).where(_is(event)).with_for_update())
    if row is None or row.worked_at is not None:
        return None
    return (await vault.keyring(tx)).decrypt(_FIELD, row.sealed)


async def mark_worked(tx: Tx, event: InboundEvent) -> None:
    """Notes that the event's effects are in this transaction."""
    await tx.execute(update(webhook_event).where(_is(event)).values(worked_at=tx.now))


def _is(event: InboundEvent) -> Any:
    return (webhook_event.c.provider == event.provider) & (webhook_event.c.event_id == event.event_id)
