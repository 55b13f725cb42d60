"""Notifications: what people are told, in their language, by the channels they want."""

from backend.notifications.errors import MessengerSilent
from backend.notifications.module import module
from backend.notifications.ports import Message, Messenger
from backend.notifications.usecases.hold_reminders import hold_reminders, release_reminders, reminders_held
from backend.notifications.usecases.notify import notify

__all__ = [
    "Message",
    "Messenger",
    "MessengerSilent",
    "hold_reminders",
    "module",
    "notify",
    "release_reminders",
    "reminders_held",
]
