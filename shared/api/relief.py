"""What a lender relieves a loan of, as the API takes it: waivers, goodwill credits, write-offs."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.api.servicing import PositiveMinor

Reason = Annotated[str, Meta(min_length=3, max_length=120, description="Kept with the loan, and shown with the entry")]


class WaivedPart(StrEnum):
    """What can be waived of a loan."""

    PENALTY = "penalty"
    FEE = "fee"
    INTEREST = "interest"


class WaiverIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Waives what a loan owes of one part: the oldest first, and no more than is earned by now."""

    part: WaivedPart
    amount_minor: PositiveMinor
    reason: Reason


class GoodwillCreditIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Credits a loan with the lender's own money, which is used as a payment is: at most what closes the loan."""

    amount_minor: PositiveMinor
    reason: Reason


class LossReason(StrEnum):
    """Why a loan is lost: each has an account of its own."""

    CREDIT = "credit"  # the borrower can't or won't pay
    FRAUD = "fraud"  # the loan was got by fraud


class WriteOffIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Gives a loan up as lost."""

    reason: Reason
    because: LossReason = LossReason.CREDIT


class TakeBackIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Takes back what staff entered on a loan by mistake."""

    reason: Reason
