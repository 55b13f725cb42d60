"""What can be refused about offers."""

from shared.errors import Conflict, NotFound


class OfferNotFound(NotFound):
    """No such offer, or not the caller's."""

    code = "offer_not_found"
    message = "There is no such offer here. List the application's offers to see those there are."


class OffersNotFound(NotFound):
    """Nobody was asked for this application, or it is not the caller's."""

    code = "offers_not_found"
    message = "There are no offers for this application. They come once it is approved."


class OfferExpired(Conflict):
    """The lender's price no longer holds."""

    code = "offer_expired"
    message = "This offer has expired. Ask for new offers, then accept one of them."


class OfferNotOpen(Conflict):
    """Another offer was accepted, or the application ended."""

    code = "offer_not_open"
    message = "This offer is {status} and can't be accepted any more."


class OffersStillOpen(Conflict):
    """New offers can't be asked for while there are some to choose from, or on their way."""

    code = "offers_still_open"
    message = "There are offers to choose from, or lenders are still being asked. Look at those first."


class TooManyRounds(Conflict):
    """Lenders are not asked without end."""

    code = "offers_asked_too_often"
    message = "Lenders were asked {rounds} times for this application, which is the limit. Apply again."
