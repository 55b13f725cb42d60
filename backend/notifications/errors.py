"""What notifications refuse, and what to do about it."""

from shared.errors import NotFound, Unavailable


class NotificationNotFound(NotFound):
    code = "notification_not_found"
    message = "There is no such message of yours."


class MessengerSilent(Unavailable):
    code = "messenger_silent"
    message = "The message provider does not answer. The message is sent as soon as it does."
