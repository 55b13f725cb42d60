"""Shows agreements, their documents and the evidence of their signatures."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from backend import identity
from backend.agreements import store
from backend.agreements.domain.agreement import Agreement
from backend.agreements.domain.signing import CONSENT_VERSION, consent_text, signing_hash
from backend.agreements.errors import AgreementNotFound, DocumentDamaged, DocumentNotReady, EvidenceNotFound
from backend.agreements.store import Document
from backend.kernel import blobs, business_date
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from shared.api.agreements import (
    AgreementOut,
    AgreementStatus,
    AgreementSummary,
    DocumentKind,
    DocumentOut,
    EvidenceOut,
    SigningOut,
)
from shared.errors import InvalidInput, NotPermitted
from shared.i18n import Language, localizer
from shared.paging import Page
from shared.roles import Role

# It holds network addresses: not for every desk.
_MAY_SEE_EVIDENCE = (Role.COMPLIANCE_OFFICER, Role.OPERATIONS, Role.TENANT_ADMIN)


class Content(Struct, frozen=True, kw_only=True):
    """A document as it is handed out."""

    filename: str
    media_type: str
    sha256: str
    content: bytes


async def show(tx: ReadTx, agreement_id: UUID) -> AgreementOut:
    """One agreement. Raises AgreementNotFound."""
    return await agreement_out(tx, await _readable(tx, agreement_id))


async def list_agreements(
    tx: ReadTx, *, application_id: UUID | None, business_id: UUID | None, cursor: str | None, limit: int
) -> Page[AgreementSummary]:
    """The caller's agreements, or those of a business of theirs; the tenant's for staff. The newest first.

    Raises InvalidInput for a cursor that is none, NotFound for a business that is not the caller's.
    """
    sight = await identity.sight(tx)
    if business_id is not None and not sight.reaches(identity.caller(tx).user_id, business_id):
        raise identity.BusinessNotFound
    found = await store.listed(
        tx,
        sight=sight,
        business_id=business_id,
        application_id=application_id,
        before=_cursor(cursor),
        limit=limit + 1,
    )
    more = len(found) > limit
    items = [_summary(each) for each in found[:limit]]
    return Page(items=items, next_cursor=str(items[-1].id) if more else None)


def _cursor(cursor: str | None) -> UUID | None:
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError as error:
        raise InvalidInput({"cursor": "Pass `next_cursor` of the page before, unchanged."}) from error


async def document(tx: ReadTx, vault: Vault, agreement_id: UUID, kind: DocumentKind) -> Content:
    """A document's content, checked against the hash that was recorded when it was set.

    Raises AgreementNotFound, DocumentNotReady, DocumentDamaged, DataErased.
    """
    await _readable(tx, agreement_id)
    known = (await store.documents_of(tx, agreement_id)).get(kind)
    if known is None:
        raise DocumentNotReady
    blob = await blobs.get(tx, vault, known.blob_id)
    if hashlib.sha256(blob.content).digest() != known.sha256:
        raise DocumentDamaged
    name = f"{kind.value.replace('_', '-')}-{agreement_id}.pdf"
    return Content(filename=name, media_type=known.media_type, sha256=known.sha256.hex(), content=blob.content)


async def evidence(tx: ReadTx, vault: Vault, agreement_id: UUID) -> EvidenceOut:
    """What proves the signature, for the borrower and for staff who answer for it.

    Raises AgreementNotFound, EvidenceNotFound, NotPermitted, DataErased.
    """
    await _readable(tx, agreement_id)
    principal = identity.caller(tx)
    if principal.is_staff and not principal.has(*_MAY_SEE_EVIDENCE):
        raise NotPermitted
    signature = await store.signature_of(tx, vault, agreement_id)
    if signature is None:
        raise EvidenceNotFound
    proof = signature.evidence
    held = {kind.value: each.sha256.hex() for kind, each in (await store.documents_of(tx, agreement_id)).items()}
    return EvidenceOut(
        agreement_id=proof.agreement_id,
        user_id=proof.user_id,
        session_id=proof.session_id,
        signed_at=proof.signed_at,
        method=proof.method,
        language=proof.language,
        signing_hash=proof.signing_hash,
        documents=proof.documents,
        consent_version=proof.consent_version,
        consent_text=proof.consent_text,
        signer_name=proof.signer_name,
        address=proof.address,
        user_agent=proof.user_agent,
        evidence_sha256=signature.evidence_sha256.hex(),
        is_intact=proof.sha256() == signature.evidence_sha256 and proof.documents == held,
    )


async def _readable(tx: ReadTx, agreement_id: UUID) -> Agreement:
    found = await store.get(tx, agreement_id)
    if found is None or not await identity.may_see(tx, found.user_id, found.business_id):
        raise AgreementNotFound
    return found


async def agreement_out(tx: ReadTx, agreement: Agreement) -> AgreementOut:
    """An agreement as the API shows it."""
    documents = await store.documents_of(tx, agreement.id)
    today = await business_date.current(tx)
    return AgreementOut(
        id=agreement.id,
        application_id=agreement.application_id,
        offer_id=agreement.offer_id,
        loan_id=agreement.loan_id,
        user_id=agreement.user_id,
        business_id=agreement.business_id,
        product_kind=agreement.product_kind,
        lender=agreement.lender,
        lender_name=agreement.lender_name,
        status=agreement.expired(tx.now).status,
        language=agreement.language,
        amount=agreement.principal,
        credit_limit=agreement.credit_limit,
        terms=agreement.terms,
        documents=[_document_out(documents[kind]) for kind in DocumentKind if kind in documents],
        signing=_signing(tx, agreement, documents),
        drafted_at=agreement.drafted_at,
        expires_at=agreement.expires_at,
        signed_at=agreement.signed_at,
        cooling_off_until=agreement.cooling_off_until,
        disbursed_on=agreement.disbursed_on,
        may_cancel=agreement.expired(tx.now).may_cancel(today),
        cancelled_on=agreement.cancelled_on,
        cancel_reason=agreement.cancel_reason,
        return_by=agreement.return_by,
    )


def _signing(tx: ReadTx, agreement: Agreement, documents: Mapping[DocumentKind, Document]) -> SigningOut | None:
    if agreement.expired(tx.now).status is not AgreementStatus.READY:
        return None
    return SigningOut(
        signing_hash=signing_hash_of(agreement, documents),
        consent_version=CONSENT_VERSION,
        consent_text=consent_text(localizer(Language.match(agreement.language))),
    )


def signing_hash_of(agreement: Agreement, documents: Mapping[DocumentKind, Document]) -> str:
    """What a signature of the agreement covers."""
    return signing_hash(agreement.id, {kind: each.sha256 for kind, each in documents.items()}, CONSENT_VERSION)


def _document_out(known: Document) -> DocumentOut:
    return DocumentOut(
        kind=known.kind,
        sha256=known.sha256.hex(),
        size=known.size,
        media_type=known.media_type,
        created_at=known.created_at,
    )


def _summary(agreement: Agreement) -> AgreementSummary:
    return AgreementSummary(
        id=agreement.id,
        application_id=agreement.application_id,
        loan_id=agreement.loan_id,
        product_kind=agreement.product_kind,
        lender_name=agreement.lender_name,
        status=agreement.status,
        amount=agreement.principal,
        drafted_at=agreement.drafted_at,
        expires_at=agreement.expires_at,
        signed_at=agreement.signed_at,
    )
