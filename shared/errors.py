"""One tree of errors with stable codes, served as RFC 9457 problem details and raised again by the SDK.

    CaasError
    ├── InvalidInput          400   the request can't be understood or breaks a rule of its own
    ├── NotAuthenticated      401   who you are is not established
    ├── NotPermitted          403   you are known, and may not
    ├── NotFound              404   it is not there, or not yours
    ├── Conflict              409   it clashes with the state that things are in
    ├── Unprocessable         422   understood, but this can't be done with these figures
    ├── TooManyRequests       429   wait, then try again
    └── Unavailable           503   a part that we depend on does not answer; safe to try again

A context declares its own leaves in its `errors.py`, each with a `code`, a `message` and named parameters.
"""

from typing import ClassVar


class CaasError(Exception):
    """Base of the tree. `message` is a template over the parameters; `code` never changes once published."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    message: ClassVar[str] = "Something went wrong on our side. Try again; if it stays, give support the request id."

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.message.format_map(params))

    @property
    def detail(self) -> str:
        """The message with its parameters filled in."""
        return self.message.format_map(self.params)


class InvalidInput(CaasError):
    """The request can't be understood; `fields` says where and why."""

    status = 400
    code = "invalid_input"
    message = "The request is not valid. See `errors` for each field."

    def __init__(self, fields: dict[str, str] | None = None, **params: object) -> None:
        self.fields = fields or {}
        super().__init__(**params)


class NotAuthenticated(CaasError):
    status = 401
    code = "not_authenticated"
    message = "Sign in first: send a valid access token as `Authorization: Bearer …`."


class NotPermitted(CaasError):
    status = 403
    code = "not_permitted"
    message = "You may not do this. Ask an administrator for the role that can."


class NotFound(CaasError):
    status = 404
    code = "not_found"
    message = "There is no such thing here. Check the identifier."


class Conflict(CaasError):
    status = 409
    code = "conflict"
    message = "This clashes with the present state. Read it again, then decide."


class Unprocessable(CaasError):
    status = 422
    code = "unprocessable"
    message = "This can't be done with these figures."


class TooManyRequests(CaasError):
    status = 429
    code = "too_many_requests"
    message = "Too many requests. Wait {retry_after_s} seconds, then try again."

    def __init__(self, *, retry_after_s: int = 1, **params: object) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(retry_after_s=retry_after_s, **params)


class Unavailable(CaasError):
    status = 503
    code = "unavailable"
    message = "A service that we depend on does not answer. Nothing was changed; try again soon."


class CurrencyMismatch(Unprocessable):
    code = "currency_mismatch"
    message = "{left} and {right} can't be combined. Use one currency throughout."


class UnknownCurrency(InvalidInput):
    code = "unknown_currency"
    message = "{currency} is not an active ISO 4217 currency. Use a three-letter code such as NGN."
