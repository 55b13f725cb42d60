"""Every due date: as a month to look at, as a list, and as a file for the borrower's own calendar."""

import flet as ft

from app.components import skeleton
from app.components.field import segments
from app.components.layout import column, list_card
from app.components.press import Button
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.components.text import heading
from app.design.tokens import STRONG
from app.guard import component
from app.hooks import use_news, use_store, use_ui, use_value
from app.routes import Calendar, Home
from app.screens.calendar.month import Month
from app.screens.loan.schedule import instalment_rows
from app.stores import reads
from app.stores.ics import Due, calendar
from app.ui import Ui
from shared.api.servicing import ScheduleOut


@component
def CalendarScreen(route: Calendar) -> ft.Control:
    """Of one loan, or of all that are being paid back."""
    ui = use_ui()
    store = use_store()
    query = use_news(reads.schedules(store, route.loan_id), *reads.MONEY_NEWS)
    way, choose = use_value("month")
    back = (lambda: ui.go(Home())) if route.loan_id is None else (lambda: ui.go(f"/loans/{route.loan_id}"))
    ways = [("month", ui.say("Month")), ("list", ui.say("List"))]
    return screen(
        ui,
        segments(ui, ways, way, choose, identifier="view"),
        state_view(
            ui,
            query,
            lambda found: Month(found) if way == "month" else _list(ui, found),
            skeleton=skeleton.cards(ui, 330, 200),
            empty=lambda: blank(
                ui, ui.say("No dates yet"), "calendar-blank", ui.say("Once you have a loan, its dates stand here.")
            ),
        ),
        title=ui.say("Repayment calendar"),
        back=back,
        actions=[_export(ui, query.value)] if query.value else [],
    )


def _list(ui: Ui, found: list[ScheduleOut]) -> ft.Control:
    parts: list[ft.Control] = []
    for number, schedule in enumerate(found, 1):
        if len(found) > 1:
            parts.append(heading(ui, ui.say("Loan {number}", number=number), 2, STRONG))
        parts.append(list_card(ui, instalment_rows(ui, schedule.rows, len(schedule.rows))))
    return column(*parts)


def _export(ui: Ui, found: list[ScheduleOut]) -> ft.Control:
    async def save() -> None:
        tenant = ui.store.session.tenant
        dues = [
            Due(
                uid=f"{schedule.loan_id}-{row.number}",
                on=row.due_on,
                title=ui.say("Loan payment: {amount}", amount=row.open),
                note=ui.say("Open the app to pay."),
            )
            for schedule in found
            for row in schedule.rows
            if row.open
        ]
        name = tenant.name if tenant else ""
        await ui.store.platform.save_file("repayments.ics", calendar(dues, name, ui.store.clock.now()), "text/calendar")
        await ui.store.toast.show(ui.say("Saved. Open the file to add the dates."))

    return Button(
        ui.say("Add to my calendar"), save, kind="soft", icon_name="calendar-plus", identifier="export-calendar"
    )
