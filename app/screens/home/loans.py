"""The loans that are being paid back; one card however many there are."""

import flet as ft

from app.components.for_whom import for_words
from app.components.layout import around, badge, column, list_card, progress, row, tile
from app.components.press import link
from app.components.text import amount, heading
from app.design.tokens import TITLE_3, Space
from app.stores import businesses
from app.stores.home import Home
from app.ui import Ui
from shared.api.servicing import LoanOut

_SHOWN = 3


def loans_card(ui: Ui, home: Home) -> ft.Control | None:
    """The first few, with a way to all of them."""
    if not home.owed:
        return None
    head = row(
        ft.Container(content=heading(ui, ui.say("Your loans"), 2, TITLE_3), expand=True),
        link(ui, ui.say("See all"), lambda: ui.go("/loans"), identifier="all-loans"),
    )
    return column(head, list_card(ui, [loan_row(ui, loan) for loan in home.owed[:_SHOWN]]), gap=Space.XS)


def loan_row(ui: Ui, loan: LoanOut) -> ft.Control:
    """One loan: what it is, what is left, how far it is paid."""
    paid = 1 - (loan.principal_outstanding.amount_minor / loan.principal.amount_minor if loan.principal else 0)
    left = ui.say("{left} left of {principal}", left=loan.principal_outstanding, principal=loan.principal)
    for_whom = for_words(ui, businesses.mine(ui.store).value or [], loan.business_id)
    bar = around(progress(ui, paid, label=ui.say("Share paid back")), x=Space.L, bottom=Space.M)
    head = tile(
        ui,
        product_name(ui, loan.product_kind),
        ui.aloud(left, for_whom),
        lead=badge(ui, "wallet", tone="bad" if loan.past_due else "soft"),
        trail=amount(ui, loan.outstanding, label=ui.say("Outstanding")),
        on_press=lambda: ui.go(f"/loans/{loan.id}"),
        identifier=f"loan-{loan.id}",
    )
    return column(head, bar, gap=0)


def product_name(ui: Ui, kind: str) -> str:
    """A kind of product in the borrower's language."""
    names = {
        "line_of_credit": ui.say("Line of credit"),
        "invoice_financing": ui.say("Invoice financing"),
        "bnpl": ui.say("Pay in parts"),
        "working_capital": ui.say("Working capital"),
    }
    return names.get(kind, ui.say("Loan"))
