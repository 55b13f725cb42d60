"""What offers does when others have decided."""

from backend.kernel.db import Tx
from backend.kernel.outbox import Subscriber
from backend.offers.usecases.end_offers import withdraw_offers
from backend.offers.usecases.start_round import start_round
from shared.events.applications import ApplicationWithdrawn
from shared.events.underwriting import DecisionMade


async def _decided(tx: Tx, event: DecisionMade) -> None:
    await start_round(tx, event)


async def _withdrawn(tx: Tx, event: ApplicationWithdrawn) -> None:
    await withdraw_offers(tx, event.application_id)


SUBSCRIBERS = (
    Subscriber(name="offers.start_round", event=DecisionMade, handle=_decided),
    Subscriber(name="offers.withdraw", event=ApplicationWithdrawn, handle=_withdrawn),
)
