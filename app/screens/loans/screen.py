"""What is being paid back, and what is done."""

import flet as ft

from app.components import skeleton
from app.components.layout import badge, chip, column, list_card, row, tile
from app.components.press import Button
from app.components.screen import screen, tab_head
from app.components.state_view import blank, state_view
from app.components.text import heading, text
from app.design.tokens import SMALL, STRONG
from app.guard import component
from app.hooks import use_news, use_query, use_store, use_ui
from app.routes import Apply, Loan, Loans
from app.screens.home.limit import hero
from app.screens.home.loans import loan_row, product_name
from app.stores import businesses, reads
from app.stores.home import OWED
from app.ui import Ui
from shared.api.servicing import LoanOut, LoanStatus


@component
def LoansScreen(route: Loans) -> ft.Control:
    """Running ones first."""
    del route
    ui = use_ui()
    store = use_store()
    query = use_news(reads.loans(store), *reads.MONEY_NEWS)
    use_query(businesses.mine(store))
    return screen(
        ui,
        tab_head(ui, ui.say("Loans", context="navigation")),
        state_view(ui, query, lambda found: _loans(ui, found), skeleton=skeleton.rows(ui, 3), empty=lambda: _none(ui)),
    )


def _none(ui: Ui) -> ft.Control:
    apply = Button(ui.say("Apply for credit"), lambda: ui.go(Apply()), kind="soft", grow=False)
    return blank(ui, ui.say("No loans yet"), "wallet", ui.say("Once you have one, you see it here."), apply)


def _loans(ui: Ui, found: list[LoanOut]) -> ft.Control:
    running = [loan for loan in found if loan.status in OWED]
    others = [loan for loan in found if loan.status not in OWED]
    parts: list[ft.Control | None] = [
        _in_all(ui, running),
        list_card(ui, [loan_row(ui, loan) for loan in running]) if running else None,
    ]
    if others:
        parts += [heading(ui, ui.say("Others"), 2, STRONG), list_card(ui, [_other(ui, loan) for loan in others])]
    return column(*parts)


def _in_all(ui: Ui, running: list[LoanOut]) -> ft.Control | None:
    """What is owed in all, where the loans are of one borrower and one currency."""
    if len({(loan.outstanding.currency, loan.business_id) for loan in running}) != 1:
        return None
    total = sum((loan.outstanding for loan in running[1:]), running[0].outstanding)
    dates = [loan.next_due_on for loan in running if loan.next_due_on is not None]
    label = ui.say("Still to pay")
    late = any(loan.past_due for loan in running)
    when = ui.say("Next payment on {day}", day=ui.date(min(dates))) if dates and not late else ""
    below = (
        chip(ui, ui.say("Overdue"), tone="bad", icon_name="warning")
        if late
        else text(ui, when, SMALL, ui.palette.on_hero)
    )
    return hero(ui, label, total, row(below, gap=0))


def status_chip(ui: Ui, status: LoanStatus) -> ft.Control:
    """A loan's status as a word and an icon."""
    tone, icon_name, words = {
        LoanStatus.PENDING_DISBURSEMENT: ("warn", "hourglass-medium", ui.say("Being paid out")),
        LoanStatus.ACTIVE: ("good", "check", ui.say("On track")),
        LoanStatus.OVERDUE: ("bad", "warning", ui.say("Overdue")),
        LoanStatus.CLOSED: ("sunken", "flag", ui.say("Paid back")),
        LoanStatus.OVERPAID: ("soft", "coins", ui.say("Overpaid")),
        LoanStatus.WRITTEN_OFF: ("sunken", "flag", ui.say("Written off")),
        LoanStatus.CANCELLED: ("sunken", "x", ui.say("Cancelled")),
    }[status]
    return chip(ui, words, tone=tone, icon_name=icon_name)


def _other(ui: Ui, loan: LoanOut) -> ft.Control:
    return tile(
        ui,
        product_name(ui, loan.product_kind),
        ui.money(loan.principal),
        lead=badge(ui, "wallet", tone="sunken"),
        trail=status_chip(ui, loan.status),
        on_press=lambda: ui.go(Loan(loan_id=loan.id)),
        identifier=f"loan-{loan.id}",
    )
