"""An application that has come to its end, good or not."""

import flet as ft

from app.components.press import Button
from app.components.state_view import blank
from app.routes import Apply, Payout
from app.ui import Ui
from shared.api.applications import ApplicationOut, ApplicationStatus


def ended(ui: Ui, found: ApplicationOut) -> ft.Control:
    """What became of it, and the next step."""
    if found.loan_id is not None and found.status not in {ApplicationStatus.CANCELLED, ApplicationStatus.WITHDRAWN}:
        loan_id = found.loan_id
        go = Button(ui.say("Follow your money"), lambda: ui.go(Payout(loan_id=loan_id)), identifier="follow-money")
        return blank(
            ui,
            ui.say("Signed"),
            "seal-check",
            ui.say("Your agreement is signed; the money is on its way or with you."),
            go,
        )
    again = Button(ui.say("Apply again"), lambda: ui.go(Apply()), kind="soft")
    words = {
        ApplicationStatus.WITHDRAWN: ui.say("You withdrew it. Nothing is owed."),
        ApplicationStatus.CANCELLED: ui.say("The agreement was cancelled. Nothing is owed."),
    }.get(found.status, ui.say("It is closed."))
    return blank(ui, ui.say("This application has ended"), "flag", words, again)
