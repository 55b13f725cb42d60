"""Notifications: what people are told, in their language, by the channels they want."""

from backend.notifications.errors import MessengerSilent
from backend.notifications.module import module
from backend.notifications.ports import Message, Messenger
from backend.notifications.usecases.notify import notify

__all__ = ["Message", "Messenger", "MessengerSilent", "module", "notify"]
