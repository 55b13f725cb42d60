"""What onboarding refuses, beyond the refusals of its own rules."""

from shared.errors import InvalidInput


class FileRefused(InvalidInput):
    code = "file_refused"
    message = "This file can't be taken: {reason}."


class InvalidIban(InvalidInput):
    code = "iban_invalid"
    message = "This is not a valid IBAN: {reason}. Copy it from a statement of the account."


class InvalidNuban(InvalidInput):
    code = "nuban_invalid"
    message = "This is no account number of that bank. Check the ten digits and the bank."
