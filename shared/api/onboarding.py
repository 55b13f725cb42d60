"""KYC and KYB cases, documents and their review, as the API takes and gives them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.events.onboarding import PartyKind

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"\S")]
ShortText = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"\S")]
Note = Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"\S", description="For the file; no personal data")]
Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,59}$", description="A stable code, such as document_blurred")]
CountryCode = Annotated[
    str, Meta(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code", examples=["NG", "JP", "KW"])
]
ShareBps = Annotated[int, Meta(ge=0, le=10_000, description="Basis points of the whole: 2500 is a quarter")]


class CaseState(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"  # opened, nothing given yet
    COLLECTING = "collecting"  # the applicant is giving what the tasks ask for
    SUBMITTED = "submitted"  # complete, on its way to the provider
    IN_REVIEW = "in_review"  # with the provider
    REFERRED = "referred"  # a compliance officer decides
    NEEDS_ACTION = "needs_action"  # some tasks must be done again
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"  # passed once; what proved it has run out
    WITHDRAWN = "withdrawn"


class TaskState(StrEnum):
    """How far one task is."""

    TODO = "todo"
    DONE = "done"
    REDO = "redo"  # done before and found wanting; the task says why


class KycTask(StrEnum):
    """What a person must give."""

    IDENTITY_DETAILS = "identity_details"
    DOCUMENT = "document"
    SELFIE = "selfie"  # a live capture, matched with the document's portrait
    ADDRESS = "address"


class KybTask(StrEnum):
    """What a business must give."""

    REGISTRATION_DETAILS = "registration_details"
    DIRECTORS = "directors"
    BENEFICIAL_OWNERS = "beneficial_owners"
    PROOF_OF_ADDRESS = "proof_of_address"


class DocumentPurpose(StrEnum):
    """What an uploaded file shows."""

    IDENTITY_FRONT = "identity_front"
    IDENTITY_BACK = "identity_back"
    SELFIE = "selfie"
    PROOF_OF_ADDRESS = "proof_of_address"
    REGISTRATION_CERTIFICATE = "registration_certificate"
    OWNERSHIP_CHART = "ownership_chart"
    OTHER = "other"


class IdentityDocumentKind(StrEnum):
    """The documents that prove who somebody is."""

    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    RESIDENCE_PERMIT = "residence_permit"
    DRIVERS_LICENCE = "drivers_licence"
    VOTERS_CARD = "voters_card"


class TaskOut(Struct, frozen=True, kw_only=True):
    """One thing the applicant must give; `reason` and `message` say what was wrong with it before."""

    name: str
    state: TaskState
    reason: str | None = None
    message: str | None = None


class CaseOut(Struct, frozen=True, kw_only=True):
    """A case as its applicant sees it. `steps` are the ways on that are open to the applicant now."""

    id: UUID
    kind: PartyKind
    user_id: UUID
    business_id: UUID | None
    state: CaseState
    tasks: list[TaskOut]
    outstanding: list[str]
    steps: list[str]
    reasons: list[str]
    attempt: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    expires_on: date | None = None


class IdentityDetailsIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who the person says they are. Nigerians give their BVN or their NIN, or both."""

    given_name: Name
    family_name: Name
    birth_date: date
    nationality: CountryCode
    middle_names: Name | None = None
    bvn: str | None = None
    nin: str | None = None


class IdentityDocumentIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document that proves it, by the ids of uploaded files. A passport needs its machine-readable zone."""

    kind: IdentityDocumentKind
    issuing_country: CountryCode
    front_id: UUID
    back_id: UUID | None = None
    mrz: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=3)] | None = None
    number: Annotated[str, Meta(min_length=3, max_length=40)] | None = None
    expires_on: date | None = None


class SelfieIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A live portrait, by the id of an uploaded file, and the liveness check's reference where there was one."""

    document_id: UUID
    liveness_reference: Annotated[str, Meta(min_length=1, max_length=120)] | None = None


class AddressIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the person lives, or the business is; with a bill or statement that shows it, by the id of its file."""

    line_1: ShortText
    city: ShortText
    country: CountryCode
    line_2: ShortText | None = None
    region: ShortText | None = None
    postal_code: Annotated[str, Meta(min_length=1, max_length=20)] | None = None
    proof_id: UUID | None = None


class RegistrationDetailsIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the register says of the business. In Nigeria the number is the CAC's, with its prefix (RC 1234567)."""

    legal_name: ShortText
    registration_number: Annotated[str, Meta(min_length=2, max_length=40)]
    country: CountryCode
    registered_on: date
    trading_name: ShortText | None = None
    tax_number: Annotated[str, Meta(min_length=2, max_length=40)] | None = None
    industry: ShortText | None = None
    certificate_id: UUID | None = None


class OfficerIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person who directs or owns a business."""

    given_name: Name
    family_name: Name
    birth_date: date
    nationality: CountryCode
    bvn: str | None = None
    nin: str | None = None


class DirectorsIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everybody who directs the business."""

    directors: Annotated[list[OfficerIn], Meta(min_length=1, max_length=50)]


class BeneficialOwnerIn(OfficerIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person who owns part of a business, directly or through others."""

    share_bps: ShareBps


class BeneficialOwnersIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everybody who holds 5 % or more, or the declaration that nobody does."""

    owners: Annotated[list[BeneficialOwnerIn], Meta(max_length=50)]
    nobody_significant: bool = False
    chart_id: UUID | None = None


class KybIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which business the case is about."""

    business_id: UUID


class MrzIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lines of a machine-readable zone, from top to bottom."""

    lines: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(min_length=1, max_length=3)]


class MrzOut(Struct, frozen=True, kw_only=True):
    """What a machine-readable zone says; `failed` names each check that does not hold."""

    format: str
    valid: bool
    failed: list[str]
    expired: bool
    document_code: str
    document_number: str
    issuing_state: str
    nationality: str
    surname: str
    given_names: str
    birth_date: date | None
    sex: str
    expires_on: date | None


class DocumentOut(Struct, frozen=True, kw_only=True):
    """An uploaded file as it is kept."""

    id: UUID
    purpose: DocumentPurpose
    media_type: str
    size: int
    sha256: str
    created_at: datetime
    width: int | None = None
    height: int | None = None


class CheckOut(Struct, frozen=True, kw_only=True):
    """One round with the verification provider; `concerns` are our own findings."""

    id: UUID
    attempt: int
    state: str
    outcome: str | None
    reasons: list[str]
    concerns: list[str]
    created_at: datetime
    decided_at: datetime | None = None


class CaseStepOut(Struct, frozen=True, kw_only=True):
    """One step in a case's history."""

    at: datetime
    actor: str
    step: str
    from_state: CaseState
    to_state: CaseState
    reasons: list[str]
    note: str | None = None


class CaseReviewOut(Struct, frozen=True, kw_only=True):
    """A case as a compliance officer sees it: everything given, every check, every step."""

    case: CaseOut
    details: dict[str, object]
    checks: list[CheckOut]
    history: list[CaseStepOut]
    officer_steps: list[str]


class OfficerNoteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the case passes, or is looked at again."""

    note: Note


class RejectIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the case fails: codes for the applicant, a note for the file."""

    reasons: Annotated[list[Code], Meta(min_length=1, max_length=10)]
    note: Note


class ReturnIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the applicant must do again: a reason code for each task."""

    tasks: Annotated[dict[str, Code], Meta(min_length=1, max_length=8)]
    note: Note
