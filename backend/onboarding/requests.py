"""Puts together what a provider is asked, from what the applicant gave."""

from uuid import UUID

import msgspec

from backend.onboarding.details import Given
from backend.onboarding.domain.findings import number_of, read_zone
from backend.onboarding.ports import BusinessToVerify, Evidence, PersonToVerify, VerificationRequest
from backend.onboarding.records import CaseRecord
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnerIn,
    BeneficialOwnersIn,
    DirectorsIn,
    IdentityDetailsIn,
    IdentityDocumentIn,
    KybTask,
    KycTask,
    OfficerIn,
    RegistrationDetailsIn,
    SelfieIn,
)
from shared.events.onboarding import PartyKind


def request_for(
    record: CaseRecord, reference: UUID, callback_url: str, given: Given, evidence: tuple[Evidence, ...]
) -> VerificationRequest:
    """The question about a case whose tasks are all done."""
    is_person = record.kind is PartyKind.PERSON
    address = given.for_task(KycTask.ADDRESS if is_person else KybTask.PROOF_OF_ADDRESS, AddressIn)
    assert address is not None, "a submitted case has all its tasks done"
    lines = msgspec.structs.asdict(address)
    del lines["proof_id"]
    return VerificationRequest(
        reference=reference,
        subject=record.id,
        kind=record.kind,
        callback_url=callback_url,
        person=_person(given, record) if is_person else None,
        business=None if is_person else _business(given),
        address={name: value for name, value in lines.items() if value},
        evidence=evidence,
    )


def file_ids(given: Given) -> list[UUID]:
    """The files that what was given refers to."""
    document = given.for_task(KycTask.DOCUMENT, IdentityDocumentIn)
    selfie = given.for_task(KycTask.SELFIE, SelfieIn)
    registration = given.for_task(KybTask.REGISTRATION_DETAILS, RegistrationDetailsIn)
    owners = given.for_task(KybTask.BENEFICIAL_OWNERS, BeneficialOwnersIn)
    addresses = (given.for_task(task, AddressIn) for task in (KycTask.ADDRESS, KybTask.PROOF_OF_ADDRESS))
    ids = [
        *((document.front_id, document.back_id) if document else ()),
        selfie.document_id if selfie else None,
        registration.certificate_id if registration else None,
        owners.chart_id if owners else None,
        *(address.proof_id for address in addresses if address),
    ]
    return [file_id for file_id in ids if file_id is not None]


def _person(given: Given, record: CaseRecord) -> PersonToVerify:
    details = given.for_task(KycTask.IDENTITY_DETAILS, IdentityDetailsIn)
    document = given.for_task(KycTask.DOCUMENT, IdentityDocumentIn)
    assert details is not None, "a submitted case has all its tasks done"
    assert document is not None, "a submitted case has all its tasks done"
    return PersonToVerify(
        given_name=details.given_name,
        middle_names=details.middle_names,
        family_name=details.family_name,
        birth_date=details.birth_date,
        nationality=details.nationality,
        bvn=details.bvn,
        nin=details.nin,
        document_kind=document.kind,
        document_number=number_of(document, read_zone(document, record.updated_at.date())),
        document_country=document.issuing_country,
    )


def _business(given: Given) -> BusinessToVerify:
    registration = given.for_task(KybTask.REGISTRATION_DETAILS, RegistrationDetailsIn)
    directors = given.for_task(KybTask.DIRECTORS, DirectorsIn)
    owners = given.for_task(KybTask.BENEFICIAL_OWNERS, BeneficialOwnersIn)
    assert registration is not None, "a submitted case has all its tasks done"
    assert directors is not None, "a submitted case has all its tasks done"
    assert owners is not None, "a submitted case has all its tasks done"
    return BusinessToVerify(
        legal_name=registration.legal_name,
        registration_number=registration.registration_number,
        country=registration.country,
        registered_on=registration.registered_on,
        directors=tuple(_officer(person) for person in directors.directors),
        owners=tuple(_officer(person) for person in owners.owners),
    )


def _officer(person: OfficerIn) -> PersonToVerify:
    return PersonToVerify(
        given_name=person.given_name,
        family_name=person.family_name,
        birth_date=person.birth_date,
        nationality=person.nationality,
        bvn=person.bvn,
        nin=person.nin,
        share_bps=person.share_bps if isinstance(person, BeneficialOwnerIn) else None,
    )
