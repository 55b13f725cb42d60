"""Filling in the case that proves what a business is and who owns it."""

from collections.abc import Awaitable
from dataclasses import replace
from uuid import UUID

from app.stores import businesses
from app.stores.businesses import Filing
from app.stores.days import parse_day, typed_day
from app.stores.kyc import address_of, address_texts
from app.stores.officers import WHOLE_BPS, Person
from app.stores.root import Store
from app.stores.task_form import TaskForm, Typed
from shared.api.business_details import BusinessDetailsOut
from shared.api.onboarding import (
    BeneficialOwnerIn,
    BeneficialOwnersIn,
    CaseOut,
    DirectorsIn,
    DocumentPurpose,
    KybTask,
    OfficerIn,
    RegistrationDetailsIn,
)

FILES = {
    KybTask.REGISTRATION_DETAILS: DocumentPurpose.REGISTRATION_CERTIFICATE,
    KybTask.BENEFICIAL_OWNERS: DocumentPurpose.OWNERSHIP_CHART,
    KybTask.PROOF_OF_ADDRESS: DocumentPurpose.PROOF_OF_ADDRESS,
}


class TypedPeople(Typed, kw_only=True):
    """The same of a task that names people; None where nobody was changed."""

    people: list[Person] | None = None
    nobody: bool = False


class KybForm(TaskForm):
    """One task's form. `people` are its directors or owners, `editing` says who of them is open."""

    typed_as = TypedPeople

    def __init__(self, store: Store, filing: Filing, task: str) -> None:
        given = filing.details
        super().__init__(store, f"task.{filing.case.id}.{task}", _texts(filing), _files(given), FILES.values())
        self._filing = filing
        self.task = task
        self.nobody = given.beneficial_owners is not None and given.beneficial_owners.nobody_significant
        self.people = _people(given, task)
        self._named = self._people_as_named()
        self.editing: int | None = None
        if not self.nobody:
            self._begin()

    @property
    def names_people(self) -> bool:
        """Whether the task is a list of people."""
        return self.task in {KybTask.DIRECTORS, KybTask.BENEFICIAL_OWNERS}

    @property
    def owns(self) -> bool:
        """Whether the people are asked for their shares."""
        return self.task == KybTask.BENEFICIAL_OWNERS

    @property
    def names(self) -> frozenset[str]:
        """The fields of whoever of the people is open, or those of the business."""
        if not self.names_people:
            return super().names | {"cac"}
        return frozenset(Person.__dataclass_fields__) | {"share_bps"} if self.editing is not None else frozenset()

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

    async def write_person(self, at: int, name: str, text: str) -> None:
        """Takes what was typed of one of the people."""
        self.action.clear()
        changed = replace(self.people[at], **{name: text})
        self.people = (*self.people[:at], changed, *self.people[at + 1 :])
        await self._keep()

    def edit(self, at: int | None) -> None:
        """Opens one of the people, and closes the others; None closes all."""
        self.editing = at

    def add(self, person: Person | None = None) -> None:
        """One more, who is open to be filled in."""
        self.nobody = False
        self.people = (*self.people, person or Person(nationality=self.country))
        self.editing = len(self.people) - 1

    async def remove(self, at: int) -> None:
        """Takes somebody off the list."""
        self.action.clear()
        self.people = (*self.people[:at], *self.people[at + 1 :])
        self.editing = None
        await self._keep()

    async def declare(self, nobody: bool) -> None:
        """Says that nobody holds as much as has to be named, or takes that back."""
        self.action.clear()
        self.nobody = nobody
        self.people, self.editing = ((), None) if nobody else (self.people, self.editing)
        if not nobody:
            self._begin()
        await self._keep()

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
        await self._saved()
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
                return onboarding.give_proof_of_address(case_id, address_of(self))

    def _typed(self) -> TypedPeople:
        """The same with the people, without their identifiers unless these are veiled."""
        typed = super()._typed()
        named = self._people_as_named()
        if not self.names_people or named == self._named:
            return TypedPeople(fields=typed.fields, files=typed.files)
        people = [each.without_secrets() for each in named[0]]
        return TypedPeople(fields=typed.fields, files=typed.files, people=people, nobody=self.nobody)

    def _restore(self, typed: Typed) -> None:
        super()._restore(typed)
        if isinstance(typed, TypedPeople) and typed.people is not None:
            before = {each.name: each for each in self.people}
            self.people = tuple(each.with_numbers_of(before.get(each.name)) for each in typed.people)
            self.nobody, self.editing = typed.nobody, None
            if not self.nobody:
                self._begin()

    def _people_as_named(self) -> tuple[tuple[Person, ...], bool]:
        return tuple(each for each in self.people if each.name), self.nobody

    def _registration(self) -> RegistrationDetailsIn:
        given = self.fields
        registered_on = parse_day(given["registered_on"])
        assert registered_on is not None, "a form is complete before it is saved"
        return RegistrationDetailsIn(
            legal_name=given["legal_name"].strip(),
            registration_number=given["registration_number"].strip(),
            country=given["register_country"],
            registered_on=registered_on,
            trading_name=self.text("trading_name"),
            tax_number=self.text("tax_number"),
            industry=self.text("industry"),
            certificate_id=self.received.get(DocumentPurpose.REGISTRATION_CERTIFICATE),
        )

    def _owners(self) -> BeneficialOwnersIn:
        return BeneficialOwnersIn(
            owners=[BeneficialOwnerIn(**each.officer(), share_bps=each.share_bps or 0) for each in self.people],
            nobody_significant=self.nobody,
            chart_id=self.received.get(DocumentPurpose.OWNERSHIP_CHART),
        )


def _texts(filing: Filing) -> dict[str, str]:
    """What was given before, or else what is known of the business already."""
    business = filing.standing.business
    known = filing.details.registration_details
    return {
        "legal_name": known.legal_name if known else business.name,
        "trading_name": (known.trading_name or "") if known else "",
        "registration_number": known.registration_number if known else business.registration_number or "",
        "register_country": known.country if known else business.country,
        "registered_on": typed_day(known.registered_on if known else None),
        "tax_number": (known.tax_number or "") if known else "",
        "industry": (known.industry or "") if known else "",
        **address_texts(filing.details.proof_of_address, business.country),
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
