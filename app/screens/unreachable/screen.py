"""The app before it knows who is signed in, as the platform can't be reached."""

from contextlib import suppress

import flet as ft

from app.components.layout import around, badge, column, list_card, notice, tile
from app.components.navigation import brand_mark
from app.components.press import Button
from app.components.problem import words_for
from app.components.screen import screen
from app.components.state_view import failure
from app.components.text import amount, heading, muted
from app.design.tokens import SMALL, TITLE_3, Space
from app.guard import component
from app.hooks import use_store, use_task, use_ui, use_value
from app.platform.port import DeviceFailed
from app.screens.home.limit import limit_card
from app.screens.home.loans import product_name
from app.stores.known import Known, last_known
from app.stores.problem import Kind
from app.ui import Ui
from shared.api.servicing import LoanOut


@component
def Unreachable() -> ft.Control:
    """What was known last where there is no network; what went wrong where there is."""
    ui = use_ui()
    store = use_store()
    problem = store.session.problem
    known, know = use_value(_none())
    looked, look = use_value(problem is None or problem.kind is not Kind.OFFLINE)

    async def recall() -> None:
        if looked:
            return
        with suppress(DeviceFailed):
            know(await last_known(store))
        look(True)

    use_task(recall, [])
    if not looked:
        return ft.Container(expand=True)
    if known is not None:
        return _last_known(ui, known)
    words = words_for(ui, problem) if problem is not None else ""
    return ft.Container(
        content=column(brand_mark(ui, "CaaS"), failure(ui, words, store.begin_again), center=True),
        alignment=ft.Alignment.CENTER,
        expand=True,
        padding=Space.XL,
    )


def _none() -> Known | None:
    return None


def _last_known(ui: Ui, known: Known) -> ft.Control:
    """Figures without a button: money moves only with the platform."""
    at = ui.words.instant(known.at, known.tenant.time_zone, names_zone=False)
    mark = brand_mark(ui, known.tenant.name)
    loans = [_loan(ui, each) for each in known.home.owed]
    return screen(
        ui,
        ft.Semantics(header=True, heading_level=1, content=around(mark, top=Space.L)),
        notice(
            ui, ui.say("You are offline. This is what we knew at {at}.", at=at), tone="warn", icon_name="wifi-slash"
        ),
        limit_card(ui, known.home),
        column(heading(ui, ui.say("Your loans"), 2, TITLE_3), list_card(ui, loans), gap=Space.XS) if loans else None,
        muted(ui, ui.say("To pay, to borrow or to ask, connect to the internet."), SMALL),
        actions=[Button(ui.say("Try again"), ui.store.begin_again, kind="soft", identifier="retry")],
    )


def _loan(ui: Ui, loan: LoanOut) -> ft.Control:
    if loan.past_due:
        due = ui.aloud(ui.say("Overdue"), ui.money(loan.past_due))
    elif loan.next_due is not None and loan.next_due_on is not None:
        day = ui.date(loan.next_due_on).replace(" ", "\N{NO-BREAK SPACE}")  # on one line
        due = ui.aloud(ui.say("Next payment on {day}", day=day), ui.money(loan.next_due))
    else:
        due = ""
    return tile(
        ui,
        product_name(ui, loan.product_kind),
        due or None,
        lead=badge(ui, "wallet", tone="bad" if loan.past_due else "soft"),
        trail=amount(ui, loan.outstanding, label=ui.say("Outstanding")),
    )
