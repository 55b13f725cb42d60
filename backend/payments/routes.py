"""Payments over HTTP: ways to pay, what came in, and what nobody has matched yet."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import by_chat, requires
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Assurance
from backend.kernel.vault import Vault
from backend.payments.usecases import debit, mandates, payment_links, read_payments, suspense, virtual_accounts
from shared.api.payments import (
    AssignIn,
    DebitIn,
    MandateIn,
    MandateOut,
    OrderOut,
    PaymentLinkIn,
    PaymentLinkOut,
    PaymentOut,
    RefundIn,
    VirtualAccountOut,
)
from shared.paging import DEFAULT_PAGE, Page
from shared.roles import STAFF, Role

OfLoan = Annotated[UUID | None, QueryParameter(name="loan_id", description="Only those that repay this loan")]


class PaymentsController(Controller):
    """Paying a loan back."""

    path = "/v1"
    tags = ("Payments",)

    @get(
        "/loans/{loan_id:uuid}/virtual-account",
        operation_id="getVirtualAccount",
        summary="The account that a loan is paid to",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def account(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], loan_id: FromPath[UUID]
    ) -> VirtualAccountOut:
        """Whatever is sent to this account number is a repayment of the loan."""
        return await edge.read(lambda tx: virtual_accounts.read_account(tx, vault, loan_id))

    @get(
        "/loans/{loan_id:uuid}/payments",
        operation_id="listLoanPayments",
        summary="What came in for a loan",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def received(
        self,
        edge: NamedDependency[Edge],
        loan_id: FromPath[UUID],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[PaymentOut]:
        """Payments of a loan, the newest first."""
        return await edge.read(lambda tx: read_payments.of_loan(tx, loan_id, cursor=cursor, limit=limit))

    @post(
        "/payment-links",
        operation_id="createPaymentLink",
        summary="Make a payment link",
        status_code=202,
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def make_link(self, edge: NamedDependency[Edge], data: JSONBody[PaymentLinkIn]) -> PaymentLinkOut:
        """Orders a link to pay an amount of a loan by; read it again for its address."""
        return await edge.write(lambda tx: payment_links.want_link(tx, data), PaymentLinkOut)

    @get(
        "/payment-links/{link_id:uuid}",
        operation_id="getPaymentLink",
        summary="One payment link",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def link(self, edge: NamedDependency[Edge], link_id: FromPath[UUID]) -> PaymentLinkOut:
        """A payment link as it stands now."""
        return await edge.read(lambda tx: payment_links.read_link(tx, link_id))

    @post("/mandates", operation_id="createMandate", summary="Allow debits of a bank account", status_code=202)
    async def make_mandate(self, edge: NamedDependency[Edge], data: JSONBody[MandateIn]) -> MandateOut:
        """Asks the bank for permission to debit an account for a loan, on each due date."""
        return await edge.write(lambda tx: mandates.want_mandate(tx, data), MandateOut)

    @get("/mandates", operation_id="listMandates", summary="The caller's mandates")
    async def all_mandates(self, edge: NamedDependency[Edge], loan_id: OfLoan = None) -> list[MandateOut]:
        """Mandates, the newest first."""
        return await edge.read(lambda tx: mandates.read_mandates(tx, loan_id))

    @get("/mandates/{mandate_id:uuid}", operation_id="getMandate", summary="One mandate")
    async def mandate(self, edge: NamedDependency[Edge], mandate_id: FromPath[UUID]) -> MandateOut:
        """A mandate as it stands now."""
        return await edge.read(lambda tx: mandates.read_mandate(tx, mandate_id))

    @delete(
        "/mandates/{mandate_id:uuid}", operation_id="cancelMandate", summary="Allow no more debits", status_code=200
    )
    async def cancel(self, edge: NamedDependency[Edge], mandate_id: FromPath[UUID]) -> MandateOut:
        """Ends a mandate at once."""
        return await edge.write_unkeyed(lambda tx: mandates.cancel_mandate(tx, mandate_id))

    @post(
        "/mandates/{mandate_id:uuid}/debits", operation_id="createDebit", summary="Pay by mandate now", status_code=202
    )
    async def debit_now(
        self, edge: NamedDependency[Edge], mandate_id: FromPath[UUID], data: JSONBody[DebitIn]
    ) -> OrderOut:
        """Debits an amount now; read it again for its outcome."""
        return await edge.write(lambda tx: debit.debit_now(tx, mandate_id, data), OrderOut)

    @get("/mandates/{mandate_id:uuid}/debits", operation_id="listDebits", summary="Debits under a mandate")
    async def debits(
        self,
        edge: NamedDependency[Edge],
        mandate_id: FromPath[UUID],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[OrderOut]:
        """What was or is being taken under a mandate, the newest first."""
        return await edge.read(lambda tx: read_payments.debits(tx, mandate_id, cursor=cursor, limit=limit))

    @get("/debits/{debit_id:uuid}", operation_id="getDebit", summary="One debit")
    async def one_debit(self, edge: NamedDependency[Edge], debit_id: FromPath[UUID]) -> OrderOut:
        """A debit as it stands now."""
        return await edge.read(lambda tx: debit.read_debit(tx, debit_id))


class SuspenseController(Controller):
    """What operations see of money."""

    path = "/v1"
    tags = ("Payment operations",)

    @get("/payouts/{payout_id:uuid}", operation_id="getPayout", summary="One payout", guards=[requires(*STAFF)])
    async def payout(self, edge: NamedDependency[Edge], payout_id: FromPath[UUID]) -> OrderOut:
        """A payout as it stands now; unknown means that the rail is being asked."""
        return await edge.read(lambda tx: read_payments.payout(tx, payout_id))

    @get("/suspense", operation_id="listSuspense", summary="Unmatched money", guards=[requires(Role.OPERATIONS)])
    async def suspense_list(
        self,
        edge: NamedDependency[Edge],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[PaymentOut]:
        """Money that came in and is not known to be for a loan, the newest first."""
        return await edge.read(lambda tx: read_payments.in_suspense(tx, cursor=cursor, limit=limit))

    @post(
        "/suspense/{payment_id:uuid}/assign",
        operation_id="assignPayment",
        summary="Say which loan money is for",
        guards=[requires(Role.OPERATIONS)],
        status_code=200,
    )
    async def assign(
        self, edge: NamedDependency[Edge], payment_id: FromPath[UUID], data: JSONBody[AssignIn]
    ) -> PaymentOut:
        """The money counts as a repayment from the day it came in."""
        return await edge.write(lambda tx: suspense.assign(tx, payment_id, data), PaymentOut)

    @post(
        "/suspense/{payment_id:uuid}/refund",
        operation_id="refundPayment",
        summary="Send unmatched money back",
        guards=[requires(Role.OPERATIONS)],
        status_code=202,
    )
    async def refund(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        payment_id: FromPath[UUID],
        data: JSONBody[RefundIn],
    ) -> PaymentOut:
        """Orders a payout to a bank account that is known."""
        return await edge.write(lambda tx: suspense.refund(tx, vault, payment_id, data), PaymentOut)
