"""Offers over HTTP: compare, accept, ask again."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.kernel.edge import Edge
from backend.offers.ports import Lender
from backend.offers.usecases.accept_offer import accept_offer
from backend.offers.usecases.compare import compare, show
from backend.offers.usecases.start_round import ask_again
from shared.api.offers import LenderOut, OfferOut, OffersOut


class OffersController(Controller):
    """Offers for applications."""

    path = "/v1"
    tags = ("Offers",)

    @get(
        "/applications/{application_id:uuid}/offers", operation_id="compareOffers", summary="Offers, the cheapest first"
    )
    async def offers(self, edge: NamedDependency[Edge], application_id: FromPath[UUID]) -> OffersOut:
        """What each lender answered, and its offer where there is one."""
        return await edge.read(lambda tx: compare(tx, application_id))

    @post(
        "/applications/{application_id:uuid}/offers/requests",
        operation_id="requestOffers",
        summary="Ask the lenders again",
        status_code=202,
    )
    async def request(self, edge: NamedDependency[Edge], application_id: FromPath[UUID]) -> OffersOut:
        """Asks anew once no offer is open any more; the answers come within seconds."""
        return await edge.write(lambda tx: ask_again(tx, application_id), OffersOut)

    @get("/offers/{offer_id:uuid}", operation_id="getOffer", summary="One offer")
    async def offer(self, edge: NamedDependency[Edge], offer_id: FromPath[UUID]) -> OfferOut:
        """One offer as it stands now."""
        return await edge.read(lambda tx: show(tx, offer_id))

    @post("/offers/{offer_id:uuid}/accept", operation_id="acceptOffer", summary="Accept an offer", status_code=200)
    async def accept(self, edge: NamedDependency[Edge], offer_id: FromPath[UUID]) -> OfferOut:
        """Accepts the offer; the others lapse, and the agreement is drawn up for signing."""
        return await edge.write(lambda tx: accept_offer(tx, offer_id), OfferOut)

    @get("/lenders", operation_id="listLenders", summary="The lenders that are asked")
    async def lenders(self, lenders: NamedDependency[Sequence[Lender]]) -> list[LenderOut]:
        """Every lender of the platform."""
        return [
            LenderOut(code=each.code, name=each.name, licence=each.licence, address=each.address)
            for each in (lender.profile for lender in lenders)
        ]
