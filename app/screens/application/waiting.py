"""What happens to an application that was handed in."""

import flet as ft

from app.components.layout import card, column, notice
from app.components.text import amount, muted
from app.components.timeline import Happening, Pace, timeline
from app.design.tokens import FIGURE, LABEL, Space
from app.ui import Ui
from shared.api.applications import ApplicationOut, ApplicationStatus


def waiting(ui: Ui, found: ApplicationOut) -> ft.Control:
    """The steps up to the offers, and which one is under way."""
    asked = ui.say("You asked for")
    figure = (
        column(muted(ui, asked, LABEL), amount(ui, found.amount, FIGURE, label=asked), gap=Space.XXS)
        if found.amount
        else None
    )
    by_person = found.status is ApplicationStatus.REFERRED
    decided = found.status is ApplicationStatus.APPROVED
    handed_in = ui.instant(found.submitted_at) if found.submitted_at is not None else ""
    check = (
        ui.say("One of us looks at it. This can take a working day.") if by_person else ui.say("Usually within minutes")
    )
    steps = [
        Happening(ui.say("Handed in"), handed_in, Pace.DONE),
        Happening(ui.say("We decide"), "" if decided else check, Pace.DONE if decided else Pace.NOW),
        Happening(
            ui.say("Lenders make offers"), ui.say("Usually within a minute"), Pace.NOW if decided else Pace.AHEAD
        ),
        Happening(ui.say("You choose"), "", Pace.AHEAD),
    ]
    told = notice(ui, ui.say("You can close the app; we tell you when there is news."), icon_name="bell")
    return column(card(ui, figure, timeline(ui, steps), gap=Space.XL), told)
