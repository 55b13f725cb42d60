"""Offers: several lenders asked side by side, their quotes made comparable, one of them accepted once."""

from backend.offers.domain.asking import LenderProfile
from backend.offers.errors import OfferExpired, OfferNotFound, OfferNotOpen, OffersNotFound
from backend.offers.module import module
from backend.offers.ports import Lender

__all__ = [
    "Lender",
    "LenderProfile",
    "OfferExpired",
    "OfferNotFound",
    "OfferNotOpen",
    "OffersNotFound",
    "module",
]
