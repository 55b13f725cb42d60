"""A person's own case: opened, filled task by task, submitted, followed."""

from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from backend.onboarding.usecases import give_person_details as give
from backend.onboarding.usecases import read_cases, submit_case
from backend.onboarding.usecases.open_case import open_person_case
from backend.onboarding.views import case_out
from shared.api.onboarding import (
    AddressIn,
    CaseOut,
    IdentityDetailsIn,
    IdentityDocumentIn,
    MrzIn,
    MrzOut,
    SelfieIn,
)
from shared.api.person_details import PersonDetailsOut


class PersonCaseController(Controller):
    """Proving who one is."""

    path = "/v1/kyc"
    tags = ("KYC",)

    @post("/", operation_id="openKycCase", summary="Open my case")
    async def open(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> CaseOut:
        """The caller's case; opened if there is none."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await open_person_case(tx, vault))

        return await edge.write(use, CaseOut)

    @get("/", operation_id="getMyKycCase", summary="My case")
    async def mine(self, edge: NamedDependency[Edge]) -> CaseOut:
        """The caller's case."""
        return await edge.read(read_cases.my_case)

    @get("/{case_id:uuid}", operation_id="getKycCase", summary="One case")
    async def one(self, case_id: FromPath[UUID], edge: NamedDependency[Edge]) -> CaseOut:
        """A case of the caller's; staff may ask for any of the tenant's."""
        return await edge.read(lambda tx: read_cases.one_case(tx, case_id))

    @get("/{case_id:uuid}/details", operation_id="getPersonDetails", summary="What I gave")
    async def details(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> PersonDetailsOut:
        """What the caller gave for each task so far, to go on with on any device."""
        return await edge.read(lambda tx: read_cases.person_details(tx, vault, case_id))

    @post("/mrz-readings", operation_id="readMrz", summary="Check a machine-readable zone", status_code=200)
    async def read_mrz(self, data: JSONBody[MrzIn], edge: NamedDependency[Edge]) -> MrzOut:
        """Reads the lines of a passport, card or visa and checks every digit; nothing is kept."""
        return await edge.read(lambda tx: read_cases.read_mrz(tx, data))

    @put("/{case_id:uuid}/identity-details", operation_id="giveIdentityDetails", summary="Give my details")
    async def give_details(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[IdentityDetailsIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Name, date of birth, nationality, BVN or NIN; what was given before is replaced."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await give.give_identity_details(tx, vault, case_id, data))

        return await edge.write_unkeyed(use)

    @put("/{case_id:uuid}/document", operation_id="giveIdentityDocument", summary="Give my identity document")
    async def give_document(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[IdentityDocumentIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """The pictures of the document, and the lines of its machine-readable zone."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await give.give_identity_document(tx, vault, case_id, data))

        return await edge.write_unkeyed(use)

    @put("/{case_id:uuid}/selfie", operation_id="giveSelfie", summary="Give my live portrait")
    async def give_selfie(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[SelfieIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """The portrait that is matched with the document's."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await give.give_selfie(tx, vault, case_id, data))

        return await edge.write_unkeyed(use)

    @put("/{case_id:uuid}/address", operation_id="giveAddress", summary="Give my address")
    async def give_address(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[AddressIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Where the caller lives."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await give.give_address(tx, vault, case_id, data))

        return await edge.write_unkeyed(use)

    @post("/{case_id:uuid}/submit", operation_id="submitKycCase", summary="Submit my case", status_code=200)
    async def submit(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CaseOut:
        """Hands the complete case in; the answer comes by itself."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await submit_case.submit_case(tx, vault, case_id))

        return await edge.write(use, CaseOut)

    @post("/{case_id:uuid}/withdraw", operation_id="withdrawKycCase", summary="Withdraw my case", status_code=200)
    async def withdraw(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CaseOut:
        """Takes the case back while it is still in the caller's hands."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await submit_case.withdraw_case(tx, vault, case_id))

        return await edge.write(use, CaseOut)

    @post("/{case_id:uuid}/renew", operation_id="renewKycCase", summary="Renew my expired case", status_code=200)
    async def renew(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CaseOut:
        """Opens an expired case again, for what went stale only."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await submit_case.renew_case(tx, vault, case_id))

        return await edge.write(use, CaseOut)
