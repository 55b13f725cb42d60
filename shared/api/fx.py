"""Foreign exchange in the books: exchanges, revaluations, positions."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from shared.api.ledger import VolumeMinor
from shared.api.ledger_posting import AccountCode, JournalKey, PostedMinor
from shared.money import CurrencyCode

# A text, so that no float comes near it.
Rate = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,12}(\.[0-9]{1,12})?$",
        max_length=25,
        description="Major units of the base currency for one of the other",
        examples=["1550.25"],
    ),
]


class FxAmount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount above zero."""

    amount_minor: PostedMinor
    currency: CurrencyCode


class ExchangeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One amount given for another, one of them in the base currency, both through the same cash account."""

    key: JournalKey
    effective_on: date
    base: CurrencyCode
    sold: FxAmount
    bought: FxAmount
    cash_account: AccountCode = "rail_cash"


class RevaluationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values a currency's position: `rate` is how much of the base currency one of the other is worth."""

    key: JournalKey
    effective_on: date
    base: CurrencyCode
    currency: CurrencyCode
    rate: Rate


class PositionOut(Struct, frozen=True, kw_only=True):
    """What is held of a currency (below zero: owed); what it cost and valuing it has added, in the base currency."""

    currency: CurrencyCode
    base: CurrencyCode
    amount_minor: VolumeMinor
    cost_minor: VolumeMinor
    revalued_minor: VolumeMinor
