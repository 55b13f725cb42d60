"""Bank account numbers in the one form we keep: NUBAN for Nigeria, IBAN elsewhere (over schwifty's registry)."""

from typing import Final

from msgspec import Struct
from schwifty import IBAN
from schwifty.exceptions import (
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    InvalidStructure,
    SchwiftyException,
)

from backend.onboarding.domain.nuban import is_nuban
from backend.onboarding.errors import InvalidIban, InvalidNuban

_MAX_IBAN: Final = 34  # ISO 13616; twice that leaves room for the spaces of printed forms
# In our own words: the library's repeat the number, which belongs in no log.
_REASONS: Final[dict[type[SchwiftyException], str]] = {
    InvalidCountryCode: "its first two letters name no country that uses IBANs",
    InvalidLength: "it is too short or too long for its country",
    InvalidStructure: "letters and digits stand where its country has others",
    InvalidChecksumDigits: "its check digits do not fit the rest",
}


class BankAccountNumber(Struct, frozen=True, kw_only=True):
    """A well-formed account number; whether the account exists, and whose it is, only the bank knows."""

    country: str  # ISO 3166-1 alpha-2
    bank_code: str
    number: str  # the IBAN, or the ten digits of a NUBAN


def parse_iban(text: str) -> BankAccountNumber:
    """Reads an IBAN in printed or electronic form. Raises InvalidIban, which says what is wrong with it."""
    if len(text) > 2 * _MAX_IBAN:
        raise InvalidIban(reason="it is too long")
    try:
        iban = IBAN(text)
    except SchwiftyException as error:
        raise InvalidIban(reason=_REASONS.get(type(error), "its parts do not fit together")) from error
    return BankAccountNumber(country=iban.country_code, bank_code=iban.bank_code, number=str(iban))


def parse_nuban(bank_code: str, number: str) -> BankAccountNumber:
    """Reads a Nigerian account number at the bank with that three- or six-digit code. Raises InvalidNuban."""
    digits = number.replace(" ", "")
    if not is_nuban(bank_code, digits):
        raise InvalidNuban
    return BankAccountNumber(country="NG", bank_code=bank_code, number=digits)
