"""Agreements: their documents, signing them, cancelling them, and the evidence, as the API takes and gives it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.money import Money
from shared.terms import LoanTerms

Sha256Hex = Annotated[
    str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 in hexadecimal", examples=["0d" + "5f3a" * 15 + "91"])
]


class DocumentKind(StrEnum):
    """The documents of an agreement."""

    KEY_FACTS = "key_facts"
    CONTRACT = "contract"


class AgreementStatus(StrEnum):
    """Where an agreement stands."""

    DRAFTING = "drafting"  # the documents are being set
    READY = "ready"  # to be read and signed
    SIGNED = "signed"
    CANCELLING = "cancelling"  # cancelled with the money out: it ends once the loan is paid off
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class CancelReason(StrEnum):
    """Why a borrower cancels."""

    CHANGED_MIND = "changed_mind"
    BETTER_OFFER = "better_offer"
    TERMS_UNCLEAR = "terms_unclear"
    NOT_NEEDED = "not_needed"
    OTHER = "other"


class DocumentOut(Struct, frozen=True, kw_only=True):
    """A document, which is read at `/v1/agreements/{id}/documents/{kind}`."""

    kind: DocumentKind
    sha256: Sha256Hex
    size: int
    media_type: str
    created_at: datetime


class SigningOut(Struct, frozen=True, kw_only=True):
    """What a signature must send back: the hash over both documents, and the consent as it was shown."""

    signing_hash: Sha256Hex
    consent_version: str
    consent_text: str


class AgreementOut(Struct, frozen=True, kw_only=True):
    """An agreement. `loan_id` names the loan that the signature creates.

    While `may_cancel`, cancelling costs nothing before the payout; after it, the loan is to be paid off by `return_by`.
    """

    id: UUID
    application_id: UUID
    offer_id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None
    product_kind: str
    lender: str
    lender_name: str
    status: AgreementStatus
    language: str | None
    amount: Money
    credit_limit: Money | None
    terms: LoanTerms
    documents: list[DocumentOut]
    signing: SigningOut | None
    drafted_at: datetime
    expires_at: datetime | None
    signed_at: datetime | None
    cooling_off_until: date | None
    disbursed_on: date | None
    may_cancel: bool
    cancelled_on: date | None
    cancel_reason: str | None
    return_by: date | None


class AgreementSummary(Struct, frozen=True, kw_only=True):
    """An agreement in a list."""

    id: UUID
    application_id: UUID
    loan_id: UUID
    product_kind: str
    lender_name: str
    status: AgreementStatus
    amount: Money
    drafted_at: datetime
    expires_at: datetime | None
    signed_at: datetime | None


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signature: the code that was sent for it, over exactly what was read."""

    code: Annotated[str, Meta(pattern="^[0-9]{6}$", description="Six digits", examples=["123456"])]
    signing_hash: Sha256Hex
    consent_version: Annotated[str, Meta(min_length=1, max_length=40)]


class CancelIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, if one wants to say; no reason is needed."""

    reason: CancelReason = CancelReason.CHANGED_MIND


class EvidenceOut(Struct, frozen=True, kw_only=True):
    """What proves a signature. `evidence_sha256` is over all of it, and stands in the audit chain too.

    `is_intact` says that the evidence still has that hash and the documents still have theirs.
    """

    agreement_id: UUID
    user_id: UUID
    session_id: UUID
    signed_at: datetime
    method: str
    language: str
    signing_hash: Sha256Hex
    documents: dict[str, Sha256Hex]
    consent_version: str
    consent_text: str
    signer_name: str
    address: str
    user_agent: str
    evidence_sha256: Sha256Hex
    is_intact: bool
