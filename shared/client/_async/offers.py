"""Offers for an application: compared, accepted once, asked for again."""

from uuid import UUID

from shared.api.offers import LenderOut, OfferOut, OffersOut
from shared.client._async.resource import Resource


class Offers(Resource):
    """What lenders offer, side by side."""

    async def compare(self, application_id: UUID) -> OffersOut:
        """The offers for an application, the lowest total cost first, and each lender's answer. Raises NotFound."""
        return await self._get(f"/v1/applications/{application_id}/offers", OffersOut)

    async def offer(self, offer_id: UUID) -> OfferOut:
        """One offer as it stands now. Raises NotFound."""
        return await self._get(f"/v1/offers/{offer_id}", OfferOut)

    async def accept(self, offer_id: UUID, *, idempotency_key: str | None = None) -> OfferOut:
        """Accepts an offer; the others lapse, and the agreement is drawn up. Raises NotFound, Conflict."""
        return await self._post(f"/v1/offers/{offer_id}/accept", None, OfferOut, idempotency_key=idempotency_key)

    async def ask_again(self, application_id: UUID, *, idempotency_key: str | None = None) -> OffersOut:
        """Has the lenders asked anew, once no offer is open any more. Raises NotFound, Conflict."""
        path = f"/v1/applications/{application_id}/offers/requests"
        return await self._post(path, None, OffersOut, idempotency_key=idempotency_key)

    async def lenders(self) -> list[LenderOut]:
        """The lenders that the platform asks."""
        return await self._get("/v1/lenders", list[LenderOut])
