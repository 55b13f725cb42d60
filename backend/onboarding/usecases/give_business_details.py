"""Takes what a business gives for the tasks of its case. Each may be given again until the case is submitted."""

from typing import Final, TypeVar
from uuid import UUID

from msgspec.structs import replace

from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.onboarding import details
from backend.onboarding.access import own_case, own_files
from backend.onboarding.domain.kyb_case import Holding, check_holdings
from backend.onboarding.domain.national_ids import NationalId
from backend.onboarding.domain.officers import unveiled
from backend.onboarding.errors import FileMissing, RegistrationDateImplausible
from backend.onboarding.formats import (
    identifier,
    optional_identifier,
    require_birth_date,
    require_country,
    require_purpose,
)
from backend.onboarding.give import keep_task, require_task
from backend.onboarding.records import CaseRecord
from backend.onboarding.requests import file_ids
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnersIn,
    DirectorsIn,
    DocumentPurpose,
    KybTask,
    OfficerIn,
    RegistrationDetailsIn,
)

P = TypeVar("P", bound=OfficerIn)
_CAC_COUNTRY: Final = "NG"


async def give_registration_details(tx: Tx, vault: Vault, case_id: UUID, body: RegistrationDetailsIn) -> CaseRecord:
    """Takes what the register says.

    Raises CaseNotFound, IllegalCaseStep, IdentifierMalformed, RegistrationDateImplausible, FileMissing, WrongFile.
    """
    record = await own_case(tx, case_id)
    require_task(record, KybTask.REGISTRATION_DETAILS)
    require_country(body.country)
    if body.registered_on > tx.now.date():
        raise RegistrationDateImplausible
    await _require_file(tx, vault, record, body.certificate_id, DocumentPurpose.REGISTRATION_CERTIFICATE)
    number = " ".join(body.registration_number.upper().split())
    if body.country == _CAC_COUNTRY:
        number = identifier(NationalId.CAC, number)
    kept = replace(body, registration_number=number)
    unique = f"{body.country}:{number}"
    return await keep_task(tx, vault, record, KybTask.REGISTRATION_DETAILS, kept, identifiers={"registration": unique})


async def give_directors(tx: Tx, vault: Vault, case_id: UUID, body: DirectorsIn) -> CaseRecord:
    """Takes the directors; an identifier that comes veiled stays as it was given.

    Raises CaseNotFound, IllegalCaseStep, IdentifierMalformed, BirthDateImplausible.
    """
    record = await own_case(tx, case_id)
    require_task(record, KybTask.DIRECTORS)
    known = await _known(tx, vault, record)
    kept = DirectorsIn(directors=[_checked(tx, unveiled(director, known)) for director in body.directors])
    return await keep_task(tx, vault, record, KybTask.DIRECTORS, kept)


async def give_beneficial_owners(tx: Tx, vault: Vault, case_id: UUID, body: BeneficialOwnersIn) -> CaseRecord:
    """Takes the owners; an identifier that comes veiled stays as it was given.

    Raises CaseNotFound, IllegalCaseStep, ImplausibleOwnership, IdentifierMalformed, WrongFile.
    """
    record = await own_case(tx, case_id)
    require_task(record, KybTask.BENEFICIAL_OWNERS)
    holdings = [Holding(name=f"{it.given_name} {it.family_name}", share_bps=it.share_bps) for it in body.owners]
    check_holdings(holdings, nobody_significant=body.nobody_significant)
    await _require_file(tx, vault, record, body.chart_id, DocumentPurpose.OWNERSHIP_CHART)
    known = await _known(tx, vault, record)
    kept = replace(body, owners=[_checked(tx, unveiled(owner, known)) for owner in body.owners])
    return await keep_task(tx, vault, record, KybTask.BENEFICIAL_OWNERS, kept)


async def give_proof_of_address(tx: Tx, vault: Vault, case_id: UUID, body: AddressIn) -> CaseRecord:
    """Takes the business's address and its proof. Raises CaseNotFound, IllegalCaseStep, FileMissing, WrongFile."""
    record = await own_case(tx, case_id)
    require_task(record, KybTask.PROOF_OF_ADDRESS)
    require_country(body.country)
    if body.proof_id is None:
        raise FileMissing
    await _require_file(tx, vault, record, body.proof_id, DocumentPurpose.PROOF_OF_ADDRESS)
    return await keep_task(tx, vault, record, KybTask.PROOF_OF_ADDRESS, body)


async def _known(tx: Tx, vault: Vault, record: CaseRecord) -> list[OfficerIn]:
    """Everybody who was named before, and not erased since: directors often own a part as well."""
    given = await details.remaining(tx, vault, record)
    directors = given.for_task(KybTask.DIRECTORS, DirectorsIn)
    owners = given.for_task(KybTask.BENEFICIAL_OWNERS, BeneficialOwnersIn)
    return [*(directors.directors if directors else []), *(owners.owners if owners else [])]


def _checked(tx: Tx, person: P) -> P:
    require_country(person.nationality)
    require_birth_date(person.birth_date, tx.now.date())
    return replace(
        person, bvn=optional_identifier(NationalId.BVN, person.bvn), nin=optional_identifier(NationalId.NIN, person.nin)
    )


async def _require_file(
    tx: Tx, vault: Vault, record: CaseRecord, file_id: UUID | None, wanted: DocumentPurpose
) -> None:
    """A new file is the caller's own; one that the case holds already may be another owner's."""
    if file_id is None:
        return
    kept = file_ids(await details.remaining(tx, vault, record))
    for file in await own_files(tx, [file_id], or_of=kept):
        require_purpose(file, wanted)
