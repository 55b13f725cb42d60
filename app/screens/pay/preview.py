"""What the payment will do."""

import flet as ft

from app.components.layout import bullet, card, column
from app.components.text import heading
from app.design.tokens import STRONG, Space
from app.stores.allocation import preview
from app.stores.paying import Choice, PayFlow
from app.ui import Ui
from shared.api.servicing import ScheduleOut
from shared.money import Money
from shared.terms import InAdvance


def preview_card(ui: Ui, flow: PayFlow, schedule: ScheduleOut, amount: Money) -> ft.Control:
    """Sentences, the good news first."""
    if flow.choice is Choice.PAYOFF or (flow.payoff is not None and not amount < flow.payoff):
        lines = [bullet(ui, ui.say("Your loan is paid back and closed."), "seal-check")]
    else:
        lines = _lines(ui, flow, schedule, amount)
    inner = card(ui, heading(ui, ui.say("What it does"), 2, STRONG), column(*lines, gap=Space.S))
    return ft.Semantics(live_region=True, container=True, content=inner)


def _lines(ui: Ui, flow: PayFlow, schedule: ScheduleOut, amount: Money) -> list[ft.Control]:
    seen = preview(schedule, amount)
    lines: list[ft.Control] = []
    if seen.full:
        words = ui.plural("{count} instalment is paid in full", "{count} instalments are paid in full", len(seen.full))
        lines.append(bullet(ui, words))
    if seen.part is not None:
        lines.append(bullet(ui, ui.say("A part of instalment {number} is paid", number=seen.part)))
    if seen.rest:
        lines.append(bullet(ui, _ahead(ui, flow, seen.rest), "calendar-check", "soft"))
    if seen.still_due:
        lines.append(bullet(ui, ui.say("{amount} stays due", amount=seen.still_due), "clock", "warn"))
    return lines


def _ahead(ui: Ui, flow: PayFlow, rest: Money) -> str:
    terms = flow.terms
    if terms is InAdvance.LAST_INSTALMENT:
        return ui.say("{amount} shortens the loan from its end", amount=rest)
    if terms is InAdvance.CREDIT:
        return ui.say("{amount} is kept for your next instalments", amount=rest)
    return ui.say("{amount} goes to your next instalment", amount=rest)
