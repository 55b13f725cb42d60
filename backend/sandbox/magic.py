"""The account numbers that make the rail misbehave."""

from enum import StrEnum

from msgspec import Struct


class Account(Struct, frozen=True, kw_only=True):
    """A bank account as callers describe it; an IBAN stands in `account_number`."""

    scheme: str
    account_number: str
    holder_name: str
    bank_code: str | None = None


class Quirk(StrEnum):
    """What goes wrong, by the four telling digits of the account number."""

    NONE = ""
    FAILS = "0001"
    HANGS = "0002"  # the caller's time-out passes, and yet it happens
    LOST = "0003"  # the caller's time-out passes, and nothing was received; the next order to this account is
    REPEATS = "0004"
    REORDERS = "0005"
    SLOW = "0006"


_QUIRKS = {quirk.value: quirk for quirk in Quirk}


def quirk_of(account: Account) -> Quirk:
    """The quirk of an account: digits six to nine of a NUBAN, whose tenth is a check digit; else the last four."""
    number = account.account_number.replace(" ", "")
    telling = number[5:9] if account.scheme == "nuban" else number[-4:]
    return _QUIRKS.get(telling, Quirk.NONE)
