"""Nigeria's bank account number: nine digits and a check digit over them and the bank's code (CBN, 2010 and 2020)."""

import re
from typing import Final

_BANK_CODE: Final = re.compile(r"[0-9]{3}|[0-9]{6}")
_SERIAL: Final = re.compile(r"[0-9]{9}")
_ACCOUNT: Final = re.compile(r"[0-9]{10}")
_WEIGHTS: Final = (3, 7, 3)


def nuban_check_digit(bank_code: str, serial: str) -> int:
    """The tenth digit of the account with this nine-digit serial at the bank with this three- or six-digit code.

    Weights 3, 7, 3 repeat over code and serial; the digit brings the sum to a multiple of ten.
    """
    assert _BANK_CODE.fullmatch(bank_code), "bank codes have three digits, or six at other institutions"
    assert _SERIAL.fullmatch(serial), "serials have nine digits"
    total = sum(int(digit) * _WEIGHTS[place % 3] for place, digit in enumerate(bank_code + serial))
    return -total % 10


def is_nuban(bank_code: str, account: str) -> bool:
    """Whether `account` can be an account number of that bank; anything misshapen is not."""
    if not _BANK_CODE.fullmatch(bank_code) or not _ACCOUNT.fullmatch(account):
        return False
    return nuban_check_digit(bank_code, account[:9]) == int(account[9])
