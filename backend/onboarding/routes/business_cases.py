"""A business's case: opened by its owner, filled task by task, submitted, followed by its members."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from backend.onboarding.usecases import give_business_details as give
from backend.onboarding.usecases import read_cases, submit_case
from backend.onboarding.usecases.open_case import open_business_case
from backend.onboarding.views import case_out
from shared.api.business_details import BusinessDetailsOut
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnersIn,
    CaseOut,
    DirectorsIn,
    KybIn,
    RegistrationDetailsIn,
)

OfBusiness = Annotated[UUID, QueryParameter(name="business_id", description="Whose case it is")]


class BusinessCaseController(Controller):
    """Proving what a business is and who owns it."""

    path = "/v1/kyb"
    tags = ("KYB",)

    @post("/", operation_id="openKybCase", summary="Open a business's case")
    async def open(self, data: JSONBody[KybIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> CaseOut:
        """The case of a business that the caller owns; opened if there is none."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await open_business_case(tx, vault, data.business_id))

        return await edge.write(use, CaseOut)

    @get("/", operation_id="getBusinessKybCase", summary="A business's case")
    async def of_business(self, business_id: OfBusiness, edge: NamedDependency[Edge]) -> CaseOut:
        """The case of a business that the caller is a member of."""
        return await edge.read(lambda tx: read_cases.business_case(tx, business_id))

    @get("/{case_id:uuid}", operation_id="getKybCase", summary="One case")
    async def one(self, case_id: FromPath[UUID], edge: NamedDependency[Edge]) -> CaseOut:
        """A case of a business of the caller's; staff may ask for any of the tenant's."""
        return await edge.read(lambda tx: read_cases.one_case(tx, case_id))

    @get("/{case_id:uuid}/details", operation_id="getBusinessDetails", summary="What was given")
    async def details(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> BusinessDetailsOut:
        """What was given for each task so far, for the owners of the business, who may change it."""
        return await edge.read(lambda tx: read_cases.business_details(tx, vault, case_id))

    @put(
        "/{case_id:uuid}/registration-details",
        operation_id="giveRegistrationDetails",
        summary="Give registration details",
    )
    async def give_registration(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[RegistrationDetailsIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """What the register says of the business."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await give.give_registration_details(tx, vault, case_id, data))

        return await edge.write_unkeyed(use)

    @put("/{case_id:uuid}/directors", operation_id="giveDirectors", summary="Name the directors")
    async def give_directors(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[DirectorsIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Everybody who directs the business; the list given before is replaced."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await give.give_directors(tx, vault, case_id, data))

        return await edge.write_unkeyed(use)

    @put("/{case_id:uuid}/beneficial-owners", operation_id="giveBeneficialOwners", summary="Name the beneficial owners")
    async def give_owners(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[BeneficialOwnersIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Everybody who holds 5 % or more, or the declaration that nobody does."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await give.give_beneficial_owners(tx, vault, case_id, data))

        return await edge.write_unkeyed(use)

    @put("/{case_id:uuid}/proof-of-address", operation_id="giveProofOfAddress", summary="Prove the address")
    async def give_proof(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[AddressIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Where the business is, and a document that shows it."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await give.give_proof_of_address(tx, vault, case_id, data))

        return await edge.write_unkeyed(use)

    @post("/{case_id:uuid}/submit", operation_id="submitKybCase", summary="Submit the case", status_code=200)
    async def submit(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CaseOut:
        """Hands the complete case in; the answer comes by itself."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await submit_case.submit_case(tx, vault, case_id))

        return await edge.write(use, CaseOut)

    @post("/{case_id:uuid}/withdraw", operation_id="withdrawKybCase", summary="Withdraw the case", status_code=200)
    async def withdraw(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CaseOut:
        """Takes the case back while it is still in the caller's hands."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await submit_case.withdraw_case(tx, vault, case_id))

        return await edge.write(use, CaseOut)

    @post("/{case_id:uuid}/renew", operation_id="renewKybCase", summary="Renew the case", status_code=200)
    async def renew(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CaseOut:
        """Opens an expired or passed case again, for what went stale or changed."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await submit_case.renew_case(tx, vault, case_id))

        return await edge.write(use, CaseOut)
