"""What other contexts may know: whether a party is verified and by what name, and the accounts it is paid to."""

from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from backend.kernel import business_date
from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.onboarding import details, store
from backend.onboarding.domain.findings import full_name
from backend.onboarding.errors import BankAccountNotFound, BankAccountNotUsable
from backend.onboarding.records import AccountRecord, CaseRecord
from shared.api.bank_accounts import AccountOwnership, AccountScheme
from shared.api.onboarding import AddressIn, CaseState, IdentityDetailsIn, KybTask, KycTask, RegistrationDetailsIn
from shared.events.onboarding import PartyKind

NUMBER: Final = Field("bank_account", "number")
HOLDER: Final = Field("bank_account", "holder")
_UNUSABLE: Final = frozenset({AccountOwnership.MISMATCH, AccountOwnership.NOT_FOUND})


class PartyFacts(Struct, frozen=True, kw_only=True):
    """A person, or a business with the person who acts for it.

    `passed` holds when every case that matters has passed and is still good: the person's, and the business's if there
    is one. The rest is what was given, verified once `passed`; of a business it is the business's own.
    """

    passed: bool
    person_passed: bool
    business_passed: bool | None = None
    kind: PartyKind
    case_id: UUID | None = None
    state: CaseState | None = None
    legal_name: str | None = None
    country: str | None = None
    birth_date: date | None = None
    registered_on: date | None = None
    registration_number: str | None = None
    industry: str | None = None
    address: AddressIn | None = None


class BankAccount(Struct, frozen=True, kw_only=True):
    """An account that money can be paid to. `number` is the IBAN, or the account number at `bank_code`."""

    id: UUID
    scheme: AccountScheme
    country: str
    bank_code: str
    number: str
    holder_name: str
    currency: str
    owner_user_id: UUID
    business_id: UUID | None
    ownership: AccountOwnership

    @property
    def account_number(self) -> str:
        """The number as rails take it."""
        return self.number

    @property
    def iban(self) -> str | None:
        """The number, where it is an IBAN."""
        return self.number if self.scheme is AccountScheme.IBAN else None


async def facts(tx: ReadTx, vault: Vault, user_id: UUID, business_id: UUID | None = None) -> PartyFacts:
    """What is known of a person, or of a business and the person acting for it. Raises DataErased."""
    person = await store.case_of(tx, PartyKind.PERSON, user_id)
    person_passed = await _is_good(tx, person)
    if business_id is None:
        return await _person_facts(tx, vault, person, passed=person_passed)
    business = await store.case_of(tx, PartyKind.BUSINESS, business_id)
    return await _business_facts(tx, vault, business, person_passed=person_passed)


async def bank_account(tx: ReadTx, vault: Vault, account_id: UUID) -> BankAccount:
    """An account by its id, opened; removed ones too, since what was paid to them stays. Raises BankAccountNotFound."""
    record = await store.account(tx, account_id)
    if record is None:
        raise BankAccountNotFound
    return await opened_account(tx, vault, record)


async def require_borrower_account(tx: ReadTx, account_id: UUID, user_id: UUID, business_id: UUID | None) -> None:
    """Raises BankAccountNotFound unless the account is the borrower's: the business's, or else the person's own.

    Raises BankAccountNotUsable when the bank says that it is somebody else's, or that there is none.
    """
    record = await store.account(tx, account_id)
    if record is None or record.business_id != business_id or (business_id is None and record.user_id != user_id):
        raise BankAccountNotFound
    if record.removed_at is not None:
        raise BankAccountNotFound
    if record.ownership in _UNUSABLE:
        raise BankAccountNotUsable(ownership=record.ownership.replace("_", " "))


async def opened_account(tx: ReadTx, vault: Vault, record: AccountRecord) -> BankAccount:
    """The account with its sealed parts opened. Raises DataErased."""
    row = {"row_id": record.id, "user_id": record.user_id}
    return BankAccount(
        id=record.id,
        scheme=record.scheme,
        country=record.country,
        bank_code=record.bank_code,
        number=await details.open_text(tx, vault, NUMBER, record.number_sealed, **row),
        holder_name=await details.open_text(tx, vault, HOLDER, record.holder_sealed, **row),
        currency=record.currency,
        owner_user_id=record.user_id,
        business_id=record.business_id,
        ownership=record.ownership,
    )


async def _is_good(tx: ReadTx, record: CaseRecord | None) -> bool:
    if record is None or record.state is not CaseState.PASSED:
        return False
    return record.expires_on is None or record.expires_on >= await business_date.current(tx)


async def _person_facts(tx: ReadTx, vault: Vault, record: CaseRecord | None, *, passed: bool) -> PartyFacts:
    if record is None:
        return PartyFacts(passed=False, person_passed=False, kind=PartyKind.PERSON)
    given = await details.read(tx, vault, record)
    person = given.for_task(KycTask.IDENTITY_DETAILS, IdentityDetailsIn)
    address = given.for_task(KycTask.ADDRESS, AddressIn)
    return PartyFacts(
        passed=passed,
        person_passed=passed,
        kind=PartyKind.PERSON,
        case_id=record.id,
        state=record.state,
        legal_name=full_name(person) if person else None,
        country=address.country if address else person.nationality if person else None,
        birth_date=person.birth_date if person else None,
        address=address,
    )


async def _business_facts(tx: ReadTx, vault: Vault, record: CaseRecord | None, *, person_passed: bool) -> PartyFacts:
    if record is None:
        return PartyFacts(passed=False, person_passed=person_passed, business_passed=False, kind=PartyKind.BUSINESS)
    good = await _is_good(tx, record)
    given = await details.read(tx, vault, record)
    business = given.for_task(KybTask.REGISTRATION_DETAILS, RegistrationDetailsIn)
    return PartyFacts(
        passed=good and person_passed,
        person_passed=person_passed,
        business_passed=good,
        kind=PartyKind.BUSINESS,
        case_id=record.id,
        state=record.state,
        legal_name=business.legal_name if business else None,
        country=business.country if business else None,
        registered_on=business.registered_on if business else None,
        registration_number=business.registration_number if business else None,
        industry=business.industry if business else None,
        address=given.for_task(KybTask.PROOF_OF_ADDRESS, AddressIn),
    )
