"""An amount to be chosen: by hand, by steps, or typed; never by dragging alone."""

from collections.abc import Callable

import flet as ft

from app.components.field import Field
from app.components.layout import column, row
from app.components.press import icon_button
from app.components.text import amount, fitted, muted, text
from app.design.tokens import HERO, SMALL, Size, Space
from app.guard import component, from_event, guarded
from app.hooks import use_ui, use_value
from app.stores.amounts import move, step_for, typed_minor
from app.ui import Ui
from shared.money import Money

_BETWEEN, _BETWEEN_WIDE = 232, 440  # logical pixels between the buttons, on a phone and on a desk


@component
def AmountChooser(
    label: str,
    value: Money,
    least: Money,
    most: Money,
    on_change: Callable[[int], object],
    *,
    on_settled: Callable[[], object] = lambda: None,
    step_minor: int = 1,
) -> ft.Control:
    """The amount large, less and more beside it, a slider below, and a field for who knows the figure."""
    ui = use_ui()
    typed, write = use_value("")
    step = step_for(least.amount_minor, most.amount_minor, step_minor)

    def change(minor: int) -> None:
        write("")
        on_change(minor)

    async def by(amount_minor: int) -> None:
        change(move(value.amount_minor, amount_minor, least.amount_minor, most.amount_minor))
        await guarded(on_settled)()

    async def take() -> None:
        minor = typed_minor(typed, value.currency)
        if minor is not None:
            change(min(most.amount_minor, max(least.amount_minor, minor)))
            await guarded(on_settled)()

    figure = ui.money(value)
    size = fitted(ui, figure, HERO, _BETWEEN_WIDE if ui.wide else _BETWEEN)
    shown = text(ui, figure, size, align=ft.TextAlign.CENTER, spoken=f"{label} {ui.words.spoken(value)}")
    steps = row(
        icon_button(ui, "minus", ui.say("Less"), lambda: by(-step), ground=ui.palette.sunken, identifier="less"),
        ft.Container(content=ft.Semantics(live_region=True, content=shown), expand=True, alignment=ft.Alignment.CENTER),
        icon_button(ui, "plus", ui.say("More"), lambda: by(step), ground=ui.palette.sunken, identifier="more"),
    )
    edges = row(
        ft.Container(content=amount(ui, least, SMALL, ui.palette.muted, label=ui.say("At least")), expand=True),
        amount(ui, most, SMALL, ui.palette.muted, label=ui.say("At most")),
    )
    field = Field(
        ui.say("Or type the amount"), typed, write, keyboard=ft.KeyboardType.NUMBER, on_submit=take, latin=True
    )
    use = icon_button(ui, "check", ui.say("Use this amount"), take, ground=ui.palette.soft, identifier="take-amount")
    return column(
        steps,
        column(_slider(ui, label, value, least, most, change, on_settled, step), edges, gap=0),
        row(ft.Container(content=field, expand=True), use),
    )


def _slider(  # noqa: PLR0917 -- drawn in one place
    ui: Ui,
    label: str,
    value: Money,
    least: Money,
    most: Money,
    change: Callable[[int], None],
    on_settled: Callable[[], object],
    step: int,
) -> ft.Control:
    low, high = least.amount_minor, most.amount_minor

    def slid(minor: float) -> None:
        stops = int(minor) // step * step
        change(min(high, max(low, stops)))

    slider = ft.Slider(
        value=min(high, max(low, value.amount_minor)),
        min=low,
        max=max(high, low + 1),
        active_color=ui.palette.fill,
        inactive_color=ui.palette.sunken,
        thumb_color=ui.palette.fill,
        height=Size.TARGET,
        padding=ft.Padding.symmetric(horizontal=Space.M),
        on_change=from_event(slid, lambda found: float(found or 0)),
        on_change_end=from_event(lambda _: on_settled(), lambda _: None),
    )
    named = ft.Semantics(label=label, value=ui.words.spoken(value), identifier="amount-slider", content=slider)
    return ft.MergeSemantics(content=named)


def stepper(
    ui: Ui, label: str, shown: str, on_less: Callable[[], object] | None, on_more: Callable[[], object] | None
) -> ft.Control:
    """A whole number between less and more."""
    return row(
        ft.Container(content=muted(ui, label), expand=True),
        icon_button(
            ui, "minus", ui.say("Less"), on_less or (lambda: None), ground=ui.palette.sunken, identifier="fewer"
        ),
        ft.Semantics(live_region=True, content=text(ui, shown)),
        icon_button(
            ui, "plus", ui.say("More"), on_more or (lambda: None), ground=ui.palette.sunken, identifier="further"
        ),
    )
