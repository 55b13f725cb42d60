"""Phone numbers and e-mail addresses in the one spelling that they are stored, compared and written to in."""

from typing import Self

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from msgspec import Struct
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from backend.identity.errors import EmailInvalid, PhoneInvalid

MAX_LENGTH = 254  # RFC 5321 for addresses; no phone number comes near
_REACHABLE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.UNKNOWN}


class Contact(Struct, frozen=True, kw_only=True):
    """Where a person can be reached; exactly one of the two is set."""

    phone: str | None = None  # E.164
    email: str | None = None

    @property
    def key(self) -> str:
        """What two spellings of the same contact have in common; the channel comes first, so the two never meet."""
        return f"phone:{self.phone}" if self.phone else f"email:{(self.email or '').casefold()}"

    @classmethod
    def of_spelling(cls, text: str) -> Self:
        """Reads `spelling` back."""
        kind, _, address = text.partition(":")
        return cls(phone=address) if kind == "phone" else cls(email=address)

    @property
    def spelling(self) -> str:
        """The contact as one text, to be sealed."""
        return f"phone:{self.phone}" if self.phone else f"email:{self.email}"

    @property
    def address(self) -> str:
        """Where a message goes."""
        return self.phone or self.email or ""

    @property
    def masked(self) -> str:
        """Enough for its owner to know it by, too little for anyone else."""
        if self.phone:
            return f"{self.phone[:4]}•••{self.phone[-2:]}"
        name, _, domain = (self.email or "").rpartition("@")
        return f"{name[:1]}•••@{domain}"


def phone(text: str, region: str | None = None) -> Contact:
    """A number that can get a message, as E.164; `region` (ISO 3166) is where a number without `+` is from.

    Raises PhoneInvalid.
    """
    if len(text) > MAX_LENGTH:
        raise PhoneInvalid
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise PhoneInvalid({"phone": "can't be read as a phone number"}) from error
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _REACHABLE:
        raise PhoneInvalid({"phone": "is no mobile number in use"})
    return Contact(phone=phonenumbers.format_number(number, PhoneNumberFormat.E164))


def email(text: str) -> Contact:
    """An address with its domain in one spelling; whether it exists is for a code to show. Raises EmailInvalid."""
    if len(text) > MAX_LENGTH:
        raise EmailInvalid
    try:
        checked = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise EmailInvalid({"email": "is no e-mail address"}) from error
    return Contact(email=checked.normalized)


def contact(text: str, region: str | None = None) -> Contact:
    """Reads what was typed into one field: an address when it has an @, a phone number otherwise.

    Raises PhoneInvalid, EmailInvalid.
    """
    return email(text) if "@" in text else phone(text, region)
