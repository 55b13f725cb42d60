"""Filling in the case that proves who the borrower is."""

import re
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Protocol
from uuid import UUID

import flet as ft

from app.stores import reads
from app.stores.files import PICTURES, Handover
from app.stores.root import Store
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
from shared.client import Upload


def parse_day(text: str) -> date | None:
    """Day, month and year in this order, with anything between them; or as ISO 8601 writes it."""
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    if len(numbers) != 3:
        return None
    year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


class Fields(Protocol):
    """A form whose texts are known by name."""

    fields: dict[str, str]

    def write(self, name: str, text: str) -> None:
        """Takes what was typed."""


class KycForm(ft.Observable):
    """One task's form. `fields` are its texts by name."""

    def __init__(self, store: Store, task: str) -> None:
        self._store = store
        self.task = task
        self.action = store.action()
        tenant, me = store.session.tenant, store.session.me
        country = tenant.country if tenant else ""
        given, _, family = (me.name or "" if me else "").rpartition(" ")
        self.fields: dict[str, str] = {
            "given_name": given,
            "family_name": family,
            "birth_date": "",
            "nationality": country,
            "bvn": "",
            "nin": "",
            "kind": IdentityDocumentKind.NATIONAL_ID.value,
            "issuing_country": country,
            "number": "",
            "expires_on": "",
            "mrz": "",
            "line_1": "",
            "city": "",
            "region": "",
            "postal_code": "",
            "country": country,
        }
        self.received: dict[DocumentPurpose, UUID] = {}
        self.uploads = {purpose: Handover(store, self._sender(purpose), PICTURES) for purpose in DocumentPurpose}

    def write(self, name: str, text: str) -> None:
        """Takes what was typed."""
        self.action.clear()
        self.fields = {**self.fields, name: text}

    def sent(self, purpose: DocumentPurpose) -> bool:
        """Whether a file for `purpose` has arrived."""
        return purpose in self.received

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

    async def save(self, case: CaseOut) -> bool:
        """Hands the task in. True once the platform has taken it."""
        answer = await self.action.run(lambda: self._give(case.id))
        if answer is None:
            return False
        reads.kyc(self._store).put(answer)
        return True

    def _give(self, case_id: UUID) -> Awaitable[CaseOut]:
        onboarding, given = self._store.client.onboarding, self.fields
        match self.task:
            case KycTask.IDENTITY_DETAILS:
                birth = parse_day(given["birth_date"])
                assert birth is not None, "a form is complete before it is saved"
                return onboarding.give_identity_details(
                    case_id,
                    IdentityDetailsIn(
                        given_name=given["given_name"],
                        family_name=given["family_name"],
                        birth_date=birth,
                        nationality=given["nationality"],
                        bvn=given["bvn"] or None,
                        nin=given["nin"] or None,
                    ),
                )
            case KycTask.DOCUMENT:
                return onboarding.give_identity_document(case_id, self._document())
            case KycTask.SELFIE:
                return onboarding.give_selfie(case_id, SelfieIn(document_id=self.received[DocumentPurpose.SELFIE]))
            case _:
                return onboarding.give_address(case_id, self._address())

    def _document(self) -> IdentityDocumentIn:
        given = self.fields
        lines = [line.strip() for line in given["mrz"].splitlines() if line.strip()]
        return IdentityDocumentIn(
            kind=IdentityDocumentKind(given["kind"]),
            issuing_country=given["issuing_country"],
            front_id=self.received[DocumentPurpose.IDENTITY_FRONT],
            back_id=self.received.get(DocumentPurpose.IDENTITY_BACK),
            mrz=lines or None,
            number=given["number"] or None,
            expires_on=parse_day(given["expires_on"]),
        )

    def _address(self) -> AddressIn:
        given = self.fields
        return AddressIn(
            line_1=given["line_1"],
            city=given["city"],
            country=given["country"],
            region=given["region"] or None,
            postal_code=given["postal_code"] or None,
            proof_id=self.received.get(DocumentPurpose.PROOF_OF_ADDRESS),
        )

    def _sender(self, purpose: DocumentPurpose) -> Callable[[Upload], Awaitable[object]]:
        async def send(upload: Upload) -> object:
            found = await self._store.client.onboarding.upload_document(purpose, upload)
            self.received = {**self.received, purpose: found.id}
            return found

        return send
