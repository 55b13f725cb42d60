"""How the loan that is due next goes on: its balance, and the payments to come."""

import flet as ft

from app.components import skeleton
from app.components.layout import apart, column, list_card
from app.components.press import link
from app.components.state_view import state_view
from app.components.text import heading
from app.design.tokens import TITLE_3, Space
from app.guard import component
from app.hooks import use_query, use_store, use_ui
from app.routes import Calendar
from app.screens.loan.chart import balance_chart
from app.screens.loan.schedule import instalment_rows
from app.stores import reads
from app.ui import Ui
from shared.api.servicing import LoanOut, ScheduleOut

_SHOWN = 3


@component
def Ahead(loan: LoanOut) -> ft.Control:
    """Read by itself, below what is more urgent."""
    ui = use_ui()
    schedule = use_query(reads.schedule(use_store(), loan.id))
    return state_view(ui, schedule, lambda found: _ahead(ui, loan, found), skeleton=skeleton.cards(ui, 220, 160))


def _ahead(ui: Ui, loan: LoanOut, found: ScheduleOut) -> ft.Control:
    head = apart(
        heading(ui, ui.say("Schedule"), 2, TITLE_3),
        link(ui, ui.say("See all"), lambda: ui.go(Calendar(loan_id=loan.id)), identifier="all-instalments"),
    )
    rows = instalment_rows(ui, [each for each in found.rows if each.open][:_SHOWN], len(found.rows))
    listed = column(head, list_card(ui, rows), gap=Space.XS) if rows else None
    return column(balance_chart(ui, loan, found), listed)
