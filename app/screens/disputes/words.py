"""Disputes in words: reasons, states, outcomes, things."""

import flet as ft

from app.components.layout import chip
from app.ui import Ui
from shared.api.disputes import DisputedKind, DisputeOutcome, DisputeReason, DisputeStatus


def reason_words(ui: Ui, reason: DisputeReason) -> str:
    """What is wrong with it."""
    return {
        DisputeReason.PAID_ALREADY: ui.say("I paid it already"),
        DisputeReason.WRONG_AMOUNT: ui.say("The amount is wrong"),
        DisputeReason.CHARGED_TWICE: ui.say("It is there twice"),
        DisputeReason.NOT_MINE: ui.say("It was not me"),
        DisputeReason.NOT_AGREED: ui.say("I never agreed to it"),
        DisputeReason.OTHER: ui.say("Something else"),
    }[reason]


def kind_words(ui: Ui, kind: DisputedKind) -> str:
    """What it is about, where no more is known."""
    return {
        DisputedKind.TRANSACTION: ui.say("A payment"),
        DisputedKind.CHARGE: ui.say("A charge"),
        DisputedKind.INSTALMENT: ui.say("An instalment"),
    }[kind]


def status_chip(ui: Ui, status: DisputeStatus, outcome: DisputeOutcome | None) -> ft.Control:
    """Where a dispute stands, or what came of it."""
    if outcome is not None:
        return {
            DisputeOutcome.UPHELD: chip(ui, ui.say("You are right"), tone="good", icon_name="check"),
            DisputeOutcome.PARTLY_UPHELD: chip(ui, ui.say("Partly right"), tone="good", icon_name="check"),
            DisputeOutcome.REJECTED: chip(ui, ui.say("Not confirmed"), icon_name="x"),
        }[outcome]
    return {
        DisputeStatus.OPEN: chip(ui, ui.say("We look into it"), tone="soft", icon_name="clock"),
        DisputeStatus.NEEDS_INFO: chip(ui, ui.say("We need an answer"), tone="warn", icon_name="warning-circle"),
        DisputeStatus.ESCALATED: chip(ui, ui.say("Second look"), tone="soft", icon_name="clock"),
        DisputeStatus.RESOLVED: chip(ui, ui.say("Decided"), tone="good", icon_name="check"),
        DisputeStatus.WITHDRAWN: chip(ui, ui.say("Taken back"), icon_name="x"),
    }[status]
