"""A month as a grid, its due days marked by ground, mark and word."""

from calendar import Calendar as Weeks
from datetime import date, timedelta

import flet as ft

from app.components.layout import card, column, list_card, row
from app.components.press import icon_button
from app.components.text import heading, icon, muted, text
from app.design.tokens import CAPTION, LABEL, SMALL, STRONG, Radius, Space
from app.guard import component
from app.hooks import use_ui, use_value
from app.screens.loan.schedule import instalment_rows, status_words
from app.ui import Ui
from shared.api.servicing import InstalmentOut, InstalmentStatus, ScheduleOut

_MARKS = {
    InstalmentStatus.PAID: ("check", "good"),
    InstalmentStatus.DUE: ("clock", "warn"),
    InstalmentStatus.OVERDUE: ("warning", "bad"),
}
_PRESSING = ("good", "soft", "warn", "bad")  # the tones of a day, the most pressing last
_ABREAST = 3  # marks that a day has room for


@component
def Month(found: list[ScheduleOut]) -> ft.Control:
    """Begins at the month of the first open instalment; what is due in the month stands below it."""
    ui = use_ui()
    shown, show = use_value(_first_open(found).replace(day=1))
    rows = [(each, len(schedule.rows)) for schedule in found for each in schedule.rows]
    of_month = [
        (each, count) for each, count in rows if (each.due_on.year, each.due_on.month) == (shown.year, shown.month)
    ]
    bar = row(
        icon_button(ui, "caret-left", ui.say("Month before"), lambda: show((shown - timedelta(days=1)).replace(day=1))),
        ft.Container(
            content=heading(ui, ui.words.month_and_year(shown), 2, STRONG), expand=True, alignment=ft.Alignment.CENTER
        ),
        icon_button(
            ui, "caret-right", ui.say("Month after"), lambda: show((shown + timedelta(days=32)).replace(day=1))
        ),
    )
    below = [instalment_rows(ui, [each], count)[0] for each, count in of_month]
    quiet = muted(ui, ui.say("Nothing is due in this month."), SMALL)
    return column(
        card(ui, bar, _grid(ui, shown, [each for each, _ in of_month])), list_card(ui, below) if below else quiet
    )


def _first_open(found: list[ScheduleOut]) -> date:
    days = [each.due_on for schedule in found for each in schedule.rows if each.open]
    return min(days, default=max(each.due_on for schedule in found for each in schedule.rows))


def _grid(ui: Ui, shown: date, dues: list[InstalmentOut]) -> ft.Control:
    first, names = ui.words.weekdays()
    head = ft.Row(
        [
            ft.Container(
                content=ft.Semantics(
                    exclude_semantics=True,
                    content=muted(ui, names[(first + at) % 7], CAPTION, align=ft.TextAlign.CENTER),
                ),
                expand=True,
                alignment=ft.Alignment.CENTER,
            )
            for at in range(7)
        ],
        spacing=0,
    )
    weeks = [
        ft.Row([_day(ui, number, [each for each in dues if each.due_on.day == number]) for number in week], spacing=0)
        for week in Weeks(first).monthdayscalendar(shown.year, shown.month)
    ]
    return column(head, *weeks, gap=Space.XS)


def _day(ui: Ui, number: int, dues: list[InstalmentOut]) -> ft.Control:
    """A mark for each that is due; the ground is that of the one that presses most."""
    if number == 0:
        return ft.Container(expand=True, height=44 * ui.scale)
    figure = ui.words.number(number)
    if not dues:
        quiet = ft.Semantics(exclude_semantics=True, content=muted(ui, figure, LABEL))
        return ft.Container(content=quiet, expand=True, height=44 * ui.scale, alignment=ft.Alignment.CENTER)
    marks = [_MARKS.get(each.status, ("circle", "soft")) for each in dues]
    tone = max((tone for _, tone in marks), key=_PRESSING.index)
    ground, ink = {
        "good": (ui.palette.good_soft, ui.palette.good),
        "warn": (ui.palette.warn_soft, ui.palette.warn),
        "bad": (ui.palette.bad_soft, ui.palette.bad),
        "soft": (ui.palette.soft, ui.palette.on_soft),
    }[tone]
    icons = [icon(ui, name, 12, ink, filled=True) for name, _ in marks[:_ABREAST]]
    inner = column(text(ui, figure, LABEL, ink), ft.Row(icons, spacing=1, tight=True), gap=0, center=True)
    told = [
        ui.say("{day}: {amount}, {state}", day=ui.date(each.due_on), amount=each.total, state=status_words(ui, each))
        for each in dues
    ]
    marked = ft.Container(
        content=inner,
        width=42,
        height=42 * ui.scale,
        border_radius=Radius.S,
        bgcolor=ground,
        alignment=ft.Alignment.CENTER,
    )
    named = ft.Semantics(label=ui.aloud(*told), container=True, exclude_semantics=True, content=marked)
    return ft.Container(content=named, expand=True, height=44 * ui.scale, alignment=ft.Alignment.CENTER)
