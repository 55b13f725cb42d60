"""Notifications: what people are told, in their language, by the channels they want."""

from backend.notifications.errors import MessengerSilent
from backend.notifications.module import module
from backend.notifications.ports import Message, Messenger
from backend.notifications.usecases.hold_reminders import hold_reminders, release_reminders, reminders_held
from backend.notifications.usecases.notify import notify
from backend.notifications.usecases.nudge import ToSay, nudge_accepted, nudge_arrived, nudge_failed, to_say

__all__ = [
    "Message",
    "Messenger",
    "MessengerSilent",
    "ToSay",
    "hold_reminders",
    "module",
    "notify",
    "nudge_accepted",
    "nudge_arrived",
    "nudge_failed",
    "release_reminders",
    "reminders_held",
    "to_say",
]
