"""The case that establishes what a business is and who owns it: its transition table, tasks and ownership rules."""

from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from backend.onboarding.domain.cases import CaseRules, CaseStep
from backend.onboarding.domain.errors import ImplausibleOwnership
from shared.api.onboarding import CaseState, KybTask

_WHOLE_BPS: Final = 10_000
# From this share on a person has significant control of a Nigerian company (CAMA 2020, section 119).
SIGNIFICANT_CONTROL_BPS: Final = 500


KYB: Final = CaseRules(
    tasks=tuple(KybTask),
    renewed_tasks=(KybTask.DIRECTORS, KybTask.BENEFICIAL_OWNERS, KybTask.PROOF_OF_ADDRESS),
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
        # Directors and owners change while a business is known: it renews early, without waiting to expire.
        (CaseState.PASSED, CaseStep.RENEW): CaseState.COLLECTING,
        (CaseState.EXPIRED, CaseStep.RENEW): CaseState.COLLECTING,
    },
)


class Holding(Struct, frozen=True, kw_only=True):
    """What one person holds of a business, directly and through others."""

    name: str
    share_bps: Annotated[int, Meta(ge=0, le=_WHOLE_BPS)]


def check_holdings(holdings: Sequence[Holding], *, nobody_significant: bool) -> None:
    """Holds the declared owners against one another.

    `nobody_significant` is the declaration that no person reaches `SIGNIFICANT_CONTROL_BPS`. Raises
    ImplausibleOwnership when shares exceed the whole, or when owners and declaration contradict each other.
    """
    total = sum(holding.share_bps for holding in holdings)
    if total > _WHOLE_BPS:
        raise ImplausibleOwnership(reason=f"the shares add up to {total // 100}.{total % 100:02d} %, above 100")
    significant = [holding for holding in holdings if holding.share_bps >= SIGNIFICANT_CONTROL_BPS]
    if significant and nobody_significant:
        raise ImplausibleOwnership(reason=f"{len(significant)} owner(s) reach 5 %, yet none is declared to")
    if not significant and not nobody_significant:
        raise ImplausibleOwnership(reason="no owner reaches 5 %; declare so, if that is true")
