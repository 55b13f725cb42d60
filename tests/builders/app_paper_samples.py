"""What one signed and gave, what became of an application, and who lends: for the table of `app_stage`."""

from uuid import UUID

from msgspec.structs import replace

from shared.api.agreements import AgreementStatus, AgreementSummary, DocumentKind, EvidenceOut
from shared.api.applications import ApplicationStatus, AttachmentOut, StatusStepOut
from shared.api.offers import LenderOut
from shared.api.onboarding import DocumentOut, DocumentPurpose
from shared.api.products import AttachmentKind
from shared.paging import Page
from tests.builders.app_samples import APPLICATION, DECISION, LOAN, ME, NOW, agreement, application, ngn

SIGNED = UUID(int=21)  # an agreement
REFUSED = UUID(int=24)  # an application
STATEMENT = AttachmentOut(
    id=UUID(int=25),
    kind=AttachmentKind.BANK_STATEMENT,
    filename="statement.csv",
    media_type="text/csv",
    size=2_000,
    sha256="d" * 64,
    created_at=NOW,
)
EVIDENCE = EvidenceOut(
    agreement_id=SIGNED,
    user_id=ME,
    session_id=UUID(int=22),
    signed_at=NOW,
    method="one_time_code",
    language="en",
    signing_hash="0123abcd" * 8,
    documents={kind.value: "0" * 64 for kind in DocumentKind},
    consent_version="1",
    consent_text="I agree to sign electronically.",
    signer_name="Ada Obi",
    address="102.89.33.7",
    user_agent="caas-app/1",
    evidence_sha256="b" * 64,
    is_intact=True,
)
STEPS = [
    StatusStepOut(at=NOW, status=status, actor="system")
    for status in (ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.DECLINED)
]
GIVEN = DocumentOut(
    id=UUID(int=23),
    purpose=DocumentPurpose.IDENTITY_FRONT,
    media_type="image/jpeg",
    size=80_000,
    sha256="c" * 64,
    created_at=NOW,
)


def signed_summary(status: AgreementStatus = AgreementStatus.SIGNED) -> AgreementSummary:
    """An agreement in a list."""
    return AgreementSummary(
        id=SIGNED,
        application_id=APPLICATION,
        loan_id=LOAN,
        product_kind="line_of_credit",
        lender_name="Harbor Bank",
        status=status,
        amount=ngn(60_000_000),
        drafted_at=NOW,
        expires_at=None,
        signed_at=None if status is AgreementStatus.READY else NOW,
    )


LENDER = LenderOut(code="harbor", name="Harbor Bank", licence="CBN/MFB/0042", address="12 Broad Street, Lagos")
PAPER_ANSWERS: dict[str, object] = {
    f"GET /v1/agreements/{SIGNED}": agreement(AgreementStatus.SIGNED, agreement_id=SIGNED),
    f"GET /v1/agreements/{SIGNED}/evidence": EVIDENCE,
    f"GET /v1/applications/{APPLICATION}/history": STEPS,
    f"GET /v1/applications/{REFUSED}": replace(
        application(ApplicationStatus.DECLINED), id=REFUSED, attachments=[STATEMENT]
    ),
    f"GET /v1/applications/{REFUSED}/decision": DECISION,
    f"GET /v1/applications/{REFUSED}/history": STEPS,
    "GET /v1/documents": Page(items=[GIVEN]),
    "GET /v1/lenders": [LENDER],
}
