"""Formats of Nigerian identifiers. None has a check digit: only the registry that issues it knows whether it exists."""

import re
from enum import StrEnum
from typing import Final


class NationalId(StrEnum):
    """An identifier by the registry that issues it."""

    BVN = "bvn"  # Bank Verification Number, NIBSS
    NIN = "nin"  # National Identification Number, NIMC
    VNIN = "vnin"  # virtual NIN: a token for one verification
    VOTER_VIN = "voter_vin"  # INEC
    TAX_ID_2026 = "tax_id_2026"  # the Joint Tax Board's number that replaces both older ones
    TIN_FIRS = "tin_firs"
    TIN_JTB = "tin_jtb"
    CAC = "cac"  # Corporate Affairs Commission: company, business name, trustees, partnership
    PHONE = "phone"
    PLATE = "plate"
    RSA_PIN = "rsa_pin"  # retirement savings account, PenCom


# Over the text in capitals, without spaces, hyphens and slashes.
_FORMATS: Final = {
    NationalId.BVN: re.compile(r"[0-9]{11}"),
    NationalId.NIN: re.compile(r"[0-9]{11}"),
    NationalId.VNIN: re.compile(r"[A-Z]{2}[0-9]{12}[A-Z]{2}"),
    NationalId.VOTER_VIN: re.compile(r"[0-9]{2}[0-9A-Z]{8}[0-9]{9}"),
    NationalId.TAX_ID_2026: re.compile(r"[0-9]{13}"),
    NationalId.TIN_FIRS: re.compile(r"[0-9]{12}"),
    NationalId.TIN_JTB: re.compile(r"[0-9]{10}"),
    NationalId.CAC: re.compile(r"(RC|BN|IT|LP|LLP)[0-9]{1,8}"),
    NationalId.PHONE: re.compile(r"(0|\+?2340?)[789][01][0-9]{8}"),
    NationalId.PLATE: re.compile(r"[A-Z]{3}[0-9]{3}[A-Z]{2}"),
    NationalId.RSA_PIN: re.compile(r"PEN[0-9]{12}"),
}
_SEPARATORS: Final = re.compile(r"[\s/-]")


def normalise_id(kind: NationalId, text: str) -> str | None:
    """`text` in the one form we keep (capitals, no separators; phones as +234…), or None when its format is wrong."""
    compact = _SEPARATORS.sub("", text.upper())
    if not text.isascii() or not _FORMATS[kind].fullmatch(compact):
        return None
    return f"+234{compact[-10:]}" if kind is NationalId.PHONE else compact


def is_well_formed(kind: NationalId, text: str) -> bool:
    """Whether `text` has the format of `kind`; says nothing about whether it was ever issued."""
    return normalise_id(kind, text) is not None
