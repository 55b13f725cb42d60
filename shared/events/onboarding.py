"""What onboarding publishes: how the case that proves who somebody is came out."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.events import Event


class PartyKind(StrEnum):
    """Whose case it is."""

    PERSON = "person"
    BUSINESS = "business"


class KycPassed(Event, frozen=True, kw_only=True):
    """The person, or the business that `user_id` acts for, is who they say they are."""

    topic: ClassVar[str] = "onboarding.kyc_passed"

    case_id: UUID
    kind: PartyKind
    user_id: UUID
    business_id: UUID | None = None


class KycNeedsAction(Event, frozen=True, kw_only=True):
    """Some tasks must be done again. `reasons` are stable codes, one for each task."""

    topic: ClassVar[str] = "onboarding.kyc_needs_action"

    case_id: UUID
    kind: PartyKind
    user_id: UUID
    business_id: UUID | None = None
    reasons: list[str]


class KycFailed(Event, frozen=True, kw_only=True):
    """The case was decided against. `reasons` are stable codes."""

    topic: ClassVar[str] = "onboarding.kyc_failed"

    case_id: UUID
    kind: PartyKind
    user_id: UUID
    business_id: UUID | None = None
    reasons: list[str]


class BankAccountAdded(Event, frozen=True, kw_only=True):
    """Somebody registered a bank account; `is_first` where they had none."""

    topic: ClassVar[str] = "onboarding.bank_account_added"

    account_id: UUID
    user_id: UUID
    business_id: UUID | None
    is_first: bool
