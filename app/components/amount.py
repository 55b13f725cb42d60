"""An amount to be chosen: by hand, by steps, or typed; never by dragging alone."""

from collections.abc import Callable

import flet as ft

from app.components.field import Field
from app.components.layout import column, row
from app.components.press import icon_button
from app.components.text import amount, fitted, muted, text
from app.design.tokens import HERO, SMALL, Size, Space
from app.guard import component, from_event
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
    on_change: Callable[[int | None], object],
    *,
    step_minor: int = 1,
) -> ft.Control:
    """The amount large, less and more beside it, a slider below, and a field for who knows the figure.

    What is typed is taken at once where it can be had; else the field says what can, and `on_change` gets None.
    """
    ui = use_ui()
    typed, write = use_value("")
    step = step_for(least.amount_minor, most.amount_minor, step_minor)
    taken = _taken(typed, least, most, step_minor)

    def change(minor: int) -> None:
        write("")
        on_change(minor)

    def by(amount_minor: int) -> None:
        change(move(value.amount_minor, amount_minor, least.amount_minor, most.amount_minor))

    def type_it(text: str) -> None:
        write(text)
        on_change(_taken(text, least, most, step_minor) if text.strip() else value.amount_minor)

    def take() -> None:
        if taken is not None:
            write("")

    steps = row(
        icon_button(ui, "minus", ui.say("Less"), lambda: by(-step), ground=ui.palette.sunken, identifier="less"),
        _figure(ui, label, value),
        icon_button(ui, "plus", ui.say("More"), lambda: by(step), ground=ui.palette.sunken, identifier="more"),
    )
    edges = row(
        ft.Container(content=amount(ui, least, SMALL, ui.palette.muted, label=ui.say("At least")), expand=True),
        amount(ui, most, SMALL, ui.palette.muted, label=ui.say("At most")),
    )
    field = Field(
        ui.say("Or type the amount"),
        typed,
        type_it,
        error=_bounds(ui, least, most, step_minor) if typed.strip() and taken is None else "",
        keyboard=ft.KeyboardType.NUMBER,
        on_submit=take,
        latin=True,
    )
    use = icon_button(ui, "check", ui.say("Use this amount"), take, ground=ui.palette.soft, identifier="take-amount")
    return column(
        steps,
        column(_slider(ui, label, value, least, most, change, step), edges, gap=0),
        row(ft.Container(content=field, expand=True), use),
    )


def _figure(ui: Ui, label: str, value: Money) -> ft.Control:
    figure = ui.money(value)
    size = fitted(ui, figure, HERO, _BETWEEN_WIDE if ui.wide else _BETWEEN)
    shown = text(ui, figure, size, align=ft.TextAlign.CENTER, spoken=f"{label} {ui.words.spoken(value)}")
    told = ft.Semantics(live_region=True, content=shown)
    return ft.Container(content=told, expand=True, alignment=ft.Alignment.CENTER)


def _taken(text: str, least: Money, most: Money, step_minor: int) -> int | None:
    """What was typed, where it can be had."""
    minor = typed_minor(text, least.currency)
    fits = minor is not None and least.amount_minor <= minor <= most.amount_minor and minor % step_minor == 0
    return minor if fits else None


def _bounds(ui: Ui, least: Money, most: Money, step_minor: int) -> str:
    if step_minor == 1:
        return ui.say("Type an amount from {least} to {most}.", least=least, most=most)
    step = Money.of(step_minor, least.currency)
    return ui.say(
        "Type an amount from {least} to {most} that can be divided by {step}.", least=least, most=most, step=step
    )


def _slider(  # noqa: PLR0917 -- drawn in one place
    ui: Ui,
    label: str,
    value: Money,
    least: Money,
    most: Money,
    change: Callable[[int], None],
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
