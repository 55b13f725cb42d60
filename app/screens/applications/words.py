"""The statuses of an application in words."""

from app.ui import Ui
from shared.api.applications import ApplicationStatus as Status


def status_words(ui: Ui, status: Status) -> tuple[str, str, str]:
    """Tone, icon and word."""
    return {
        Status.DRAFT: ("sunken", "note-pencil", ui.say("Not handed in")),
        Status.SUBMITTED: ("soft", "hourglass-medium", ui.say("Handed in")),
        Status.REFERRED: ("soft", "user", ui.say("With one of us")),
        Status.MORE_INFO: ("warn", "note-pencil", ui.say("Something is missing")),
        Status.APPROVED: ("good", "check", ui.say("Approved")),
        Status.DECLINED: ("sunken", "x", ui.say("Not approved")),
        Status.NO_OFFERS: ("sunken", "scales", ui.say("No open offers")),
        Status.OFFERED: ("good", "scales", ui.say("You have offers")),
        Status.ACCEPTED: ("soft", "file-text", ui.say("Offer chosen")),
        Status.AGREEMENT_READY: ("warn", "signature", ui.say("To be signed")),
        Status.SIGNED: ("good", "seal-check", ui.say("Signed")),
        Status.DISBURSEMENT_FAILED: ("warn", "warning", ui.say("Could not be paid out")),
        Status.DISBURSED: ("good", "check", ui.say("Paid out")),
        Status.CLOSED: ("sunken", "flag", ui.say("Ended")),
        Status.WITHDRAWN: ("sunken", "x", ui.say("Withdrawn by you")),
        Status.EXPIRED: ("sunken", "clock", ui.say("Run out")),
        Status.CANCELLED: ("sunken", "x", ui.say("Cancelled")),
    }[status]
