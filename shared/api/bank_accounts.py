"""Bank accounts that money is paid to, as the API takes and gives them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.onboarding import CountryCode, ShortText
from shared.money import CurrencyCode


class AccountScheme(StrEnum):
    """How an account number is written."""

    NUBAN = "nuban"  # Nigeria
    IBAN = "iban"
    LOCAL = "local"  # any other country's own form


class AccountOwnership(StrEnum):
    """What the bank says about whose account it is."""

    PENDING = "pending"  # asked, not answered yet
    CONFIRMED = "confirmed"
    MISMATCH = "mismatch"  # the account exists, and is somebody else's
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"  # the bank gives no answer


class BankAccountIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account to be paid to. `bank_code` is needed for nuban and local; an IBAN holds its own."""

    scheme: AccountScheme
    number: Annotated[str, Meta(min_length=4, max_length=64)]
    currency: CurrencyCode
    holder_name: ShortText
    country: CountryCode | None = None
    bank_code: Annotated[str, Meta(pattern="^[A-Za-z0-9]{2,12}$")] | None = None
    business_id: UUID | None = None


class BankAccountOut(Struct, frozen=True, kw_only=True):
    """A registered account, its number masked but for the last four."""

    id: UUID
    scheme: AccountScheme
    country: str
    bank_code: str
    number_masked: str
    holder_name: str
    currency: str
    ownership: AccountOwnership
    created_at: datetime
    business_id: UUID | None = None
