"""Reads cases, files and accounts for those who may see them."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from backend import identity
from backend.kernel import audit, business_date
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.onboarding import details, store
from backend.onboarding.access import SPEAKS, visible_business_case, visible_case
from backend.onboarding.domain.mrz import parse_mrz
from backend.onboarding.domain.veil import veiled
from backend.onboarding.errors import BankAccountNotFound, CaseNotFound, FileMissing
from backend.onboarding.records import CaseRecord, DocumentRecord
from backend.onboarding.views import account_out, case_out, document_out, mrz_out, review_out
from shared.api.bank_accounts import BankAccountOut
from shared.api.business_details import BusinessDetailsOut
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnersIn,
    CaseOut,
    CaseReviewOut,
    CaseState,
    DirectorsIn,
    DocumentOut,
    IdentityDetailsIn,
    IdentityDocumentIn,
    KybTask,
    KycTask,
    MrzIn,
    MrzOut,
    RegistrationDetailsIn,
    SelfieIn,
)
from shared.api.person_details import PersonDetailsOut
from shared.events.onboarding import PartyKind
from shared.paging import Page


async def my_case(tx: ReadTx) -> CaseOut:
    """The caller's own case. Raises CaseNotFound before it is opened."""
    record = await store.case_of(tx, PartyKind.PERSON, identity.caller(tx).user_id)
    if record is None:
        raise CaseNotFound
    return case_out(record)


async def business_case(tx: ReadTx, business_id: UUID) -> CaseOut:
    """The case of a business that the caller is a member of. Raises CaseNotFound."""
    return case_out(await visible_business_case(tx, business_id))


async def one_case(tx: ReadTx, case_id: UUID) -> CaseOut:
    """A case that the caller may look at. Raises CaseNotFound."""
    return case_out(await visible_case(tx, case_id))


async def person_details(tx: ReadTx, vault: Vault, case_id: UUID) -> PersonDetailsOut:
    """What the caller gave for each task of their own case; their identifiers are veiled.

    Raises CaseNotFound, also for a business's case and to staff, whose look at a case is noted; DataErased.
    """
    record = await store.case(tx, case_id)
    if record is None or record.kind is not PartyKind.PERSON or record.user_id != identity.caller(tx).user_id:
        raise CaseNotFound
    given = await details.read(tx, vault, record)
    me = given.for_task(KycTask.IDENTITY_DETAILS, IdentityDetailsIn)
    return PersonDetailsOut(
        identity_details=me and veiled(me),
        document=given.for_task(KycTask.DOCUMENT, IdentityDocumentIn),
        selfie=given.for_task(KycTask.SELFIE, SelfieIn),
        address=given.for_task(KycTask.ADDRESS, AddressIn),
    )


async def business_details(tx: ReadTx, vault: Vault, case_id: UUID) -> BusinessDetailsOut:
    """What was given for each task of a business's case, for who may change it; people's identifiers are veiled.

    What went with the person who opened the case counts as not given. Raises CaseNotFound, also for a person's case;
    MembershipInsufficient for a member who is no owner.
    """
    record = await store.case(tx, case_id)
    if record is None or record.business_id is None:
        raise CaseNotFound
    await identity.require_member(tx, record.business_id, SPEAKS)
    given = await details.remaining(tx, vault, record)
    directors = given.for_task(KybTask.DIRECTORS, DirectorsIn)
    owners = given.for_task(KybTask.BENEFICIAL_OWNERS, BeneficialOwnersIn)
    return BusinessDetailsOut(
        registration_details=given.for_task(KybTask.REGISTRATION_DETAILS, RegistrationDetailsIn),
        directors=directors and replace(directors, directors=[veiled(each) for each in directors.directors]),
        beneficial_owners=owners and replace(owners, owners=[veiled(each) for each in owners.owners]),
        proof_of_address=given.for_task(KybTask.PROOF_OF_ADDRESS, AddressIn),
    )


async def read_mrz(tx: ReadTx, body: MrzIn) -> MrzOut:
    """What a machine-readable zone says, checked; nothing is kept. Raises UnreadableMrz."""
    on = await business_date.current(tx)
    zone = parse_mrz(body.lines, on=on)
    return mrz_out(zone, expired=zone.expires_on is not None and zone.expires_on < on)


async def cases_to_review(
    tx: ReadTx, *, state: CaseState | None, kind: PartyKind | None, cursor: UUID | None, limit: int
) -> Page[CaseOut]:
    """Cases of the tenant, oldest first."""
    found = await store.cases(tx, state=state, kind=kind, after=cursor, limit=limit + 1)
    return Page(items=[case_out(record) for record in found[:limit]], next_cursor=_next(found, limit))


async def case_review(tx: Tx, vault: Vault, case_id: UUID) -> CaseReviewOut:
    """Everything about a case; the look at it is noted. Raises CaseNotFound, DataErased."""
    record = await store.case(tx, case_id)
    if record is None:
        raise CaseNotFound
    await audit.record(tx, "onboarding.case_viewed", f"kyc_case:{case_id}")
    return await review_out(tx, vault, record)


async def my_documents(tx: ReadTx, *, cursor: UUID | None, limit: int) -> Page[DocumentOut]:
    """The caller's files, oldest first."""
    found = await store.documents_of(tx, identity.caller(tx).user_id, after=cursor, limit=limit + 1)
    return Page(items=[document_out(record) for record in found[:limit]], next_cursor=_next(found, limit))


async def one_document(tx: ReadTx, document_id: UUID) -> DocumentOut:
    """A file of the caller's, or for staff of anybody's, without its content. Raises FileMissing."""
    found = await store.documents(tx, [document_id])
    if not found or (found[0].user_id != identity.caller(tx).user_id and not identity.caller(tx).is_staff):
        raise FileMissing
    return document_out(found[0])


async def my_accounts(tx: ReadTx, vault: Vault) -> list[BankAccountOut]:
    """The caller's bank accounts. Raises DataErased."""
    return [await account_out(tx, vault, record) for record in await store.accounts_of(tx, identity.caller(tx).user_id)]


async def one_account(tx: ReadTx, vault: Vault, account_id: UUID) -> BankAccountOut:
    """A bank account of the caller's, or for staff of anybody's. Raises BankAccountNotFound, DataErased."""
    record = await store.account(tx, account_id)
    if record is None or (record.user_id != identity.caller(tx).user_id and not identity.caller(tx).is_staff):
        raise BankAccountNotFound
    return await account_out(tx, vault, record)


def _next(found: Sequence[CaseRecord | DocumentRecord], limit: int) -> str | None:
    return str(found[limit - 1].id) if len(found) > limit else None
