"""How the debt goes down, one bar for each instalment; its figures are said in a sentence."""

import flet as ft

from app.components.layout import apart, card, chip, column
from app.components.text import amount, heading, muted
from app.design.tokens import CAPTION, LABEL, TITLE_2, Radius, Space
from app.stores.draft import share_of
from app.ui import Ui
from shared.api.servicing import InstalmentStatus, LoanOut, ScheduleOut

_HEIGHT, _LEAST, _MOST_BARS = 120, 5, 36


def balance_chart(ui: Ui, loan: LoanOut, found: ScheduleOut) -> ft.Control | None:
    """The principal that is left before each instalment, what is paid in a quieter colour."""
    if not found.rows or not loan.principal:
        return None
    every = -(-len(found.rows) // _MOST_BARS)
    bars: list[ft.Control] = []
    before = loan.principal
    for row in found.rows:
        if (row.number - 1) % every == 0:
            height = max(_LEAST, int(share_of(before, loan.principal) * _HEIGHT))
            paid = row.status is InstalmentStatus.PAID
            late = row.status is InstalmentStatus.OVERDUE
            ground = ui.palette.soft if paid else ui.palette.bad if late else ui.palette.fill
            bars.append(ft.Container(height=height, bgcolor=ground, border_radius=Radius.S // 2, expand=True))
        before = row.balance
    shown = ft.Row(bars, spacing=Space.XS, height=_HEIGHT, vertical_alignment=ft.CrossAxisAlignment.END, rtl=False)
    first, last = found.rows[0].due_on, found.rows[-1].due_on
    words = ui.say("The debt of {principal} goes down to nothing by {day}.", principal=loan.principal, day=last)
    picture = ft.Semantics(label=words, image=True, exclude_semantics=True, container=True, content=shown)
    label = ui.say("Principal left")
    done = 100 - int(share_of(loan.principal_outstanding, loan.principal) * 100)
    head = apart(
        column(
            heading(ui, label, 2, LABEL, ui.palette.muted),
            amount(ui, loan.principal_outstanding, TITLE_2, label=label),
            gap=0,
        ),
        chip(ui, ui.say("{share} paid back", share=ui.words.percent(done)), tone="good", icon_name="trend-down"),
    )
    edges = ft.Row(
        [muted(ui, ui.date(first), CAPTION), muted(ui, ui.date(last), CAPTION)],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        rtl=False,
    )
    return card(ui, head, picture, edges)
