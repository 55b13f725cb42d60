"""What disbursement plugs into the platform."""

from backend.disbursement.invariants import INVARIANTS
from backend.disbursement.routes import DisbursementController
from backend.disbursement.subscribers import SUBSCRIBERS
from backend.kernel.module import Module, Services


def module(services: Services) -> Module:
    """Disbursement of signed loans and of draws."""
    del services  # what disbursement needs comes with each transaction
    return Module(name="disbursement", routes=(DisbursementController,), subscribers=SUBSCRIBERS, invariants=INVARIANTS)
