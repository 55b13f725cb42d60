"""The case that establishes who a person is: its transition table and its tasks."""

from typing import Final

from backend.onboarding.domain.cases import CaseRules, CaseStep
from shared.api.onboarding import CaseState, KycTask

KYC: Final = CaseRules(
    tasks=tuple(KycTask),
    renewed_tasks=(KycTask.DOCUMENT, KycTask.SELFIE),
    transitions={
        (CaseState.DRAFT, CaseStep.BEGIN): CaseState.COLLECTING,
        (CaseState.DRAFT, CaseStep.WITHDRAW): CaseState.WITHDRAWN,
        (CaseState.COLLECTING, CaseStep.SUBMIT): CaseState.SUBMITTED,
        (CaseState.COLLECTING, CaseStep.WITHDRAW): CaseState.WITHDRAWN,
        (CaseState.SUBMITTED, CaseStep.SEND): CaseState.IN_REVIEW,
        (CaseState.SUBMITTED, CaseStep.REFER): CaseState.REFERRED,
        (CaseState.IN_REVIEW, CaseStep.PASS): CaseState.PASSED,
        (CaseState.IN_REVIEW, CaseStep.FAIL): CaseState.FAILED,
        (CaseState.IN_REVIEW, CaseStep.ASK): CaseState.NEEDS_ACTION,
        (CaseState.IN_REVIEW, CaseStep.REFER): CaseState.REFERRED,
        (CaseState.REFERRED, CaseStep.APPROVE): CaseState.PASSED,
        (CaseState.REFERRED, CaseStep.REJECT): CaseState.FAILED,
        (CaseState.REFERRED, CaseStep.RETURN): CaseState.NEEDS_ACTION,
        (CaseState.NEEDS_ACTION, CaseStep.SUBMIT): CaseState.SUBMITTED,
        (CaseState.NEEDS_ACTION, CaseStep.WITHDRAW): CaseState.WITHDRAWN,
        (CaseState.FAILED, CaseStep.REOPEN): CaseState.REFERRED,
        (CaseState.PASSED, CaseStep.REOPEN): CaseState.REFERRED,
        (CaseState.PASSED, CaseStep.EXPIRE): CaseState.EXPIRED,
        (CaseState.EXPIRED, CaseStep.RENEW): CaseState.COLLECTING,
    },
)
