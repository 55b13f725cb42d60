"""Bank account numbers in the one form we keep: NUBAN in Nigeria, IBAN (by schwifty's registry), or a country's own."""

import re
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
from backend.onboarding.errors import InvalidIban, InvalidLocalAccount, InvalidNuban
from backend.onboarding.formats import require_country
from shared.api.bank_accounts import AccountScheme, BankAccountIn

_MAX_IBAN: Final = 34  # ISO 13616; twice that leaves room for the spaces of printed forms
_BANK_CODE: Final = re.compile(r"[0-9A-Za-z]{2,12}")
_LOCAL: Final = re.compile(r"[0-9A-Z]{4,34}")
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


def parse_local(country: str, bank_code: str, number: str) -> BankAccountNumber:
    """Reads an account number of a country that has its own form. Raises InvalidLocalAccount."""
    plain = re.sub(r"[\s-]", "", number).upper()
    if not _BANK_CODE.fullmatch(bank_code):
        raise InvalidLocalAccount(reason="the code of its bank must have 2 to 12 letters and digits")
    if not _LOCAL.fullmatch(plain):
        raise InvalidLocalAccount(reason="it must have 4 to 34 letters and digits")
    return BankAccountNumber(country=country, bank_code=bank_code.upper(), number=plain)


def parse_account(account: BankAccountIn) -> BankAccountNumber:
    """Reads an account as a person gives it. Raises InvalidIban, InvalidNuban, InvalidLocalAccount, UnknownCountry."""
    if account.scheme is AccountScheme.IBAN:
        return parse_iban(account.number)
    if account.bank_code is None:
        raise InvalidLocalAccount(reason="the code of its bank is missing")
    if account.scheme is AccountScheme.NUBAN:
        return parse_nuban(account.bank_code, account.number)
    if account.country is None:
        raise InvalidLocalAccount(reason="its country is missing")
    require_country(account.country)
    return parse_local(account.country, account.bank_code, account.number)
