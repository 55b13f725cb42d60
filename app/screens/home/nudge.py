"""The one reminder of the first screen."""

import flet as ft

from app.components.layout import badge, card, column, row
from app.components.press import Button
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, Space
from app.stores.home import Home, Nudge, NudgeKind
from app.ui import Ui


def nudge_card(ui: Ui, home: Home) -> ft.Control | None:
    """Nothing where all is well."""
    nudge = home.nudge
    if nudge is None:
        return None
    icon_name, title, words, label = _words(ui, nudge.kind)
    said = column(heading(ui, title, 2, STRONG), muted(ui, words, SMALL), gap=Space.XXS)
    action = Button(label, lambda: ui.go(_path(nudge)), kind="soft", identifier=f"nudge-{nudge.kind.value}")
    return card(ui, row(badge(ui, icon_name), ft.Container(content=said, expand=True), gap=Space.M + 2), action)


def _path(nudge: Nudge) -> str:
    match nudge.kind:
        case NudgeKind.KYC | NudgeKind.KYC_REDO:
            return "/kyc"
        case NudgeKind.RESUME | NudgeKind.ADD_INFO:
            return f"/apply/{nudge.application_id}"
        case _:
            return f"/applications/{nudge.application_id}"


def _words(ui: Ui, kind: NudgeKind) -> tuple[str, str, str, str]:
    """Icon, heading, sentence and what the button says."""
    return {
        NudgeKind.SIGN: (
            "signature",
            ui.say("Your agreement is ready"),
            ui.say("Read it, then sign."),
            ui.say("Read and sign"),
        ),
        NudgeKind.CHOOSE_OFFER: (
            "scales",
            ui.say("You have offers"),
            ui.say("Compare them row by row and take the one that suits you."),
            ui.say("Compare offers"),
        ),
        NudgeKind.ADD_INFO: (
            "note-pencil",
            ui.say("We need a little more"),
            ui.say("Something is missing before we can decide."),
            ui.say("Add it"),
        ),
        NudgeKind.PAYOUT: (
            "paper-plane-tilt",
            ui.say("Your money is on its way"),
            ui.say("See where it is."),
            ui.say("Follow it"),
        ),
        NudgeKind.WAITING: (
            "hourglass-medium",
            ui.say("Your application is with us"),
            ui.say("You can close the app; we tell you when there is news."),
            ui.say("See where it stands"),
        ),
        NudgeKind.KYC_REDO: (
            "identification-card",
            ui.say("One more look at your documents"),
            ui.say("Something could not be read. The list says what."),
            ui.say("See what is needed"),
        ),
        NudgeKind.KYC: (
            "identification-card",
            ui.say("Prove who you are"),
            ui.say("It takes a few minutes and is needed once."),
            ui.say("Start"),
        ),
        NudgeKind.RESUME: (
            "note-pencil",
            ui.say("Finish your application"),
            ui.say("Everything you entered is still there."),
            ui.say("Go on"),
        ),
    }[kind]
