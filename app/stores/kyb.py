"""Filling in the case that proves what a business is and who owns it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import flet as ft

from app.stores import businesses
from app.stores.businesses import Filing
from app.stores.files import PICTURES, Handover
from app.stores.kyc import parse_day
from app.stores.officers import WHOLE_BPS, Person
from app.stores.root import Store
from shared.api.business_details import BusinessDetailsOut
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnerIn,
    BeneficialOwnersIn,
    CaseOut,
    DirectorsIn,
    DocumentPurpose,
    KybTask,
    OfficerIn,
    RegistrationDetailsIn,
)
from shared.client import Upload

FILES = {
    KybTask.REGISTRATION_DETAILS: DocumentPurpose.REGISTRATION_CERTIFICATE,
    KybTask.BENEFICIAL_OWNERS: DocumentPurpose.OWNERSHIP_CHART,
    KybTask.PROOF_OF_ADDRESS: DocumentPurpose.PROOF_OF_ADDRESS,
}


class KybForm(ft.Observable):
    """One task's form. `fields` are its texts by name, `people` its directors or owners, `editing` who is open."""

    def __init__(self, store: Store, filing: Filing, task: str) -> None:
        self._store = store
        self._filing = filing
        self.task = task
        self.action = store.action()
        self.fields = _texts(filing)
        given = filing.details
        self.nobody = given.beneficial_owners is not None and given.beneficial_owners.nobody_significant
        self.people = _people(given, task)
        self.editing: int | None = None
        if not self.nobody:
            self._begin()
        self.received = _files(given)
        self.uploads = {purpose: Handover(store, self._sender(purpose), PICTURES) for purpose in FILES.values()}

    @property
    def names_people(self) -> bool:
        """Whether the task is a list of people."""
        return self.task in {KybTask.DIRECTORS, KybTask.BENEFICIAL_OWNERS}

    @property
    def owns(self) -> bool:
        """Whether the people are asked for their shares."""
        return self.task == KybTask.BENEFICIAL_OWNERS

    @property
    def country(self) -> str:
        """Where the business is."""
        return self._filing.standing.business.country

    @property
    def directors(self) -> list[Person]:
        """The directors who can be taken over as owners: those given who are not on the list."""
        given = self._filing.details.directors if self.owns else None
        listed = {each.name for each in self.people}
        found = [Person.of(each) for each in given.directors] if given else []
        return [each for each in found if each.name not in listed]

    @property
    def total_bps(self) -> int:
        """All shares together."""
        return sum(each.share_bps or 0 for each in self.people)

    def write(self, name: str, text: str) -> None:
        """Takes what was typed."""
        self.action.clear()
        self.fields = {**self.fields, name: text}

    def write_person(self, at: int, name: str, text: str) -> None:
        """Takes what was typed of one of the people."""
        self.action.clear()
        changed = replace(self.people[at], **{name: text})
        self.people = (*self.people[:at], changed, *self.people[at + 1 :])

    def edit(self, at: int | None) -> None:
        """Opens one of the people, and closes the others; None closes all."""
        self.editing = at

    def add(self, person: Person | None = None) -> None:
        """One more, who is open to be filled in."""
        self.nobody = False
        self.people = (*self.people, person or Person(nationality=self.country))
        self.editing = len(self.people) - 1

    def remove(self, at: int) -> None:
        """Takes somebody off the list."""
        self.action.clear()
        self.people = (*self.people[:at], *self.people[at + 1 :])
        self.editing = None

    def declare(self, nobody: bool) -> None:
        """Says that nobody holds as much as has to be named, or takes that back."""
        self.action.clear()
        self.nobody = nobody
        self.people, self.editing = ((), None) if nobody else (self.people, self.editing)
        if not nobody:
            self._begin()

    def _begin(self) -> None:
        """Opens somebody to be filled in where there is nobody yet to choose from."""
        if self.names_people and not self.people and not self.directors:
            self.add()

    def is_ready(self, person: Person) -> bool:
        """Whether one of the people is filled in."""
        return person.is_complete and (not self.owns or person.share_bps is not None)

    @property
    def is_complete(self) -> bool:
        """Whether there is enough to hand the task in; what is right is for the platform to say."""
        given = self.fields
        match self.task:
            case KybTask.REGISTRATION_DETAILS:
                return bool(given["legal_name"] and given["registration_number"] and parse_day(given["registered_on"]))
            case KybTask.DIRECTORS | KybTask.BENEFICIAL_OWNERS:
                named = bool(self.people) and all(self.is_ready(each) for each in self.people)
                return (named and self.total_bps <= WHOLE_BPS) or (self.owns and self.nobody)
            case _:
                return bool(given["line_1"] and given["city"]) and DocumentPurpose.PROOF_OF_ADDRESS in self.received

    async def save(self) -> bool:
        """Hands the task in. True once the platform has taken it."""
        answer = await self.action.run(lambda: self._give(self._filing.case.id))
        if answer is None:
            return False
        await businesses.take_case(self._store, answer)
        await businesses.filing(self._store, self._filing.standing.business.id).refresh()
        return True

    def _give(self, case_id: UUID) -> Awaitable[CaseOut]:
        onboarding = self._store.client.onboarding
        match self.task:
            case KybTask.REGISTRATION_DETAILS:
                return onboarding.give_registration_details(case_id, self._registration())
            case KybTask.DIRECTORS:
                directors = [OfficerIn(**each.officer()) for each in self.people]
                return onboarding.give_directors(case_id, DirectorsIn(directors=directors))
            case KybTask.BENEFICIAL_OWNERS:
                return onboarding.give_beneficial_owners(case_id, self._owners())
            case _:
                return onboarding.give_proof_of_address(case_id, self._address())

    def _registration(self) -> RegistrationDetailsIn:
        given = self.fields
        registered_on = parse_day(given["registered_on"])
        assert registered_on is not None, "a form is complete before it is saved"
        return RegistrationDetailsIn(
            legal_name=given["legal_name"].strip(),
            registration_number=given["registration_number"].strip(),
            country=given["register_country"],
            registered_on=registered_on,
            trading_name=given["trading_name"].strip() or None,
            tax_number=given["tax_number"].strip() or None,
            industry=given["industry"].strip() or None,
            certificate_id=self.received.get(DocumentPurpose.REGISTRATION_CERTIFICATE),
        )

    def _owners(self) -> BeneficialOwnersIn:
        return BeneficialOwnersIn(
            owners=[BeneficialOwnerIn(**each.officer(), share_bps=each.share_bps or 0) for each in self.people],
            nobody_significant=self.nobody,
            chart_id=self.received.get(DocumentPurpose.OWNERSHIP_CHART),
        )

    def _address(self) -> AddressIn:
        given = self.fields
        return AddressIn(
            line_1=given["line_1"].strip(),
            line_2=given.get("line_2", "").strip() or None,
            city=given["city"].strip(),
            country=given["country"],
            region=given["region"].strip() or None,
            postal_code=given["postal_code"].strip() or None,
            proof_id=self.received.get(DocumentPurpose.PROOF_OF_ADDRESS),
        )

    def _sender(self, purpose: DocumentPurpose) -> Callable[[Upload], Awaitable[object]]:
        async def send(upload: Upload) -> object:
            found = await self._store.client.onboarding.upload_document(purpose, upload)
            self.received = {**self.received, purpose: found.id}
            return found

        return send


def _texts(filing: Filing) -> dict[str, str]:
    """What was given before, or else what is known of the business already."""
    business = filing.standing.business
    known, address = filing.details.registration_details, filing.details.proof_of_address
    return {
        "legal_name": known.legal_name if known else business.name,
        "trading_name": (known.trading_name or "") if known else "",
        "registration_number": known.registration_number if known else business.registration_number or "",
        "register_country": known.country if known else business.country,
        "registered_on": f"{known.registered_on:%d/%m/%Y}" if known else "",
        "tax_number": (known.tax_number or "") if known else "",
        "industry": (known.industry or "") if known else "",
        "line_1": address.line_1 if address else "",
        **({"line_2": address.line_2} if address and address.line_2 else {}),
        "city": address.city if address else "",
        "region": (address.region or "") if address else "",
        "postal_code": (address.postal_code or "") if address else "",
        "country": address.country if address else business.country,
    }


def _people(given: BusinessDetailsOut, task: str) -> tuple[Person, ...]:
    if task == KybTask.DIRECTORS and given.directors is not None:
        return tuple(Person.of(each) for each in given.directors.directors)
    if task == KybTask.BENEFICIAL_OWNERS and given.beneficial_owners is not None:
        return tuple(Person.of(each) for each in given.beneficial_owners.owners)
    return ()


def _files(given: BusinessDetailsOut) -> dict[DocumentPurpose, UUID]:
    """What was handed in, by whichever owner."""
    known, owners, address = given.registration_details, given.beneficial_owners, given.proof_of_address
    found = {
        DocumentPurpose.REGISTRATION_CERTIFICATE: known.certificate_id if known else None,
        DocumentPurpose.OWNERSHIP_CHART: owners.chart_id if owners else None,
        DocumentPurpose.PROOF_OF_ADDRESS: address.proof_id if address else None,
    }
    return {purpose: file_id for purpose, file_id in found.items() if file_id is not None}
