"""What onboarding refuses, beyond the refusals of its own rules."""

from shared.errors import Conflict, InvalidInput, NotFound, NotPermitted, Unavailable, Unprocessable


class CaseNotFound(NotFound):
    code = "case_not_found"
    message = "There is no such case here. Check the identifier, or open one."


class NotThisKindOfCase(Conflict):
    code = "case_kind_mismatch"
    message = "This is the case of a {kind}, which has no {task}."


class OwnCase(NotPermitted):
    code = "own_case"
    message = "You can't decide your own case. Ask another compliance officer."


class BirthDateImplausible(Unprocessable):
    code = "birth_date_implausible"
    message = "The date of birth must lie between 1900 and today."


class IdentifierMalformed(InvalidInput):
    code = "identifier_malformed"
    message = "This is not a {kind}: {expected}."


class IdentifierRequired(InvalidInput):
    code = "identifier_required"
    message = "A Nigerian gives a BVN or a NIN."


class UnknownCountry(InvalidInput):
    code = "unknown_country"
    message = "{country} is no ISO 3166 country. Use a two-letter code such as NG."


class DocumentNumberRequired(InvalidInput):
    code = "document_number_required"
    message = "Give the document's number, or the lines of its machine-readable zone."


class FileMissing(NotFound):
    code = "file_not_found"
    message = "There is no such uploaded file of yours. Upload it first, then give its id."


class WrongFile(InvalidInput):
    code = "file_wrong_purpose"
    message = "The file was uploaded as {given}; here it must be {wanted}."


class FileRefused(InvalidInput):
    code = "file_refused"
    message = "This file can't be taken: {reason}."


class RegistrationDateImplausible(Unprocessable):
    code = "registration_date_implausible"
    message = "The date of registration lies in the future."


class InvalidIban(InvalidInput):
    code = "iban_invalid"
    message = "This is not a valid IBAN: {reason}. Copy it from a statement of the account."


class InvalidNuban(InvalidInput):
    code = "nuban_invalid"
    message = "This is no account number of that bank. Check the ten digits and the bank."


class InvalidLocalAccount(InvalidInput):
    code = "account_invalid"
    message = "This is no account number: {reason}."


class BankAccountNotFound(NotFound):
    code = "bank_account_not_found"
    message = "There is no such bank account of yours. Register it first."


class BankAccountNotUsable(Conflict):
    code = "bank_account_not_usable"
    message = "Money can't be paid to this account: the bank says that it is {ownership}. Register another one."


class ProviderSilent(Unavailable):
    code = "verification_provider_silent"
    message = "The verification provider does not answer. It will be asked again."
