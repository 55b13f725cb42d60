"""How the outside world refuses."""

from shared.errors import CaasError, Conflict, InvalidInput, NotAuthenticated, NotFound, Unprocessable


class BadKey(NotAuthenticated):
    code = "bad_key"
    message = "Send the sandbox's secret as `Authorization: Bearer …`."


class Unknown(NotFound):
    code = "unknown"
    message = "No {what} is known by {key}."


class ReferenceReused(Conflict):
    code = "reference_reused"
    message = "The reference {reference} stands for something else. Use a new one."


class MandateNotActive(Conflict):
    code = "mandate_not_active"
    message = "The mandate {reference} is {status}. Debit an active one."


class LinkCancelled(Conflict):
    code = "link_cancelled"
    message = "This payment link was cancelled. Ask for a new one."


class WrongCurrency(Unprocessable):
    code = "wrong_currency"
    message = "This account takes {currency} only."


class OutOfOrder(CaasError):
    code = "out_of_order"
    message = "This lender is out of order today."


class VoiceMissing(InvalidInput):
    code = "voice_missing"
    message = "A call is read out in a language. Give its `language`, such as en or pt-BR."


class NobodyAnswers(CaasError):
    status = 504
    code = "nobody_answers"
    message = "The bank did not answer."
