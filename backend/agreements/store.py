"""Agreements in SQL. The agreement's row is locked before anything of it is written."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, Select, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from backend.agreements.domain.agreement import Agreement
from backend.agreements.domain.signing import Evidence
from backend.agreements.tables import agreement, agreement_document, agreement_signature
from backend.identity import Sight
from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.vault import Vault
from shared.api.agreements import AgreementStatus, DocumentKind

_EVIDENCE = Field("agreement_signature", "sealed")
_NEVER_CHANGED = {"id", "terms", "loan_id", "application_id", "offer_id", "user_id", "drafted_at"}


class Document(Struct, frozen=True, kw_only=True):
    """A document of an agreement, without its content."""

    agreement_id: UUID
    kind: DocumentKind
    blob_id: UUID
    sha256: bytes
    size: int
    media_type: str
    created_at: datetime


class Signature(Struct, frozen=True, kw_only=True):
    """A signature with its evidence opened, and the hash that was recorded for it."""

    evidence: Evidence
    evidence_sha256: bytes


async def add(tx: Tx, new: Agreement) -> bool:
    """Stores an agreement; False when its offer has one."""
    row = msgspec.structs.asdict(new) | {"terms": msgspec.to_builtins(new.terms)}
    return await tx.execute(insert(agreement).values(row).on_conflict_do_nothing()) == 1


async def get(tx: ReadTx, agreement_id: UUID) -> Agreement | None:
    """One agreement."""
    return _agreement(await tx.first(select(agreement).where(agreement.c.id == agreement_id)))


async def lock(tx: Tx, agreement_id: UUID) -> Agreement | None:
    """One agreement, held until the transaction ends."""
    return _agreement(await tx.first(select(agreement).where(agreement.c.id == agreement_id).with_for_update()))


async def lock_by_loan(tx: Tx, loan_id: UUID) -> Agreement | None:
    """The agreement on a loan, held until the transaction ends."""
    return _agreement(await tx.first(select(agreement).where(agreement.c.loan_id == loan_id).with_for_update()))


async def lock_of_application(tx: Tx, application_id: UUID) -> list[Agreement]:
    """Every agreement of an application, held until the transaction ends."""
    mine = select(agreement).where(agreement.c.application_id == application_id).order_by(agreement.c.id)
    return [into(row, Agreement) for row in await tx.all(mine.with_for_update())]


async def save(tx: Tx, changed: Agreement) -> None:
    """Writes what can change of a locked agreement."""
    values = {name: value for name, value in msgspec.structs.asdict(changed).items() if name not in _NEVER_CHANGED}
    await tx.execute(update(agreement).where(agreement.c.id == changed.id).values(values))


async def listed(
    tx: ReadTx,
    *,
    sight: Sight,
    business_id: UUID | None,
    application_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> list[Agreement]:
    """Agreements, the newest first: of this business, or else the caller's own; the whole tenant's for its staff."""
    wanted: Select[Any] = select(agreement).order_by(agreement.c.id.desc()).limit(limit)
    if business_id is None and sight.user_id is not None:
        still_theirs = or_(agreement.c.business_id.is_(None), agreement.c.business_id.in_(sight.business_ids))
        wanted = wanted.where(agreement.c.user_id == sight.user_id, still_theirs)
    given = {"business_id": business_id, "application_id": application_id}
    for column, value in given.items():
        if value is not None:
            wanted = wanted.where(agreement.c[column] == value)
    if before is not None:
        wanted = wanted.where(agreement.c.id < before)
    return [into(row, Agreement) for row in await tx.all(wanted)]


async def add_documents(tx: Tx, documents: list[Document]) -> None:
    """Stores what documents an agreement has."""
    await tx.execute(insert(agreement_document).values([msgspec.structs.asdict(each) for each in documents]))


async def documents_of(tx: ReadTx, agreement_id: UUID) -> dict[DocumentKind, Document]:
    """The documents of an agreement."""
    mine = select(agreement_document).where(agreement_document.c.agreement_id == agreement_id)
    found = [into(row, Document) for row in await tx.all(mine)]
    return {each.kind: each for each in found}


async def add_signature(tx: Tx, vault: Vault, evidence: Evidence) -> bytes:
    """Stores the evidence of a signature, encrypted. Returns its hash."""
    sha256 = evidence.sha256()
    sealed = (await vault.keyring(tx)).encrypt(_EVIDENCE, msgspec.json.encode(evidence), row_id=evidence.agreement_id)
    values = {
        "agreement_id": evidence.agreement_id,
        "user_id": evidence.user_id,
        "signed_at": evidence.signed_at,
        "signing_hash": evidence.signing_hash,
        "consent_version": evidence.consent_version,
        "sealed": sealed,
        "evidence_sha256": sha256,
    }
    await tx.execute(agreement_signature.insert(), values)
    return sha256


async def signature_of(tx: ReadTx, vault: Vault, agreement_id: UUID) -> Signature | None:
    """The signature of an agreement, opened. Raises DataErased, CiphertextError."""
    row = await tx.first(select(agreement_signature).where(agreement_signature.c.agreement_id == agreement_id))
    if row is None:
        return None
    opened = (await vault.keyring(tx)).decrypt(_EVIDENCE, row.sealed, row_id=agreement_id)
    return Signature(evidence=msgspec.json.decode(opened, type=Evidence), evidence_sha256=row.evidence_sha256)


async def unsigned_past(tx: ReadTx, now: datetime, limit: int) -> list[UUID]:
    """Agreements that wait for a signature and whose time is over, in the order in which they are locked."""
    over = (agreement.c.status == AgreementStatus.READY) & (agreement.c.expires_at <= now)
    return await _ids(tx, over, limit)


async def unreturned_past(tx: ReadTx, today: date, limit: int) -> list[UUID]:
    """Agreements that were to be paid off before today."""
    over = (agreement.c.status == AgreementStatus.CANCELLING) & (agreement.c.return_by < today)
    return await _ids(tx, over, limit)


async def left_drafting(tx: ReadTx, older_than: timedelta, limit: int) -> list[UUID]:
    """Agreements whose documents should have been set long ago."""
    over = (agreement.c.status == AgreementStatus.DRAFTING) & (agreement.c.drafted_at < tx.now - older_than)
    return await _ids(tx, over, limit)


async def _ids(tx: ReadTx, condition: Any, limit: int) -> list[UUID]:
    return [row.id for row in await tx.all(select(agreement.c.id).where(condition).order_by("id").limit(limit))]


def _agreement(row: Row[Any] | None) -> Agreement | None:
    return None if row is None else into(row, Agreement)


_FAULTS = text(
    "SELECT a.id, 'has no signature' AS fault FROM agreement a WHERE a.signed_at IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM agreement_signature s WHERE s.agreement_id = a.id AND s.signed_at = a.signed_at)"
    " UNION ALL SELECT a.id, 'lacks a document' FROM agreement a WHERE a.status NOT IN ('drafting', 'cancelled')"
    " AND (SELECT count(*) FROM agreement_document d WHERE d.agreement_id = a.id) <> 2"
    " UNION ALL SELECT d.agreement_id, 'has a document of another hash than its blob' FROM agreement_document d"
    " LEFT JOIN blob b ON b.id = d.blob_id WHERE b.sha256 IS DISTINCT FROM d.sha256 LIMIT 20"
)


async def faults(tx: ReadTx) -> list[str]:
    """What contradicts itself among the tenant's agreements."""
    return [f"agreement {row.id} {row.fault}" for row in await tx.all(_FAULTS)]
