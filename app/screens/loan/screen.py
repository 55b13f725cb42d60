"""What is left, what comes next, how it goes down, what happened."""

import flet as ft

from app.components import skeleton
from app.components.cost import interest_in_words, when_early, when_late
from app.components.earlier import earlier
from app.components.for_whom import for_business
from app.components.layout import apart, badge, card, column, fact, list_card, progress, tile
from app.components.press import Button, link
from app.components.screen import columns, screen
from app.components.state_view import state_view
from app.components.text import amount, heading, muted
from app.design.tokens import FIGURE, LABEL, SMALL, STRONG, Size, Space
from app.guard import component
from app.hooks import use_news, use_store, use_ui
from app.routes import Agreement, AutoDebit, Calendar, Disputes, Hardship, Loan, Loans, Pay, Payoff, Payout
from app.screens.home.loans import product_name
from app.screens.home.next_payment import cannot_pay, days_left
from app.screens.loan.chart import balance_chart
from app.screens.loan.movements import movements
from app.screens.loan.schedule import instalment_rows
from app.screens.loans.screen import status_chip
from app.stores import reads
from app.stores.home import OWED
from app.ui import Ui
from shared.api.servicing import LoanOut, LoanStatus, ScheduleOut, TransactionOut

_FIRST = 4


@component
def LoanScreen(route: Loan) -> ft.Control:
    """The loan, its schedule and its movements, each read by itself."""
    ui = use_ui()
    store = use_store()
    query = use_news(reads.loan(store, route.loan_id), *reads.MONEY_NEWS, every_s=60)
    schedule = use_news(reads.schedule(store, route.loan_id), *reads.MONEY_NEWS)
    moved = use_news(reads.transactions(store, route.loan_id), *reads.MONEY_NEWS)

    def ready(loan: LoanOut) -> ft.Control:
        start = column(_head(ui, loan), _next(ui, loan), _ways(ui, loan), _terms(ui, loan))
        end = column(
            state_view(ui, schedule, lambda found: _schedule(ui, loan, found), skeleton=skeleton.cards(ui, 180, 240)),
            state_view(
                ui,
                moved,
                lambda found: _moved(ui, loan, found),
                skeleton=skeleton.rows(ui, 3),
                empty=lambda: _still(ui),
            ),
        )
        return columns(ui, start, end)

    return screen(
        ui,
        state_view(ui, query, ready, skeleton=skeleton.cards(ui, 150, 110, 180)),
        title=product_name(ui, query.value.product_kind) if query.value is not None else ui.say("Loan"),
        back=lambda: ui.go(Loans()),
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _head(ui: Ui, loan: LoanOut) -> ft.Control:
    label = ui.say("Still to pay")
    paid = 1 - loan.principal_outstanding.amount_minor / loan.principal.amount_minor
    left = ui.say("{left} left of {principal}", left=loan.principal_outstanding, principal=loan.principal)
    return card(
        ui,
        for_business(loan.business_id),
        apart(muted(ui, label, LABEL), status_chip(ui, loan.status)),
        amount(ui, loan.outstanding, FIGURE, label=label),
        progress(ui, paid, label=left),
        muted(ui, left, SMALL),
        gap=Space.S,
    )


def _next(ui: Ui, loan: LoanOut) -> ft.Control | None:
    if loan.status is LoanStatus.PENDING_DISBURSEMENT:
        return Button(ui.say("Follow your money"), lambda: ui.go(Payout(loan_id=loan.id)), kind="soft")
    if loan.status not in OWED:
        return None
    late = bool(loan.past_due)
    due = loan.past_due if late else loan.next_due
    if due is None:
        return None
    label = ui.say("Overdue") if late else ui.say("Next payment")
    when = ui.plural("Since {count} day", "Since {count} days", loan.days_past_due) if late else days_left(ui, loan)
    words = column(
        heading(ui, label, 2, LABEL, ui.palette.bad if late else ui.palette.muted),
        amount(ui, due, FIGURE, label=label),
        muted(ui, when, SMALL),
        gap=Space.XXS,
    )
    pay = Button(ui.say("Pay"), lambda: ui.go(Pay(loan_id=loan.id)), identifier="pay")
    lead = badge(ui, "warning" if late else "calendar-check", tone="bad" if late else "soft")
    return card(ui, apart(words, lead), pay, cannot_pay(ui, loan) if late else None)


def _ways(ui: Ui, loan: LoanOut) -> ft.Control | None:
    if loan.status not in OWED:
        return None
    rows = [
        tile(
            ui,
            ui.say("Pay it all back"),
            ui.say("See what you save"),
            lead=badge(ui, "piggy-bank"),
            on_press=lambda: ui.go(Payoff(loan_id=loan.id)),
            identifier="to-payoff",
        ),
        tile(
            ui,
            ui.say("Automatic debit"),
            ui.say("On each due date, from your account"),
            lead=badge(ui, "repeat"),
            on_press=lambda: ui.go(AutoDebit(loan_id=loan.id)),
            identifier="to-auto-debit",
        ),
        tile(
            ui,
            ui.say("Repayment calendar"),
            ui.say("Every date, and into your own calendar"),
            lead=badge(ui, "calendar-blank"),
            on_press=lambda: ui.go(Calendar(loan_id=loan.id)),
            identifier="to-calendar",
        ),
        tile(
            ui,
            ui.say("Agreement and documents"),
            lead=badge(ui, "file-text"),
            on_press=lambda: ui.go(Agreement(agreement_id=loan.agreement_id)),
            identifier="to-agreement",
        ),
        tile(
            ui,
            ui.say("I can't pay"),
            ui.say("A few days more, a plan, or help"),
            lead=badge(ui, "lifebuoy"),
            on_press=lambda: ui.go(Hardship(loan_id=loan.id)),
            identifier="to-hardship",
        ),
        tile(
            ui,
            ui.say("Report a problem"),
            ui.say("A payment or a charge that is wrong"),
            lead=badge(ui, "scales"),
            on_press=lambda: ui.go(Disputes(loan_id=loan.id)),
            identifier="to-disputes",
        ),
    ]
    return list_card(ui, rows)


def _terms(ui: Ui, loan: LoanOut) -> ft.Control:
    facts: list[ft.Control] = [
        fact(ui, ui.say("Borrowed"), loan.principal),
        fact(ui, ui.say("Interest a year"), ui.words.percent(loan.terms.annual_rate_pct)),
        fact(ui, ui.say("Instalments"), ui.words.number(loan.terms.instalments)),
        fact(ui, ui.say("Paying early"), when_early(ui, loan.terms)),
        fact(ui, ui.say("When late"), when_late(ui, loan.terms)),
    ]
    if loan.disbursed_on is not None:
        facts.append(fact(ui, ui.say("Paid out"), ui.date(loan.disbursed_on)))
    if loan.credit:
        facts.append(fact(ui, ui.say("Your credit"), loan.credit))
    why = muted(ui, interest_in_words(ui, loan.terms), SMALL)
    return card(ui, heading(ui, ui.say("Terms"), 2, STRONG), column(*facts, gap=0), why)


def _schedule(ui: Ui, loan: LoanOut, found: ScheduleOut) -> ft.Control:
    head = apart(
        heading(ui, ui.say("Schedule"), 2, STRONG),
        link(ui, ui.say("See all"), lambda: ui.go(Calendar(loan_id=loan.id)), identifier="all-instalments"),
    )
    open_rows = [each for each in found.rows if each.open] or found.rows[-1:]
    rows = instalment_rows(ui, open_rows[:_FIRST], len(found.rows))
    return column(balance_chart(ui, loan, found), column(head, list_card(ui, rows), gap=Space.XS))


def _moved(ui: Ui, loan: LoanOut, found: list[TransactionOut]) -> ft.Control:
    head, rows = heading(ui, ui.say("What happened"), 2, STRONG), list_card(ui, movements(loan, found))
    return column(head, rows, earlier(ui, reads.transactions_key(loan.id), found), gap=Space.S)


def _still(ui: Ui) -> ft.Control:
    return muted(ui, ui.say("Nothing has moved yet."), SMALL)
