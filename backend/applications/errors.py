"""What applications refuses, and what to do about it."""

from shared.errors import Conflict, InvalidInput, NotFound, Unprocessable


class ProductNotFound(NotFound):
    code = "product_not_found"
    message = "There is no such product here. List the products and choose one."


class ProductInvalid(InvalidInput):
    """`fields` says which terms contradict each other, or break an app store's rules."""

    status = 422
    code = "product_invalid"
    message = "These terms can't be offered. See `errors` for each of them."


class ProductUnavailable(Conflict):
    code = "product_unavailable"
    message = "This product can't be applied for: {problem}. Choose another product."


class ApplicationNotFound(NotFound):
    code = "application_not_found"
    message = "There is no such application here. Check the identifier."


class ApplicationLocked(Conflict):
    code = "application_locked"
    message = "The application is {status} and can't be changed any more."


class ApplicationChangedElsewhere(Conflict):
    code = "application_changed_elsewhere"
    message = "The application was changed on another device. Read it again, then make your change."


class ApplicationIncomplete(InvalidInput):
    """`fields` names what is missing or does not fit the product."""

    status = 422
    code = "application_incomplete"
    message = "The application can't be submitted yet. See `errors` for what is missing or does not fit."


class KycNotPassed(Conflict):
    code = "kyc_not_passed"
    message = "Finish the identity check first (for a business, its check as well), then submit."


class NotEligible(Unprocessable):
    code = "not_eligible"
    message = "This product is not for you: {problem}."


class TooManyApplications(Conflict):
    code = "too_many_applications"
    message = "You have {limit} unfinished applications. Submit or withdraw one of them first."


class CannotWithdraw(Conflict):
    code = "cannot_withdraw"
    message = "The application is {status} and can't be withdrawn. A signed agreement is cancelled instead."


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
    message = "There is no such attachment on this application. Check the identifier."


class TooManyAttachments(Conflict):
    code = "too_many_attachments"
    message = "An application has at most {limit} attachments. Remove one first."
