"""Keeps how far an outbound message came; what providers tell late or twice takes nothing back."""

from uuid import UUID

from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.support.domain.delivery import after
from backend.support.errors import MessageNotFound
from backend.support.store import messages
from backend.support.usecases.nudge import nudge_told
from shared.api.conversations import MessageStatusIn, ProviderStatusIn


async def note_status(tx: Tx, vault: Vault, message_id: UUID, told: MessageStatusIn) -> None:
    """Notes what became of a message. Idempotent. Raises MessageNotFound."""
    found = await messages.lock(tx, message_id)
    if found is None:
        raise MessageNotFound
    status = after(found.direction, found.status, told.status)
    if status is not found.status or told.provider_id is not None:
        await messages.set_status(tx, found.id, status, provider_id=told.provider_id, error_code=told.error_code)
    await nudge_told(tx, vault, found, told)


async def note_provider_status(tx: Tx, vault: Vault, told: ProviderStatusIn) -> None:
    """Notes what a provider says of a message by its name. Idempotent. Raises MessageNotFound."""
    found = await messages.by_name(tx, told.channel, told.external_id)
    if found is None:
        raise MessageNotFound
    await note_status(tx, vault, found.id, MessageStatusIn(status=told.status, error_code=told.error_code))
