"""Filling in the case that proves who the borrower is."""

from collections.abc import Awaitable
from dataclasses import dataclass
from uuid import UUID

from app.stores import reads
from app.stores.days import parse_day, typed_day
from app.stores.query import Query
from app.stores.root import Store
from app.stores.task_form import TaskForm
from shared.api.onboarding import (
    AddressIn,
    CaseOut,
    DocumentPurpose,
    IdentityDetailsIn,
    IdentityDocumentIn,
    IdentityDocumentKind,
    KycTask,
    SelfieIn,
)
from shared.api.person_details import PersonDetailsOut

FILING = "kyc filing"
_PURPOSES = (
    DocumentPurpose.IDENTITY_FRONT,
    DocumentPurpose.IDENTITY_BACK,
    DocumentPurpose.SELFIE,
    DocumentPurpose.PROOF_OF_ADDRESS,
)


@dataclass(frozen=True)
class Filing:
    """The borrower's own case with what they gave for it so far."""

    case: CaseOut
    details: PersonDetailsOut


def filing(store: Store) -> Query[Filing]:
    """The borrower's own case, opened if there is none, with what they gave for it."""

    async def fetch() -> Filing:
        case = await reads.own_case(store)
        return Filing(case, await store.client.onboarding.kyc_details(case.id))

    return store.query(FILING, fetch)


class KycForm(TaskForm):
    """One task's form."""

    def __init__(self, store: Store, found: Filing, task: str) -> None:
        details = found.details
        super().__init__(store, f"task.{found.case.id}.{task}", _texts(store, details), _files(details), _PURPOSES)
        self._case_id = found.case.id
        self._selfie = details.selfie
        self.task = task

    @property
    def is_complete(self) -> bool:
        """Whether there is enough to hand the task in; what is right is for the platform to say."""
        given = self.fields
        match self.task:
            case KycTask.IDENTITY_DETAILS:
                return bool(given["given_name"] and given["family_name"] and parse_day(given["birth_date"]))
            case KycTask.DOCUMENT:
                return self.sent(DocumentPurpose.IDENTITY_FRONT) and bool(given["number"] or given["mrz"])
            case KycTask.SELFIE:
                return self.sent(DocumentPurpose.SELFIE)
            case _:
                return bool(given["line_1"] and given["city"])

    async def save(self) -> bool:
        """Hands the task in. True once the platform has taken it."""
        answer = await self.action.run(self._give)
        if answer is None:
            return False
        await self._saved()
        reads.kyc(self._store).put(answer)
        await filing(self._store).refresh()
        return True

    def _give(self) -> Awaitable[CaseOut]:
        onboarding, case_id = self._store.client.onboarding, self._case_id
        match self.task:
            case KycTask.IDENTITY_DETAILS:
                return onboarding.give_identity_details(case_id, self._details())
            case KycTask.DOCUMENT:
                return onboarding.give_identity_document(case_id, self._document())
            case KycTask.SELFIE:
                return onboarding.give_selfie(case_id, self._portrait())
            case _:
                return onboarding.give_address(case_id, address_of(self))

    def _details(self) -> IdentityDetailsIn:
        birth = parse_day(self.fields["birth_date"])
        assert birth is not None, "a form is complete before it is saved"
        return IdentityDetailsIn(
            given_name=self.fields["given_name"].strip(),
            family_name=self.fields["family_name"].strip(),
            birth_date=birth,
            nationality=self.fields["nationality"],
            middle_names=self.text("middle_names"),
            bvn=self.text("bvn"),
            nin=self.text("nin"),
        )

    def _document(self) -> IdentityDocumentIn:
        lines = [line.strip() for line in self.fields["mrz"].splitlines() if line.strip()]
        return IdentityDocumentIn(
            kind=IdentityDocumentKind(self.fields["kind"]),
            issuing_country=self.fields["issuing_country"],
            front_id=self.received[DocumentPurpose.IDENTITY_FRONT],
            back_id=self.received.get(DocumentPurpose.IDENTITY_BACK),
            mrz=lines or None,
            number=self.text("number"),
            expires_on=parse_day(self.fields["expires_on"]),
        )

    def _portrait(self) -> SelfieIn:
        picture = self.received[DocumentPurpose.SELFIE]
        if self._selfie is not None and self._selfie.document_id == picture:
            return self._selfie
        return SelfieIn(document_id=picture)


def address_of(form: TaskForm) -> AddressIn:
    """The address that was typed, with its proof where there is one."""
    return AddressIn(
        line_1=form.fields["line_1"].strip(),
        line_2=form.text("line_2"),
        city=form.fields["city"].strip(),
        country=form.fields["country"],
        region=form.text("region"),
        postal_code=form.text("postal_code"),
        proof_id=form.received.get(DocumentPurpose.PROOF_OF_ADDRESS),
    )


def address_texts(address: AddressIn | None, country: str) -> dict[str, str]:
    """The texts of an address, in `country` where none was given yet; a second line only where one was given."""
    return {
        "line_1": address.line_1 if address else "",
        **({"line_2": address.line_2} if address and address.line_2 else {}),
        "city": address.city if address else "",
        "region": (address.region or "") if address else "",
        "postal_code": (address.postal_code or "") if address else "",
        "country": address.country if address else country,
    }


def _texts(store: Store, details: PersonDetailsOut) -> dict[str, str]:
    """What was given before, or else what is known of the borrower already."""
    tenant, me = store.session.tenant, store.session.me
    country = tenant.country if tenant else ""
    given_name, _, family_name = (me.name or "" if me else "").rpartition(" ")
    known, document = details.identity_details, details.document
    return {
        "given_name": known.given_name if known else given_name,
        **({"middle_names": known.middle_names} if known and known.middle_names else {}),
        "family_name": known.family_name if known else family_name,
        "birth_date": typed_day(known.birth_date if known else None),
        "nationality": known.nationality if known else country,
        "bvn": (known.bvn or "") if known else "",
        "nin": (known.nin or "") if known else "",
        "kind": document.kind.value if document else IdentityDocumentKind.NATIONAL_ID.value,
        "issuing_country": document.issuing_country if document else country,
        "number": (document.number or "") if document else "",
        "expires_on": typed_day(document.expires_on if document else None),
        "mrz": "\n".join(document.mrz or []) if document else "",
        **address_texts(details.address, country),
    }


def _files(details: PersonDetailsOut) -> dict[DocumentPurpose, UUID]:
    document, selfie, address = details.document, details.selfie, details.address
    found = {
        DocumentPurpose.IDENTITY_FRONT: document.front_id if document else None,
        DocumentPurpose.IDENTITY_BACK: document.back_id if document else None,
        DocumentPurpose.SELFIE: selfie.document_id if selfie else None,
        DocumentPurpose.PROOF_OF_ADDRESS: address.proof_id if address else None,
    }
    return {purpose: file_id for purpose, file_id in found.items() if file_id is not None}
