"""Ways to pay, what came in, and what nobody has matched yet."""

from collections.abc import AsyncIterator
from uuid import UUID

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
from shared.client._async.resource import Resource
from shared.paging import Page


class Payments(Resource):
    """Paying a loan back, and what operations see of money."""

    async def virtual_account(self, loan_id: UUID) -> VirtualAccountOut:
        """The account that a loan is paid to. Raises NotFound until it is open, seconds after the payout."""
        return await self._get(f"/v1/loans/{loan_id}/virtual-account", VirtualAccountOut)

    def iterate_received(self, loan_id: UUID) -> AsyncIterator[PaymentOut]:
        """What came in for a loan, the newest first. Raises NotFound."""
        return self._pages(f"/v1/loans/{loan_id}/payments", PaymentOut)

    async def create_link(self, body: PaymentLinkIn, *, idempotency_key: str | None = None) -> PaymentLinkOut:
        """Orders a payment link; read it again for its address. Raises NotFound."""
        return await self._post("/v1/payment-links", body, PaymentLinkOut, idempotency_key=idempotency_key)

    async def link(self, link_id: UUID) -> PaymentLinkOut:
        """One payment link. Raises NotFound."""
        return await self._get(f"/v1/payment-links/{link_id}", PaymentLinkOut)

    async def create_mandate(self, body: MandateIn, *, idempotency_key: str | None = None) -> MandateOut:
        """Asks for permission to debit an account on each due date. Raises NotFound, Conflict."""
        return await self._post("/v1/mandates", body, MandateOut, idempotency_key=idempotency_key)

    async def mandates(self, loan_id: UUID | None = None) -> list[MandateOut]:
        """The caller's mandates, the newest first."""
        return await self._get("/v1/mandates", list[MandateOut], params={"loan_id": loan_id})

    async def mandate(self, mandate_id: UUID) -> MandateOut:
        """One mandate. Raises NotFound."""
        return await self._get(f"/v1/mandates/{mandate_id}", MandateOut)

    async def cancel_mandate(self, mandate_id: UUID) -> MandateOut:
        """Ends a mandate at once. Raises NotFound, Conflict."""
        return await self._delete(f"/v1/mandates/{mandate_id}", MandateOut)

    async def debit(self, mandate_id: UUID, body: DebitIn, *, idempotency_key: str | None = None) -> OrderOut:
        """Pays by mandate now; read the debit again for its outcome. Raises NotFound, Conflict."""
        return await self._post(f"/v1/mandates/{mandate_id}/debits", body, OrderOut, idempotency_key=idempotency_key)

    async def debits(self, mandate_id: UUID, *, cursor: str | None = None, limit: int = 50) -> Page[OrderOut]:
        """One page of what was or is being taken under a mandate, the newest first. Raises NotFound."""
        return await self._page(f"/v1/mandates/{mandate_id}/debits", OrderOut, cursor=cursor, limit=limit)

    async def read_debit(self, debit_id: UUID) -> OrderOut:
        """One debit. Raises NotFound."""
        return await self._get(f"/v1/debits/{debit_id}", OrderOut)

    async def payout(self, payout_id: UUID) -> OrderOut:
        """One payout; for staff. Raises NotFound."""
        return await self._get(f"/v1/payouts/{payout_id}", OrderOut)

    def iterate_suspense(self) -> AsyncIterator[PaymentOut]:
        """Unmatched money, the newest first; for operations."""
        return self._pages("/v1/suspense", PaymentOut)

    async def assign(self, payment_id: UUID, body: AssignIn, *, idempotency_key: str | None = None) -> PaymentOut:
        """Says which loan unmatched money is for; for operations. Raises NotFound, Conflict, Unprocessable."""
        path = f"/v1/suspense/{payment_id}/assign"
        return await self._post(path, body, PaymentOut, idempotency_key=idempotency_key)

    async def refund(self, payment_id: UUID, body: RefundIn, *, idempotency_key: str | None = None) -> PaymentOut:
        """Sends unmatched money back; for operations. Raises NotFound, Conflict, Unprocessable."""
        path = f"/v1/suspense/{payment_id}/refund"
        return await self._post(path, body, PaymentOut, idempotency_key=idempotency_key)
