"""What applications hold of a person."""

from uuid import UUID

from backend import identity
from backend.applications import store
from backend.applications.domain.status import is_open
from backend.applications.usecases import show
from backend.kernel.db import ReadTx, Tx
from backend.kernel.personal import Part, PersonalData, as_file, as_json, every, forget_blobs
from backend.kernel.vault import Vault
from shared.api.applications import ApplicationStatus, ApplicationSummary

# With a contract it is the loan that counts.
_HINDERING = frozenset({ApplicationStatus.ACCEPTED, ApplicationStatus.AGREEMENT_READY, ApplicationStatus.SIGNED})


async def _mine(tx: ReadTx) -> list[ApplicationSummary]:
    return await every(
        lambda cursor, limit: show.list_applications(
            tx, status=None, business_id=None, cursor=UUID(cursor) if cursor else None, limit=limit
        )
    )


async def _export(tx: ReadTx, vault: Vault) -> list[Part]:
    parts: list[Part] = []
    for each in await _mine(tx):
        folder = f"applications/{each.id}"
        parts.append(as_json(f"{folder}/application", await show.show(tx, vault, each.id)))
        parts.append(as_json(f"{folder}/history", await show.history(tx, each.id)))
        for file in await store.attachments(tx, each.id):
            parts += await as_file(tx, vault, f"{folder}/{file.kind}-{file.id}", file.blob_id)
    return parts


async def _hinders(tx: ReadTx, user_id: UUID) -> list[str]:
    mine = await store.listed(
        tx, sight=identity.Sight(user_id=user_id), business_id=None, status=None, before=None, limit=500
    )
    return ["open_application"] if any(each.status in _HINDERING and is_open(each.status) for each in mine) else []


async def _erase(tx: Tx, user_id: UUID) -> None:
    mine = await store.listed(
        tx, sight=identity.Sight(user_id=user_id), business_id=None, status=None, before=None, limit=500
    )
    for each in mine:
        await forget_blobs(tx, [file.blob_id for file in await store.attachments(tx, each.id)])


PERSONAL = PersonalData(export=_export, hinders=_hinders, erase=_erase)
