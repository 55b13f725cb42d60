"""Takes what a person gives for the tasks of their case. Each may be given again until the case is submitted."""

from typing import Final
from uuid import UUID

from msgspec.structs import replace

from backend.kernel import business_date
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.onboarding import details
from backend.onboarding.access import own_case, own_files
from backend.onboarding.domain.findings import number_of, read_zone, require_current
from backend.onboarding.domain.national_ids import NationalId
from backend.onboarding.domain.veil import lifted
from backend.onboarding.errors import DocumentNumberRequired, IdentifierRequired, WrongFile
from backend.onboarding.file_types import FileType
from backend.onboarding.formats import optional_identifier, require_birth_date, require_country, require_purpose
from backend.onboarding.give import keep_task, require_task
from backend.onboarding.records import CaseRecord
from shared.api.onboarding import (
    AddressIn,
    DocumentPurpose,
    IdentityDetailsIn,
    IdentityDocumentIn,
    KycTask,
    SelfieIn,
)

_BVN_COUNTRY: Final = "NG"


async def give_identity_details(tx: Tx, vault: Vault, case_id: UUID, body: IdentityDetailsIn) -> CaseRecord:
    """Takes name, birth date, nationality and identifiers; one that comes veiled stays as it was given.

    Raises CaseNotFound, IllegalCaseStep, IdentifierMalformed, IdentifierRequired, UnknownCountry, BirthDateImplausible.
    """
    record = await own_case(tx, case_id)
    require_task(record, KycTask.IDENTITY_DETAILS)
    require_country(body.nationality)
    require_birth_date(body.birth_date, tx.now.date())
    before = (await details.read(tx, vault, record)).for_task(KycTask.IDENTITY_DETAILS, IdentityDetailsIn)
    body = lifted(body, [before] if before is not None else [])
    kept = replace(
        body, bvn=optional_identifier(NationalId.BVN, body.bvn), nin=optional_identifier(NationalId.NIN, body.nin)
    )
    if body.nationality == _BVN_COUNTRY and not (kept.bvn or kept.nin):
        raise IdentifierRequired
    identifiers = {NationalId.BVN: kept.bvn, NationalId.NIN: kept.nin}
    return await keep_task(tx, vault, record, KycTask.IDENTITY_DETAILS, kept, identifiers=identifiers)


async def give_identity_document(tx: Tx, vault: Vault, case_id: UUID, body: IdentityDocumentIn) -> CaseRecord:
    """Takes the document's pictures and its machine-readable zone; a zone that fails its checks is left to a person.

    Raises CaseNotFound, IllegalCaseStep, FileMissing, UnreadableMrz, DocumentExpired, DocumentNumberRequired.
    """
    record = await own_case(tx, case_id)
    require_task(record, KycTask.DOCUMENT)
    require_country(body.issuing_country)
    front, *back = await own_files(tx, [file_id for file_id in (body.front_id, body.back_id) if file_id])
    require_purpose(front, DocumentPurpose.IDENTITY_FRONT)
    for file in back:
        require_purpose(file, DocumentPurpose.IDENTITY_BACK)
    on = await business_date.current(tx)
    zone = read_zone(body, on)
    require_current(body, zone, on)
    number = number_of(body, zone)
    if not number:
        raise DocumentNumberRequired
    unique = f"{body.issuing_country}:{body.kind}:{number}"
    return await keep_task(tx, vault, record, KycTask.DOCUMENT, body, identifiers={"document_number": unique})


async def give_selfie(tx: Tx, vault: Vault, case_id: UUID, body: SelfieIn) -> CaseRecord:
    """Takes the live portrait. Raises CaseNotFound, IllegalCaseStep, FileMissing, WrongFile."""
    record = await own_case(tx, case_id)
    require_task(record, KycTask.SELFIE)
    (file,) = await own_files(tx, [body.document_id])
    require_purpose(file, DocumentPurpose.SELFIE)
    if file.media_type == FileType.PDF:
        raise WrongFile(given="a PDF", wanted="a picture")
    return await keep_task(tx, vault, record, KycTask.SELFIE, body)


async def give_address(tx: Tx, vault: Vault, case_id: UUID, body: AddressIn) -> CaseRecord:
    """Takes the address. Raises CaseNotFound, IllegalCaseStep, FileMissing, WrongFile, UnknownCountry."""
    record = await own_case(tx, case_id)
    require_task(record, KycTask.ADDRESS)
    require_country(body.country)
    for file in await own_files(tx, [body.proof_id] if body.proof_id else []):
        require_purpose(file, DocumentPurpose.PROOF_OF_ADDRESS)
    return await keep_task(tx, vault, record, KycTask.ADDRESS, body)
