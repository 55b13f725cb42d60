"""Truths about offers, checked while the platform runs."""

from backend.kernel.module import Invariant
from backend.offers import store

INVARIANTS = (
    Invariant("offers.accepted_round_has_one_accepted_offer", store.rounds_without_their_accepted_offer),
    Invariant("offers.open_offers_are_of_the_newest_round", store.open_offers_of_older_rounds),
)
