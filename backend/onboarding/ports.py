"""What onboarding needs from outside: somebody who can verify people, businesses and bank accounts."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from msgspec import Struct

from backend.onboarding.domain.verdicts import Outcome
from shared.api.bank_accounts import AccountScheme
from shared.events.onboarding import PartyKind


class Evidence(Struct, frozen=True, kw_only=True):
    """A file that the applicant gave."""

    purpose: str
    media_type: str
    sha256: bytes
    content: bytes


class PersonToVerify(Struct, frozen=True, kw_only=True):
    """Who somebody says they are."""

    given_name: str
    family_name: str
    birth_date: date
    nationality: str
    middle_names: str | None = None
    bvn: str | None = None
    nin: str | None = None
    document_kind: str | None = None
    document_number: str | None = None
    document_country: str | None = None
    share_bps: int | None = None  # of owners of a business


class BusinessToVerify(Struct, frozen=True, kw_only=True):
    """What a business says it is."""

    legal_name: str
    registration_number: str
    country: str
    registered_on: date
    directors: tuple[PersonToVerify, ...]
    owners: tuple[PersonToVerify, ...]


class VerificationRequest(Struct, frozen=True, kw_only=True):
    """One round of verification, under a reference of ours: asked twice, it is still one."""

    reference: UUID
    subject: UUID  # the case: the same when the same party is submitted again
    kind: PartyKind
    callback_url: str
    person: PersonToVerify | None = None
    business: BusinessToVerify | None = None
    address: dict[str, str] = {}
    evidence: tuple[Evidence, ...] = ()


class ProviderState(StrEnum):
    """How far the provider is."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    DECIDED = "decided"


class ProviderResult(Struct, frozen=True, kw_only=True):
    """What the provider says of one reference. `outcome` is there exactly when it has decided."""

    reference: UUID
    state: ProviderState
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()


class AccountQuestion(Struct, frozen=True, kw_only=True):
    """Which account the bank is asked about, and whose it is said to be."""

    reference: UUID
    scheme: AccountScheme
    country: str
    bank_code: str
    number: str
    claimed_holder: str


@runtime_checkable
class VerificationProvider(Protocol):
    """Verifies. A question raises ProviderSilent when there is no answer in time: what happened is then unknown."""

    async def start(self, request: VerificationRequest) -> None:
        """Hands a round over; the answer comes later, by webhook. Idempotent by its reference."""
        ...

    async def find(self, reference: UUID) -> ProviderResult | None:
        """What the provider knows of a reference; None when it never received it."""
        ...

    async def account_holder(self, question: AccountQuestion) -> str | None:
        """The name that the bank has for an account; None when there is no such account."""
        ...

    def verify_notice(self, callback: str, headers: Mapping[str, str], body: bytes) -> str:
        """Checks that a webhook's raw bytes were signed for the address `callback`; returns the event's id.

        Raises BadSignature.
        """
        ...

    def read_notice(self, body: bytes) -> ProviderResult:
        """What a verified webhook says. Raises ValueError when it can't be read."""
        ...
