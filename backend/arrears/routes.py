"""Arrears, promises to pay and hardship over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.arrears import access
from backend.arrears.usecases import read_arrears, work_case
from backend.arrears.usecases.agree_plan import agree_plan
from backend.arrears.usecases.make_promise import make_promise, withdraw_promise
from backend.arrears.usecases.open_case import open_case
from backend.kernel.auth import by_chat, requires
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Assurance
from backend.kernel.vault import Vault
from shared.api.arrears import (
    AgreeIn,
    ArrearsOut,
    ArrearsRow,
    ArrearsStage,
    CloseHardshipIn,
    HardshipIn,
    HardshipOut,
    PlanIn,
    PromiseIn,
    PromiseOut,
)
from shared.paging import DEFAULT_PAGE, Page

HELPERS = [requires(*access.HELPERS)]
Stage = Annotated[ArrearsStage | None, QueryParameter(name="stage", description="Only loans that are this late")]


class ArrearsController(Controller):
    """What can't be paid as agreed, and what is done about it."""

    path = "/v1"
    tags = ("Arrears",)

    @get(
        "/loans/{loan_id:uuid}/arrears",
        operation_id="getLoanArrears",
        summary="How a loan stands with what is late",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def arrears(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], loan_id: FromPath[UUID]
    ) -> ArrearsOut:
        """How late the loan is, the promises that are open, the newest hardship case, and whether reminders pause."""
        return await edge.read(lambda tx: read_arrears.read_arrears(tx, vault, loan_id))

    @post(
        "/loans/{loan_id:uuid}/hardship-cases",
        operation_id="openHardshipCase",
        summary="Say that one can't pay",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def open(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        loan_id: FromPath[UUID],
        data: JSONBody[HardshipIn],
    ) -> HardshipOut:
        """Stops reminders for the loan, and gives the plans that one can choose from, each with what it costs."""
        return await edge.write(lambda tx: open_case(tx, vault, loan_id, data), HardshipOut)

    @get(
        "/hardship-cases/{case_id:uuid}",
        operation_id="getHardshipCase",
        summary="One hardship case",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def case(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], case_id: FromPath[UUID]
    ) -> HardshipOut:
        """The case with its plans, and the promises of the one that was agreed."""
        return await edge.read(lambda tx: read_arrears.read_case(tx, vault, case_id))

    @post(
        "/hardship-cases/{case_id:uuid}/agree",
        operation_id="agreeHardshipPlan",
        summary="Take a plan",
        status_code=200,
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def agree(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        case_id: FromPath[UUID],
        data: JSONBody[AgreeIn],
    ) -> HardshipOut:
        """Promises the payments of one of the plans; the loan's own schedule stays as it was signed."""
        return await edge.write(lambda tx: agree_plan(tx, vault, case_id, data.plan_id), HardshipOut)

    @post(
        "/hardship-cases/{case_id:uuid}/withdraw",
        operation_id="withdrawHardshipCase",
        summary="Need no help any more",
        status_code=200,
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def withdraw(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], case_id: FromPath[UUID]
    ) -> HardshipOut:
        """Ends the case and voids what is still open of its plan."""
        return await edge.write(lambda tx: work_case.withdraw_case(tx, vault, case_id), HardshipOut)

    @post(
        "/hardship-cases/{case_id:uuid}/plans",
        operation_id="proposeHardshipPlan",
        summary="Propose a plan",
        guards=HELPERS,
    )
    async def propose(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        case_id: FromPath[UUID],
        data: JSONBody[PlanIn],
    ) -> HardshipOut:
        """Adds a plan of staff's own making, which the borrower may take."""
        return await edge.write(lambda tx: work_case.propose_plan(tx, vault, case_id, data), HardshipOut)

    @post(
        "/hardship-cases/{case_id:uuid}/decline",
        operation_id="declineHardshipCase",
        summary="Find nothing to offer",
        status_code=200,
        guards=HELPERS,
    )
    async def decline(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        case_id: FromPath[UUID],
        data: JSONBody[CloseHardshipIn],
    ) -> HardshipOut:
        """Ends the case without a plan, for a reason that is kept."""
        return await edge.write(lambda tx: work_case.decline_case(tx, vault, case_id, data.reason), HardshipOut)

    @post(
        "/loans/{loan_id:uuid}/promises",
        operation_id="promiseToPay",
        summary="Promise to pay",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def promise(
        self, edge: NamedDependency[Edge], loan_id: FromPath[UUID], data: JSONBody[PromiseIn]
    ) -> PromiseOut:
        """A day and an amount, within two weeks; nobody is reminded until the day is over."""
        return await edge.write(lambda tx: make_promise(tx, loan_id, data), PromiseOut)

    @delete(
        "/promises/{promise_id:uuid}",
        operation_id="withdrawPromise",
        summary="Take a promise back",
        status_code=200,
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def withdraw_promise(self, edge: NamedDependency[Edge], promise_id: FromPath[UUID]) -> PromiseOut:
        """Takes back a promise that is not part of a plan."""
        return await edge.write_unkeyed(lambda tx: withdraw_promise(tx, promise_id))

    @get("/arrears", operation_id="listArrears", summary="Loans in arrears, the latest first", guards=HELPERS)
    async def late(
        self,
        edge: NamedDependency[Edge],
        stage: Stage = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[ArrearsRow]:
        """Every loan with something past due, as the last close of business or payment left it."""
        return await edge.read(lambda tx: read_arrears.list_late(tx, stage=stage, cursor=cursor, limit=limit))
