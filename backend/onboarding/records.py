"""Rows of onboarding's tables, as the use cases see them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.onboarding.domain.cases import Case, CaseRules, CaseStep, Task
from backend.onboarding.domain.verdicts import RULES, Outcome
from shared.api.bank_accounts import AccountOwnership, AccountScheme
from shared.api.onboarding import CaseState, DocumentPurpose
from shared.events.onboarding import PartyKind


class CaseRecord(Struct, frozen=True, kw_only=True):
    """A case with everything but what the applicant gave."""

    id: UUID
    kind: PartyKind
    user_id: UUID
    business_id: UUID | None
    state: CaseState
    tasks: tuple[Task, ...]
    attempt: int
    reasons: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    expires_on: date | None = None

    @property
    def rules(self) -> CaseRules:
        """The table that this kind of case walks."""
        return RULES[self.kind]

    @property
    def case(self) -> Case:
        """What the rules need to know."""
        return Case(state=self.state, tasks=self.tasks, attempt=self.attempt)

    def with_case(self, case: Case, now: datetime) -> "CaseRecord":
        """The record after the rules have moved the case."""
        return replace(self, state=case.state, tasks=case.tasks, attempt=case.attempt, updated_at=now)


class CheckState(StrEnum):
    """How far a round with the provider is."""

    CREATED = "created"  # to be sent, or sent and not known to have arrived
    SENT = "sent"
    IN_PROGRESS = "in_progress"
    DECIDED = "decided"


class CheckRecord(Struct, frozen=True, kw_only=True):
    """One round with the provider; its id is the reference that the provider knows it by."""

    id: UUID
    case_id: UUID
    attempt: int
    state: CheckState
    created_at: datetime
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    asked: int = 0
    decided_at: datetime | None = None


class StepRecord(Struct, frozen=True, kw_only=True):
    """One step of a case's history."""

    case_id: UUID
    number: int
    step: CaseStep
    from_state: CaseState
    to_state: CaseState
    reasons: tuple[str, ...]
    actor: str
    at: datetime
    note_sealed: bytes | None = None


class DocumentRecord(Struct, frozen=True, kw_only=True):
    """An uploaded file, without its content."""

    id: UUID
    blob_id: UUID
    user_id: UUID
    purpose: DocumentPurpose
    media_type: str
    size: int
    sha256: bytes
    created_at: datetime
    width: int | None = None
    height: int | None = None


class AccountRecord(Struct, frozen=True, kw_only=True):
    """A bank account with number and holder sealed."""

    id: UUID
    user_id: UUID
    business_id: UUID | None
    scheme: AccountScheme
    country: str
    bank_code: str
    currency: str
    number_sealed: bytes
    number_index: bytes
    holder_sealed: bytes
    ownership: AccountOwnership
    created_at: datetime
    checked_at: datetime | None = None
    removed_at: datetime | None = None
